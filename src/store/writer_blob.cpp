// Blobs: the rows of one content, what is kept beside them, and its terms.
#include <future>

#include "store/json_lists.hpp"
#include "store/name_places.hpp"
#include "store/writer_state.hpp"

namespace froe::store {
namespace {

std::optional<std::uint32_t> begin_of(const std::optional<ByteRange>& range) {
  return range ? std::optional(range->begin) : std::nullopt;
}
std::optional<std::uint32_t> end_of(const std::optional<ByteRange>& range) {
  return range ? std::optional(range->end) : std::nullopt;
}
std::optional<std::uint32_t> row_of(const std::optional<Position>& position) {
  return position ? std::optional(position->row) : std::nullopt;
}
std::optional<std::uint32_t> column_of(const std::optional<Position>& position) {
  return position ? std::optional(position->column) : std::nullopt;
}

// What tells a blob from any other that might have its id.
std::string arrival(std::int64_t id, const BlobKey& key, const FileResult& result) {
  const auto& options = key.options;
  std::string text = '+' + to_hex(key.id) + ' ' + key.language + ' ' + key.grammar;
  for (auto number : {static_cast<std::uint64_t>(id), static_cast<std::uint64_t>(options.unit),
                      std::uint64_t{options.max_size}, std::uint64_t{options.min_size},
                      std::uint64_t{options.references}, std::uint64_t{options.metrics},
                      std::uint64_t{result.chunks.size()}, std::uint64_t{result.symbols.size()}})
    text += ' ' + std::to_string(number);
  return text;
}

}  // namespace

void Writer::State::extend_history(const std::string& change) {
  history = to_hex(blob_id(history + change));
  history_changed = true;
}

void Writer::State::insert_chunk(std::int64_t blob, const Chunk& chunk, std::string_view text,
                                 const Terms& terms) {
  std::optional<std::string> decorators;
  std::optional<std::string> imports;
  std::optional<std::string> language;
  if (!chunk.language.empty()) language = chunk.language;
  if (!chunk.decorators.empty()) decorators = to_json(chunk.decorators);
  if (!chunk.imports.empty()) imports = to_json(chunk.imports);
  sql->insert_chunk
      .with(next_chunk, blob, chunk.ordinal, chunk.parent, chunk.range.begin, chunk.range.end,
            chunk.begin.row, chunk.begin.column, chunk.end.row, chunk.end.column,
            static_cast<int>(chunk.kind), static_cast<int>(chunk.visibility), chunk.partial, chunk.composite,
            chunk.nesting, language, chunk.name, chunk.scope, chunk.signature, begin_of(chunk.doc),
            end_of(chunk.doc), decorators, imports, chunk.id)
      .run();
  sql->insert_terms.with(next_chunk, text, terms.words, terms.scope, terms.name).run();
  ++next_chunk;
}

void Writer::State::insert_blob(std::int64_t id, const BlobKey& key, std::string_view content,
                                const FileResult& result) {
  // The chunks tile the content, so that the last one ends where it does.
  std::uint64_t lines = 0;
  if (!result.chunks.empty())
    lines = result.chunks.back().end.row + (result.chunks.back().end.column > 0 ? 1U : 0U);
  if (is_quarantined(result.outcome)) quarantine->add(key, result);
  extend_history(arrival(id, key, result) + ' ' + std::to_string(next_chunk) + ' ' +
                 std::to_string(next_symbol));
  sql->insert_blob
      .with(id, key.id, recipe_id(key, true), to_string(result.outcome), result.detail, content.size(), lines,
            to_json(result.errors), next_chunk, result.chunks.size(), next_symbol, result.symbols.size(),
            next_import, result.imports.size(), result.references.size(), next_metric, result.metrics.size())
      .run();
  std::future<std::string_view> compressed;
  if (chunk_terms->is_ahead(content)) {
    compressed =
        std::async(std::launch::async | std::launch::deferred, [&] { return compressor.compress(content); });
  }
  chunk_terms->each(content, result.chunks,
                    [&](const Chunk& chunk, std::string_view text, const Terms& terms) {
                      insert_chunk(id, chunk, text, terms);
                      return connection.ok();
                    });
  sql->insert_content.with(id, as_blob(compressed.valid() ? compressed.get() : compressor.compress(content)))
      .run();
  const NamePlaces names(result.symbols.empty() ? std::string_view() : content);
  for (std::size_t i = 0; i < result.symbols.size(); ++i) {
    const Symbol& symbol = result.symbols[i];
    const auto name = names.of(symbol);
    sql->insert_symbol
        .with(next_symbol++, id, i, symbol.parent, static_cast<int>(symbol.kind),
              static_cast<int>(symbol.visibility), symbol.name, symbol.range.begin, symbol.range.end,
              symbol.name_range.begin, symbol.name_range.end, begin_of(symbol.doc), end_of(symbol.doc),
              symbol.begin.row, symbol.begin.column, symbol.end.row, symbol.end.column, row_of(name),
              column_of(name))
        .run();
  }
  for (const Import& import : result.imports) {
    sql->insert_import.with(next_import++, id, import.name, import.range.begin, import.range.end).run();
  }
  if (!result.references.empty()) {
    sql->insert_references.with(id, as_blob(to_list(result.references))).run();
    derive_terms(result.references, content, reference_terms);
    const auto& [call, type, import, other] = reference_terms;
    sql->insert_reference_terms.with(id, call, type, import, other).run();
  }
  for (const Metrics& metrics : result.metrics) {
    sql->insert_metric
        .with(next_metric++, id, metrics.symbol, metrics.parameters, metrics.nesting, metrics.cyclomatic,
              metrics.cognitive)
        .run();
  }
  if (!result.tokens.empty()) {
    sql->insert_token.with(id, result.tokens.size(), as_blob(compressor.compress(result.tokens))).run();
  }
  pending_bytes += content.size();
}

// The full-text rows go by giving FTS5 what they were made from.
void Writer::State::drop_blob(std::int64_t id) {
  auto blob = rows->blob(id);
  if (!blob) return;
  extend_history("-" + std::to_string(id));
  std::string content = rows->text(*blob);
  std::vector<Chunk> chunks = rows->chunks(*blob);
  const auto references = rows->references(*blob, content);
  if (!connection.ok()) return;
  if (find_gap(chunks, content.size())) {
    connection.fail_damaged("the chunks of a blob do not tile it");
    return;
  }
  chunk_terms->each(content, chunks, [&](const Chunk& chunk, std::string_view text, const Terms& terms) {
    return sql->delete_terms
        .with(blob->first_chunk + chunk.ordinal, text, terms.words, terms.scope, terms.name)
        .run();
  });
  if (!references.empty()) {
    derive_terms(references, content, reference_terms);
    const auto& [call, type, import, other] = reference_terms;
    sql->delete_reference_terms.with(id, call, type, import, other).run();
  }
  sql->delete_chunks.with(blob->first_chunk, blob->chunk_count).run();
  sql->delete_symbols.with(blob->first_symbol, blob->symbol_count).run();
  sql->delete_imports.with(blob->first_import, blob->import_count).run();
  sql->delete_references.with(id).run();
  sql->delete_metrics.with(blob->first_metric, blob->metric_count).run();
  sql->delete_token.with(id).run();
  sql->delete_content.with(id).run();
  sql->delete_blob.with(id).run();
  pending_bytes += content.size();
}

}  // namespace froe::store
