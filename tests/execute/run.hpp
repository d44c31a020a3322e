// Runs tasks through an executor and keeps what happened; in every test of every executor.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "execute/test_handler.hpp"
#include "froe/execute.hpp"

namespace froe::execute {

enum class Way { inline_, threads, processes };

struct Config {
  Way way = Way::inline_;
  unsigned workers = 1;
  ByteCount in_flight{64U << 20U};
  std::vector<std::string> worker_arguments{};
  Deadlines deadlines{};
  Recycling recycling{};
  confine::Limits confinement{};
  // The workers of these tests do what no worker may.
  confine::Sandbox sandbox = confine::Sandbox::off;
  Shortcut shortcut{};

  friend void PrintTo(const Config& config, std::ostream* out) {
    constexpr std::array names{"inline", "threads", "processes"};
    *out << names[static_cast<std::size_t>(config.way)] << " -j " << config.workers;
  }
};

// Marks its answers, so that they are told from a worker's.
inline FileResult test_fallback(const FileTask& task, Outcome outcome, const std::string& detail) {
  FileResult result = cut_lines(task);
  result.outcome = outcome;
  result.detail = detail;
  return result;
}

inline std::unique_ptr<Executor> make(const Config& config) {
  Limits limits{config.workers, config.in_flight, config.recycling};
  HandlerFactory factory = [] { return Handler(handle_test_task); };
  switch (config.way) {
    case Way::inline_: return make_inline(factory);
    case Way::threads: return make_threads(factory, limits);
    case Way::processes: break;
  }
  return make_processes(
      {FROE_TEST_WORKER, config.worker_arguments, config.deadlines, config.confinement, config.sandbox},
      test_fallback, config.shortcut, limits);
}

// Whether a job is done by a thread or a process of the pool.
inline bool is_for_workers(const Config& config, const Job& job) {
  return !job.answer && !(config.shortcut && config.shortcut(job.task));
}

// Tasks numbered in order, one for each content.
inline std::vector<Job> jobs_of(const std::vector<std::string>& contents) {
  std::vector<Job> jobs;
  for (const std::string& content : contents) {
    std::uint64_t sequence = jobs.size();
    jobs.push_back({FileTask{sequence, "file" + std::to_string(sequence), "", content, {}}, std::nullopt});
  }
  return jobs;
}

// Counts who works on what, and holds each slot to one file at a time.
class Events : public Observer {
 public:
  void started(std::uint64_t sequence, std::string_view, ByteCount, unsigned slot) override {
    std::lock_guard lock(mutex_);
    EXPECT_TRUE(working_.emplace(slot, sequence).second) << "slot " << slot << " works on two files";
    started_.insert(sequence);
    order_.push_back(sequence);
  }
  void finished(std::uint64_t sequence, unsigned slot) override {
    std::lock_guard lock(mutex_);
    auto work = working_.extract(slot);
    EXPECT_TRUE(work && work.mapped() == sequence) << "slot " << slot << " did not work on " << sequence;
    slots_.insert(slot);
  }
  // Files by how often they were started; everything started has been finished.
  [[nodiscard]] std::multiset<std::uint64_t> all_started() const {
    EXPECT_TRUE(working_.empty());
    return started_;
  }
  [[nodiscard]] const std::vector<std::uint64_t>& in_order() const { return order_; }
  [[nodiscard]] std::set<unsigned> slots() const { return slots_; }

 private:
  std::mutex mutex_;
  std::map<unsigned, std::uint64_t> working_;  // by slot
  std::multiset<std::uint64_t> started_;
  std::vector<std::uint64_t> order_;
  std::set<unsigned> slots_;
};

struct Trial {
  Result<Usage> usage = Usage{};
  std::vector<Completed> completed{};
  std::uint64_t most_in_flight = 0;  // bytes of content
  std::uint64_t pulled = 0;
};

struct Hooks {
  Observer* observer = nullptr;
  std::function<void(std::uint64_t pulled)> before_pull = [](std::uint64_t) {};
  std::function<Status(const Completed&)> sink = [](const Completed&) { return Status{}; };
  std::atomic<bool> stop = false;
};

inline bool no_children_left() {
  return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

inline Trial run(Executor& executor, std::vector<Job> jobs, Hooks& hooks) {
  Trial trial;
  std::atomic<std::uint64_t> in_flight = 0;
  std::atomic<std::uint64_t> most = 0;
  Source source = [&]() -> std::optional<Job> {
    hooks.before_pull(trial.pulled);
    if (trial.pulled == jobs.size()) return std::nullopt;
    Job job = std::move(jobs[trial.pulled++]);
    std::uint64_t now = in_flight += job.task.content.size();
    most = std::max(most.load(), now);
    return job;
  };
  Sink sink = [&](Completed completed) -> Status {
    in_flight -= completed.task.content.size();
    Status status = hooks.sink(completed);
    if (status) trial.completed.push_back(std::move(completed));
    return status;
  };
  trial.usage = executor.run(source, sink, hooks.observer, hooks.stop);
  trial.most_in_flight = most;
  EXPECT_TRUE(no_children_left());
  return trial;
}

inline Trial run(const Config& config, std::vector<Job> jobs, Hooks& hooks) {
  return run(*make(config), std::move(jobs), hooks);
}
inline Trial run(const Config& config, std::vector<Job> jobs) {
  Hooks hooks;
  return run(config, std::move(jobs), hooks);
}

// Every result in order and as the handler gives it.
inline void expect_all_handled(const Trial& trial, const std::vector<Job>& jobs) {
  ASSERT_TRUE(trial.usage) << trial.usage.error().message;
  ASSERT_EQ(trial.completed.size(), jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    ASSERT_EQ(trial.completed[i].task, jobs[i].task) << i;
    ASSERT_EQ(trial.completed[i].result, jobs[i].answer ? *jobs[i].answer : cut_lines(jobs[i].task)) << i;
  }
}

}  // namespace froe::execute
