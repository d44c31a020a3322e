#include "store/term_counts.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace froe::store {
namespace {

// A damaged index may say that it has a row of any number.
constexpr std::int64_t most_known = 1 << 25;

}  // namespace

std::optional<ColumnSizes> column_sizes(std::string_view row) {
  // No value of SQLite has 2^30 bytes, and so no column as many terms: longer varints are none of FTS5's, and
  // the sum of the columns fits in a size.
  constexpr std::uint32_t most_before_last_byte = 1U << 23U;
  ColumnSizes sizes{};
  std::size_t column = 0;
  for (char each : row) {
    const auto byte = static_cast<unsigned char>(each);
    if (column == sizes.size() || sizes[column] >= most_before_last_byte) return std::nullopt;
    sizes[column] = sizes[column] << 7U | (byte & 0x7fU);
    if (byte < 0x80) ++column;
  }
  if (column < sizes.size()) return std::nullopt;
  return sizes;
}

TermCounts::TermCounts(Connection& connection)
    : connection_(connection), sizes_(connection, "SELECT sz FROM chunk_fts_docsize WHERE id = ?") {}

void TermCounts::begin() {
  auto state = connection_.integer("PRAGMA main.data_version");
  if (known_at_ != state) known_.clear();
  known_at_ = state;
}

std::uint32_t TermCounts::of(const Matches::Chunk& chunk) {
  const std::uint32_t terms = in_row(chunk.row_id);
  if (connection_.ok() && terms < chunk.least_terms) {
    connection_.fail_damaged("the full-text index does not say how many terms a chunk has");
  }
  return std::max(terms, chunk.least_terms);
}

std::uint32_t TermCounts::in_row(std::int64_t id) {
  const bool is_kept = id >= 0 && id < most_known;
  const auto at = static_cast<std::size_t>(is_kept ? id : 0);
  if (is_kept && at < known_.size() && known_[at] > 0) return known_[at];
  if (!sizes_.with(id).step()) return 0;
  const auto sizes = column_sizes(sizes_.bytes(0)).value_or(ColumnSizes{});
  const auto terms = std::accumulate(sizes.begin(), sizes.end(), 0U);
  if (is_kept) {
    if (at >= known_.size()) known_.resize(at + 1);
    known_[at] = terms;
  }
  return terms;
}

}  // namespace froe::store
