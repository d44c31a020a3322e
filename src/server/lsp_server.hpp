// The Language Server Protocol over documents and indexes. One object a conversation, on one thread; its
// parts are in files by what they answer about.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "froe/search.hpp"
#include "froe/server.hpp"
#include "server/lsp_json.hpp"
#include "server/open_documents.hpp"
#include "server/progress.hpp"
#include "server/session.hpp"
#include "server/workspace.hpp"

namespace froe::server {

class LspServer {
 public:
  LspServer(const Options& options, const Services& services, int input, int output);
  int serve();

 private:
  // A directory that the editor works in.
  struct Folder {
    // Absolute paths as the editor has them, without "/" at the end; answers go by the first.
    std::vector<std::string> names;
    std::unique_ptr<Progress> progress;
    std::unique_ptr<Workspace> workspace;  // goes first: it tells the progress
  };
  // A folder with an index that can be read: the reader lasts as long as the request.
  struct Source {
    Folder* folder = nullptr;
    store::Reader* reader = nullptr;
    bool is_whole = false;  // what is not in it is not in the tree, as of some time
  };
  // A file as an answer about it sees it: the open document, or what the index has.
  struct FileView {
    std::string uri;
    std::string path;  // absolute, as the editor has it
    std::string language;
    std::string text;
    Lines lines;
    std::vector<Symbol> symbols;
    OpenDocument* document = nullptr;  // nullptr: not open
  };
  // Where a name is defined.
  struct Definition {
    std::string uri;
    std::string path;
    std::string language;
    Symbol symbol;
    std::string container;
    LspRange range;
    LspRange name_range;
    std::string text;  // its head, for people: documentation and first line
    bool marked = false;
  };
  using Method = std::string (LspServer::*)(const Message&);
  static const std::map<std::string, Method, std::less<>>& requests();
  static const std::map<std::string, Method, std::less<>>& notifications();

  // lsp.cpp: the life of the conversation
  std::string answer(const Message& message);
  std::string initialize(const Message& message);
  std::string initialized(const Message& message);
  std::string shutdown(const Message& message);
  std::string ignore(const Message& message);
  // An absolute path, without "." and ".." and "/" at its end.
  static std::optional<std::string> folder_path(std::string_view uri);
  void add_folder(const std::string& uri);
  std::string change_folders(const Message& message);
  std::string look_at_folders(const Message& message);
  void log(const std::string& sentence);

  // lsp_documents.cpp: one document
  std::string did_open(const Message& message);
  std::string did_change(const Message& message);
  [[nodiscard]] static std::vector<TextChange> changes_of(const Message& message);
  std::string did_save(const Message& message);
  std::string did_close(const Message& message);
  std::string document_symbol(const Message& message);
  std::string folding_range(const Message& message);
  std::string selection_range(const Message& message);
  std::string pull_diagnostics(const Message& message);
  std::string chunks(const Message& message);
  void publish_diagnostics();
  void append_diagnostics(std::string& out, OpenDocument& document);

  // lsp_symbols.cpp: names across files
  std::string workspace_symbol(const Message& message);
  std::string definition(const Message& message);
  std::string references(const Message& message);
  std::string hover(const Message& message);
  std::vector<Definition> definitions_of(const Message& message, const std::string& name,
                                         const FileView* from);

  // lsp_calls.cpp, lsp_search.cpp
  std::string prepare_calls(const Message& message);
  std::string incoming_calls(const Message& message);
  std::string outgoing_calls(const Message& message);
  std::string search(const Message& message);

  // lsp_files.cpp: what the others share
  // As the folder that it lies in is named, if there is one: an editor may have opened it by way of a link.
  [[nodiscard]] std::string path_of(const std::string& uri) const;
  // By its URI, or else by the file that it names; nullptr: it is not open.
  OpenDocument* find_document(const std::string& uri);
  OpenDocument& open_document(const Message& message);
  // These throw RequestError if the document is neither open nor in an index, or is out of step.
  FileView view(OpenDocument& document);
  FileView view(const Message& message, const std::string& uri);
  FileView view_at_document(const Message& message);
  // The innermost whose name the path begins with.
  Folder* folder_of(const std::string& path);
  // Below a folder: the path as its index has it.
  static std::string path_in(const Folder& folder, const std::string& path);
  // A path below the root of a folder as the innermost folder around it is named.
  [[nodiscard]] std::string named(const std::string& real) const;
  [[nodiscard]] std::string absolute(const Folder& folder, std::string_view path) const;
  // The same below its root, where no link is left. What is absolute is a file of another tree of its index.
  [[nodiscard]] static std::string real(const Folder& folder, std::string_view path);
  std::vector<Source> sources(const Message& message);
  // Whether what its index says of a file counts: a folder inside of it may have an index of its own.
  [[nodiscard]] static bool speaks_for(const std::vector<Source>& sources, const Source& source,
                                       std::string_view path);
  // The first definitions of a source that count, no more than its limit: no open document speaks for them
  // and no other folder. Where fewer than `needed` are left, more are looked at.
  std::vector<store::FoundSymbol> symbols_of(const std::vector<Source>& sources, const Source& source,
                                             store::SymbolQuery wanted, std::size_t needed);
  // The same of chunks; open documents are not looked at.
  static search::Answer chunks_of(const std::vector<Source>& sources, const Source& source,
                                  search::Query query);
  // What an index has of a file; nothing: it has gone since the file was found in it.
  struct IndexedText {
    std::string text;
    Lines lines;
  };
  static std::optional<IndexedText> text_in(store::Reader& reader, const std::string& path);
  [[nodiscard]] std::string word_at(const FileView& file, const json::value* position) const;
  std::uint32_t offset_in(const FileView& file, const json::value* position) const;
  // Each name as it is used, in open documents as they are; `visit` returns false to stop.
  struct Use {
    const FileView& file;
    const Reference& reference;
    const std::vector<Symbol>& symbols;
  };
  void each_use(const Message& message, const std::string& name, std::optional<ReferenceKind> kind,
                const std::function<bool(const Use&)>& visit);

  const Options& options_;
  const Services& services_;
  Session session_;
  OpenDocuments documents_;
  std::vector<Folder> folders_;
  std::set<std::string> unpublished_;  // URIs of documents whose diagnostics the editor has not got
  std::set<std::string> told_;
  PositionEncoding encoding_ = PositionEncoding::utf16;
  bool pulls_diagnostics_ = false;
  bool shows_progress_ = false;
  bool nests_symbols_ = false;
  enum class Phase { created, initialized, shut_down } phase_ = Phase::created;
};

}  // namespace froe::server
