#include "froe/json.hpp"

#include "froe/report.hpp"

namespace froe::report {

std::string chunk_json(const store::FoundChunk& found, std::optional<std::string_view> text,
                       const std::optional<Overlap>& overlap) {
  const auto& chunk = found.chunk;
  std::string line;
  {
    JsonObject object(line);
    object.add("path", found.path)
        .add("language", found.language)
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
        .add("partial", chunk.partial)
        .add("id", chunk.id);
    if (found.score != 0) object.add("score", found.score);
    if (overlap) object.add("overlap_start_byte", overlap->begin);
    if (overlap && text) object.add("overlap", overlap->text);
    if (text) object.add("text", *text);
  }
  return line + '\n';
}

std::string symbol_json(std::string_view path, const Symbol& symbol) {
  std::string line;
  JsonObject(line)
      .add("path", path)
      .add("kind", symbol.kind)
      .add("name", symbol.name)
      .add("parent", symbol.parent)
      .add("start_byte", symbol.range.begin)
      .add("end_byte", symbol.range.end)
      .add("name_start_byte", symbol.name_range.begin)
      .add("name_end_byte", symbol.name_range.end)
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
