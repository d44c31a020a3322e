// The file beside an index in which names of definitions are found without reading all of them. It can be
// taken away at any time: it is made again from the index.
#pragma once

#include <cstdint>
#include <filesystem>

#include "store/sqlite.hpp"

namespace froe::store {

[[nodiscard]] std::filesystem::path symbol_names_path(const std::filesystem::path& database);

// Attached to a reader's connection as `names`. What it says of an id may be out of date, so that each has to
// be held against the index; symbols from `covered_end` on it may not know.
// Between a pass over the tree and the refresh that follows it, a new definition whose number another one had
// may be missed.
class SymbolNames {
 public:
  // Attaches the file, if there is a whole one and no transaction is going on.
  void attach(Connection& connection);
  [[nodiscard]] bool attached() const { return attached_; }
  [[nodiscard]] std::int64_t covered_end(Connection& connection) const;

 private:
  bool attached_ = false;
};

}  // namespace froe::store
