#include "cli/sides.hpp"

#include <utility>

#include "froe/report.hpp"

namespace froe::cli {

Sides::Sides(const CutArguments& arguments, discovery::Revisions& revisions,
             std::vector<discovery::Difference> differences)
    : arguments_(arguments), revisions_(revisions), differences_(std::move(differences)) {
  files_.resize(differences_.size());
  for (std::size_t i = 0; i < files_.size(); ++i) files_[i].path = differences_[i].path;
}

Status Sides::cut(execute::Executor& executor, const std::atomic<bool>& stop) {
  // Nobody waits for what is in flight either: who has stopped it wants nothing of it.
  auto take_unless_stopped = [&](const execute::Completed& done) -> Status {
    if (stop) return failure(ErrorKind::interrupted, "stopped");
    return take(done);
  };
  auto usage = executor.run([this] { return next(); }, take_unless_stopped, nullptr, stop);
  if (failure_) return tl::make_unexpected(std::move(*failure_));
  if (!usage) return tl::make_unexpected(std::move(usage.error()));
  // A state that nobody has read is not one without definitions.
  for (auto index : left_out_) {
    files_[index].before.reset();
    files_[index].after.reset();
  }
  return {};
}

std::optional<execute::Job> Sides::next() {
  while (next_ < 2 * files_.size()) {
    auto at = next_++;
    bool before = at % 2 == 0;
    const auto& difference = differences_[at / 2];
    const auto& id = before ? difference.before : difference.after;
    if (id.empty()) continue;
    auto plan = plan_of(difference.path, id);
    if (!plan) {
      failure_ = std::move(plan.error());
      return std::nullopt;
    }
    // What is no text, or too large to be read, has neither symbols nor chunks.
    if (!plan->key) {
      notes_.push_back(report::printable(difference.path) + (before ? " was " : " is ") +
                       std::string(to_string(plan->entry.outcome)) + ", so its two states were not compared");
      left_out_.insert(at / 2);
      continue;
    }
    execute::Job job{std::move(plan->task), std::nullopt};
    job.task.sequence = sequence_++;
    const std::lock_guard lock(mutex_);
    asked_.push_back(at);
    return job;
  }
  return std::nullopt;
}

Result<index::Plan> Sides::plan_of(const std::string& path, const std::string& id) {
  if (id == "-") {
    discovery::Entry entry;
    entry.path = path;
    return index::plan(revisions_.work_tree(), entry, arguments_.options);
  }
  auto size = revisions_.size(id);
  if (!size) return tl::make_unexpected(std::move(size.error()));
  if (*size > arguments_.options.max_file.value) {
    index::Plan large;
    large.entry.outcome = Outcome::too_large;
    return large;
  }
  auto content = revisions_.content(id);
  if (!content) return tl::make_unexpected(std::move(content.error()));
  return index::plan_content(path, std::move(*content), arguments_.options);
}

Status Sides::take(const execute::Completed& done) {
  const std::lock_guard lock(mutex_);
  auto at = asked_.front();
  asked_.pop_front();
  auto& file = files_[at / 2];
  (at % 2 == 0 ? file.before : file.after) = done.result;
  (at % 2 == 0 ? file.before_content : file.after_content) = done.task.content;
  return {};
}

}  // namespace froe::cli
