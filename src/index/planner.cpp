#include "index/planner.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "froe/digest.hpp"

namespace froe::index {
namespace {

// So many rows that asking for more costs little, and so few that memory does not grow with the tree.
constexpr std::size_t page = 1000;

void add(std::string& text, std::string_view part) {
  text += part;
  text += '\n';
}

bool is_same(const store::LedgerEntry& a, const store::LedgerEntry& b) {
  return a.outcome == b.outcome && a.detail == b.detail && a.language == b.language && a.size == b.size &&
         a.blob == b.blob && a.mark == b.mark;
}

}  // namespace

std::string rules(const Options& options) {
  std::string languages;
  for (const auto& language : language::languages()) {
    add(languages, language.name);
    add(languages, language.grammar);
    for (auto names :
         {language.extensions, language.file_names, language.interpreters, language.line_starts}) {
      for (auto name : names) add(languages, name);
      add(languages, {});
    }
  }
  return std::string(cutter_version) + ' ' + std::string(discovery::mark_version) + ' ' +
         to_hex(blob_id(languages)) + ' ' + std::to_string(options.chunk.max_size) + ' ' +
         std::to_string(options.chunk.min_size) + ' ' + std::string(to_string(options.chunk.unit)) + ' ' +
         std::to_string(options.max_parse.value) + ' ' + std::to_string(options.max_file.value) +
         (options.chunk.references ? " references" : "") + (options.chunk.metrics ? " metrics" : "");
}

std::vector<std::string> names_below(const std::filesystem::path& root,
                                     const std::filesystem::path& database) {
  std::vector<std::string> names;
  for (auto last : {discovery::LastLink::resolve, discovery::LastLink::keep}) {
    auto name = discovery::below(root, database, last);
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

bool is_own(const Options& options, std::string_view path) {
  return std::ranges::any_of(options.databases, [path](const std::string& database) {
    if (!path.starts_with(database)) return false;
    auto suffix = path.substr(database.size());
    if (suffix.starts_with("-names")) suffix.remove_prefix(6);
    return suffix.empty() || suffix == "-wal" || suffix == "-shm" || suffix == "-journal" ||
           suffix == ".lock";
  });
}

std::string_view to_string(Reason reason) {
  constexpr std::array<std::string_view, all_reasons.size()> names{
      "unchanged", "touched", "added", "changed", "options", "grammar", "retried", "removed"};
  return names.at(static_cast<std::size_t>(reason));
}

Planner::Planner(const std::filesystem::path& root, const Options& options, store::Inventory& inventory,
                 discovery::Walk& walk)
    : root_(root), options_(options), inventory_(inventory), walk_(walk) {}

Result<bool> Planner::load() {
  if (next_known_ < known_.size() || loaded_all_) return next_known_ < known_.size();
  auto files = inventory_.files(loaded_, page);
  if (!files) return tl::make_unexpected(std::move(files.error()));
  loaded_all_ = files->size() < page;
  if (!files->empty()) loaded_ = files->back().entry.path;
  known_ = std::move(*files);
  next_known_ = 0;
  return !known_.empty();
}

Result<std::optional<Step>> Planner::next() {
  if (!same_rules_) {
    auto made_by = inventory_.rules();
    if (!made_by) return tl::make_unexpected(std::move(made_by.error()));
    same_rules_ = *made_by == rules(options_);
  }
  if (!entry_ && !walked_) {
    do entry_ = walk_.next();
    while (entry_ && is_own(options_, entry_->path));
    walked_ = !entry_;
    if (walked_) {
      if (auto walked = walk_.status(); !walked) return tl::make_unexpected(std::move(walked.error()));
    }
  }
  auto more = load();
  if (!more) return tl::make_unexpected(std::move(more.error()));
  if (!entry_ && !*more) return std::nullopt;
  auto* known = *more ? &known_[next_known_] : nullptr;
  if (known != nullptr && (!entry_ || known->entry.path < entry_->path)) {
    Step gone;
    gone.reason = Reason::removed;
    gone.plan.entry = std::move(known->entry);
    ++next_known_;
    return gone;
  }
  if (known != nullptr && known->entry.path != entry_->path) known = nullptr;
  auto step = plan(*entry_, known);
  if (!step) return tl::make_unexpected(std::move(step.error()));
  entry_.reset();
  if (known != nullptr) ++next_known_;
  return std::move(*step);
}

Result<Step> Planner::plan(const discovery::Entry& entry, store::KnownFile* known) {
  Step step;
  // A file whose tree was lost is asked for again: it may be out of quarantine.
  if (known && entry.stamp && known->stamp == entry.stamp && *same_rules_ &&
      !lost_tree(known->entry.outcome)) {
    step.plan.entry = std::move(known->entry);
    return step;
  }
  auto planned = index::plan(root_, entry, options_);
  if (!planned) return tl::make_unexpected(std::move(planned.error()));
  step.plan = std::move(*planned);
  step.read = true;
  if (auto& stamp = step.plan.stamp) {
    auto newest = std::chrono::nanoseconds(std::max(stamp->mtime_ns, stamp->ctime_ns));
    if (newest >= start_.time_since_epoch() - options_.clock_tick) stamp.reset();
  }
  auto why = reason(step.plan, known);
  if (!why) return tl::make_unexpected(std::move(why.error()));
  step.reason = *why;
  return step;
}

Result<Reason> Planner::reason(const Plan& plan, const store::KnownFile* known) {
  if (!known) return Reason::added;
  if (!plan.key) return is_same(plan.entry, known->entry) ? Reason::unchanged : Reason::changed;
  if (plan.entry.blob != known->entry.blob) return Reason::changed;
  auto key = inventory_.key_of(plan.entry.path);
  if (!key) return tl::make_unexpected(std::move(key.error()));
  if (!*key) return Reason::changed;
  if ((*key)->options != plan.key->options) return Reason::options;
  if ((*key)->language != plan.key->language || (*key)->grammar != plan.key->grammar) return Reason::grammar;
  auto has = inventory_.has(*plan.key);
  if (!has) return tl::make_unexpected(std::move(has.error()));
  if (!*has) return Reason::retried;
  return known->stamp ? Reason::touched : Reason::unchanged;
}

Result<Forecast> forecast(const std::filesystem::path& root, const Options& options,
                          store::Inventory& inventory, const std::atomic<bool>& stop,
                          const std::function<void(Reason, const std::string& path)>& visit) {
  auto walk = discovery::Walk::open(root, options.discovery);
  if (!walk) return tl::make_unexpected(std::move(walk.error()));
  Planner planner(root, options, inventory, *walk);
  Forecast forecast;
  for (;;) {
    if (stop) return failure(ErrorKind::interrupted, "stopped");
    auto step = planner.next();
    if (!step) return tl::make_unexpected(std::move(step.error()));
    if (!*step) return forecast;
    const auto& [reason, plan, read, begins] = **step;
    ++forecast.reasons[static_cast<std::size_t>(reason)];
    if (read && plan.key) {
      auto has = inventory.has(*plan.key);
      if (!has) return tl::make_unexpected(std::move(has.error()));
      if (!*has) {
        ++forecast.to_cut;
        forecast.bytes_to_cut += ByteCount(plan.entry.size);
      }
    }
    if (reason != Reason::unchanged) visit(reason, plan.entry.path);
  }
}

}  // namespace froe::index
