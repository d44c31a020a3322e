#include <algorithm>
#include <utility>

#include "froe/digest.hpp"
#include "froe/report.hpp"
#include "server/lsp_server.hpp"
#include "server/uri.hpp"

namespace froe::server {
namespace {

// What an editor shows; more errors than these are one: it is another language.
constexpr std::size_t most_diagnostics = 200;

std::int64_t version_of(const json::value& params) {
  const auto* version = member(params, "textDocument", "version");
  return version != nullptr && version->is_int64() ? version->get_int64() : 0;
}

// Symbols of a document as LSP nests them.
class SymbolTree {
 public:
  SymbolTree(std::string_view text, const Lines& lines, PositionEncoding encoding,
             const std::vector<Symbol>& symbols)
      : text_(text), lines_(lines), encoding_(encoding), symbols_(symbols), children_(symbols.size()) {
    for (std::uint32_t i = 0; i < symbols.size(); ++i) {
      (symbols[i].parent ? children_[*symbols[i].parent] : top_).push_back(i);
    }
  }
  void write(std::string& out) const { write(out, top_, 0); }

 private:
  // Trees that nest deeper are generated, and some readers of JSON refuse them.
  static constexpr int deepest = 40;

  void write(std::string& out, const std::vector<std::uint32_t>& list, int depth) const {
    JsonArray array(out);
    for (auto index : list) {
      const auto& symbol = symbols_[index];
      JsonObject object(array.next());
      append_text(object.key("name"), symbol.name.empty() ? std::string_view("(unnamed)") : symbol.name);
      object.add("detail", to_string(symbol.kind)).add("kind", symbol_kind(symbol.kind));
      append_range(object.key("range"), lines_.range(text_, symbol.range, encoding_));
      append_range(object.key("selectionRange"), lines_.range(text_, symbol.name_range, encoding_));
      if (!children_[index].empty() && depth < deepest)
        write(object.key("children"), children_[index], depth + 1);
    }
  }

  std::string_view text_;
  const Lines& lines_;
  PositionEncoding encoding_;
  const std::vector<Symbol>& symbols_;
  std::vector<std::uint32_t> top_;
  std::vector<std::vector<std::uint32_t>> children_;
};

}  // namespace

std::string LspServer::did_open(const Message& message) {
  const auto* given = member(message.params, "textDocument");
  if (given == nullptr) throw RequestError(invalid_params, "textDocument is missing");
  OpenDocument document;
  document.uri = required_text(member(*given, "uri"), "the uri of a document");
  document.path = path_of(document.uri);
  document.version = version_of(message.params);
  document.text = required_text(member(*given, "text"), "the text of a document");
  unpublished_.insert(document.uri);
  documents_.open(std::move(document), text_of(member(*given, "languageId")).value_or(""));
  return {};
}

std::vector<TextChange> LspServer::changes_of(const Message& message) {
  const auto* given = member(message.params, "contentChanges");
  if (given == nullptr || !given->is_array()) throw RequestError(invalid_params, "contentChanges is missing");
  std::vector<TextChange> changes;
  for (const auto& each : given->get_array()) {
    TextChange change;
    change.text = required_text(member(each, "text"), "the text of a change");
    if (const auto* range = member(each, "range")) change.range = range_of(range);
    changes.push_back(std::move(change));
  }
  return changes;
}

std::string LspServer::did_change(const Message& message) {
  auto& document = open_document(message);
  std::vector<TextChange> changes;
  try {
    changes = changes_of(message);
  } catch (const RequestError&) {
    // It was meant to change the text, and nobody knows how.
    document.out_of_step = true;
    throw;
  }
  if (!documents_.change(document, version_of(message.params), changes, encoding_)) {
    log("an edit of " + document.path +
        " lies outside of its text; it is not followed until it is opened again");
  }
  unpublished_.insert(document.uri);
  return {};
}

std::string LspServer::did_save(const Message& message) {
  auto& document = open_document(message);
  if (auto* folder = folder_of(document.path)) folder->workspace->background().look();
  return {};
}

std::string LspServer::did_close(const Message& message) {
  auto& document = open_document(message);
  if (!pulls_diagnostics_) {
    session_.notify("textDocument/publishDiagnostics",
                    "{\"uri\":" + text_json(document.uri) + ",\"diagnostics\":[]}");
  }
  const auto uri = document.uri;  // it goes with the document
  unpublished_.erase(uri);
  documents_.close(uri);
  return {};
}

std::string LspServer::document_symbol(const Message& message) {
  auto file = view_at_document(message);
  std::string out;
  if (nests_symbols_) {
    SymbolTree(file.text, file.lines, encoding_, file.symbols).write(out);
    return out;
  }
  {
    JsonArray array(out);
    for (const auto& symbol : file.symbols) {
      JsonObject object(array.next());
      append_text(object.key("name"), symbol.name.empty() ? std::string_view("(unnamed)") : symbol.name);
      object.add("kind", symbol_kind(symbol.kind));
      {
        JsonObject location(object.key("location"));
        append_text(location.key("uri"), file.uri);
        append_range(location.key("range"), file.lines.range(file.text, symbol.range, encoding_));
      }
      if (symbol.parent) append_text(object.key("containerName"), file.symbols[*symbol.parent].name);
    }
  }
  return out;
}

std::string LspServer::folding_range(const Message& message) {
  auto file = view_at_document(message);
  DocumentTask question{.file = {}, .cut = false, .folds = true, .at = {}};
  auto result = file.document != nullptr
                    ? documents_.ask(*file.document, std::move(question))
                    : documents_.ask(file.path, file.language, file.text, std::move(question));
  std::string out = "[";
  for (auto fold : result.folds) {
    auto range = file.lines.range(file.text, fold, encoding_);
    // A node that ends with the break of its last line ends on the line before.
    auto last = range.end.character == 0 && range.end.line > 0 ? range.end.line - 1 : range.end.line;
    if (last <= range.begin.line) continue;
    if (out.size() > 1) out += ',';
    JsonObject(out).add("startLine", range.begin.line).add("endLine", last);
  }
  return out + ']';
}

std::string LspServer::selection_range(const Message& message) {
  auto file = view_at_document(message);
  const auto* positions = member(message.params, "positions");
  if (positions == nullptr || !positions->is_array())
    throw RequestError(invalid_params, "positions are missing");
  DocumentTask question;
  for (const auto& each : positions->get_array()) question.at.push_back(offset_in(file, &each));
  auto at = question.at;
  auto result = file.document != nullptr
                    ? documents_.ask(*file.document, std::move(question))
                    : documents_.ask(file.path, file.language, file.text, std::move(question));
  std::string out = "[";
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (i > 0) out += ',';
    auto ranges = result.around[i];
    // A client nests as deep as this does, and some cannot far.
    constexpr std::size_t deepest = 50;
    if (ranges.size() > deepest) ranges.resize(deepest);
    if (ranges.empty()) ranges.push_back({at[i], at[i]});
    for (auto range : ranges) {
      out += range == ranges.front() ? "{\"range\":" : ",\"parent\":{\"range\":";
      append_range(out, file.lines.range(file.text, range, encoding_));
    }
    out.append(ranges.size(), '}');
  }
  return out + ']';
}

