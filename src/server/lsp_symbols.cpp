#include <algorithm>
#include <map>
#include <utility>

#include "froe/report.hpp"
#include "server/lsp_server.hpp"
#include "server/tools.hpp"
#include "server/uri.hpp"

namespace froe::server {
namespace {

// Replies are bounded: nobody reads more, and an editor that is sent a hundred thousand names stands still.
constexpr std::uint32_t most_symbols = 200;
constexpr std::uint32_t most_definitions = 50;
constexpr std::size_t most_references = 5000;
constexpr std::size_t most_hovered = 5;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool has_part(std::string_view name, std::string_view part) {
  auto same = [](char a, char b) { return lower(a) == lower(b); };
  return part.empty() || std::search(name.begin(), name.end(), part.begin(), part.end(), same) != name.end();
}

// What opens and closes a block of code in Markdown: longer than any such in the code.
std::string fence_around(std::string_view code) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (char c : code) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(longest + 1, '`');
}

// Documentation and the first line of a definition.
std::string head_of(const Symbol& symbol, std::string_view text) {
  constexpr std::size_t longest = 1200;
  std::string head;
  if (symbol.doc) head = text.substr(symbol.doc->begin, std::min<std::size_t>(symbol.doc->size(), longest));
  while (!head.empty() && (head.back() == '\n' || head.back() == ' ')) head.pop_back();
  bool is_inside = symbol.doc && symbol.doc->begin >= symbol.range.begin;
  auto line = line_at(text, symbol.name_range.begin);
  if (head.empty()) return line;
  return is_inside ? line + "\n    " + head : head + '\n' + line;
}

void append_location(std::string& out, std::string_view uri, const LspRange& range) {
  JsonObject object(out);
  append_text(object.key("uri"), uri);
  append_range(object.key("range"), range);
}

}  // namespace

std::string LspServer::workspace_symbol(const Message& message) {
  auto query = required_text(member(message.params, "query"), "query");
  std::string out;
  {
    JsonArray array(out);
    std::size_t shown = 0;
    auto add = [&](std::string_view uri, const Symbol& symbol, std::string_view container,
                   const LspRange& range) {
      JsonObject object(array.next());
      append_text(object.key("name"), symbol.name);
      object.add("kind", symbol_kind(symbol.kind));
      if (!container.empty()) append_text(object.key("containerName"), container);
      append_location(object.key("location"), uri, range);
      ++shown;
    };
    for (auto* document : documents_.speakers()) {
      const auto& symbols = documents_.outline(*document).file.symbols;
      for (const auto& symbol : symbols) {
        if (symbol.name.empty() || !has_part(symbol.name, query) || shown >= most_symbols) continue;
        add(document->uri, symbol, symbol.parent ? symbols[*symbol.parent].name : std::string(),
            document->lines.range(document->text, symbol.name_range, encoding_));
      }
    }
    struct Found {
      const Source* source;
      store::FoundSymbol it;
    };
    std::vector<Found> found;
    const auto all = sources(message);
    for (const auto& source : all) {
      store::SymbolQuery wanted;
      wanted.name = query;
      wanted.match = store::SymbolQuery::Match::typed;
      wanted.limit = most_symbols;
      for (auto& each : symbols_of(all, source, wanted, most_symbols - shown))
        found.push_back({&source, std::move(each)});
    }
    // Each folder's are in this order already.
    std::ranges::stable_sort(found, {}, [&](const Found& each) {
      return store::symbol_rank(each.it.symbol.name, query, each.it.mark.has_value());
    });
    // Where lines or columns might be counted in another way than LSP does, the text is needed. Of a header's
    // hundred names it is read once.
    std::map<std::string, std::optional<IndexedText>> texts;
    for (const auto& [source, symbol] : found) {
      if (shown >= most_symbols) break;
      auto path = absolute(*source->folder, symbol.path);
      if (symbol.name_begin) {
        const auto [line, column] = *symbol.name_begin;
        const LspRange range{{line, column}, {line, column + symbol.symbol.name_range.size()}};
        add(file_uri(path), symbol.symbol, symbol.container, range);
        continue;
      }
      auto [entry, is_new] = texts.try_emplace(path);
      auto& file = entry->second;
      if (is_new) file = text_in(*source->reader, symbol.path);
      if (!file || symbol.symbol.range.end > file->text.size()) continue;
      add(file_uri(path), symbol.symbol, symbol.container,
          file->lines.range(file->text, symbol.symbol.name_range, encoding_));
    }
  }
  return out;
}

