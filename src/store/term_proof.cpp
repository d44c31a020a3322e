#include <array>

#include "store/reader_state.hpp"

namespace froe::store {
namespace {

// One occurrence of a term as a number. Their sum does not depend on the order in which they come.
std::uint64_t digest(std::int64_t row, std::string_view column, std::int64_t position,
                     std::string_view term) {
  constexpr std::uint64_t prime = 0x100000001b3U;
  std::uint64_t hash = 0xcbf29ce484222325U ^ static_cast<std::uint64_t>(row);
  hash = (hash * prime) ^ static_cast<std::uint64_t>(position);
  hash = (hash * prime) ^ static_cast<unsigned char>(column.empty() ? 0 : column.front());
  for (char c : term) hash = (hash * prime) ^ static_cast<unsigned char>(c);
  hash *= 0x9e3779b97f4a7c15U;
  return hash ^ hash >> 29U;
}

constexpr std::array<std::string_view, fts5_columns> columns{"text", "words", "scope", "name"};

// FTS5 cuts longer terms.
constexpr std::size_t max_term = 32768;

}  // namespace

TermProof::TermProof(Connection& connection) : connection_(connection), tokenizer_(connection) {}

void TermProof::expect(std::int64_t chunk_id, const Chunk& chunk, std::string_view text) {
  derive_terms(splitter_, chunk, text, terms_);
  const std::array<std::string_view, columns.size()> texts{text, terms_.words, terms_.scope, terms_.name};
  for (std::size_t i = 0; i < columns.size(); ++i) expect_column(chunk_id, columns.at(i), texts.at(i));
}

void TermProof::expect_column(std::int64_t chunk_id, std::string_view column, std::string_view text) {
  std::int64_t position = 0;
  tokenizer_.each(text, [&](std::string_view term) {
    expected_sum_ += digest(chunk_id, column, position++, term.substr(0, max_term));
    ++expected_count_;
  });
  expected_sizes_ += digest(chunk_id, column, position, {});
}

std::optional<std::string> TermProof::compare() {
  if (!connection_.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.term_instance USING"
                           " fts5vocab(main, chunk_fts, instance)")) {
    return std::nullopt;
  }
  std::uint64_t sum = 0;
  std::uint64_t count = 0;
  Statement instances = connection_.prepare("SELECT doc, col, offset, term FROM temp.term_instance");
  while (instances.step()) {
    sum += digest(instances.integer(0), instances.bytes(1), instances.integer(2), instances.bytes(3));
    ++count;
  }
  if (!connection_.ok()) return std::nullopt;
  if (sum != expected_sum_ || count != expected_count_) {
    return "the full-text index does not match the text: it holds " + std::to_string(count) +
           " occurrences of terms, " + std::to_string(expected_count_) + " were expected";
  }
  return compare_sizes();
}

std::optional<std::string> TermProof::compare_sizes() {
  std::uint64_t sum = 0;
  Statement rows = connection_.prepare("SELECT id, sz FROM chunk_fts_docsize");
  while (rows.step()) {
    const auto sizes = column_sizes(rows.bytes(1)).value_or(ColumnSizes{});
    for (std::size_t i = 0; i < sizes.size(); ++i)
      sum += digest(rows.integer(0), columns.at(i), sizes.at(i), {});
  }
  if (!connection_.ok() || sum == expected_sizes_) return std::nullopt;
  return "the full-text index does not match the text: it does not hold how many terms each chunk has";
}

}  // namespace froe::store
