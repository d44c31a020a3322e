// The Model Context Protocol over the tools: the revision of 2026-07-28, in which every request stands for
// itself, and the earlier ones, in which a session begins with `initialize`.
#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <utility>

#include "froe/digest.hpp"
#include "froe/report.hpp"
#include "froe/tokens.hpp"
#include "server/session.hpp"
#include "server/tools.hpp"
#include "server/uri.hpp"

namespace froe::server {
namespace {

constexpr std::string_view modern_version = "2026-07-28";
// Newest first.
constexpr std::array<std::string_view, 4> earlier_versions{"2025-11-25", "2025-06-18", "2025-03-26",
                                                           "2024-11-05"};

constexpr std::string_view version_key = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view capabilities_key = "io.modelcontextprotocol/clientCapabilities";

constexpr std::string_view instructions =
    "froe answers from an index of this repository's code, cut into whole functions and other pieces. Use "
    "search_code to find code by words, find_symbol for where a name is defined, find_references for where "
    "it is used, outline for what a file or directory holds, what_changed for what differs from a git "
    "revision. Results name places as PATH:LINES; get_chunk gives the code there. Answers keep to max_tokens "
    "and end in a line that says how much there is; pass its next_cursor to go on.";

// How long a list that is part of the program may be kept, and how long one that follows the tree, in
// milliseconds.
constexpr std::uint64_t ttl_of_program = 3'600'000;
constexpr std::uint64_t ttl_of_tree = 1000;

// A first call waits so long for an index that there is none of yet.
constexpr std::chrono::milliseconds patience{8000};
// Who has just written a file and asks about it wants an answer that knows it; a few files take some
// milliseconds, a checkout of thousands is not waited for.
constexpr std::chrono::milliseconds patience_for_changes{500};

constexpr std::string_view outline_scheme = "froe://outline/";
constexpr std::size_t resources_on_a_page = 200;

class McpServer {
 public:
  McpServer(const Options& options, const Services& services, int input, int output)
      : services_(services),
        session_(input, output,
                 {.framing = Framing::lines,
                  .cancel_method = "notifications/cancelled",
                  .cancel_member = "requestId",
                  .answers_cancelled = false,
                  .takes_batches = true}),
        workspace_(options.root, options, services, nullptr) {}

  int serve() {
    while (auto message = session_.next()) {
      session_.handle(*message, [this](const Message& each) { return answer(each); });
    }
    return session_.broken() ? 1 : 0;
  }

 private:
  // Results have more members in the modern revision.
  enum class Cached { no, with_program, with_tree };
  class ResultJson {
   public:
    ResultJson(bool modern, Cached cached) : object_(std::make_unique<JsonObject>(text_)) {
      if (!modern) return;
      object_->add("resultType", "complete");
      if (cached == Cached::no) return;
      object_->add("ttlMs", cached == Cached::with_program ? ttl_of_program : ttl_of_tree);
      object_->add("cacheScope", cached == Cached::with_program ? "public" : "private");
    }
    JsonObject& object() { return *object_; }
    std::string take() {
      object_.reset();
      return std::move(text_);
    }

   private:
    std::string text_;
    std::unique_ptr<JsonObject> object_;
  };

  std::string answer(const Message& message) {
    const auto* version = member(message.params, "_meta", version_key);
    const bool modern = version != nullptr;
    if (modern) check_version(message, *version);
    const auto& method = message.method;
    if (method == "server/discover" && modern) return discover();
    if (!modern && method == "initialize") return initialize(message.params);
    if (!modern && method == "ping") return "{}";
    if (!message.id) return {};  // a notification that means nothing to us
    if (!modern && !initialized_) {
      throw RequestError(invalid_request, "send `initialize` first, or name the protocol's version in _meta");
    }
    if (method == "tools/list") return list_tools(modern);
    if (method == "tools/call") return call_tool(message, modern);
    if (method == "resources/list") return list_resources(message, modern);
    if (method == "resources/templates/list") return list_templates(modern);
    if (method == "resources/read") return read_resource(message, modern);
    throw RequestError(method_not_found, "there is no method " + valid_utf8(method));
  }

  static void check_version(const Message& message, const json::value& version) {
    auto requested = text_of(&version);
    if (requested != modern_version) {
      std::string data;
      {
        JsonObject object(data);
        object.add("supported", std::vector<std::string_view>{modern_version});
        object.key("requested") += json::serialize(version);
      }
      throw RequestError(unsupported_version, "this version of the protocol is not supported", data);
    }
    const auto* capabilities = member(message.params, "_meta", capabilities_key);
    if (capabilities == nullptr || !capabilities->is_object())
      throw RequestError(invalid_params, "_meta lacks " + std::string(capabilities_key));
  }

  void add_server_info(std::string& out) const {
    JsonObject(out).add("name", "froe").add("title", "froe").add("version", services_.version);
  }

