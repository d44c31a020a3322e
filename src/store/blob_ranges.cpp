#include "store/blob_ranges.hpp"

#include <algorithm>
#include <utility>

namespace froe::store {
namespace {

// Fewer are looked up one by one: reading all ranges is worth it only where many are asked for.
constexpr std::size_t few_chunks = 2000;

void fail_orphan(Connection& connection) {
  connection.fail_damaged("a full-text row has no chunk");
}

}  // namespace

void BlobRanges::read(Connection& connection) {
  ranges_.clear();
  all_blobs_ = 0;
  // Not more than there can be, whatever a damaged index says.
  constexpr std::int64_t most_foreseen = 1 << 20;
  const auto last = connection.integer("SELECT max(id) FROM blob");
  ranges_.reserve(static_cast<std::size_t>(std::clamp<std::int64_t>(last, 0, most_foreseen)));
  Statement blob = connection.prepare("SELECT first_chunk, chunk_count, id, size FROM blob");
  for (; blob.step(); ++all_blobs_) {
    const auto first = blob.integer(0);
    const auto count = blob.integer(1);
    if (count <= 0) continue;
    ranges_.push_back({first, first + count, blob.integer(2), static_cast<std::uint64_t>(blob.integer(3))});
  }
  // As a rule they are in order: what was put in first has the first rows.
  if (!std::ranges::is_sorted(ranges_, {}, &Range::first)) std::ranges::sort(ranges_, {}, &Range::first);
}

bool BlobRanges::is_known(Connection& connection) const {
  return read_at_ == connection.integer("PRAGMA main.data_version");
}

void BlobRanges::prepare(Connection& connection, std::size_t chunks) {
  if (chunks > few_chunks) prepare(connection);
}

void BlobRanges::prepare(Connection& connection) {
  if (is_known(connection)) return;
  const auto state = connection.integer("PRAGMA main.data_version");
  read(connection);
  read_at_ = connection.ok() ? std::optional(state) : std::nullopt;
}

void BlobRanges::take(Connection& connection, BlobRanges& from, Connection& other) {
  if (is_known(connection) || !from.is_known(other)) return;
  ranges_ = std::move(from.ranges_);
  all_blobs_ = from.all_blobs_;
  from = {};
  read_at_ = connection.integer("PRAGMA main.data_version");
}

void BlobRanges::find(Connection& connection, Matches& matches) {
  prepare(connection, matches.chunks.size());
  Range range;
  if (connection.ok() && !is_known(connection)) {
    matches.all_blobs = static_cast<std::uint64_t>(connection.integer("SELECT count(*) FROM blob"));
    Statement blob = connection.prepare(
        "SELECT first_chunk, first_chunk + chunk_count, blob.id, size FROM chunk JOIN blob"
        " ON blob.id = chunk.blob WHERE chunk.id = ?");
    for (Matches::Chunk& chunk : matches.chunks) {
      if (chunk.row_id >= range.end) {
        if (!blob.with(chunk.row_id).step()) return fail_orphan(connection);
        range = {blob.integer(0), blob.integer(1), blob.integer(2),
                 static_cast<std::uint64_t>(blob.integer(3))};
        matches.blobs.push_back({range.blob, range.size});
      }
      chunk.blob = static_cast<std::uint32_t>(matches.blobs.size() - 1);
    }
    return;
  }
  if (!connection.ok()) return;
  matches.all_blobs = all_blobs_;
  auto next = ranges_.begin();
  for (Matches::Chunk& chunk : matches.chunks) {
    if (chunk.row_id >= range.end) {
      // Where many chunks match, the next one's blob is not far.
      while (next != ranges_.end() && next->end <= chunk.row_id) ++next;
      if (next == ranges_.end() || chunk.row_id < next->first) return fail_orphan(connection);
      range = *next;
      matches.blobs.push_back({range.blob, range.size});
    }
    chunk.blob = static_cast<std::uint32_t>(matches.blobs.size() - 1);
  }
}

}  // namespace froe::store
