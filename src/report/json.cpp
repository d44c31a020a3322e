#include "froe/json.hpp"

#include <algorithm>

#include "froe/report.hpp"
#include "report/documentation.hpp"

namespace froe::report {

namespace {

std::string_view text_of(const FileView& file, ByteRange range) {
  return file.content.substr(range.begin, range.size());
}

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
std::vector<ByteRange> errors_in(const FileView& file, ByteRange chunk) {
  std::vector<ByteRange> errors;
  for (auto error : file.errors) {
    if (error.begin < chunk.end && std::max(error.end, error.begin + 1) > chunk.begin)
      errors.push_back(error);
  }
  return errors;
}

}  // namespace

std::string chunk_json(const store::FoundChunk& found, const FileView& file, const ChunkJson& options) {
  const auto& chunk = found.chunk;
  std::vector<std::string> decorators;
  for (auto range : chunk.decorators) decorators.push_back(on_one_line(text_of(file, range)));
  std::vector<std::string> imports;
  for (auto index : chunk.imports) imports.push_back(file.imports[index].name);
  std::string line;
  {
    JsonObject object(line);
    object.add("path", found.path)
        .add("language", chunk.language.empty() ? found.language : chunk.language)
        .add("ordinal", chunk.ordinal)
        .add("parent", chunk.parent)
        .add("start_byte", chunk.range.begin)
        .add("end_byte", chunk.range.end)
        .add("start_line", chunk.begin.row + 1)
        .add("start_column", chunk.begin.column)
        .add("end_line", last_row(chunk.begin, chunk.end) + 1)
        .add("end_column", chunk.end.column)
        .add("kind", chunk.kind)
        .add("name", chunk.name)
        .add("scope", chunk.scope)
        .add("signature", chunk.signature)
        .add("visibility", chunk.visibility)
        .add("nesting", chunk.nesting)
        .add("partial", chunk.partial)
        .add("composite", chunk.composite)
        .add("doc", chunk.doc ? plain_documentation(text_of(file, *chunk.doc)) : std::string())
        .add("doc_start_byte", begin_of(chunk.doc))
        .add("doc_end_byte", end_of(chunk.doc))
        .add("decorators", decorators)
        .add("imports", imports);
    add_ranges(object, "errors", errors_in(file, chunk.range));
    object.add("id", chunk.id);
    if (found.score != 0) object.add("score", found.score);
    if (!file.overlaps.empty()) {
      auto begin = file.overlaps[chunk.ordinal];
      object.add("overlap_start_byte", begin);
      if (options.text) object.add("overlap", text_of(file, {begin, chunk.range.begin}));
    }
    if (options.text) object.add("text", text_of(file, chunk.range));
  }
  return line + '\n';
}

std::string symbol_json(std::string_view path, const Symbol& symbol) {
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
      .add("end_line", last_row(symbol.begin, symbol.end) + 1)
      .add("end_column", symbol.end.column);
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
    object.add("root", statistics.root)
        .add("complete", statistics.complete)
        .add("files", statistics.files)
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
