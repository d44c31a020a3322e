#include "store/rows.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "store/compress.hpp"

namespace froe::store {
namespace {

constexpr std::string_view chunk_columns =
    "SELECT chunk.blob, ordinal, parent, begin_byte, end_byte, begin_row, begin_column, end_row, end_column,"
    " kind, partial, name, scope, signature, stable_id, chunk.id";

}  // namespace

BlobReader::BlobReader(Connection& connection)
    : connection_(connection),
      blob_(connection,
            "SELECT blob.id, hash, language, grammar, max_size, min_size, unit, outcome, detail, size, "
            "lines, errors,"
            " first_chunk, chunk_count, first_symbol, symbol_count"
            " FROM blob JOIN recipe ON recipe.id = blob.recipe WHERE blob.id = ?"),
      chunks_(connection,
              std::string(chunk_columns) + " FROM chunk WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id"),
      symbols_(connection,
               "SELECT parent, kind, name, begin_byte, end_byte, name_begin_byte, name_end_byte, begin_row,"
               " begin_column, end_row, end_column, blob, ordinal, id FROM symbol WHERE id >= ?1 AND id < ?1 "
               "+ ?2 ORDER BY id"),
      chunk_(connection, std::string(chunk_columns) +
                             ", blob.size, blob.first_chunk FROM chunk JOIN blob ON blob.id = chunk.blob"
                             " WHERE chunk.id = ?"),
      text_(connection, "SELECT lz4 FROM content WHERE blob = ?") {}

void BlobReader::fail_damaged(const std::string& what) {
  connection_.fail({ErrorKind::corrupt, "the index " + connection_.path().string() + " is damaged: " + what +
                                            "; remove it and index again"});
}

std::uint32_t BlobReader::count(const Statement& row, int column) {
  std::int64_t value = row.integer(column);
  if (value >= 0 && value <= std::numeric_limits<std::uint32_t>::max())
    return static_cast<std::uint32_t>(value);
  fail_damaged("a number is out of range");
  return 0;
}

std::optional<std::uint32_t> BlobReader::optional_count(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return count(row, column);
}

Kind BlobReader::to_kind(std::int64_t number) {
  if (number >= 0 && number < static_cast<std::int64_t>(all_kinds.size())) {
    return all_kinds[static_cast<std::size_t>(number)];
  }
  fail_damaged("unknown kind");
  return Kind::text;
}

std::optional<BlobRow> BlobReader::blob(std::int64_t id) {
  if (!blob_.with(id).step()) return std::nullopt;
  BlobRow row;
  row.id = blob_.integer(0);
  bool valid = to_array(blob_.bytes(1), row.key.id);
  row.key.language = blob_.bytes(2);
  row.key.grammar = blob_.bytes(3);
  row.key.options.max_size = count(blob_, 4);
  row.key.options.min_size = count(blob_, 5);
  auto unit = size_unit_from_string(blob_.bytes(6));
  row.key.options.unit = unit.value_or(SizeUnit::nonspace);
  row.outcome = blob_.bytes(7);
  row.detail = blob_.bytes(8);
  row.size = static_cast<std::uint64_t>(blob_.integer(9));
  row.lines = static_cast<std::uint64_t>(blob_.integer(10));
  row.errors = blob_.bytes(11);
  row.first_chunk = blob_.integer(12);
  row.chunk_count = blob_.integer(13);
  row.first_symbol = blob_.integer(14);
  row.symbol_count = blob_.integer(15);
  blob_.reset();
  if (!valid || !unit) fail_damaged("row " + std::to_string(id) + " of blob");
  return row;
}

Chunk BlobReader::to_chunk(const Statement& row) {
  Chunk chunk;
  chunk.ordinal = count(row, 1);
  chunk.parent = optional_count(row, 2);
  chunk.range = {count(row, 3), count(row, 4)};
  chunk.begin = {count(row, 5), count(row, 6)};
  chunk.end = {count(row, 7), count(row, 8)};
  chunk.kind = to_kind(row.integer(9));
  chunk.partial = row.integer(10) != 0;
  chunk.name = row.bytes(11);
  chunk.scope = row.bytes(12);
  chunk.signature = row.bytes(13);
  if (!to_array(row.bytes(14), chunk.id)) fail_damaged("stable id");
  return chunk;
}

void BlobReader::check(const Chunk& chunk, std::int64_t expected_ordinal, std::uint64_t size) {
  std::string name = "chunk " + std::to_string(chunk.ordinal);
  if (chunk.ordinal != expected_ordinal)
    fail_damaged(name + " should be " + std::to_string(expected_ordinal));
  if (chunk.parent && *chunk.parent >= chunk.ordinal) fail_damaged(name + " comes before its parent");
  if (chunk.range.begin > chunk.range.end || chunk.range.end > size) {
    fail_damaged(name + " does not lie in the file");
  }
}

std::vector<Chunk> BlobReader::chunks(const BlobRow& blob) {
  std::vector<Chunk> found;
  chunks_.with(blob.first_chunk, blob.chunk_count);
  while (chunks_.step()) {
    const Chunk& chunk = found.emplace_back(to_chunk(chunks_));
    if (chunks_.integer(0) != blob.id) {
      fail_damaged("chunk " + std::to_string(chunk.ordinal) + " belongs to another blob");
    }
    check(chunk, chunks_.integer(15) - blob.first_chunk, blob.size);
  }
  return found;
}

std::optional<BlobReader::Owned> BlobReader::chunk(std::int64_t id) {
  if (!chunk_.with(id).step()) return std::nullopt;
  Owned owned{chunk_.integer(0), to_chunk(chunk_)};
  check(owned.chunk, id - chunk_.integer(17), static_cast<std::uint64_t>(chunk_.integer(16)));
  chunk_.reset();
  return owned;
}

std::vector<Symbol> BlobReader::symbols(const BlobRow& blob) {
  std::vector<Symbol> found;
  symbols_.with(blob.first_symbol, blob.symbol_count);
  while (symbols_.step()) {
    Symbol& symbol = found.emplace_back();
    symbol.parent = optional_count(symbols_, 0);
    symbol.kind = to_kind(symbols_.integer(1));
    symbol.name = symbols_.bytes(2);
    symbol.range = {count(symbols_, 3), count(symbols_, 4)};
    symbol.name_range = {count(symbols_, 5), count(symbols_, 6)};
    symbol.begin = {count(symbols_, 7), count(symbols_, 8)};
    symbol.end = {count(symbols_, 9), count(symbols_, 10)};
    std::size_t index = found.size() - 1;
    std::string name = "symbol " + std::to_string(index);
    if (symbols_.integer(11) != blob.id) fail_damaged(name + " belongs to another blob");
    if (symbols_.integer(12) != symbols_.integer(13) - blob.first_symbol) {
      fail_damaged(name + " has the ordinal " + std::to_string(symbols_.integer(12)));
    }
    if (symbol.parent && *symbol.parent >= index) fail_damaged(name + " comes before its parent");
    bool inside = symbol.range.begin <= symbol.name_range.begin &&
                  symbol.name_range.begin <= symbol.name_range.end &&
                  symbol.name_range.end <= symbol.range.end && symbol.range.end <= blob.size;
    if (!inside) fail_damaged(name + " does not lie in the file, or its name not in it");
  }
  return found;
}

std::string BlobReader::text(const BlobRow& blob) {
  std::optional<std::string> text;
  if (text_.with(blob.id).step()) text = decompress(text_.bytes(0), blob.size);
  text_.reset();
  if (!text) fail_damaged("the text of blob " + to_hex(blob.key.id) + " cannot be read");
  return std::move(text).value_or("");
}

std::optional<Outcome> outcome_from_string(std::string_view name) {
  const auto* found =
      std::ranges::find_if(all_outcomes, [&](Outcome each) { return to_string(each) == name; });
  if (found == all_outcomes.end()) return std::nullopt;
  return *found;
}

bool to_array(std::string_view bytes, std::span<std::uint8_t> array) {
  if (bytes.size() != array.size()) return false;
  std::ranges::copy(bytes, array.begin());
  return true;
}

void derive_terms(IdentifierSplitter& splitter, const Chunk& chunk, std::string_view text, Terms& terms) {
  terms.words.clear();
  splitter.start();
  splitter.append(text, terms.words);
  terms.scope.assign(chunk.scope).append(" ").append(chunk.name).append(" ");
  splitter.start();
  splitter.append(chunk.scope, terms.scope);
  splitter.append(chunk.name, terms.scope);
}

std::uint64_t count_lines(std::string_view text) {
  auto breaks = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  return breaks + (!text.empty() && text.back() != '\n' ? 1 : 0);
}

std::optional<std::string> find_gap(const std::vector<Chunk>& chunks, std::uint64_t size) {
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const Chunk& chunk = chunks[i];
    if (chunk.ordinal != i)
      return "chunk " + std::to_string(i) + " has the ordinal " + std::to_string(chunk.ordinal);
    if (chunk.range.begin != at || chunk.range.end < chunk.range.begin || chunk.range.end > size) {
      return "chunk " + std::to_string(i) + " does not continue the one before it at byte " +
             std::to_string(at);
    }
    at = chunk.range.end;
  }
  if (at != size) return "the chunks end at byte " + std::to_string(at) + " of " + std::to_string(size);
  return std::nullopt;
}

}  // namespace froe::store
