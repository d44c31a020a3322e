#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "froe/index.hpp"
#include "index/planner.hpp"
#include "index/revision_planner.hpp"

namespace froe::index {
namespace {

// As many as one wants to look at.
constexpr std::size_t most_slow_files = 20;

// A file that is no longer there, or a revision that begins.
using Note = std::variant<std::string, store::Revision>;

// What the sink must know of a job that the source planned. Kept here and not in the task: it does not
// concern the executor.
struct Planned {
  store::LedgerEntry entry;
  std::optional<store::BlobKey> key;
  std::optional<FileStamp> stamp;
  std::vector<Note> before;  // what the writer is told before it gets this file
  bool cut = false;          // the executor has it to do
};

struct KeyOrder {
  bool operator()(const store::BlobKey& a, const store::BlobKey& b) const {
    return std::tie(a.id, a.language) < std::tie(b.id, b.language);
  }
};

// Both ends of the pipeline. The source and the sink may run at the same time on different threads.
class Pipeline {
 public:
  Pipeline(const Run& run, Steps& steps) : run_(run), steps_(steps) {}

  Result<Summary> work() {
    if (auto loaded = load_quarantine(); !loaded) return tl::make_unexpected(std::move(loaded.error()));
    auto usage =
        run_.executor.run([this] { return next(); }, [this](execute::Completed done) { return take(done); },
                          run_.observer, run_.stop);
    auto failure = source_failure_
                       ? std::move(source_failure_)
                       : (usage ? std::optional<Error>() : std::optional(std::move(usage.error())));
    if (!failure && stopped_) failure = Error{ErrorKind::interrupted, "stopped"};
    if (!failure) {
      if (auto told = tell(at_end_); !told) failure = std::move(told.error());
    }
    if (failure) {
      // What is done is worth keeping; if even that fails, the first reason is the one to tell.
      auto kept = run_.writer.suspend();
      static_cast<void>(kept);
      return tl::make_unexpected(std::move(*failure));
    }
    auto start = now();
    if (auto finished = run_.writer.finish(); !finished)
      return tl::make_unexpected(std::move(finished.error()));
    if (run_.observer != nullptr) run_.observer->committed(start, now());
    summary_.unchanged = unchanged_;
    summary_.reasons = reasons_;
    summary_.files += unchanged_;
    summary_.bytes += bytes_passed_;
    for (std::size_t i = 0; i < outcomes_passed_.size(); ++i) summary_.outcomes[i] += outcomes_passed_[i];
    summary_.usage = *usage;
    return summary_;
  }

 private:
  std::optional<execute::Job> next() {
    std::vector<Note> before;
    for (;;) {
      auto step = steps_.next();
      if (!step) {
        source_failure_ = std::move(step.error());
        return std::nullopt;
      }
      if (!*step) break;
      auto& plan = (*step)->plan;
      if ((*step)->begins) {
        before.emplace_back(std::move(*(*step)->begins));
        stopped_ = run_.stop;
        if (stopped_) return std::nullopt;
        continue;
      }
      ++reasons_[static_cast<std::size_t>((*step)->reason)];
      if ((*step)->reason == Reason::removed) {
        before.emplace_back(std::move(plan.entry.path));
      } else if (!(*step)->read) {
        pass(plan.entry);
        stopped_ = run_.stop;
        if (stopped_) return std::nullopt;
      } else {
        return job_for(std::move(plan), std::move(before));
      }
    }
    at_end_ = std::move(before);
    return std::nullopt;
  }

  // What looks as it did needs neither executor nor writer.
  void pass(const store::LedgerEntry& entry) {
    ++unchanged_;
    ++outcomes_passed_[static_cast<std::size_t>(entry.outcome)];
    if (entry.blob) bytes_passed_ += ByteCount(entry.size);
    if (run_.observer != nullptr) run_.observer->recorded(entry);
  }

  std::optional<execute::Job> job_for(Plan plan, std::vector<Note> before) {
    Planned planned{std::move(plan.entry), std::move(plan.key), plan.stamp, std::move(before), false};
    execute::Job job{std::move(plan.task), std::nullopt};
    job.task.sequence = sequence_++;
    if (planned.key) {
      auto known = is_known(*planned.key);
      if (!known) {
        source_failure_ = std::move(known.error());
        return std::nullopt;
      }
      planned.cut = !*known;
    }
    if (!planned.cut) {
      job.task.content = {};
      job.answer = FileResult{};
      job.answer->sequence = job.task.sequence;
    } else if (const auto* held = find_in_quarantine(*planned.key)) {
      job.answer = run_.fallback(job.task, held->outcome, held->detail);
    }
    std::lock_guard lock(mutex_);
    planned_.push_back(std::move(planned));
    return job;
  }

  // Nobody else wants to know the time.
  [[nodiscard]] std::chrono::steady_clock::time_point now() const {
    return run_.observer != nullptr ? std::chrono::steady_clock::now()
                                    : std::chrono::steady_clock::time_point();
  }

  Status load_quarantine() {
    auto entries = run_.writer.quarantine();
    if (!entries) return tl::make_unexpected(std::move(entries.error()));
    for (auto& entry : *entries) {
      quarantine_.emplace(ContentKey{entry.blob, entry.language, entry.grammar}, std::move(entry));
    }
    return {};
  }

  const store::Quarantined* find_in_quarantine(const store::BlobKey& key) const {
    auto found = quarantine_.find(ContentKey{key.id, key.language, key.grammar});
    return found != quarantine_.end() ? &found->second : nullptr;
  }