void LspServer::append_diagnostics(std::string& out, OpenDocument& document) {
  const auto& result = documents_.outline(document).file;
  JsonArray array(out);
  auto add = [&](ByteRange range, int severity, std::string_view text) {
    JsonObject object(array.next());
    append_range(object.key("range"), document.lines.range(document.text, range, encoding_));
    object.add("severity", severity).add("source", "froe");
    append_text(object.key("message"), text);
  };
  constexpr int error = 1;
  constexpr int information = 3;
  if (lost_tree(result.outcome)) {
    add({0, 0}, information, "not parsed (" + std::string(to_string(result.outcome)) + "): " + result.detail);
  }
  for (std::size_t i = 0; i < std::min(result.errors.size(), most_diagnostics); ++i) {
    add(result.errors[i], error, result.errors[i].size() == 0 ? "something is missing here" : "syntax error");
  }
}

void LspServer::publish_diagnostics() {
  for (const auto& uri : std::exchange(unpublished_, {})) {
    auto* document = documents_.find_uri(uri);
    if (document == nullptr || document->out_of_step || pulls_diagnostics_) continue;
    std::string params = "{\"uri\":" + text_json(document->uri) +
                         ",\"version\":" + std::to_string(document->version) + ",\"diagnostics\":";
    append_diagnostics(params, *document);
    session_.notify("textDocument/publishDiagnostics", params + '}');
  }
}

std::string LspServer::pull_diagnostics(const Message& message) {
  auto& document = open_document(message);
  if (document.out_of_step) static_cast<void>(view(document));  // throws
  std::string out = "{\"kind\":\"full\",\"items\":";
  append_diagnostics(out, document);
  return out + '}';
}

std::string LspServer::chunks(const Message& message) {
  auto file = view_at_document(message);
  const bool with_text = is_true(member(message.params, "text"));
  DocumentTask question{.file = {}, .cut = true, .folds = false, .at = {}};
  auto result = file.document != nullptr
                    ? documents_.ask(*file.document, std::move(question))
                    : documents_.ask(file.path, file.language, file.text, std::move(question));
  std::string out = "{\"version\":";
  append_json(out, file.document != nullptr ? std::optional(file.document->version) : std::nullopt);
  out += ",\"outcome\":" + text_json(to_string(result.file.outcome)) + ",\"chunks\":";
  {
    JsonArray array(out);
    for (const auto& chunk : result.file.chunks) {
      JsonObject object(array.next());
      append_range(object.key("range"), file.lines.range(file.text, chunk.range, encoding_));
      object.add("kind", chunk.kind)
          .add("id", chunk.id)
          .add("parent", chunk.parent)
          .add("partial", chunk.partial);
      append_text(object.key("name"), chunk.name);
      append_text(object.key("scope"), chunk.scope);
      append_text(object.key("signature"), chunk.signature);
      if (with_text)
        append_text(object.key("text"),
                    std::string_view(file.text).substr(chunk.range.begin, chunk.range.size()));
    }
  }
  return out + '}';
}

}  // namespace froe::server
