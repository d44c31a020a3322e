#include "store/rows.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "froe/token_stream.hpp"
#include "store/compress.hpp"
#include "store/json_lists.hpp"
#include "store/positions.hpp"
#include "store/reference_list.hpp"

namespace froe::store {
namespace {

constexpr std::string_view chunk_columns =
    "SELECT chunk.blob, ordinal, parent, begin_byte, end_byte, begin_row, begin_column, end_row, end_column,"
    " kind, visibility, partial, composite, nesting, chunk.language, name, scope, signature, doc_begin_byte,"
    " doc_end_byte, decorators, imports, stable_id, chunk.id";

}  // namespace

BlobReader::BlobReader(Connection& connection)
    : connection_(connection),
      blob_(connection,
            "SELECT blob.id, hash, language, grammar, max_size, min_size, unit, outcome, detail, size, "
            "lines, errors,"
            " first_chunk, chunk_count, first_symbol, symbol_count, first_import, import_count,"
            " reference_count, with_references, first_metric, metric_count, with_metrics"
            " FROM blob JOIN recipe ON recipe.id = blob.recipe WHERE blob.id = ?"),
      chunks_(connection,
              std::string(chunk_columns) + " FROM chunk WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id"),
      symbols_(
          connection,
          "SELECT parent, kind, name, begin_byte, end_byte, name_begin_byte, name_end_byte, begin_row,"
          " begin_column, end_row, end_column, blob, ordinal, id, visibility, doc_begin_byte, doc_end_byte"
          " FROM symbol WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id"),
      name_places_(connection,
                   "SELECT name_row, name_column FROM symbol WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id"),
      imports_(connection,
               "SELECT blob, name, begin_byte, end_byte FROM import WHERE id >= ?1 AND id < ?1 + ?2"
               " ORDER BY id"),
      references_(connection, "SELECT list FROM reference WHERE blob = ?"),
      metrics_(connection,
               "SELECT blob, symbol, parameters, nesting, cyclomatic, cognitive FROM metric"
               " WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id"),
      tokens_(connection, "SELECT lz4, size FROM token WHERE blob = ?"),
      chunk_(
          connection,
          std::string(chunk_columns) +
              ", blob.size, blob.first_chunk, blob.import_count FROM chunk JOIN blob ON blob.id = chunk.blob"
              " WHERE chunk.id = ?"),
      text_(connection, "SELECT lz4 FROM content WHERE blob = ?") {}

std::uint32_t BlobReader::count(const Statement& row, int column) {
  std::int64_t value = row.integer(column);
  if (value >= 0 && value <= std::numeric_limits<std::uint32_t>::max())
    return static_cast<std::uint32_t>(value);
  connection_.fail_damaged("a number is out of range");
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
  connection_.fail_damaged("unknown kind");
  return Kind::text;
}

Visibility BlobReader::to_visibility(std::int64_t number) {
  if (number >= 0 && number < static_cast<std::int64_t>(all_visibilities.size())) {
    return all_visibilities[static_cast<std::size_t>(number)];
  }
  connection_.fail_damaged("unknown visibility");
  return Visibility::unknown;
}

std::optional<ByteRange> BlobReader::optional_range(const Statement& row, int column) {
  if (row.is_null(column) && row.is_null(column + 1)) return std::nullopt;
  return ByteRange{count(row, column), count(row, column + 1)};
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
  row.first_import = blob_.integer(16);
  row.import_count = blob_.integer(17);
  row.reference_count = blob_.integer(18);
  row.key.options.references = blob_.integer(19) != 0;
  row.first_metric = blob_.integer(20);
  row.metric_count = blob_.integer(21);
  row.key.options.metrics = blob_.integer(22) != 0;
  blob_.reset();
  if (!valid || !unit) connection_.fail_damaged("row " + std::to_string(id) + " of blob");
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
  chunk.visibility = to_visibility(row.integer(10));
  chunk.partial = row.integer(11) != 0;
  chunk.composite = row.integer(12) != 0;
  chunk.nesting = count(row, 13);
  chunk.language = row.bytes(14);
  chunk.name = row.bytes(15);
  chunk.scope = row.bytes(16);
  chunk.signature = row.bytes(17);
  chunk.doc = optional_range(row, 18);
  if (!row.is_null(20)) {
    auto decorators = ranges_from_json(row.bytes(20));
    if (!decorators) connection_.fail_damaged("the decorators of chunk " + std::to_string(chunk.ordinal));
    chunk.decorators = std::move(decorators).value_or(std::vector<ByteRange>());
  }
  if (!row.is_null(21)) {
    auto imports = numbers_from_json(row.bytes(21));
    if (!imports) connection_.fail_damaged("the imports of chunk " + std::to_string(chunk.ordinal));
    chunk.imports = std::move(imports).value_or(std::vector<std::uint32_t>());
  }
  if (!to_array(row.bytes(22), chunk.id)) connection_.fail_damaged("stable id");
  return chunk;
}

void BlobReader::check(const Chunk& chunk, const Bounds& bounds) {
  std::string name = "chunk " + std::to_string(chunk.ordinal);
  if (chunk.ordinal != bounds.ordinal)
    connection_.fail_damaged(name + " should be " + std::to_string(bounds.ordinal));
  if (chunk.parent && *chunk.parent >= chunk.ordinal)
    connection_.fail_damaged(name + " comes before its parent");
  auto outside = [&](ByteRange range) { return range.begin > range.end || range.end > bounds.size; };
  if (outside(chunk.range)) connection_.fail_damaged(name + " does not lie in the file");
  if ((chunk.doc && outside(*chunk.doc)) || std::ranges::any_of(chunk.decorators, outside)) {
    connection_.fail_damaged("the documentation or a decorator of " + name + " does not lie in the file");
  }
  if (std::ranges::any_of(chunk.imports, [&](std::uint32_t each) { return each >= bounds.imports; })) {
    connection_.fail_damaged(name + " uses an import that there is not");
  }
}

std::vector<Chunk> BlobReader::chunks(const BlobRow& blob) {
  std::vector<Chunk> found;
  chunks_.with(blob.first_chunk, blob.chunk_count);
  while (chunks_.step()) {
    const Chunk& chunk = found.emplace_back(to_chunk(chunks_));
    if (chunks_.integer(0) != blob.id) {
      connection_.fail_damaged("chunk " + std::to_string(chunk.ordinal) + " belongs to another blob");
    }
    check(chunk, {chunks_.integer(23) - blob.first_chunk, blob.size, blob.import_count});
  }
  return found;
}

std::optional<BlobReader::Owned> BlobReader::chunk(std::int64_t id) {
  if (!chunk_.with(id).step()) return std::nullopt;
  Owned owned{chunk_.integer(0), to_chunk(chunk_)};
  check(owned.chunk,
        {id - chunk_.integer(25), static_cast<std::uint64_t>(chunk_.integer(24)), chunk_.integer(26)});
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
    symbol.visibility = to_visibility(symbols_.integer(14));
    symbol.doc = optional_range(symbols_, 15);
    std::size_t index = found.size() - 1;
    auto name = [&] { return "symbol " + std::to_string(index); };
    if (symbols_.integer(11) != blob.id) connection_.fail_damaged(name() + " belongs to another blob");
    if (symbols_.integer(12) != symbols_.integer(13) - blob.first_symbol) {
      connection_.fail_damaged(name() + " has the ordinal " + std::to_string(symbols_.integer(12)));
    }
    if (symbol.parent && *symbol.parent >= index)
      connection_.fail_damaged(name() + " comes before its parent");
    bool inside = symbol.range.begin <= symbol.name_range.begin &&
                  symbol.name_range.begin <= symbol.name_range.end &&
                  symbol.name_range.end <= symbol.range.end && symbol.range.end <= blob.size;
    if (!inside) connection_.fail_damaged(name() + " does not lie in the file, or its name not in it");
    if (symbol.doc && (symbol.doc->begin > symbol.doc->end || symbol.doc->end > blob.size)) {
      connection_.fail_damaged("the documentation of " + name() + " does not lie in the file");
    }
  }
  // References and metrics name them by their place.
  if (connection_.ok() && std::ssize(found) != blob.symbol_count)
    connection_.fail_damaged("blob " + to_hex(blob.key.id) + " lacks symbols");
  return found;
}

