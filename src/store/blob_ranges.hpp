// Which chunks are whose: a search that finds a hundred thousand chunks asks it of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "froe/store.hpp"
#include "store/sqlite.hpp"

namespace froe::store {

// The chunks of a blob follow each other, so that a blob is a range of them.
class BlobRanges {
 public:
  // Whether it is of this state of the index.
  [[nodiscard]] bool is_known(Connection& connection) const;
  // Reads what `find` needs for so many chunks.
  void prepare(Connection& connection, std::size_t chunks);
  // The same for any number.
  void prepare(Connection& connection);
  // Takes what was read for another connection, unless that has seen another state since. Both are in
  // transactions that see the same one.
  void take(Connection& connection, BlobRanges& from, Connection& other);
  // Says which blobs the chunks belong to, which are in order, and fills in `all_blobs`. Belongs to one
  // connection, in a transaction. A chunk that is nobody's fails the connection with ErrorKind::corrupt.
  void find(Connection& connection, Matches& matches);

 private:
  struct Range {
    std::int64_t first = 0;  // chunk
    std::int64_t end = 0;
    std::int64_t blob = 0;
    std::uint64_t size = 0;  // of the blob, in bytes
  };
  void read(Connection& connection);

  std::vector<Range> ranges_;  // ascending, of all blobs with chunks
  std::uint64_t all_blobs_ = 0;
  std::optional<std::int64_t> read_at_;  // SQLite's number of the state that these are of
};

}  // namespace froe::store