  static void add_capabilities(JsonObject& object) {
    object.key("capabilities") += R"({"tools":{},"resources":{}})";
    object.add("instructions", instructions);
  }

  std::string discover() {
    ResultJson result(true, Cached::with_program);
    std::vector<std::string_view> versions{modern_version};
    versions.insert(versions.end(), earlier_versions.begin(), earlier_versions.end());
    result.object().add("supportedVersions", versions);
    add_capabilities(result.object());
    {
      JsonObject meta(result.object().key("_meta"));
      add_server_info(meta.key("io.modelcontextprotocol/serverInfo"));
    }
    return result.take();
  }

  std::string initialize(const json::value& params) {
    auto requested = text_of(member(params, "protocolVersion"));
    if (!requested) throw RequestError(invalid_params, "initialize needs a protocolVersion");
    auto known = std::ranges::find(earlier_versions, *requested);
    initialized_ = true;
    std::string text;
    {
      JsonObject object(text);
      object.add("protocolVersion", known == earlier_versions.end() ? earlier_versions.front() : *known);
      add_capabilities(object);
      add_server_info(object.key("serverInfo"));
    }
    return text;
  }

  static std::string list_tools(bool modern) {
    ResultJson result(modern, Cached::with_program);
    auto& out = result.object().key("tools");
    out += '[';
    for (const auto& tool : tools()) {
      if (!out.ends_with('[')) out += ',';
      JsonObject object(out);
      object.add("name", tool.name).add("title", tool.title).add("description", tool.description);
      object.key("inputSchema") += schema_json(tool.arguments);
      object.key("annotations") +=
          R"({"readOnlyHint":true,"destructiveHint":false,"idempotentHint":true,"openWorldHint":false})";
    }
    out += ']';
    return result.take();
  }

  std::string call_tool(const Message& message, bool modern) {
    auto name = text_of(member(message.params, "name"));
    if (!name) throw RequestError(invalid_params, "tools/call needs the name of a tool");
    auto tool = std::ranges::find(tools(), *name, &Tool::name);
    if (tool == tools().end())
      throw RequestError(invalid_params, "there is no tool named " + valid_utf8(*name));
    Page page;
    bool failed = false;
    // What a model did wrong it is told where it reads: in the result.
    try {
      page = run(*tool, message);
    } catch (const ArgumentError& error) {
      page.text = error.message;
      failed = true;
    } catch (const RequestError& error) {
      if (error.code != request_failed && error.code != invalid_params) throw;
      page.text = error.message;
      failed = true;
    }
    ResultJson result(modern, Cached::no);
    auto& out = result.object().key("content");
    out += R"([{"type":"text","text":)";
    append_text(out, page.text);
    out += "}]";
    result.object().add("isError", failed);
    if (!failed) {
      // For programs; a model has read the same in the text.
      auto& meta = result.object().key("_meta");
      meta += R"({"froe/page":)";
      {
        JsonObject object(meta);
        object.add("shown", page.shown)
            .add("total", page.total)
            .add("total_is_exact", page.total_is_exact)
            .add("truncated", page.truncated)
            .add("next_cursor", page.next_cursor);
      }
      meta += '}';
    }
    return result.take();
  }

  Page run(const Tool& tool, const Message& message) {
    const ArgumentValues values(tool.arguments, member(message.params, "arguments"));
    use_index(*message.cancelled);
    auto identity = std::string(tool.name) + '\n' + values.identity();
    std::optional<Cursor> cursor;
    if (auto given = values.text("cursor"); !given.empty()) {
      cursor = read_cursor(identity, given);
      if (!cursor) throw ArgumentError{"cursor is none that these arguments gave; leave it out to begin"};
    }
    // As of the question: what changes while it is answered is for the next one.
    auto note = tool.name == "index_status" ? std::string() : freshness();
    // The list and its state are of one state of the index.
    const Workspace::Held held(workspace_, *message.cancelled);
    auto listing =
        tool.list({workspace_, services_, *message.cancelled}, values, cursor ? cursor->offset : 0);
    if (*message.cancelled) throw RequestError(request_cancelled, "cancelled");
    if (cursor && listing.state.empty()) listing.state = index_state(*message.cancelled);
    if (cursor && !cursor->is_of(listing.state)) {
      throw ArgumentError{
          "what this lists has changed since the cursor was given, and its pages are others now; leave "
          "cursor out "
          "to begin again"};
    }
    if (!note.empty()) listing.notes.push_back(std::move(note));
    for (auto* texts : {&listing.items, &listing.notes}) {
      for (auto& text : *texts) text = valid_utf8(text);
    }
    auto budget = values.number("max_tokens");
    if (budget == 0) budget = most_tokens;
    auto page = fit(listing, budget, identity);
    if (page.next_cursor && listing.state.empty()) {
      listing.state = index_state(*message.cancelled);
      page = fit(listing, budget, identity);
    }
    return page;
  }