std::vector<std::optional<Position>> BlobReader::name_places(const BlobRow& blob) {
  std::vector<std::optional<Position>> places;
  name_places_.with(blob.first_symbol, blob.symbol_count);
  while (name_places_.step()) {
    auto& place = places.emplace_back();
    if (name_places_.is_null(0)) continue;
    place = {count(name_places_, 0), count(name_places_, 1)};
  }
  return places;
}

std::vector<Import> BlobReader::imports(const BlobRow& blob) {
  std::vector<Import> found;
  imports_.with(blob.first_import, blob.import_count);
  while (imports_.step()) {
    std::string name = "import " + std::to_string(found.size());
    Import& import = found.emplace_back();
    if (imports_.integer(0) != blob.id) connection_.fail_damaged(name + " belongs to another blob");
    import.name = imports_.bytes(1);
    import.range = {count(imports_, 2), count(imports_, 3)};
    if (import.range.begin > import.range.end || import.range.end > blob.size)
      connection_.fail_damaged(name + " does not lie in the file");
  }
  return found;
}

std::vector<Reference> BlobReader::references(const BlobRow& blob, std::string_view text,
                                              std::optional<std::string_view> name,
                                              std::optional<ReferenceKind> kind) {
  std::vector<Reference> found;
  if (blob.reference_count == 0) return found;
  const bool has_list = references_.with(blob.id).step();
  ReferenceListReader list(has_list ? references_.bytes(0) : std::string_view());
  PositionCounter positions(text);
  std::int64_t count = 0;
  bool possible = true;
  for (ListedReference each; possible && list.next(each); ++count) {
    possible = each.range.end <= text.size() && (!each.symbol || *each.symbol < blob.symbol_count);
    const bool other = (name && each.range.size() != name->size()) || (kind && each.kind != *kind);
    if (!possible || other) continue;
    const auto own = text.substr(each.range.begin, each.range.size());
    if (name && own != *name) continue;
    found.push_back({each.kind, std::string(own), each.range, positions.at(each.range.begin), each.symbol});
  }
  references_.reset();
  if (!possible || list.broken() || count != blob.reference_count)
    connection_.fail_damaged("the references of blob " + to_hex(blob.key.id) + " cannot be read");
  return found;
}

