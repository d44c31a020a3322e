#include "froe/json.hpp"

#include <algorithm>

#include "froe/digest.hpp"
#include "froe/language.hpp"
#include "froe/report.hpp"

namespace froe::report {

namespace {

std::optional<std::uint32_t> begin_of(const std::optional<ByteRange>& range) {
  return range ? std::optional(range->begin) : std::nullopt;
}
std::optional<std::uint32_t> end_of(const std::optional<ByteRange>& range) {
  return range ? std::optional(range->end) : std::nullopt;
}

// As pairs of numbers.
void add_ranges(JsonObject& object, std::string_view name, const std::vector<ByteRange>& ranges) {
  auto& out = object.key(name);
  out += '[';
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (i > 0) out += ',';
    out += '[' + std::to_string(ranges[i].begin) + ',' + std::to_string(ranges[i].end) + ']';
  }
  out += ']';
}

// Of the file's syntax errors those that touch the chunk; one of no size, where something is missing, too.
std::vector<ByteRange> errors_in(const File& file, ByteRange chunk) {
  std::vector<ByteRange> errors;
  for (auto error : file.view().errors) {
    if (error.begin < chunk.end && std::max(error.end, error.begin + 1) > chunk.begin)
      errors.push_back(error);
  }
  return errors;
}

// How long a text is, for people and for language models.
struct Length {
  std::uint32_t characters = 0;  // of Unicode; bytes that are none count one each
  std::uint32_t nonspace = 0;    // of these, those that are not white space of ASCII
};

Length length_of(std::string_view text) {
  Length length;
  for (std::size_t at = 0; at < text.size(); at += std::max<std::size_t>(1, utf8_sequence(text, at))) {
    constexpr std::string_view white = " \t\n\r\v\f";
    ++length.characters;
    if (white.find(text[at]) == std::string_view::npos) ++length.nonspace;
  }
  return length;
}

// Three characters that are not white space are about one token of code; docs/chunks.md.
std::uint32_t estimated_tokens(const Length& length) {
  return (length.nonspace + 2) / 3;
}

void add_position(JsonObject& object, const File& file, const Chunk& chunk) {
  object.add("start_byte", chunk.range.begin)
      .add("end_byte", chunk.range.end)
      .add("start_line", chunk.begin.row + 1)
      .add("start_column", chunk.begin.column)
      .add("start_column_utf16", file.utf16_column(chunk.range.begin, chunk.begin.column))
      .add("end_line", last_row(chunk.begin, chunk.end) + 1)
      .add("end_column", chunk.end.column)
      .add("end_column_utf16", file.utf16_column(chunk.range.end, chunk.end.column));
}

void add_parent(JsonObject& object, const File& file, const Chunk& chunk) {
  const auto* parent = file.parent_of(chunk);
  object.add("parent", chunk.parent)
      .add("parent_id", parent ? std::optional(parent->id) : std::nullopt)
      .add("parent_kind", parent ? std::optional(parent->kind) : std::nullopt)
      .add("parent_name", parent ? std::optional(parent->name) : std::nullopt);
}

void add_definition(JsonObject& object, const File& file, const Chunk& chunk) {
  object.add("name", chunk.name)
      .add("scope", chunk.scope)
      .add("signature", chunk.signature)
      .add("visibility", chunk.visibility)
      .add("nesting", chunk.nesting)
      .add("partial", chunk.partial)
      .add("composite", chunk.composite)
      .add("doc", file.documentation_of(chunk))
      .add("doc_start_byte", begin_of(chunk.doc))
      .add("doc_end_byte", end_of(chunk.doc))
      .add("decorators", file.decorators_of(chunk))
      .add("imports", file.imports_of(chunk))
      .add("siblings", file.siblings_of(chunk));
}

}  // namespace