  // Of what is in the index.
  std::string index_state(const std::atomic<bool>& cancelled) {
    auto* reader = workspace_.reader_if_any(cancelled);
    return reader == nullptr ? std::string() : to_hex(value_or_throw(reader->fingerprint()));
  }

  // The first use makes the index, and later ones find it kept up to date.
  void use_index(const std::atomic<bool>& cancelled) {
    auto& background = workspace_.background();
    background.start();
    if (workspace_.reader_if_any(cancelled) == nullptr) {
      background.await_first_pass(patience, cancelled);
    } else {
      background.catch_up(patience_for_changes, cancelled);
    }
  }

  // What the reader of an answer has to know; empty if an answer from now on is of the tree as it is now.
  std::string freshness() {
    auto state = workspace_.background().state();
    switch (state.freshness) {
      case Freshness::fresh: return {};
      case Freshness::changed: return "files have just changed: answers may lack that";
      case Freshness::unknown:
      case Freshness::working:
        return "the index is being brought up to date, " + std::to_string(state.files) +
               " files so far: answers may lack what changed lately";
      case Freshness::failed: return "the index could not be brought up to date: " + state.message;
      case Freshness::not_kept: return "the index is not kept up to date";
    }
    return {};
  }

  std::string list_resources(const Message& message, bool modern) {
    use_index(*message.cancelled);
    std::string after;
    if (const auto* cursor = member(message.params, "cursor")) {
      auto text = text_of(cursor);
      auto decoded = text ? percent_decoded(*text) : std::nullopt;
      if (!decoded) throw RequestError(invalid_params, "cursor is none of this list's");
      after = *decoded;
    }
    std::vector<std::string> paths;
    auto read =
        workspace_.reader(*message.cancelled).ledger(std::nullopt, [&](const store::LedgerEntry& entry) {
          bool listed = entry.path > after && is_indexed(entry.outcome) && !entry.language.empty();
          if (listed) paths.push_back(entry.path);
          return paths.size() <= resources_on_a_page;
        });
    if (!read) throw as_request_error(read.error());
    bool more = paths.size() > resources_on_a_page;
    if (more) paths.pop_back();
    ResultJson result(modern, Cached::with_tree);
    auto& out = result.object().key("resources");
    out += '[';
    for (const auto& path : paths) {
      if (!out.ends_with('[')) out += ',';
      JsonObject object(out);
      object.add("uri", std::string(outline_scheme) + percent_encoded(path));
      append_text(object.key("name"), path);
      append_text(object.key("description"), "The definitions in " + path);
      object.add("mimeType", "text/plain");
    }
    out += ']';
    if (more) result.object().add("nextCursor", percent_encoded(paths.back()));
    return result.take();
  }

  static std::string list_templates(bool modern) {
    ResultJson result(modern, Cached::with_program);
    result.object().key("resourceTemplates") +=
        R"([{"uriTemplate":"froe://outline/{+path}","name":"outline",)"
        R"("description":"The definitions in a file, by its path relative to the root","mimeType":"text/plain"}])";
    return result.take();
  }

  std::string read_resource(const Message& message, bool modern) {
    auto uri = text_of(member(message.params, "uri"));
    if (!uri || !uri->starts_with(outline_scheme))
      throw RequestError(invalid_params, "resources are froe://outline/PATH");
    auto given = percent_decoded(uri->substr(outline_scheme.size()));
    if (!given) throw RequestError(invalid_params, "the URI is not well formed");
    use_index(*message.cancelled);
    auto path = workspace_.relative(*given);
    auto& reader = workspace_.reader(*message.cancelled);
    auto entry = value_or_throw(reader.file(path));
    if (!entry || !is_indexed(entry->outcome))
      throw RequestError(invalid_params, "the index has no file " + report::printable(path));
    constexpr std::uint64_t all = 1000;
    std::string text;
    for (const auto& line : outline_lines(reader, path, all)) text += line;
    ResultJson result(modern, Cached::with_tree);
    auto& out = result.object().key("contents");
    out += '[';
    {
      JsonObject object(out);
      object.add("uri", *uri).add("mimeType", "text/plain");
      append_text(object.key("text"), text);
    }
    out += ']';
    return result.take();
  }

  const Services& services_;
  Session session_;
  Workspace workspace_;
  bool initialized_ = false;
};

}  // namespace

int serve_mcp(const Options& options, const Services& services, int input, int output) {
  // Counting tokens needs tables that take a moment to make: not the first caller's.
  std::thread tables([] { static_cast<void>(tokens::tokenizer(tokens::Encoding::o200k_base)); });
  int status = McpServer(options, services, input, output).serve();
  tables.join();
  return status;
}

}  // namespace froe::server
