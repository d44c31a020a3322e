#include <algorithm>
#include <optional>
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

// The first of a list that count, no more than `limit`. Where so many do not that fewer than `needed` are
// left, more of them are asked for, within bounds.
template <class Ask, class Counts>
auto first_that_count(std::uint32_t limit, std::size_t needed, const Ask& ask, const Counts& counts) {
  constexpr std::uint32_t growth = 8;
  constexpr std::uint32_t enough = 10'000;
  for (auto asked = limit;; asked *= growth) {
    auto found = ask(asked);
    const bool is_all = found.size() < asked;
    std::erase_if(found, [&](const auto& each) { return !counts(each); });
    if (!is_all && found.size() < needed && asked < enough) continue;
    if (found.size() > limit) found.erase(found.begin() + limit, found.end());
    return found;
  }
}

// What is left of a path that lies below a directory.
std::optional<std::string_view> below(std::string_view directory, std::string_view path) {
  if (!path.starts_with(directory)) return std::nullopt;
  path.remove_prefix(directory.size());
  if (directory.ends_with('/')) return path;
  if (!path.starts_with('/')) return std::nullopt;
  return path.substr(1);
}

std::string joined(std::string_view directory, std::string_view path) {
  return std::string(directory) + (directory.ends_with('/') ? "" : "/") + std::string(path);
}

}  // namespace

std::string LspServer::path_of(const std::string& uri) const {
  auto path = path_of_uri(uri);
  // What is no file (an editor's untitled buffer) is known by its URI.
  if (!path && uri.starts_with("file:"))
    throw RequestError(invalid_params, "the URI " + valid_utf8(uri) + " names no file on this machine");
  if (!path) return uri;
  auto normal = std::filesystem::path(*path).lexically_normal().string();
  std::string real = normal;
  std::size_t longest = 0;
  for (const auto& folder : folders_) {
    const auto root = folder.workspace->root().string();
    auto try_name = [&](const std::string& name) {
      auto rest = below(name, normal);
      if (!rest || name.size() < longest) return;
      longest = name.size();
      real = joined(root, *rest);
    };
    try_name(root);
    for (const auto& name : folder.names) try_name(name);
  }
  return longest == 0 ? normal : named(real);
}

std::string LspServer::named(const std::string& real) const {
  const Folder* innermost = nullptr;
  std::string_view rest;
  for (const auto& folder : folders_) {
    auto here = below(folder.workspace->root().native(), real);
    if (!here || (innermost != nullptr && here->size() >= rest.size())) continue;
    innermost = &folder;
    rest = *here;
  }
  return innermost == nullptr ? real : joined(innermost->names.front(), rest);
}

LspServer::Folder* LspServer::folder_of(const std::string& path) {
  Folder* innermost = nullptr;
  for (auto& folder : folders_) {
    const auto& name = folder.names.front();
    if (below(name, path) && (innermost == nullptr || name.size() > innermost->names.front().size()))
      innermost = &folder;
  }
  return innermost;
}

std::string LspServer::path_in(const Folder& folder, const std::string& path) {
  return std::string(below(folder.names.front(), path).value_or(path));
}

std::string LspServer::absolute(const Folder& folder, std::string_view path) const {
  return named(real(folder, path));
}

std::string LspServer::real(const Folder& folder, std::string_view path) {
  return path.starts_with('/') ? std::string(path) : joined(folder.workspace->root().native(), path);
}

std::vector<LspServer::Source> LspServer::sources(const Message& message) {
  documents_.find_files();
  std::vector<Source> all;
  for (auto& folder : folders_) {
    // First, so that what is read is no older than what the state tells of.
    auto state = folder.workspace->background().state();
    auto* reader = folder.workspace->reader_if_any(*message.cancelled);
    if (reader == nullptr) continue;
    // For the search that comes next.
    if (message.method != "froe/search") reader->prepare_to_match();
    all.push_back({&folder, reader, state.passes > 0 || state.freshness == Freshness::not_kept});
  }
  return all;
}

bool LspServer::speaks_for(const std::vector<Source>& sources, const Source& source, std::string_view path) {
  if (sources.size() == 1) return true;
  const auto file = real(*source.folder, path);
  // The innermost, and before it any that is whole: a first pass may have most of a tree still to come. An
  // index with several trees may speak of a file outside of its folder.
  auto holds = [&](const Source& each) { return below(each.folder->workspace->root().native(), file); };
  auto rank = [&](const Source& each) {
    return std::pair(each.is_whole, holds(each) ? each.folder->workspace->root().native().size() : 0);
  };
  if (std::ranges::any_of(sources,
                          [&](const Source& other) { return holds(other) && rank(other) > rank(source); }))
    return false;
  if (holds(source)) return true;
  // Outside of all folders: the first index that has it.
  for (const Source& other : sources) {
    if (other.folder == source.folder) break;
    auto known = other.reader->file(file);
    if (known && *known) return false;
  }
  return true;
}

