// The file beside an index in which names of definitions are found without reading all of them. It can be
// taken away at any time: it is made again from the index.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include "store/sqlite.hpp"

namespace froe::store {

[[nodiscard]] std::filesystem::path symbol_names_path(const std::filesystem::path& database);

// Attached to a reader's connection as `names`. What it says of an id may be out of date, so that each has to
// be held against the index.
class SymbolNames {
 public:
  // Attaches the file, if there is a whole one and no transaction is going on.
  void attach(Connection& connection);
  [[nodiscard]] bool attached() const { return attached_; }
  // Puts the symbols that the names do not know, by their first and how many, into temp.unnamed.
  void find_unnamed(Connection& connection);

 private:
  std::optional<std::pair<std::int64_t, std::int64_t>> found_at_;  // states of index and names
  bool attached_ = false;
};

}  // namespace froe::store
