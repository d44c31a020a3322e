// Blobs: the rows of one content, what is kept beside them, and its terms.
#include "store/json_lists.hpp"
#include "store/writer_state.hpp"

namespace froe::store {
namespace {

// Some megabytes. Names that are used often are soon known again.
constexpr std::size_t most_words_known = 50'000;

std::optional<std::uint32_t> begin_of(const std::optional<ByteRange>& range) {
  return range ? std::optional(range->begin) : std::nullopt;
}
std::optional<std::uint32_t> end_of(const std::optional<ByteRange>& range) {
  return range ? std::optional(range->end) : std::nullopt;
}

}  // namespace

void Writer::State::insert_blob(std::int64_t id, const BlobKey& key, std::string_view content,
                                const FileResult& result) {
  // The chunks tile the content, so that the last one ends where it does.
  std::uint64_t lines = 0;
  if (!result.chunks.empty())
    lines = result.chunks.back().end.row + (result.chunks.back().end.column > 0 ? 1U : 0U);
  if (is_quarantined(result.outcome)) quarantine->add(key, result);
  sql->insert_blob
      .with(id, key.id, recipe_id(key, true), to_string(result.outcome), result.detail, content.size(), lines,
            to_json(result.errors), next_chunk, result.chunks.size(), next_symbol, result.symbols.size(),
            next_import, result.imports.size(), next_reference, result.references.size(), next_metric,
            result.metrics.size())
      .run();
  std::string_view frame = compressor.compress(content);
  sql->insert_content.with(id, std::span(reinterpret_cast<const std::uint8_t*>(frame.data()), frame.size()))
      .run();
  for (const Chunk& chunk : result.chunks) {
    std::string_view text = content.substr(chunk.range.begin, chunk.range.size());
    std::optional<std::string> decorators;
    std::optional<std::string> imports;
    std::optional<std::string> language;
    if (!chunk.language.empty()) language = chunk.language;
    if (!chunk.decorators.empty()) decorators = to_json(chunk.decorators);
    if (!chunk.imports.empty()) imports = to_json(chunk.imports);
    sql->insert_chunk
        .with(next_chunk, id, chunk.ordinal, chunk.parent, chunk.range.begin, chunk.range.end,
              chunk.begin.row, chunk.begin.column, chunk.end.row, chunk.end.column,
              static_cast<int>(chunk.kind), static_cast<int>(chunk.visibility), chunk.partial,
              chunk.composite, chunk.nesting, language, chunk.name, chunk.scope, chunk.signature,
              begin_of(chunk.doc), end_of(chunk.doc), decorators, imports, chunk.id)
        .run();
    derive_terms(splitter, chunk, text, terms);
    sql->insert_terms.with(next_chunk, text, terms.words, terms.scope, terms.name).run();
    ++next_chunk;
  }
  for (std::size_t i = 0; i < result.symbols.size(); ++i) {
    const Symbol& symbol = result.symbols[i];
    sql->insert_symbol
        .with(next_symbol++, id, i, symbol.parent, static_cast<int>(symbol.kind),
              static_cast<int>(symbol.visibility), symbol.name, symbol.range.begin, symbol.range.end,
              symbol.name_range.begin, symbol.name_range.end, begin_of(symbol.doc), end_of(symbol.doc),
              symbol.begin.row, symbol.begin.column, symbol.end.row, symbol.end.column)
        .run();
  }
  for (const Import& import : result.imports) {
    sql->insert_import.with(next_import++, id, import.name, import.range.begin, import.range.end).run();
  }
  for (const Reference& reference : result.references) {
    sql->insert_reference
        .with(next_reference++, id, static_cast<int>(reference.kind), word_id(reference.name),
              reference.range.begin, reference.begin.row, reference.begin.column, reference.symbol)
        .run();
  }
  for (const Metrics& metrics : result.metrics) {
    sql->insert_metric
        .with(next_metric++, id, metrics.symbol, metrics.parameters, metrics.nesting, metrics.cyclomatic,
              metrics.cognitive)
        .run();
  }
  if (!result.tokens.empty()) {
    std::string_view tokens = compressor.compress(result.tokens);
    sql->insert_token
        .with(id, result.tokens.size(),
              std::span(reinterpret_cast<const std::uint8_t*>(tokens.data()), tokens.size()))
        .run();
  }
  pending_bytes += content.size();
}

std::int64_t Writer::State::word_id(const std::string& text) {
  if (auto known = words->known.find(text); known != words->known.end()) return known->second;
  std::int64_t id = 0;
  if (sql->find_word.with(text).step()) id = sql->find_word.integer(0);
  sql->find_word.reset();
  if (id == 0) {
    id = words->next++;
    sql->insert_word.with(id, text).run();
  }
  if (words->known.size() >= most_words_known) words->known.clear();
  words->known.emplace(text, id);
  return id;
}

// The full-text rows go by giving FTS5 what they were made from.
void Writer::State::drop_blob(std::int64_t id) {
  auto blob = rows->blob(id);
  if (!blob) return;
  std::string content = rows->text(*blob);
  std::vector<Chunk> chunks = rows->chunks(*blob);
  if (!connection.ok()) return;
  if (find_gap(chunks, content.size())) {
    connection.fail_damaged("the chunks of a blob do not tile it");
    return;
  }
  for (const Chunk& chunk : chunks) {
    std::string_view text = std::string_view(content).substr(chunk.range.begin, chunk.range.size());
    derive_terms(splitter, chunk, text, terms);
    sql->delete_terms.with(blob->first_chunk + chunk.ordinal, text, terms.words, terms.scope, terms.name)
        .run();
  }
  sql->delete_chunks.with(blob->first_chunk, blob->chunk_count).run();
  sql->delete_symbols.with(blob->first_symbol, blob->symbol_count).run();
  sql->delete_imports.with(blob->first_import, blob->import_count).run();
  sql->delete_references.with(blob->first_reference, blob->reference_count).run();
  sql->delete_metrics.with(blob->first_metric, blob->metric_count).run();
  sql->delete_token.with(id).run();
  words->unused = words->unused || blob->reference_count > 0;
  sql->delete_content.with(id).run();
  sql->delete_blob.with(id).run();
  pending_bytes += content.size();
}

}  // namespace froe::store
