// Who calls whom, as far as names tell.
#include <algorithm>
#include <map>
#include <utility>

#include "server/lsp_server.hpp"
#include "server/uri.hpp"

namespace froe::server {
namespace {

constexpr std::size_t most_callers = 500;
constexpr std::size_t most_callees = 100;

void append_item(std::string& out, std::string_view uri, const Symbol& symbol, std::string_view container,
                 const LspRange& range, const LspRange& name_range) {
  JsonObject object(out);
  append_text(object.key("name"), symbol.name.empty() ? std::string_view("(unnamed)") : symbol.name);
  object.add("kind", symbol_kind(symbol.kind));
  if (!container.empty()) append_text(object.key("detail"), container);
  append_text(object.key("uri"), uri);
  append_range(object.key("range"), range);
  append_range(object.key("selectionRange"), name_range);
}

void append_ranges(std::string& out, const std::vector<LspRange>& ranges) {
  JsonArray array(out);
  for (const auto& range : ranges) append_range(array.next(), range);
}

}  // namespace

std::string LspServer::prepare_calls(const Message& message) {
  auto file = view_at_document(message);
  const auto* position = member(message.params, "position");
  auto found = definitions_of(message, word_at(file, position), &file);
  if (found.empty()) return "null";
  constexpr std::size_t most_items = 10;
  std::string out;
  {
    JsonArray array(out);
    for (std::size_t i = 0; i < std::min(found.size(), most_items); ++i) {
      const auto& each = found[i];
      append_item(array.next(), each.uri, each.symbol, each.container, each.range, each.name_range);
    }
  }
  return out;
}

std::string LspServer::incoming_calls(const Message& message) {
  const auto* item = member(message.params, "item");
  if (item == nullptr) throw RequestError(invalid_params, "item is missing");
  auto name = required_text(member(*item, "name"), "the name of an item");
  struct Caller {
    std::string uri;
    Symbol symbol;
    std::string container;
    LspRange range;
    LspRange name_range;
    std::vector<LspRange> calls;
  };
  std::vector<Caller> callers;
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> known;
  each_use(message, name, ReferenceKind::call, [&](const Use& use) {
    if (!use.reference.symbol) return true;  // a call outside of all definitions has no item
    const auto& symbol = use.symbols[*use.reference.symbol];
    auto [entry, is_new] = known.try_emplace({use.file.path, *use.reference.symbol}, callers.size());
    auto range_in_file = [&](ByteRange range) {
      return use.file.lines.range(use.file.text, range, encoding_);
    };
    if (is_new) {
      callers.push_back({use.file.uri,
                         symbol,
                         symbol.parent ? use.symbols[*symbol.parent].name : std::string(),
                         range_in_file(symbol.range),
                         range_in_file(symbol.name_range),
                         {}});
    }
    callers[entry->second].calls.push_back(range_in_file(use.reference.range));
    return callers.size() < most_callers;
  });
  std::string out;
  {
    JsonArray array(out);
    for (const auto& each : callers) {
      JsonObject object(array.next());
      append_item(object.key("from"), each.uri, each.symbol, each.container, each.range, each.name_range);
      append_ranges(object.key("fromRanges"), each.calls);
    }
  }
  return out;
}

std::string LspServer::outgoing_calls(const Message& message) {
  const auto* item = member(message.params, "item");
  if (item == nullptr) throw RequestError(invalid_params, "item is missing");
  auto file = view(message, required_text(member(*item, "uri"), "the uri of an item"));
  auto range = range_of(member(*item, "range"));
  auto begin = file.lines.offset(file.text, range.begin, encoding_);
  auto end = file.lines.offset(file.text, range.end, encoding_);
  if (!begin || !end) throw RequestError(content_modified, "the item does not lie in the document any more");
  DocumentTask question{.file = {}, .cut = true, .folds = false, .at = {}};
  auto result = file.document != nullptr
                    ? documents_.ask(*file.document, std::move(question))
                    : documents_.ask(file.path, file.language, file.text, std::move(question));
  std::map<std::string, std::vector<LspRange>> calls;
  std::vector<std::string> order;
  for (const auto& reference : result.file.references) {
    bool is_inside = reference.range.begin >= *begin && reference.range.end <= *end;
    if (reference.kind != ReferenceKind::call || !is_inside) continue;
    auto& ranges = calls[reference.name];
    if (ranges.empty()) order.push_back(reference.name);
    ranges.push_back(file.lines.range(file.text, reference.range, encoding_));
  }
  if (order.size() > most_callees) order.resize(most_callees);
  std::string out;
  {
    JsonArray array(out);
    for (const auto& name : order) {
      auto found = definitions_of(message, name, &file);
      if (found.empty()) continue;
      const auto& best = found.front();
      JsonObject object(array.next());
      append_item(object.key("to"), best.uri, best.symbol, best.container, best.range, best.name_range);
      append_ranges(object.key("fromRanges"), calls[name]);
    }
  }
  return out;
}

}  // namespace froe::server
