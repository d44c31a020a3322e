#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "froe/report.hpp"
#include "server/lsp_server.hpp"
#include "server/uri.hpp"

namespace froe::server {
namespace {

// An editor that types shows its errors when it pauses.
constexpr std::chrono::milliseconds typing_pause{150};

constexpr std::string_view capabilities =
    R"("textDocumentSync":{"openClose":true,"change":2,"save":{"includeText":false}},)"
    R"("documentSymbolProvider":true,"workspaceSymbolProvider":true,"definitionProvider":true,)"
    R"("referencesProvider":true,"hoverProvider":true,"foldingRangeProvider":true,)"
    R"("selectionRangeProvider":true,"callHierarchyProvider":true,)"
    R"("diagnosticProvider":{"identifier":"froe","interFileDependencies":false,"workspaceDiagnostics":false},)"
    R"("workspace":{"workspaceFolders":{"supported":true,"changeNotifications":true}},)"
    R"("experimental":{"froe":{"chunks":true,"search":true}})";

}  // namespace

int serve_lsp(const Options& options, const Services& services, int input, int output) {
  return LspServer(options, services, input, output).serve();
}

LspServer::LspServer(const Options& options, const Services& services, int input, int output)
    : options_(options),
      services_(services),
      session_(input, output,
               {.framing = Framing::content_length,
                .cancel_method = "$/cancelRequest",
                .cancel_member = "id",
                .answers_cancelled = true,
                .takes_batches = false}),
      documents_(services.documents, options.indexing) {}

int LspServer::serve() {
  for (;;) {
    if (!unpublished_.empty() && !session_.has_next(typing_pause)) publish_diagnostics();
    auto message = session_.next();
    if (!message) break;
    if (message->method == "exit" && !message->id) return phase_ == Phase::shut_down ? 0 : 1;
    session_.handle(*message, [this](const Message& each) { return answer(each); });
  }
  // The editor is gone without a word.
  return 1;
}

const std::map<std::string, LspServer::Method, std::less<>>& LspServer::requests() {
  static const std::map<std::string, Method, std::less<>> all{
      {"initialize", &LspServer::initialize},
      {"shutdown", &LspServer::shutdown},
      {"textDocument/documentSymbol", &LspServer::document_symbol},
      {"textDocument/foldingRange", &LspServer::folding_range},
      {"textDocument/selectionRange", &LspServer::selection_range},
      {"textDocument/diagnostic", &LspServer::pull_diagnostics},
      {"textDocument/definition", &LspServer::definition},
      {"textDocument/references", &LspServer::references},
      {"textDocument/hover", &LspServer::hover},
      {"textDocument/prepareCallHierarchy", &LspServer::prepare_calls},
      {"callHierarchy/incomingCalls", &LspServer::incoming_calls},
      {"callHierarchy/outgoingCalls", &LspServer::outgoing_calls},
      {"workspace/symbol", &LspServer::workspace_symbol},
      {"froe/chunks", &LspServer::chunks},
      {"froe/search", &LspServer::search},
  };
  return all;
}

const std::map<std::string, LspServer::Method, std::less<>>& LspServer::notifications() {
  static const std::map<std::string, Method, std::less<>> all{
      {"initialized", &LspServer::initialized},
      {"textDocument/didOpen", &LspServer::did_open},
      {"textDocument/didChange", &LspServer::did_change},
      {"textDocument/didSave", &LspServer::did_save},
      {"textDocument/didClose", &LspServer::did_close},
      {"workspace/didChangeWatchedFiles", &LspServer::look_at_folders},
      {"workspace/didChangeWorkspaceFolders", &LspServer::change_folders},
      {"workspace/didChangeConfiguration", &LspServer::ignore},
  };
  return all;
}

std::string LspServer::answer(const Message& message) {
  const auto& known = message.id ? requests() : notifications();
  auto found = known.find(message.method);
  if (phase_ == Phase::created && message.method != "initialize") {
    if (!message.id) return {};
    throw RequestError(server_not_initialized, "the first request must be `initialize`");
  }
  if (phase_ == Phase::shut_down) throw RequestError(invalid_request, "the server has been shut down");
  if (found == known.end())
    throw RequestError(method_not_found, "there is no method " + valid_utf8(message.method));
  if (message.id) return (this->*found->second)(message);
  try {
    return (this->*found->second)(message);
  } catch (const RequestError& error) {
    log(message.method + ": " + error.message);  // nobody waits for an answer
    return {};
  }
}

std::string LspServer::initialize(const Message& message) {
  if (phase_ != Phase::created) throw RequestError(invalid_request, "`initialize` comes once");
  const auto& params = message.params;
  const auto* wants = member(params, "capabilities");
  if (wants != nullptr) {
    if (const auto* encodings = member(*wants, "general", "positionEncodings");
        encodings != nullptr && encodings->is_array()) {
      for (const auto& each : encodings->get_array()) {
        if (text_of(&each) == "utf-8") encoding_ = PositionEncoding::utf8;
      }
    }
    pulls_diagnostics_ = member(*wants, "textDocument", "diagnostic") != nullptr;
    shows_progress_ = is_true(member(*wants, "window", "workDoneProgress"));
    nests_symbols_ =
        is_true(member(*wants, "textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport"));
  }
  const auto* folders = member(params, "workspaceFolders");
  if (folders != nullptr && folders->is_array()) {
    for (const auto& folder : folders->get_array()) {
      if (auto uri = text_of(member(folder, "uri"))) add_folder(std::string(*uri));
    }
  } else if (auto uri = text_of(member(params, "rootUri"))) {
    add_folder(std::string(*uri));
  }
  // Without a folder, open documents are answered by themselves.
  if (folders_.empty() && !options_.root.empty()) add_folder(file_uri(options_.root.string()));
  phase_ = Phase::initialized;
  std::string text = "{\"capabilities\":{\"positionEncoding\":" + text_json(to_string(encoding_)) + ',';
  text.append(capabilities).append("},\"serverInfo\":");
  JsonObject(text).add("name", "froe").add("version", services_.version);
  return text + '}';
}

std::string LspServer::initialized(const Message&) {
  for (auto& folder : folders_) folder.workspace->background().start();
  return {};
}

std::string LspServer::shutdown(const Message&) {
  phase_ = Phase::shut_down;
  return "null";
}

std::string LspServer::ignore(const Message&) {
  return {};
}

std::optional<std::string> LspServer::folder_path(std::string_view uri) {
  auto path = path_of_uri(uri);
  if (!path) return std::nullopt;
  auto normal = std::filesystem::path(*path).lexically_normal().string();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

void LspServer::add_folder(const std::string& uri) {
  auto path = folder_path(uri);
  std::error_code error;
  auto root = path ? std::filesystem::canonical(*path, error) : std::filesystem::path();
  if (!path || error || !std::filesystem::is_directory(root, error)) {
    log("the folder " + uri + " is no directory on this machine");
    return;
  }
  // The same directory by another name has the same index.
  auto known =
      std::ranges::find_if(folders_, [&](const Folder& each) { return each.workspace->root() == root; });
  if (known != folders_.end()) {
    if (std::ranges::find(known->names, *path) == known->names.end()) known->names.push_back(*path);
    return;
  }
  Folder folder;
  folder.names = {*path};
  auto options = options_;
  // One index file is for one tree.
  if (!folders_.empty()) options.database.clear();
  auto name = std::filesystem::path(*path).filename().string();
  folder.progress =
      std::make_unique<Progress>(session_, name, "froe-index-" + std::to_string(folders_.size()));
  std::function<void(const IndexState&)> changed;
  if (shows_progress_)
    changed = [progress = folder.progress.get()](const IndexState& state) { progress->tell(state); };
  folder.workspace = std::make_unique<Workspace>(std::move(root), options, services_, std::move(changed));
  folders_.push_back(std::move(folder));
}

std::string LspServer::change_folders(const Message& message) {
  const auto* event = member(message.params, "event");
  if (event == nullptr) return {};
  if (const auto* removed = member(*event, "removed"); removed != nullptr && removed->is_array()) {
    for (const auto& folder : removed->get_array()) {
      auto uri = text_of(member(folder, "uri"));
      auto path = uri ? folder_path(*uri) : std::nullopt;
      if (!path) continue;
      for (auto& each : folders_) std::erase(each.names, *path);
      std::erase_if(folders_, [](const Folder& each) { return each.names.empty(); });
    }
  }
  if (const auto* added = member(*event, "added"); added != nullptr && added->is_array()) {
    for (const auto& folder : added->get_array()) {
      if (auto uri = text_of(member(folder, "uri"))) add_folder(std::string(*uri));
    }
  }
  for (auto& [uri, document] : documents_.all()) document.path = path_of(uri);
  for (auto& folder : folders_) folder.workspace->background().start();
  return {};
}

std::string LspServer::look_at_folders(const Message&) {
  for (auto& folder : folders_) folder.workspace->background().look();
  return {};
}

void LspServer::log(const std::string& sentence) {
  if (!told_.insert(sentence).second) return;
  std::fprintf(stderr, "froe: %s\n", report::printable(sentence).c_str());
}

}  // namespace froe::server
