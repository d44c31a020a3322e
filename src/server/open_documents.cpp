#include "server/open_documents.hpp"

#include <filesystem>
#include <utility>

#include "froe/discovery.hpp"
#include "froe/language.hpp"

namespace froe::server {
namespace {

// A document that cost so many processes their lives in a row is text until it is opened again.
constexpr unsigned most_losses = 3;

DocumentResult as_text(const DocumentTask& question, Outcome outcome, std::string detail) {
  DocumentResult result;
  result.file.outcome = outcome;
  result.file.detail = std::move(detail);
  result.around.resize(question.at.size());
  return result;
}

// What is no file is known by its URI.
std::string file_at(const std::string& path) {
  if (!path.starts_with('/')) return path;
  std::error_code error;
  auto file = std::filesystem::weakly_canonical(path, error);
  return error ? path : file.string();
}

}  // namespace

void OpenDocuments::open(OpenDocument document, std::string_view language_id) {
  const auto* language = language::detect(document.path, document.text);
  if (language == nullptr) language = language::find(language_id);
  if (language != nullptr) document.language = language->name;
  document.lines = Lines(document.text);
  document.file = file_at(document.path);
  use(document);
  auto uri = document.uri;
  documents_.insert_or_assign(std::move(uri), std::move(document));
}

bool OpenDocuments::change(OpenDocument& document, std::int64_t version,
                           const std::vector<TextChange>& changes, PositionEncoding encoding) {
  document.version = version;
  document.outline.reset();
  for (const auto& change : changes) {
    if (!change.range) {
      document.text = change.text;
      document.lines = Lines(document.text);
      document.out_of_step = false;
      continue;
    }
    auto begin = document.lines.offset(document.text, change.range->begin, encoding);
    auto end = document.lines.offset(document.text, change.range->end, encoding);
    if (document.out_of_step || !begin || !end || *begin > *end) {
      document.out_of_step = true;
      continue;
    }
    const ByteRange range{*begin, *end};
    document.text.replace(range.begin, range.size(), change.text);
    document.lines.replace(range, change.text, document.text);
  }
  return !document.out_of_step;
}

OpenDocument* OpenDocuments::find_uri(const std::string& uri) {
  auto found = documents_.find(uri);
  return found == documents_.end() ? nullptr : &found->second;
}

OpenDocument* OpenDocuments::find_path(std::string_view path) {
  for (auto& [uri, document] : documents_) {
    if (document.path == path) return &document;
  }
  return nullptr;
}

void OpenDocuments::find_files() {
  for (auto& [uri, document] : documents_) document.file = file_at(document.path);
}

OpenDocument* OpenDocuments::find(const std::string& path) {
  find_files();
  return speaker(file_at(path));
}

OpenDocument* OpenDocuments::speaker(std::string_view file) {
  auto rank = [](const OpenDocument& each) { return std::pair(!each.out_of_step, each.used); };
  OpenDocument* best = nullptr;
  for (auto& [uri, document] : documents_) {
    if (document.file == file && (best == nullptr || rank(document) > rank(*best))) best = &document;
  }
  return best;
}

std::vector<OpenDocument*> OpenDocuments::speakers() {
  std::vector<OpenDocument*> all;
  for (auto& [uri, document] : documents_) {
    if (!document.out_of_step && speaker(document.file) == &document) all.push_back(&document);
  }
  return all;
}

bool OpenDocuments::speaks_for(std::string_view file) {
  const auto* document = speaker(file);
  return document != nullptr && !document->out_of_step;
}

const DocumentResult& OpenDocuments::outline(OpenDocument& document) {
  if (!document.outline) document.outline = ask(document, {});
  return *document.outline;
}

DocumentResult OpenDocuments::ask(OpenDocument& document, DocumentTask question) {
  if (document.losses >= most_losses)
    return as_text(question, Outcome::crashed, "the parser was lost over this text again and again");
  auto result = ask(document.path, document.language, document.text, std::move(question));
  document.losses = lost_tree(result.file.outcome) ? document.losses + 1 : 0;
  return result;
}

DocumentResult OpenDocuments::ask(const std::string& path, const std::string& language, std::string text,
                                  DocumentTask question) {
  question.file.path = path;
  question.file.language = language;
  question.file.options = options_.chunk;
  question.file.options.references = !language.empty();
  if (ByteCount(text.size()) > options_.max_parse) {
    question.file.language.clear();
    if (!question.cut) return as_text(question, Outcome::oversized, "larger than the limit for parsing");
  }
  question.file.content = std::move(text);
  auto answer = companion_.ask(question);
  if (answer) return std::move(*answer);
  return as_text(question, answer.error().outcome, std::move(answer.error().detail));
}

}  // namespace froe::server