std::vector<store::FoundSymbol> LspServer::symbols_of(const std::vector<Source>& sources,
                                                      const Source& source, store::SymbolQuery wanted,
                                                      std::size_t needed) {
  auto ask = [&](std::uint32_t limit) {
    wanted.limit = limit;
    return value_or_throw(source.reader->find_symbols(wanted)).symbols;
  };
  return first_that_count(wanted.limit, needed, ask, [&](const store::FoundSymbol& each) {
    return speaks_for(sources, source, each.path) && !documents_.speaks_for(real(*source.folder, each.path));
  });
}

search::Answer LspServer::chunks_of(const std::vector<Source>& sources, const Source& source,
                                    search::Query query) {
  search::Answer answer;
  auto ask = [&](std::uint32_t limit) {
    query.limit = limit;
    answer = value_or_throw(search::search(*source.reader, query));
    return std::move(answer.chunks);
  };
  answer.chunks = first_that_count(query.limit, query.limit, ask, [&](const store::FoundChunk& each) {
    return speaks_for(sources, source, each.path);
  });
  return answer;
}

std::optional<LspServer::IndexedText> LspServer::text_in(store::Reader& reader, const std::string& path) {
  auto content = reader.content(path);
  if (!content && content.error().kind == ErrorKind::not_found) return std::nullopt;
  IndexedText file{value_or_throw(std::move(content)), {}};
  file.lines = Lines(file.text);
  return file;
}

OpenDocument* LspServer::find_document(const std::string& uri) {
  auto* document = documents_.find_uri(uri);
  if (document == nullptr) document = documents_.find(path_of(uri));
  if (document != nullptr) documents_.use(*document);
  return document;
}

OpenDocument& LspServer::open_document(const Message& message) {
  auto uri = required_text(member(message.params, "textDocument", "uri"), "the uri of a document");
  // By another name of the file it is another document, with a text of its own.
  auto* document = documents_.find_uri(uri);
  if (document == nullptr) document = documents_.find_path(path_of(uri));
  if (document != nullptr) documents_.use(*document);
  if (document == nullptr)
    throw RequestError(invalid_params, "the document " + report::printable(path_of(uri)) + " is not open");
  return *document;
}

LspServer::FileView LspServer::view_at_document(const Message& message) {
  return view(message, required_text(member(message.params, "textDocument", "uri"), "the uri of a document"));
}

LspServer::FileView LspServer::view(OpenDocument& document) {
  if (document.out_of_step) {
    throw RequestError(content_modified, "an edit of " + report::printable(document.path) +
                                             " lay outside of its text; open the document again");
  }
  FileView file;
  file.path = document.path;
  file.uri = document.uri;
  file.language = document.language;
  file.text = document.text;
  file.lines = document.lines;
  file.symbols = documents_.outline(document).file.symbols;
  file.document = &document;
  return file;
}

LspServer::FileView LspServer::view(const Message& message, const std::string& uri) {
  if (auto* document = find_document(uri)) return view(*document);
  FileView file;
  file.path = path_of(uri);
  const auto& path = file.path;
  auto* folder = folder_of(path);
  if (folder == nullptr) {
    throw RequestError(invalid_params, "the document " + report::printable(path) +
                                           " is not open and lies in none of the folders");
  }
  auto name = folder->workspace->relative(path_in(*folder, path));
  const auto on_disk = real(*folder, name);
  const auto all = sources(message);
  auto speaker = std::ranges::find_if(all, [&](const Source& each) {
    auto rest = below(each.folder->workspace->root().native(), on_disk);
    return rest && speaks_for(all, each, *rest);
  });
  if (speaker != all.end()) name = *below(speaker->folder->workspace->root().native(), on_disk);
  // Without any it says why.
  auto& reader = speaker != all.end() ? *speaker->reader : folder->workspace->reader(*message.cancelled);
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
  for (auto* document : documents_.speakers()) {
    if (!more) break;
    auto result = documents_.ask(*document, {.file = {}, .cut = true, .folds = false, .at = {}});
    auto file = view(*document);
    for (const auto& reference : result.file.references) {
      bool wanted = reference.name == name && (!kind || reference.kind == *kind);
      if (wanted && !(more = visit({file, reference, result.file.symbols}))) break;
    }
  }
  const auto all = sources(message);
  for (const auto& source : all) {
    if (!more) break;
    auto& folder = *source.folder;
    FileView file;
    auto read = source.reader->references(name, kind, [&](const store::FoundReference& found) {
      if (documents_.speaks_for(real(folder, found.path))) return true;  // seen as it is now
      if (!speaks_for(all, source, found.path)) return true;
      auto path = absolute(folder, found.path);
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
