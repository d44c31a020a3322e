#include "index/revision_planner.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "froe/digest.hpp"

namespace froe::index {
namespace {

// So many rows that asking for more costs little.
constexpr std::size_t page = 1000;

}  // namespace

RevisionPlanner::RevisionPlanner(const Options& options, store::Inventory& inventory,
                                 discovery::Revisions& repository, const std::vector<Wanted>& wanted,
                                 const std::string& below)
    : options_(options),
      inventory_(inventory),
      repository_(repository),
      wanted_(wanted),
      below_(below),
      rules_(rules(options)) {}

Status RevisionPlanner::load() {
  loaded_ = true;
  auto known = inventory_.revisions();
  if (!known) return tl::make_unexpected(std::move(known.error()));
  known_ = std::move(*known);
  if (!known_.empty() && known_.back().rules == rules_ && known_.back().part == below_)
    last_ = to_hex(known_.back().commit);
  auto made_by = inventory_.rules();
  if (!made_by) return tl::make_unexpected(std::move(made_by.error()));
  same_rules_ = *made_by == rules(options_);
  return {};
}

Result<std::optional<Step>> RevisionPlanner::next() {
  if (!loaded_) {
    if (auto loaded = load(); !loaded) return tl::make_unexpected(std::move(loaded.error()));
  }
  if (next_file_ < files_.size()) {
    auto step = plan(files_[next_file_++]);
    if (!step) return tl::make_unexpected(std::move(step.error()));
    return std::move(*step);
  }
  auto begun = begin();
  if (!begun) return tl::make_unexpected(std::move(begun.error()));
  if (!*begun) return std::nullopt;
  const auto& wanted = wanted_[next_wanted_ - 1];
  Step step;
  step.begins = store::Revision{0, {}, wanted.name, rules_, below_};
  if (!from_hex(wanted.commit, step.begins->commit)) {
    return failure(ErrorKind::invalid_argument, wanted.commit + " is not the id of a commit");
  }
  return step;
}

Result<bool> RevisionPlanner::begin() {
  for (;;) {
    if (next_wanted_ == wanted_.size()) return false;
    const auto& commit = wanted_[next_wanted_++].commit;
    bool is_known = std::ranges::any_of(known_, [&](const store::Revision& known) {
      return known.rules == rules_ && known.part == below_ && to_hex(known.commit) == commit;
    });
    if (is_known || commit == last_) continue;
    files_.clear();
    next_file_ = 0;
    auto changes = last_.empty() ? tl::make_unexpected(Error{ErrorKind::corrupt, {}})
                                 : repository_.changes(last_, commit, below_);
    if (changes) {
      files_ = std::move(*changes);
      reason_ = Reason::changed;
    } else if (changes.error().kind != ErrorKind::corrupt && changes.error().kind != ErrorKind::not_found) {
      return tl::make_unexpected(std::move(changes.error()));
    } else if (auto all = take_all(commit); !all) {
      return tl::make_unexpected(std::move(all.error()));
    }
    last_ = commit;
    ++begun_;
    return true;
  }
}

Status RevisionPlanner::take_all(const std::string& commit) {
  auto all = repository_.files(commit, below_);
  // In a history a directory may come and go.
  const bool is_absent = !all && all.error().kind == ErrorKind::not_found && wanted_.size() > 1;
  if (is_absent) all = std::vector<discovery::CommittedFile>();
  if (!all) return tl::make_unexpected(std::move(all.error()));
  reason_ = Reason::added;
  std::vector<discovery::CommittedFile> gone;
  std::string after;
  for (bool more = true; more;) {
    auto paths = inventory_.latest_paths(after, page);
    if (!paths) return tl::make_unexpected(std::move(paths.error()));
    more = paths->size() == page;
    if (more) after = paths->back();
    for (auto& path : *paths) {
      if (!std::ranges::binary_search(*all, path, {}, &discovery::CommittedFile::path)) {
        gone.push_back({std::move(path), discovery::EntryType::regular, {}});
      }
    }
  }
  std::ranges::merge(*all, gone, std::back_inserter(files_), {}, &discovery::CommittedFile::path,
                     &discovery::CommittedFile::path);
  return {};
}

Result<Step> RevisionPlanner::plan(const discovery::CommittedFile& file) {
  Step step;
  step.reason = reason_;
  step.read = true;
  step.plan.entry.path = file.path;
  if (file.id.empty()) {
    step.reason = Reason::removed;
    return step;
  }
  if (file.type != discovery::EntryType::regular) {
    discovery::Entry entry;
    entry.path = file.path;
    entry.type = file.type;
    auto planned = index::plan({}, entry, options_);
    if (!planned) return tl::make_unexpected(std::move(planned.error()));
    step.plan = std::move(*planned);
    return step;
  }
  BlobId id{};
  if (!from_hex(file.id, id)) return failure(ErrorKind::corrupt, file.id + " is not the id of a content");
  auto known = as_in_work_tree(file, id);
  if (!known) return tl::make_unexpected(std::move(known.error()));
  if (*known) {
    step.plan = std::move(**known);
    return step;
  }
  auto size = repository_.size(file.id);
  if (!size) return tl::make_unexpected(std::move(size.error()));
  if (ByteCount(*size) > options_.max_file) {
    step.plan.task.path = file.path;
    step.plan.entry.outcome = Outcome::too_large;
    step.plan.entry.size = *size;
    step.plan.entry.detail = discovery::larger_than(*size, options_.max_file);
    return step;
  }
  auto content = repository_.content(file.id);
  if (!content) return tl::make_unexpected(std::move(content.error()));
  step.plan = plan_content(file.path, std::move(*content), options_);
  return step;
}

Result<std::optional<Plan>> RevisionPlanner::as_in_work_tree(const discovery::CommittedFile& file,
                                                             const BlobId& id) {
  if (!same_rules_) return std::nullopt;
  auto known = inventory_.file(file.path);
  if (!known) return tl::make_unexpected(std::move(known.error()));
  if (!*known || (*known)->entry.blob != id) return std::nullopt;
  Plan plan;
  plan.task.path = file.path;
  plan.entry = std::move((*known)->entry);
  if (!is_indexed(plan.entry.outcome)) return plan;
  auto key = inventory_.key_of(file.path);
  if (!key) return tl::make_unexpected(std::move(key.error()));
  if (!*key) return std::nullopt;
  // What lost its tree may be tried again, for which its content is needed.
  auto has = inventory_.has(**key);
  if (!has) return tl::make_unexpected(std::move(has.error()));
  if (!*has) return std::nullopt;
  plan.key = std::move(**key);
  return plan;
}

}  // namespace froe::index
