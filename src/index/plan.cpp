#include "froe/index.hpp"
#include "froe/store.hpp"

namespace froe::index {
namespace {

// Which grammars cut a file in this language: those of its parts may be any.
std::string grammar_version(const language::Language& language) {
  std::string version(language.grammar);
  if (language.embedded.empty()) return version;
  std::string all;
  for (const auto& each : language::languages()) all.append(each.grammar).append("\n");
  return version + " with " + to_hex(blob_id(all)).substr(0, 12);
}

std::string_view describe(discovery::EntryType type) {
  switch (type) {
    case discovery::EntryType::symbolic_link: return "symbolic link";
    case discovery::EntryType::fifo: return "FIFO";
    case discovery::EntryType::socket: return "socket";
    case discovery::EntryType::device: return "device";
    case discovery::EntryType::directory: return "directory";
    case discovery::EntryType::submodule: return "submodule";
    case discovery::EntryType::regular:
    case discovery::EntryType::unknown: break;
  }
  return "not a file";
}

}  // namespace

void keep_cut(Options& options, const std::filesystem::path& database, const std::string& root) {
  auto reader = store::Reader::open(database);
  if (!reader) return;
  auto kept = reader->chunk_options(root);
  if (!kept || !*kept) return;
  auto chunk = **kept;
  if (options.asked.sizes) {
    chunk.max_size = options.chunk.max_size;
    chunk.min_size = options.chunk.min_size;
    chunk.unit = options.chunk.unit;
  }
  if (options.asked.references) chunk.references = options.chunk.references;
  if (options.asked.metrics) chunk.metrics = options.chunk.metrics;
  options.chunk = chunk;
}

Plan plan_content(std::string path, std::string bytes, const Options& options,
                  const language::Language* language) {
  Plan plan;
  plan.task.options = options.chunk;
  plan.entry.size = bytes.size();
  plan.entry.blob = blob_id(bytes);
  if (language == nullptr) language = language::detect(path, bytes);
  plan.task.path = path;
  plan.entry.path = std::move(path);
  if (language != nullptr) plan.entry.language = language->name;
  if (auto reason = discovery::not_text(bytes)) {
    plan.entry.outcome = *reason;
    return plan;
  }
  plan.entry.outcome = language == nullptr ? Outcome::text : Outcome::parsed;
  if (language != nullptr && ByteCount(bytes.size()) > options.max_parse) {
    plan.entry.outcome = Outcome::oversized;
    plan.entry.detail =
        "larger than the limit for parsing, " + std::to_string(options.max_parse.value) + " bytes";
    language = nullptr;
  }
  plan.entry.mark = discovery::mark_of(plan.entry.path, bytes);
  // Text has none.
  if (language == nullptr) plan.task.options.references = plan.task.options.metrics = false;
  plan.key = store::BlobKey{*plan.entry.blob, {}, cutter_version, plan.task.options};
  if (language != nullptr) {
    plan.key->language = language->name;
    plan.key->grammar = grammar_version(*language) + ' ' + cutter_version;
    plan.task.language = language->name;
  }
  plan.task.content = std::move(bytes);
  return plan;
}

Result<Plan> plan(const std::filesystem::path& root, const discovery::Entry& entry, const Options& options) {
  Plan plan;
  plan.entry.path = entry.path;
  plan.task.path = entry.path;
  plan.task.options = options.chunk;
  if (!entry.error.empty()) {
    plan.entry.outcome = entry.vanished ? Outcome::vanished : Outcome::unreadable;
    plan.entry.detail = entry.error;
    return plan;
  }
  if (entry.type != discovery::EntryType::regular) {
    plan.entry.outcome = Outcome::not_regular;
    plan.entry.detail = describe(entry.type);
    return plan;
  }
  auto content = discovery::read_file(root, entry.path, options.max_file);
  if (!content && content.error().exhausted) {
    return failure(ErrorKind::busy, "cannot read " + entry.path + ": " + content.error().detail);
  }
  if (!content) {
    plan.entry.outcome = content.error().outcome;
    plan.entry.detail = std::move(content.error().detail);
    plan.entry.size = content.error().size;
    plan.stamp = content.error().stamp;
    return plan;
  }
  auto read = plan_content(entry.path, std::move(content->bytes), options);
  read.stamp = content->stamp;
  return read;
}

}  // namespace froe::index