  // Whether the index has the blob, or will have it by the time that this file's turn comes.
  Result<bool> is_known(const store::BlobKey& key) {
    {
      std::lock_guard lock(mutex_);
      if (unsettled_.contains(key)) return true;
    }
    auto found = run_.writer.inventory().has(key);
    if (!found || *found) return found;
    std::lock_guard lock(mutex_);
    unsettled_.insert(key);
    return false;
  }

  Status take(const execute::Completed& done) {
    Planned planned;
    {
      std::lock_guard lock(mutex_);
      planned = std::move(planned_.front());
      planned_.pop_front();
    }
    auto& entry = planned.entry;
    if (planned.key && entry.outcome != Outcome::oversized) {
      if (planned.cut) {
        entry.outcome = done.result.outcome;
        entry.detail = done.result.detail;
      } else {
        auto known = run_.writer.find(*planned.key);
        if (!known) return tl::make_unexpected(std::move(known.error()));
        if (!*known) return failure(ErrorKind::internal, "the index lost the content of " + entry.path);
        entry.outcome = (*known)->outcome;
        entry.detail = std::move((*known)->detail);
      }
    }
    auto start = now();
    if (auto told = tell(planned.before); !told) return told;
    auto put = run_.writer.put(entry, planned.key ? &*planned.key : nullptr, done.task.content,
                               planned.cut ? &done.result : nullptr, planned.stamp);
    if (!put) return put;
    if (run_.observer != nullptr && run_.writer.settled()) run_.observer->committed(start, now());
    count(planned);
    if (planned.cut) note_time(entry, done.result);
    if (planned.cut) put_.push_back(*planned.key);
    if (run_.writer.settled()) settle();
    if (run_.observer != nullptr) run_.observer->recorded(entry);
    return {};
  }

  Status tell(const std::vector<Note>& notes) {
    for (const auto& note : notes) {
      const auto* path = std::get_if<std::string>(&note);
      auto told = path != nullptr ? run_.writer.remove(*path)
                                  : run_.writer.begin_revision(std::get<store::Revision>(note));
      if (!told) return told;
    }
    return {};
  }

  // From here on the planner finds in the index what was put.
  void settle() {
    std::lock_guard lock(mutex_);
    for (const auto& key : put_) unsettled_.erase(key);
    put_.clear();
  }

  void note_time(const store::LedgerEntry& entry, const FileResult& result) {
    auto time = [](const store::SlowFile& file) { return file.parse_nanoseconds + file.chunk_nanoseconds; };
    store::SlowFile file{entry.path, entry.size, result.parse_nanoseconds, result.chunk_nanoseconds};
    auto& slowest = summary_.slowest;
    if (slowest.size() == most_slow_files && time(slowest.back()) >= time(file)) return;
    auto place = std::ranges::find_if(slowest, [&](const auto& other) { return time(other) < time(file); });
    slowest.insert(place, std::move(file));
    if (slowest.size() > most_slow_files) slowest.pop_back();
  }

  void count(const Planned& planned) {
    if (planned.cut) {
      ++summary_.cut;
    } else if (planned.key) {
      ++summary_.reused;
    }
    ++summary_.files;
    ++summary_.outcomes[static_cast<std::size_t>(planned.entry.outcome)];
    if (planned.entry.blob) summary_.bytes += ByteCount(planned.entry.size);
  }

  // What the quarantine goes by: not the options.
  using ContentKey = std::tuple<BlobId, std::string, std::string>;

  const Run& run_;
  std::map<ContentKey, store::Quarantined> quarantine_;  // as it was when the run began
  Steps& steps_;                                         // source only
  std::uint64_t sequence_ = 0;                           // source only
  // Of what the source passed over; the sink's summary is not its to write.
  std::uint64_t unchanged_ = 0;
  std::array<std::uint64_t, all_reasons.size()> reasons_{};
  ByteCount bytes_passed_;
  std::array<std::uint64_t, all_outcomes.size()> outcomes_passed_{};
  std::vector<Note> at_end_;             // source only, until the run has ended
  std::optional<Error> source_failure_;  // source only, until the run has ended
  bool stopped_ = false;                 // source only, until the run has ended
  Summary summary_;                      // sink only, until the run has ended
  std::vector<store::BlobKey> put_;      // sink only: cut in this run, put and not committed
  std::mutex mutex_;
  std::deque<Planned> planned_;                   // in the order of their sequence numbers
  std::set<store::BlobKey, KeyOrder> unsettled_;  // being cut, or cut and not committed
};

}  // namespace

Result<Summary> update(const Run& run) {
  auto walk = discovery::Walk::open(run.root, run.options.discovery);
  if (!walk) return tl::make_unexpected(std::move(walk.error()));
  Planner planner(run.root, run.options, run.writer.inventory(), *walk);
  auto summary = Pipeline(run, planner).work();
  if (run.problem) {
    for (const auto& problem : walk->problems()) run.problem(problem);
  }
  if (summary) summary->ignored = walk->ignored();
  return summary;
}

Result<Summary> update(const Run& run, discovery::Revisions& repository, const std::vector<Wanted>& wanted,
                       const std::string& below) {
  RevisionPlanner planner(run.options, run.writer.inventory(), repository, wanted, below);
  auto summary = Pipeline(run, planner).work();
  if (summary) {
    summary->revisions = planner.begun();
    summary->revisions_known = wanted.size() - planner.begun();
  }
  return summary;
}

}  // namespace froe::index
