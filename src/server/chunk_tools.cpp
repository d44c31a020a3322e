#include <algorithm>
#include <charconv>
#include <utility>

#include "froe/digest.hpp"
#include "froe/language.hpp"
#include "froe/report.hpp"
#include "froe/search.hpp"
#include "server/session.hpp"
#include "server/tools.hpp"

namespace froe::server {
namespace {

using Type = Argument::Type;

// The signature of a definition, or the first line that is not empty.
std::string summary_of(const store::FoundChunk& found, std::string_view text) {
  if (!found.chunk.signature.empty()) return found.chunk.signature;
  auto at = text.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? std::string() : line_at(text, at);
}

std::string heading_of(const store::FoundChunk& found) {
  const auto& chunk = found.chunk;
  return place_of(found.path, chunk.begin.row + 1, report::last_row(chunk.begin, chunk.end) + 1) + "  " +
         report::title_of(found) + (chunk.partial ? " (part)" : "");
}

// Contents of files, the last one kept: results of one file often follow each other.
class Contents {
 public:
  explicit Contents(store::Reader& reader) : reader_(reader) {}
  const std::string& of(const std::string& path) {
    if (path_ != path) {
      content_ = value_or_throw(reader_.content(path));
      path_ = path;
    }
    return content_;
  }

 private:
  store::Reader& reader_;
  std::string path_;
  std::string content_;
};

std::string with_break(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

Listing search_code(const ToolContext& context, const ArgumentValues& values, std::uint64_t offset) {
  auto& reader = context.workspace.reader(context.cancelled);
  const auto limit = values.number("limit");
  search::Query query;
  query.text = values.text("query");
  // One more than is shown tells whether there are more.
  query.limit = static_cast<std::uint32_t>(offset + limit + 1);
  query.path_prefix = context.workspace.prefix(values.text("path"));
  if (auto language = values.text("language"); !language.empty()) {
    if (language::find(language) == nullptr)
      throw ArgumentError{"there is no language named " + language + "; `froe languages` lists them"};
    query.language = language;
  }
  auto answer = value_or_throw(search::search(reader, query));
  Listing listing;
  listing.first = offset;
  listing.total = answer.chunks.size();
  listing.total_is_exact = answer.chunks.size() < query.limit;
  listing.notes = std::move(answer.notes);
  Contents contents(reader);
  const bool with_body = values.truth("include_body");
  auto end = std::min<std::size_t>(answer.chunks.size(), offset + limit);
  for (std::size_t i = offset; i < end; ++i) {
    const auto& found = answer.chunks[i];
    const auto& content = contents.of(found.path);
    auto text = std::string_view(content).substr(found.chunk.range.begin, found.chunk.range.size());
    auto item = heading_of(found) + '\n';
    if (with_body) {
      item += with_break(std::string(text)) + '\n';
    } else if (auto summary = summary_of(found, text); !summary.empty()) {
      item += "    " + summary + '\n';
    }
    listing.items.push_back(std::move(item));
  }
  return listing;
}

// "PATH:12-20" or "PATH:12" as path and lines; no lines if what follows the last colon is none.
struct Spot {
  std::string path;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> lines;
};
Spot spot_of(const std::string& text) {
  auto colon = text.rfind(':');
  if (colon == std::string::npos) return {text, std::nullopt};
  const char* at = text.data() + colon + 1;
  const char* end = text.data() + text.size();
  std::uint32_t first = 0;
  auto [behind, error] = std::from_chars(at, end, first);
  if (error != std::errc()) return {text, std::nullopt};
  std::uint32_t last = first;
  if (behind != end) {
    if (*behind != '-') return {text, std::nullopt};
    auto [behind_last, last_error] = std::from_chars(behind + 1, end, last);
    if (last_error != std::errc() || behind_last != end) return {text, std::nullopt};
  }
  return {text.substr(0, colon), std::pair(first, last)};
}

std::vector<store::FoundChunk> chunks_named(const ToolContext& context, store::Reader& reader,
                                            const std::string& name) {
  StableId id{};
  if (from_hex(name, id)) {
    auto chunks = value_or_throw(reader.chunks(id));
    if (!chunks.empty()) return chunks;
  }
  auto [path, lines] = spot_of(name);
  path = context.workspace.relative(path);
  if (!value_or_throw(reader.file(path))) {
    throw RequestError(request_failed, "the index has neither a chunk nor a file named " + name +
                                           "; search_code, find_symbol and outline print what it has");
  }
  auto chunks = value_or_throw(reader.chunks(path));
  if (lines) {
    std::erase_if(chunks, [&](const store::FoundChunk& found) {
      return found.chunk.begin.row + 1 > lines->second ||
             report::last_row(found.chunk.begin, found.chunk.end) + 1 < lines->first;
    });
  }
  if (chunks.empty()) throw RequestError(request_failed, path + " has no such line");
  return chunks;
}

Listing get_chunk(const ToolContext& context, const ArgumentValues& values, std::uint64_t offset) {
  auto& reader = context.workspace.reader(context.cancelled);
  std::vector<store::FoundChunk> chunks;
  for (const auto& id : values.texts("ids")) {
    auto found = chunks_named(context, reader, id);
    std::move(found.begin(), found.end(), std::back_inserter(chunks));
  }
  Listing listing;
  listing.first = offset;
  listing.total = chunks.size();
  Contents contents(reader);
  auto end = std::min<std::size_t>(chunks.size(), offset + values.number("limit"));
  for (std::size_t i = offset; i < end; ++i) {
    const auto& found = chunks[i];
    auto text = contents.of(found.path).substr(found.chunk.range.begin, found.chunk.range.size());
    listing.items.push_back(heading_of(found) + "  id " + to_hex(found.chunk.id) + '\n' +
                            with_break(std::move(text)) + '\n');
  }
  return listing;
}

}  // namespace

std::vector<Tool> chunk_tools() {
  std::vector<Tool> tools;
  tools.push_back(
      {"search_code", "Search code",
       "Find the functions, methods, classes and other pieces of code that fit a query best, in this "
       "repository's index. Use words that would stand in the code or its comments, identifiers, or \"quoted "
       "phrases\"; parts of identifiers match (cookie finds set_signed_cookie). Each result has its place as "
       "PATH:LINES, which get_chunk takes as an id, what it is, and its signature. For the definition of a "
       "name that you know, find_symbol is surer.",
       with_paging(
           {{.name = "query", .description = "Words, identifiers or \"phrases\".", .required = true},
            {.name = "path", .description = "Only files whose path, relative to the root, begins so."},
            {.name = "language", .description = "Only code in this language, such as python or cpp."},
            {.name = "include_body",
             .type = Type::truth,
             .description = "With the code itself instead of its signature."}},
           10, 4000),
       search_code});
  tools.push_back({"get_chunk", "Get code",
                   "The code of chunks: whole functions and other pieces that belong together. An id is a "
                   "place as the other tools print it (PATH:LINE, PATH:FIRST-LAST, or PATH for the whole "
                   "file), or the id of a chunk, which stays the same when lines above it are edited.",
                   with_paging({{.name = "ids",
                                 .type = Type::texts,
                                 .description = "Places or ids of chunks.",
                                 .required = true,
                                 .most = 50}},
                               50, 8000),
                   get_chunk});
  return tools;
}

}  // namespace froe::server
