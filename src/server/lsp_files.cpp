#include <algorithm>
#include <map>
#include <utility>

#include "froe/report.hpp"
#include "server/lsp_server.hpp"
#include "server/uri.hpp"

namespace froe::server {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

}  // namespace

std::string LspServer::path_of(const json::value* uri) const {
  auto text = required_text(uri, "the uri of a document");
  auto path = path_of_uri(text);
  // What is no file (an editor's untitled buffer) is known by its URI.
  if (!path && text.starts_with("file:"))
    throw RequestError(invalid_params, "the URI " + valid_utf8(text) + " names no file on this machine");
  if (!path) return text;
  auto normal = std::filesystem::path(*path).lexically_normal().string();
  for (const auto& folder : folders_) {
    auto root = folder.workspace->root().string();
    bool is_other_name = root != folder.given && normal.starts_with(root + '/');
    if (is_other_name) return absolute(folder, std::string_view(normal).substr(root.size() + 1));
  }
  return normal;
}

LspServer::Folder* LspServer::folder_of(const std::string& path) {
  Folder* innermost = nullptr;
  for (auto& folder : folders_) {
    bool is_below = path.starts_with(folder.given) &&
                    (folder.given.ends_with('/') || path.substr(folder.given.size()).starts_with('/'));
    if (is_below && (innermost == nullptr || folder.given.size() > innermost->given.size()))
      innermost = &folder;
  }
  return innermost;
}

bool LspServer::speaks_for(const Folder& folder, const std::string& path, const Message& message) {
  if (folders_.size() == 1) return true;
  auto* innermost = folder_of(path);
  return innermost == nullptr || innermost == &folder ||
         innermost->workspace->reader_if_any(*message.cancelled) == nullptr;
}

std::string LspServer::path_in(const Folder& folder, const std::string& path) {
  return path.substr(folder.given.size() + (folder.given.ends_with('/') ? 0 : 1));
}

std::string LspServer::absolute(const Folder& folder, std::string_view path) {
  return folder.given + (folder.given.ends_with('/') ? "" : "/") + std::string(path);
}

OpenDocument& LspServer::open_document(const Message& message) {
  auto path = path_of(member(message.params, "textDocument", "uri"));
  auto* document = documents_.find(path);
  if (document == nullptr)
    throw RequestError(invalid_params, "the document " + report::printable(path) + " is not open");
  return *document;
}

LspServer::FileView LspServer::view_at_document(const Message& message) {
  return view(message, path_of(member(message.params, "textDocument", "uri")));
}

LspServer::FileView LspServer::view(const Message& message, const std::string& path) {
  FileView file;
  file.path = path;
  if (auto* document = documents_.find(path)) {
    if (document->out_of_step) {
      throw RequestError(content_modified, "an edit of " + report::printable(path) +
                                               " lay outside of its text; open the document again");
    }
    file.uri = document->uri;
    file.language = document->language;
    file.text = document->text;
    file.lines = document->lines;
    file.symbols = documents_.outline(*document).file.symbols;
    file.document = document;
    return file;
  }
  auto* folder = folder_of(path);
  if (folder == nullptr) {
    throw RequestError(invalid_params, "the document " + report::printable(path) +
                                           " is not open and lies in none of the folders");
  }
  auto& reader = folder->workspace->reader(*message.cancelled);
  auto name = folder->workspace->relative(path_in(*folder, path));
  auto entry = value_or_throw(reader.file(name));
  if (!entry || !is_indexed(entry->outcome)) {
    throw RequestError(invalid_params,
                       "the document " + report::printable(path) + " is neither open nor in the index");
  }
  auto indexed = value_or_throw(reader.indexed(name));
  file.uri = file_uri(path);
  file.language = entry->language;
  file.text = std::move(indexed.content);
  file.lines = Lines(file.text);
  file.symbols = std::move(indexed.symbols);
  return file;
}

std::uint32_t LspServer::offset_in(const FileView& file, const json::value* position) const {
  auto offset = file.lines.offset(file.text, position_of(position), encoding_);
  if (!offset) throw RequestError(invalid_params, "the position does not lie in the document");
  return *offset;
}

std::string LspServer::word_at(const FileView& file, const json::value* position) const {
  auto offset = offset_in(file, position);
  auto begin = offset;
  auto end = offset;
  while (begin > 0 && is_word(file.text[begin - 1])) --begin;
  while (end < file.text.size() && is_word(file.text[end])) ++end;
  return file.text.substr(begin, end - begin);
}

void LspServer::each_use(const Message& message, const std::string& name, std::optional<ReferenceKind> kind,
                         const std::function<bool(const Use&)>& visit) {
  bool more = true;
  for (auto& [path, document] : documents_.all()) {
    if (document.out_of_step || !more) continue;
    auto result = documents_.ask(document, {.file = {}, .cut = true, .folds = false, .at = {}});
    auto file = view(message, path);
    for (const auto& reference : result.file.references) {
      bool wanted = reference.name == name && (!kind || reference.kind == *kind);
      if (wanted && !(more = visit({file, reference, result.file.symbols}))) break;
    }
  }
  for (auto& folder : folders_) {
    auto* reader = more ? folder.workspace->reader_if_any(*message.cancelled) : nullptr;
    if (reader == nullptr) continue;
    FileView file;
    auto read = reader->references(name, kind, [&](const store::FoundReference& found) {
      auto path = absolute(folder, found.path);
      if (documents_.speaks_for(path)) return true;  // seen as it is now
      if (!speaks_for(folder, path, message)) return true;
      if (file.path != path) {
        file.path = path;
        file.uri = file_uri(path);
        file.language = found.language;
        file.text = found.content;
        file.lines = Lines(file.text);
      }
      const std::vector<Symbol> symbols(found.symbols.begin(), found.symbols.end());
      more = visit({file, found.reference, symbols});
      return more && !*message.cancelled;
    });
    if (!read && read.error().kind == ErrorKind::not_found) {
      // While the index is being made there is nothing to complain of.
      if (folder.workspace->background().state().freshness != Freshness::working) log(read.error().message);
    } else if (!read) {
      throw as_request_error(read.error());
    }
  }
  if (*message.cancelled) throw RequestError(request_cancelled, "cancelled");
}

}  // namespace froe::server
