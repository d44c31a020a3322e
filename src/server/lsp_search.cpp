// `froe/search`: the chunks that a query finds, those of documents that are open as they are being typed.
#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "froe/digest.hpp"
#include "froe/search.hpp"
#include "server/lsp_server.hpp"
#include "server/uri.hpp"

namespace froe::server {
namespace {

constexpr std::uint64_t usual_limit = 20;
constexpr std::uint64_t most_results = 500;

std::string folded(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

}  // namespace

std::string LspServer::search(const Message& message) {
  search::Query query;
  query.text = required_text(member(message.params, "query"), "query");
  auto limit = std::min(number_of(member(message.params, "limit")).value_or(usual_limit), most_results);
  query.limit = static_cast<std::uint32_t>(limit);
  if (auto language = text_of(member(message.params, "language"))) query.language = *language;

  // What the open documents hold now.
  struct Buffer {
    OpenDocument* document;
    FileResult result;
  };
  std::map<std::string, Buffer> buffers;  // by their files
  for (auto* document : documents_.speakers()) {
    auto result = documents_.ask(*document, {.file = {}, .cut = true, .folds = false, .at = {}});
    buffers.emplace(document->file, Buffer{document, std::move(result.file)});
  }

  std::vector<std::string> notes;
  std::string results;
  std::size_t shown = 0;
  auto add = [&](std::string_view uri, const LspRange& range, const Chunk& chunk, double score,
                 bool unsaved) {
    if (shown++ > 0) results += ',';
    JsonObject object(results);
    append_text(object.key("uri"), uri);
    append_range(object.key("range"), range);
    object.add("kind", chunk.kind).add("id", chunk.id);
    append_text(object.key("name"), chunk.name);
    append_text(object.key("scope"), chunk.scope);
    append_text(object.key("signature"), chunk.signature);
    object.add("score", score).add("open", unsaved);
  };
  std::map<std::string, std::vector<StableId>> found_in_buffers;
  struct Found {
    const Source* source;
    store::FoundChunk chunk;
  };
  std::vector<Found> all;
  const auto indexes = sources(message);
  for (const auto& source : indexes) {
    auto answer = chunks_of(indexes, source, query);
    for (auto& note : answer.notes) {
      if (std::ranges::find(notes, note) == notes.end()) notes.push_back(std::move(note));
    }
    for (auto& chunk : answer.chunks) all.push_back({&source, std::move(chunk)});
  }
  std::ranges::stable_sort(all, std::greater<>(), [](const Found& each) { return each.chunk.score; });
  {
    std::map<std::string, std::optional<IndexedText>> texts;
    for (const auto& each : all) {
      if (shown >= limit) break;
      const auto* source = each.source;
      const auto& found = each.chunk;
      const auto on_disk = real(*source->folder, found.path);
      if (auto buffer = buffers.find(on_disk); buffer != buffers.end()) {
        // The same chunk where it is now; or what has its name; or it is gone.
        const auto& [document, result] = buffer->second;
        auto now = std::ranges::find(result.chunks, found.chunk.id, &Chunk::id);
        if (now == result.chunks.end() && !found.chunk.name.empty()) {
          now = std::ranges::find_if(result.chunks, [&](const Chunk& chunk) {
            return chunk.name == found.chunk.name && chunk.scope == found.chunk.scope;
          });
        }
        if (now == result.chunks.end()) continue;
        found_in_buffers[on_disk].push_back(now->id);
        add(document->uri, document->lines.range(document->text, now->range, encoding_), *now, found.score,
            true);
        continue;
      }
      auto [entry, is_new] = texts.try_emplace(on_disk);
      auto& file = entry->second;
      if (is_new) file = text_in(*source->reader, found.path);
      if (!file || found.chunk.range.end > file->text.size()) continue;
      add(file_uri(named(on_disk)), file->lines.range(file->text, found.chunk.range, encoding_), found.chunk,
          found.score, false);
    }
  }
  // What was typed since, and is in no index: chunks with every word of the query, behind the others.
  std::vector<std::string> words;
  for (const auto& operand : search::to_expression(query.text).operands) words.push_back(folded(operand));
  for (const auto& [on_disk, buffer] : buffers) {
    const auto& [document, result] = buffer;
    const auto& known = found_in_buffers[on_disk];
    for (const auto& chunk : result.chunks) {
      if (shown >= limit || words.empty() || std::ranges::find(known, chunk.id) != known.end()) continue;
      auto text = folded(std::string_view(document->text).substr(chunk.range.begin, chunk.range.size()));
      auto has = [&](const std::string& word) { return text.find(word) != std::string::npos; };
      if (std::ranges::all_of(words, has))
        add(document->uri, document->lines.range(document->text, chunk.range, encoding_), chunk, 0, true);
    }
  }
  std::string out = "{\"results\":[" + results + "],\"notes\":";
  {
    JsonArray array(out);
    for (const auto& note : notes) append_text(array.next(), note);
  }
  return out + '}';
}

}  // namespace froe::server