std::vector<std::int64_t> BlobReader::users(std::string_view name, std::optional<ReferenceKind> kind) {
  std::vector<std::int64_t> found;
  if (name.empty()) return found;
  Statement statement =
      connection_.prepare("SELECT rowid FROM reference_fts WHERE reference_fts MATCH ? ORDER BY rowid");
  const auto expression = match_expression(name, kind);
  if (connection_.ok()) statement.with(expression);
  while (statement.step()) found.push_back(statement.integer(0));
  return found;
}

std::vector<Metrics> BlobReader::metrics(const BlobRow& blob) {
  std::vector<Metrics> found;
  metrics_.with(blob.first_metric, blob.metric_count);
  while (metrics_.step()) {
    std::string name = "metric " + std::to_string(found.size());
    const Metrics& metrics = found.emplace_back(Metrics{
        count(metrics_, 1), count(metrics_, 2), count(metrics_, 3), count(metrics_, 4), count(metrics_, 5)});
    if (metrics_.integer(0) != blob.id) connection_.fail_damaged(name + " belongs to another blob");
    if (metrics.symbol >= blob.symbol_count)
      connection_.fail_damaged(name + " is of a symbol that there is not");
  }
  return found;
}

std::string BlobReader::tokens(const BlobRow& blob) {
  if (!tokens_.with(blob.id).step()) return {};
  std::optional<std::string> tokens;
  auto size = tokens_.integer(1);
  // Two bytes a token is what the shortest take, and no token is empty.
  bool possible = size >= 0 && static_cast<std::uint64_t>(size) <= most_token_bytes(blob.size);
  if (possible) tokens = decompressor_.decompress(tokens_.bytes(0), static_cast<std::uint64_t>(size));
  tokens_.reset();
  if (!tokens || !tokens_fit(*tokens, static_cast<std::uint32_t>(blob.size))) {
    connection_.fail_damaged("the tokens of blob " + to_hex(blob.key.id) + " cannot be read");
    return {};
  }
  return std::move(*tokens);
}

std::vector<ByteRange> BlobReader::errors(const BlobRow& blob) {
  auto errors = ranges_from_json(blob.errors);
  auto outside = [&](ByteRange range) { return range.begin > range.end || range.end > blob.size; };
  if (!errors || std::ranges::any_of(*errors, outside)) {
    connection_.fail_damaged("the error ranges of blob " + to_hex(blob.key.id));
    return {};
  }
  return std::move(*errors);
}

std::string BlobReader::text(const BlobRow& blob) {
  std::optional<std::string> text;
  if (text_.with(blob.id).step()) text = decompressor_.decompress(text_.bytes(0), blob.size);
  text_.reset();
  if (!text) connection_.fail_damaged("the text of blob " + to_hex(blob.key.id) + " cannot be read");
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
  terms.scope.assign(chunk.scope).append(" ");
  splitter.start();
  splitter.append(chunk.scope, terms.scope);
  terms.name.assign(chunk.name).append(" ");
  splitter.start();
  splitter.append(chunk.name, terms.name);
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

std::vector<Revision> read_revisions(Connection& connection) {
  std::vector<Revision> revisions;
  Statement rows = connection.prepare("SELECT id, commit_hash, name, rules, part FROM revision ORDER BY id");
  while (rows.step()) {
    auto& revision = revisions.emplace_back();
    revision.id = rows.integer(0);
    revision.name = rows.bytes(2);
    revision.rules = rows.bytes(3);
    revision.part = rows.bytes(4);
    if (to_array(rows.bytes(1), revision.commit)) continue;
    connection.fail_damaged("a row of revisions");
    break;
  }
  return revisions;
}

}  // namespace froe::store