std::vector<LspServer::Definition> LspServer::definitions_of(const Message& message, const std::string& name,
                                                             const FileView* from) {
  std::vector<Definition> all;
  if (name.empty()) return all;
  auto add = [&](std::string_view uri, std::string_view path, std::string_view language, const Symbol& symbol,
                 std::string_view container, std::string_view text, const Lines& lines) {
    Definition definition;
    definition.uri = uri;
    definition.path = path;
    definition.language = language;
    definition.symbol = symbol;
    definition.container = container;
    definition.range = lines.range(text, symbol.range, encoding_);
    definition.name_range = lines.range(text, symbol.name_range, encoding_);
    definition.text = head_of(symbol, text);
    all.push_back(std::move(definition));
  };
  for (auto* document : documents_.speakers()) {
    const auto& symbols = documents_.outline(*document).file.symbols;
    for (const auto& symbol : symbols) {
      if (symbol.name != name) continue;
      add(document->uri, document->path, document->language, symbol,
          symbol.parent ? symbols[*symbol.parent].name : std::string(), document->text, document->lines);
    }
  }
  const auto indexes = sources(message);
  for (const auto& source : indexes) {
    store::SymbolQuery wanted;
    wanted.name = name;
    wanted.limit = most_definitions;
    for (const auto& each : symbols_of(indexes, source, wanted, most_definitions)) {
      auto file = text_in(*source.reader, each.path);
      if (!file || each.symbol.range.end > file->text.size()) continue;
      auto path = absolute(*source.folder, each.path);
      add(file_uri(path), path, each.language, each.symbol, each.container, file->text, file->lines);
      all.back().marked = each.mark.has_value();
    }
  }
  if (from == nullptr) return all;
  // Names of another language are somebody else's, if there is one of this.
  auto same_language = [&](const Definition& each) { return each.language == from->language; };
  if (std::ranges::any_of(all, same_language)) std::erase_if(all, std::not_fn(same_language));
  std::ranges::stable_sort(all, {}, [&](const Definition& each) {
    return each.path == from->path ? 0 : each.marked ? 2 : 1;
  });
  return all;
}

std::string LspServer::definition(const Message& message) {
  auto file = view_at_document(message);
  auto found = definitions_of(message, word_at(file, member(message.params, "position")), &file);
  std::string out;
  {
    JsonArray array(out);
    for (const auto& each : found) append_location(array.next(), each.uri, each.name_range);
  }
  return out;
}

std::string LspServer::references(const Message& message) {
  auto file = view_at_document(message);
  auto name = word_at(file, member(message.params, "position"));
  std::string out;
  {
    JsonArray array(out);
    std::size_t shown = 0;
    if (is_true(member(message.params, "context", "includeDeclaration"))) {
      for (const auto& each : definitions_of(message, name, &file)) {
        append_location(array.next(), each.uri, each.name_range);
      }
    }
    each_use(message, name, std::nullopt, [&](const Use& use) {
      append_location(array.next(), use.file.uri,
                      use.file.lines.range(use.file.text, use.reference.range, encoding_));
      return ++shown < most_references;
    });
  }
  return out;
}

std::string LspServer::hover(const Message& message) {
  auto file = view_at_document(message);
  auto name = word_at(file, member(message.params, "position"));
  auto found = definitions_of(message, name, &file);
  if (found.empty()) return "null";
  std::string text;
  for (std::size_t i = 0; i < std::min(found.size(), most_hovered); ++i) {
    const auto& each = found[i];
    auto fence = fence_around(each.text);
    text.append(fence).append(each.language).append("\n").append(each.text).append("\n");
    text.append(fence).append("\n");
    text += std::string(to_string(each.symbol.kind)) +
            (each.container.empty() ? "" : " in " + each.container) + ", " + report::printable(each.path) +
            ':' + std::to_string(each.name_range.begin.line + 1) + "\n\n";
  }
  if (found.size() > most_hovered) text += "… and " + std::to_string(found.size() - most_hovered) + " more\n";
  return "{\"contents\":{\"kind\":\"markdown\",\"value\":" + text_json(text) + "}}";
}

}  // namespace froe::server
