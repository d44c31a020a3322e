// How many terms the full-text index holds of a chunk: looked up for those few that may be among the best.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "froe/store.hpp"
#include "store/fts5.hpp"
#include "store/sqlite.hpp"

namespace froe::store {

// The number of terms in each column: text, words, scope and name.
using ColumnSizes = std::array<std::uint32_t, fts5_columns>;
// Reads a row of the table `chunk_fts_docsize` as https://sqlite.org/fts5.html describes it: an SQLite varint
// for each column. These have seven bits a byte, the highest first; all bytes but the last have the eighth
// set. Nothing: it is none of FTS5's.
[[nodiscard]] std::optional<ColumnSizes> column_sizes(std::string_view row);

// Belongs to one connection.
class TermCounts {
 public:
  explicit TermCounts(Connection& connection);
  // Before the first question of a transaction: what was looked up in another state of the index is
  // forgotten.
  void begin();
  // In all columns. If the index does not say, or says fewer than the chunk's hits show that there are, the
  // connection fails with ErrorKind::corrupt, and it is as many as these.
  [[nodiscard]] std::uint32_t of(const Matches::Chunk& chunk);

 private:
  [[nodiscard]] std::uint32_t in_row(std::int64_t id);  // 0: the index does not say

  Connection& connection_;
  Statement sizes_;
  // By row. Who asks again has many rows in common with who asked before.
  std::unordered_map<std::int64_t, std::uint32_t> known_;
  std::optional<std::int64_t> known_at_;  // SQLite's number of the state that they are of
};

}  // namespace froe::store
