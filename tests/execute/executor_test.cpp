// What every executor promises, with any number of workers.
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

#include "execute/run.hpp"

namespace froe::execute {
namespace {

class EveryExecutor : public testing::TestWithParam<Config> {};

std::string name_of(const testing::TestParamInfo<Config>& test) {
  constexpr std::array names{"inline", "threads", "processes"};
  return names.at(static_cast<std::size_t>(test.param.way)) + std::to_string(test.param.workers) +
         (test.param.shortcut ? "WithShortcut" : "");
}

// Every second task is not for the workers.
Config with_shortcut() {
  Config config{Way::processes, 2};
  config.shortcut = [](const FileTask& task) -> std::optional<FileResult> {
    if (task.sequence % 2 == 0) return std::nullopt;
    return cut_lines(task);
  };
  return config;
}

INSTANTIATE_TEST_SUITE_P(, EveryExecutor,
                         testing::Values(Config{Way::inline_, 1}, Config{Way::threads, 1},
                                         Config{Way::threads, 2}, Config{Way::threads, 7},
                                         Config{Way::processes, 1}, Config{Way::processes, 2},
                                         Config{Way::processes, 7}, with_shortcut()),
                         name_of);

std::vector<std::string> shuffled_sleeps(std::size_t count) {
  std::mt19937 random(7);
  std::vector<std::string> contents;
  for (std::size_t i = 0; i < count; ++i) {
    contents.push_back("sleep " + std::to_string(random() % 3000) + "\n" + std::string(random() % 500, 'x'));
  }
  return contents;
}

TEST_P(EveryExecutor, GivesResultsInOrderHoweverLongEachTakes) {
  auto jobs = jobs_of(shuffled_sleeps(150));
  expect_all_handled(run(GetParam(), jobs), jobs);
}

TEST_P(EveryExecutor, TakesAnEmptySource) {
  Trial result = run(GetParam(), {});
  EXPECT_TRUE(result.usage);
  EXPECT_TRUE(result.completed.empty());
}

TEST_P(EveryExecutor, TakesOneJob) {
  auto jobs = jobs_of({"one\ntwo"});
  expect_all_handled(run(GetParam(), jobs), jobs);
}

TEST_P(EveryExecutor, TakesEmptyFiles) {
  auto jobs = jobs_of(std::vector<std::string>(500));
  expect_all_handled(run(GetParam(), jobs), jobs);
}

// Worker processes are nicer than their parent, interrupt nobody and have long turns, where the system knows
// any, unless somebody chose how they are scheduled; whoever asked for the run is as before.
TEST_P(EveryExecutor, LeavesTheCallersSchedulingAsItWas) {
  const auto before = scheduling_of_this_thread().value();
  auto result = run(GetParam(), jobs_of({"scheduling"}));
  ASSERT_EQ(result.completed.size(), 1U);
  auto expected = before;
  if (GetParam().way == Way::processes) {
    expected.nice = std::min(before.nice + 6, 19);
    if (before.policy == SCHED_OTHER) {
      expected.policy = SCHED_BATCH;
      if (before.turn_nanoseconds != 0) expected.turn_nanoseconds = long_turn;
    }
  }
  EXPECT_EQ(result.completed.front().result.detail, to_text(expected));
  EXPECT_EQ(to_text(scheduling_of_this_thread().value()), to_text(before));
}

TEST_P(EveryExecutor, RunsTwice) {
  auto jobs = jobs_of({"a", "b\nc", ""});
  auto executor = make(GetParam());
  for (int round = 0; round < 2; ++round) {
    Hooks hooks;
    expect_all_handled(run(*executor, jobs, hooks), jobs);
  }
}

TEST_P(EveryExecutor, HandsAnswersOnInTheirPlace) {
  auto jobs = jobs_of(shuffled_sleeps(60));
  for (std::size_t i = 0; i < jobs.size(); i += i % 3 + 1) {
    // Nothing that a handler would say, nor one that could be valid.
    FileResult answer;
    answer.sequence = i;
    answer.detail = "known";
    answer.errors = {{9, 8}};
    jobs[i].answer = std::move(answer);
  }
  Events events;
  Hooks hooks;
  hooks.observer = &events;
  expect_all_handled(run(GetParam(), jobs, hooks), jobs);
  std::multiset<std::uint64_t> handled;
  for (const Job& job : jobs) {
    if (is_for_workers(GetParam(), job)) handled.insert(job.task.sequence);
  }
  EXPECT_EQ(events.all_started(), handled);
  for (unsigned slot : events.slots()) EXPECT_LT(slot, GetParam().workers);
}

TEST_P(EveryExecutor, SaysWhatWasDoneInEachSlot) {
  auto jobs = jobs_of(shuffled_sleeps(100));
  jobs[7].answer = FileResult{};
  jobs[7].answer->sequence = 7;
  Trial trial = run(GetParam(), jobs);
  expect_all_handled(trial, jobs);
  ASSERT_GE(trial.usage->workers.size(), 1U);
  EXPECT_LE(trial.usage->workers.size(), GetParam().workers);
  WorkerUsage sum;
  for (const WorkerUsage& one : trial.usage->workers) {
    sum.jobs += one.jobs;
    sum.bytes += one.bytes;
    EXPECT_EQ(one.restarts(), 0U);
    EXPECT_GT(one.cpu_nanoseconds, 0U);
  }
  WorkerUsage expected;
  for (const Job& job : jobs) {
    if (!is_for_workers(GetParam(), job)) continue;
    ++expected.jobs;
    expected.bytes += ByteCount(job.task.content.size());
  }
  EXPECT_EQ(sum.jobs, expected.jobs);
  EXPECT_EQ(sum.bytes, expected.bytes);
}

TEST_P(EveryExecutor, MovesLargeFiles) {
  std::string large(5'000'000, 'x');
  for (std::size_t i = 100; i < large.size(); i += 1000) large[i] = '\n';
  auto jobs = jobs_of({large, "small", large, large, "", large});
  expect_all_handled(run(GetParam(), jobs), jobs);
}

TEST_P(EveryExecutor, MovesEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  auto jobs = jobs_of({bytes});
  jobs[0].task.path = "not \xff utf-8\n";
  expect_all_handled(run(GetParam(), jobs), jobs);
}

TEST_P(EveryExecutor, BoundsWhatIsInFlightEvenBehindASlowFile) {
  std::vector<std::string> contents{"sleep 150000\n"};
  contents.resize(300, std::string(1000, 'x'));
  auto jobs = jobs_of(contents);
  Config config = GetParam();
  config.in_flight = ByteCount(20'000);
  Trial result = run(config, jobs);
  expect_all_handled(result, jobs);
  EXPECT_LE(result.most_in_flight, config.in_flight.value + 1000);
}

TEST_P(EveryExecutor, LetsAFileThroughThatIsLargerThanTheBound) {
  auto jobs = jobs_of({"a", std::string(100'000, 'x'), "b", std::string(100'000, 'y')});
  Config config = GetParam();
  config.in_flight = ByteCount(10);
  expect_all_handled(run(config, jobs), jobs);
}

TEST_P(EveryExecutor, FinishesWhatIsInFlightWhenItIsStopped) {
  auto jobs = jobs_of(shuffled_sleeps(400));
  Hooks hooks;
  hooks.before_pull = [&](std::uint64_t pulled) {
    if (pulled == 50) hooks.stop = true;
  };
  Trial result = run(GetParam(), jobs, hooks);
  ASSERT_FALSE(result.usage);
  EXPECT_EQ(result.usage.error().kind, ErrorKind::interrupted);
  // The job that was being pulled when the flag was raised is the last.
  ASSERT_EQ(result.pulled, 51U);
  ASSERT_EQ(result.completed.size(), result.pulled);
  for (std::size_t i = 0; i < result.completed.size(); ++i) EXPECT_EQ(result.completed[i].task, jobs[i].task);
}

TEST_P(EveryExecutor, EndsWithTheErrorOfTheSink) {
  auto jobs = jobs_of(shuffled_sleeps(400));
  Hooks hooks;
  hooks.sink = [](const Completed& completed) -> Status {
    if (completed.task.sequence == 20) return failure(ErrorKind::io, "the disk is full");
    return {};
  };
  Trial result = run(GetParam(), jobs, hooks);
  ASSERT_FALSE(result.usage);
  EXPECT_EQ(result.usage.error().kind, ErrorKind::io);
  EXPECT_EQ(result.usage.error().message, "the disk is full");
  EXPECT_EQ(result.completed.size(), 20U);
}

TEST_P(EveryExecutor, EndsWithTheErrorOfTheSinkThoughTheSourceIsBlockedByTheBound) {
  auto jobs = jobs_of(std::vector<std::string>(400, std::string(1000, 'x')));
  Config config = GetParam();
  config.in_flight = ByteCount(5000);
  Hooks hooks;
  hooks.sink = [](const Completed&) -> Status {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    return failure(ErrorKind::io, "the disk is full");
  };
  Trial result = run(config, jobs, hooks);
  ASSERT_FALSE(result.usage);
  EXPECT_EQ(result.usage.error().message, "the disk is full");
}

TEST_P(EveryExecutor, TurnsAnExceptionOfTheSinkIntoAnError) {
  Hooks hooks;
  hooks.sink = [](const Completed&) -> Status { throw std::logic_error("a bug"); };
  Trial result = run(GetParam(), jobs_of(shuffled_sleeps(50)), hooks);
  ASSERT_FALSE(result.usage);
  EXPECT_EQ(result.usage.error().kind, ErrorKind::internal);
  EXPECT_NE(result.usage.error().message.find("a bug"), std::string::npos);
}

TEST_P(EveryExecutor, TurnsAnExceptionOfTheSourceIntoAnError) {
  auto jobs = jobs_of(shuffled_sleeps(50));
  Hooks hooks;
  hooks.before_pull = [](std::uint64_t pulled) {
    if (pulled == 10) throw std::logic_error("a bug");
  };
  Trial result = run(GetParam(), jobs, hooks);
  ASSERT_FALSE(result.usage);
  EXPECT_EQ(result.usage.error().kind, ErrorKind::internal);
  EXPECT_EQ(result.completed.size(), 10U);  // what was pulled before is not lost
}

TEST_P(EveryExecutor, SurvivesAnObserverThatThrows) {
  class Throws : public Observer {
    void started(std::uint64_t sequence, std::string_view, ByteCount, unsigned) override {
      if (sequence == 10) throw std::logic_error("a bug");
    }
    void finished(std::uint64_t, unsigned) override {}
  } observer;
  Hooks hooks;
  hooks.observer = &observer;
  Trial result = run(GetParam(), jobs_of(shuffled_sleeps(50)), hooks);
  ASSERT_FALSE(result.usage);
  EXPECT_EQ(result.usage.error().kind, ErrorKind::internal);
}

// A commit that takes long must not stop the reading of files, nor the other way round.
TEST_P(EveryExecutor, KeepsOrderWithASlowSink) {
  auto jobs = jobs_of(shuffled_sleeps(60));
  Hooks hooks;
  hooks.sink = [](const Completed& completed) -> Status {
    if (completed.task.sequence % 20 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(40));
    return {};
  };
  expect_all_handled(run(GetParam(), jobs, hooks), jobs);
}

// Long tasks among short ones, which must overtake them. Sleeping tasks need no free core to show who waits
// for whom.
TEST_P(EveryExecutor, KeepsItsWorkersBusyWhateverTheSizes) {
  std::vector<std::string> contents;
  int total = 0;
  for (int i = 0; i < 66; ++i) {
    int microseconds = i % 22 == 3 ? 150'000 : 10'000;
    total += microseconds;
    contents.push_back("sleep " + std::to_string(microseconds) + "\n");
  }
  auto jobs = jobs_of(contents);
  auto best = std::chrono::steady_clock::duration::max();
  // Other programs can only make it slower: the best of a few tries counts.
  for (int tries = 0; tries < 3 && best >= std::chrono::microseconds(total) * 2 / 3; ++tries) {
    auto begin = std::chrono::steady_clock::now();
    expect_all_handled(run(GetParam(), jobs), jobs);
    best = std::min(best, std::chrono::steady_clock::now() - begin);
    if (GetParam().workers == 1) return;
  }
  EXPECT_LT(best, std::chrono::microseconds(total) * 2 / 3);
}

TEST_P(EveryExecutor, LeavesNoThreadBehind) {
  auto threads = [] {
    auto tasks = std::filesystem::directory_iterator("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  // The thread sanitizer starts one of its own with the first. One that has been joined may be listed for a
  // moment longer.
  std::filesystem::path first;
  std::thread([&] { first = "/proc/self/task/" + std::to_string(::gettid()); }).join();
  while (exists(first)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  auto before = threads();
  auto jobs = jobs_of(shuffled_sleeps(50));
  expect_all_handled(run(GetParam(), jobs), jobs);
  for (int tries = 0; tries < 1000 && threads() != before; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(threads(), before);
}

class InThisProcess : public testing::TestWithParam<Config> {};
INSTANTIATE_TEST_SUITE_P(, InThisProcess,
                         testing::Values(Config{Way::inline_, 1}, Config{Way::threads, 2},
                                         Config{Way::threads, 7}),
                         name_of);

std::unique_ptr<Executor> make_with(const Config& config, const HandlerFactory& factory) {
  if (config.way == Way::inline_) return make_inline(factory);
  return make_threads(factory, {config.workers, config.in_flight});
}

TEST_P(InThisProcess, TurnsAnExceptionOfTheHandlerIntoAnError) {
  auto executor = make_with(GetParam(), [] {
    return Handler([](const FileTask& task) -> FileResult {
      if (task.sequence == 30) throw std::logic_error("a bug");
      return handle_test_task(task);
    });
  });
  Hooks hooks;
  Trial result = run(*executor, jobs_of(shuffled_sleeps(100)), hooks);
  ASSERT_FALSE(result.usage);
  EXPECT_EQ(result.usage.error().kind, ErrorKind::internal);
  EXPECT_EQ(result.completed.size(), 30U);
}

TEST_P(InThisProcess, GivesEachThreadAHandlerOfItsOwn) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::atomic<unsigned> made = 0;
  auto executor = make_with(GetParam(), [&] {
    ++made;
    return Handler([&, owner = std::this_thread::get_id()](const FileTask& task) {
      EXPECT_EQ(owner, std::this_thread::get_id());
      std::lock_guard lock(mutex);
      threads.insert(owner);
      return handle_test_task(task);
    });
  });
  auto jobs = jobs_of(shuffled_sleeps(100));
  Hooks hooks;
  expect_all_handled(run(*executor, jobs, hooks), jobs);
  EXPECT_LE(made, GetParam().workers);
  EXPECT_EQ(threads.size(), made);
}

TEST(Threads, AreAsManyAsAskedForWhateverTheMachineHas) {
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  auto executor = make_threads(
      [&] {
        return Handler([&](const FileTask& task) {
          int running = ++now;
          for (int seen = most; seen < running && !most.compare_exchange_weak(seen, running);) {
          }
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          --now;
          return handle_test_task(task);
        });
      },
      {7, ByteCount(1U << 20U)});
  auto jobs = jobs_of(std::vector<std::string>(100, "x"));
  Hooks hooks;
  expect_all_handled(run(*executor, jobs, hooks), jobs);
  EXPECT_EQ(most, 7);
}

}  // namespace
}  // namespace froe::execute