std::string chunk_json(const store::FoundChunk& found, const File& file, const ChunkJson& options) {
  const auto& chunk = found.chunk;
  auto text = file.text(chunk.range);
  auto length = length_of(text);
  std::string line;
  {
    JsonObject object(line);
    object.add("path", found.path)
        .add("file_kind", language::file_kind(found.path, found.language))
        .add("outcome", file.view().outcome)
        .add("language", chunk.language.empty() ? found.language : chunk.language)
        .add("ordinal", chunk.ordinal);
    add_parent(object, file, chunk);
    add_position(object, file, chunk);
    object.add("kind", chunk.kind).add("title", title_of(found));
    add_definition(object, file, chunk);
    add_ranges(object, "errors", errors_in(file, chunk.range));
    object.add("id", chunk.id)
        .add("version", std::string_view(cutter_version))
        .add("hash", blob_id(text))
        .add("characters", length.characters)
        .add("token_estimate", estimated_tokens(length));
    if (found.score != 0) object.add("score", found.score);
    if (!file.view().overlaps.empty()) {
      auto begin = file.view().overlaps[chunk.ordinal];
      object.add("overlap_start_byte", begin);
      if (options.text) object.add("overlap", file.text({begin, chunk.range.begin}));
    }
    if (options.context != nullptr) object.add("context", options.context->render(found, file));
    if (options.text) object.add("text", text);
  }
  return line + '\n';
}

std::string symbol_json(std::string_view path, const Symbol& symbol, const File& file) {
  std::string line;
  JsonObject(line)
      .add("path", path)
      .add("kind", symbol.kind)
      .add("name", symbol.name)
      .add("visibility", symbol.visibility)
      .add("parent", symbol.parent)
      .add("start_byte", symbol.range.begin)
      .add("end_byte", symbol.range.end)
      .add("name_start_byte", symbol.name_range.begin)
      .add("name_end_byte", symbol.name_range.end)
      .add("doc_start_byte", begin_of(symbol.doc))
      .add("doc_end_byte", end_of(symbol.doc))
      .add("start_line", symbol.begin.row + 1)
      .add("start_column", symbol.begin.column)
      .add("start_column_utf16", file.utf16_column(symbol.range.begin, symbol.begin.column))
      .add("end_line", last_row(symbol.begin, symbol.end) + 1)
      .add("end_column", symbol.end.column)
      .add("end_column_utf16", file.utf16_column(symbol.range.end, symbol.end.column));
  return line + '\n';
}

std::string ledger_json(const store::LedgerEntry& entry) {
  std::string line;
  append_json(line, entry);
  return line + '\n';
}

std::string quarantine_json(const store::Quarantined& entry) {
  std::string line;
  append_json(line, entry);
  return line + '\n';
}

std::string last_run_json(const store::LastRun& run) {
  std::string line;
  append_json(line, run);
  return line + '\n';
}

std::string statistics_json(const store::Statistics& statistics) {
  std::string line;
  {
    JsonObject object(line);
    object.add("roots", statistics.roots)
        .add("complete", statistics.complete)
        .add("files", statistics.files)
        .add("revisions", statistics.revisions)
        .add("blobs", statistics.blobs)
        .add("chunks", statistics.chunks)
        .add("symbols", statistics.symbols)
        .add("source_bytes", statistics.source_bytes)
        .add("database_bytes", statistics.database_bytes);
    {
      JsonObject outcomes(object.key("outcomes"));
      for (const auto& count : statistics.outcomes) {
        JsonObject(outcomes.key(to_string(count.outcome)))
            .add("files", count.files)
            .add("bytes", count.bytes);
      }
    }
    {
      JsonObject marks(object.key("marks"));
      for (const auto& count : statistics.marks) {
        JsonObject(marks.key(to_string(count.mark))).add("files", count.files).add("bytes", count.bytes);
      }
    }
    {
      JsonObject languages(object.key("languages"));
      for (const auto& count : statistics.languages) {
        JsonObject(languages.key(count.language.empty() ? "text" : std::string_view(count.language)))
            .add("files", count.files)
            .add("bytes", count.bytes)
            .add("chunks", count.chunks);
      }
    }
  }
  return line + '\n';
}

}  // namespace froe::report
