#include "store/term_counts.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace froe::store {
namespace {

// Some ten megabytes.
constexpr std::size_t most_known = 1 << 18;

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
  if (const auto known = known_.find(id); known != known_.end()) return known->second;
  if (!sizes_.with(id).step()) return 0;
  const auto sizes = column_sizes(sizes_.bytes(0)).value_or(ColumnSizes{});
  const auto terms = std::accumulate(sizes.begin(), sizes.end(), 0U);
  if (known_.size() >= most_known) known_.clear();
  known_.emplace(id, terms);
  return terms;
}

}  // namespace froe::store
