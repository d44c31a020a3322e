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

void TermProof::expect(std::int64_t blob, const std::vector<Reference>& references, std::string_view text) {
  derive_terms(references, text, reference_terms_);
  for (ReferenceKind kind : all_reference_kinds) {
    std::string_view names = reference_terms_.at(static_cast<std::size_t>(kind));
    for (auto end = names.find(' '); end != std::string_view::npos; end = names.find(' ')) {
      expected_references_.add(blob, to_string(kind), 0, names.substr(0, end));
      names.remove_prefix(end + 1);
    }
  }
}

void TermProof::Sum::add(std::int64_t row, std::string_view column, std::int64_t position,
                         std::string_view term) {
  digests += digest(row, column, position, term);
  ++count;
}

void TermProof::expect_column(std::int64_t chunk_id, std::string_view column, std::string_view text) {
  std::int64_t position = 0;
  tokenizer_.each(text, [&](std::string_view term) {
    expected_.add(chunk_id, column, position++, term.substr(0, max_term));
  });
  expected_sizes_.add(chunk_id, column, position, {});
}

TermProof::Sum TermProof::sum_of(const std::string& index) {
  Sum sum;
  const std::string instances = "temp." + index + "_instance";
  if (!connection_.execute("CREATE VIRTUAL TABLE IF NOT EXISTS " + instances + " USING fts5vocab(main, " +
                           index + ", instance)")) {
    return sum;
  }
  Statement rows = connection_.prepare("SELECT doc, col, offset, term FROM " + instances);
  while (rows.step()) sum.add(rows.integer(0), rows.bytes(1), rows.integer(2), rows.bytes(3));
  return sum;
}

std::optional<std::string> TermProof::compare() {
  const auto sum = sum_of("chunk_fts");
  const auto references = sum_of("reference_fts");
  if (!connection_.ok()) return std::nullopt;
  auto wrong = [](std::string_view what, const Sum& held, const Sum& expected) {
    return std::string(what) + ": it holds " + std::to_string(held.count) + " occurrences of terms, " +
           std::to_string(expected.count) + " were expected";
  };
  if (sum != expected_) return wrong("the full-text index does not match the text", sum, expected_);
  if (references != expected_references_)
    return wrong("the index of references does not match them", references, expected_references_);
  return compare_sizes();
}

std::optional<std::string> TermProof::compare_sizes() {
  Sum sum;
  Statement rows = connection_.prepare("SELECT id, sz FROM chunk_fts_docsize");
  while (rows.step()) {
    const auto sizes = column_sizes(rows.bytes(1)).value_or(ColumnSizes{});
    for (std::size_t i = 0; i < sizes.size(); ++i) sum.add(rows.integer(0), columns.at(i), sizes.at(i), {});
  }
  if (!connection_.ok() || sum == expected_sizes_) return std::nullopt;
  return "the full-text index does not match the text: it does not hold how many terms each chunk has";
}

}  // namespace froe::store
