// Content that is not given to a parser again, and which blobs may be cut once more.
#pragma once

#include <string>
#include <vector>

#include "froe/store_records.hpp"
#include "store/sqlite.hpp"

namespace froe::store {

// SQL over rows of `blob` and its `recipe`: the blob's syntax tree was lost, and nothing forbids another try.
[[nodiscard]] std::string may_be_cut_again();

// The writer's side of the table.
class Quarantine {
 public:
  explicit Quarantine(Connection& connection);
  // Notes a result that `is_quarantined`.
  void add(const BlobKey& key, const FileResult& result);
  // Deletes the row of this content, if there is one.
  void remove(const Quarantined& entry);

 private:
  Statement insert_;
  Statement delete_;
};

// In order of blob, language and grammar. Without paths unless they are asked for. Damage fails the
// connection with ErrorKind::corrupt.
[[nodiscard]] std::vector<Quarantined> read_quarantine(Connection& connection, bool with_paths);

}  // namespace froe::store
