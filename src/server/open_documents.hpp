// The documents that an editor has open: their texts as they are being typed, and what the process that keeps
// their trees says of them. Knows URIs, not JSON.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/document.hpp"
#include "froe/execute.hpp"
#include "froe/index.hpp"
#include "server/text.hpp"

namespace froe::server {

struct OpenDocument {
  std::string uri;
  std::string path;  // absolute, as the folder that it lies in is named
  std::string file;  // what this leads to when no link is left; where there is no file, as far as there are
  std::string language;  // of the registry; empty: text
  std::int64_t version = 0;
  std::string text;
  Lines lines;
  // An edit did not fit the text, so that client and server no longer have the same one.
  bool out_of_step = false;
  // What was said of this version; nothing: it was not asked.
  std::optional<DocumentResult> outline;
  unsigned losses = 0;     // processes in a row that died of it
  std::uint64_t used = 0;  // the last of several has the most
};

// A change as it comes: a range of the text, or nothing for all of it.
struct TextChange {
  std::optional<LspRange> range;
  std::string text;
};

class OpenDocuments {
 public:
  OpenDocuments(execute::WorkerSpec spec, const index::Options& options)
      : companion_(std::move(spec)), options_(options) {}

  void open(OpenDocument document, std::string_view language_id);
  // The URI as it was opened.
  void close(const std::string& uri) { documents_.erase(uri); }
  // False: a change does not fit, and the document is out of step from now on.
  bool change(OpenDocument& document, std::int64_t version, const std::vector<TextChange>& changes,
              PositionEncoding encoding);
  [[nodiscard]] OpenDocument* find_uri(const std::string& uri);
  // One that was opened under this path.
  [[nodiscard]] OpenDocument* find_path(std::string_view path);
  // Looks again which files the documents are: links may have changed since. Before many are asked about.
  void find_files();
  // The one that speaks for the file that a path leads to; one that is out of step if there is no other.
  [[nodiscard]] OpenDocument* find(const std::string& path);
  // Somebody works with it.
  void use(OpenDocument& document) { document.used = ++uses_; }
  // One file may be open under several URIs, each with a text of its own. What is told of many files has it
  // once: as the document has it that was used last. Of one that is out of step nobody knows the text.
  [[nodiscard]] std::vector<OpenDocument*> speakers();
  // Whether one does for this file, an absolute path without links, so that the index does not.
  [[nodiscard]] bool speaks_for(std::string_view file);
  [[nodiscard]] std::map<std::string, OpenDocument>& all() { return documents_; }

  // The outline of the text as it is now.
  [[nodiscard]] const DocumentResult& outline(OpenDocument& document);
  // Anything else. What cannot be parsed is answered as text.
  [[nodiscard]] DocumentResult ask(OpenDocument& document, DocumentTask question);
  // Of a text that is not open, named by its path.
  [[nodiscard]] DocumentResult ask(const std::string& path, const std::string& language, std::string text,
                                   DocumentTask question);
  [[nodiscard]] const index::Options& options() const { return options_; }

 private:
  execute::Companion companion_;
  const index::Options& options_;
  OpenDocument* speaker(std::string_view file);

  std::map<std::string, OpenDocument> documents_;  // by URI: paths change with the folders
  std::uint64_t uses_ = 0;
};

}  // namespace froe::server
