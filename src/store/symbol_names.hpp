// The file beside an index in which names of definitions are found without reading all of them. It can be
// taken away at any time: it is made again from the index.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "store/sqlite.hpp"

namespace froe::store {

[[nodiscard]] std::filesystem::path symbol_names_path(const std::filesystem::path& database);

// Attached to a reader's connection as `names`. It may be out of date.
class SymbolNames {
 public:
  // Attaches the file, if there is a whole one and no transaction is going on.
  void attach(Connection& connection);
  [[nodiscard]] bool attached() const { return attached_; }
  // Holds it against the index, in a transaction.
  void compare(Connection& connection);
  // As of then: the names are those of the index, no more and no fewer. Otherwise what they say of an id has
  // to be held against the index.
  [[nodiscard]] bool are_exact() const { return are_exact_; }
  // They turned out not to be: somebody has put the file of another index there, perhaps.
  void doubt() { are_exact_ = false; }
  // As of then: what they do not know, as ranges of ids of symbols.
  struct Range {
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };
  [[nodiscard]] const std::vector<Range>& unnamed() const { return unnamed_; }

 private:
  std::optional<std::pair<std::int64_t, std::int64_t>> compared_at_;  // states of index and names
  std::vector<Range> unnamed_;
  bool are_exact_ = false;
  bool attached_ = false;
};

}  // namespace froe::store
