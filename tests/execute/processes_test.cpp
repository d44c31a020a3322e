// What worker processes add: a worker's death or lie costs at most the file it held, and the rest is as
// without it.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "execute/run.hpp"
#include "froe/confine.hpp"
#include "froe/wire.hpp"

namespace froe::execute {
namespace {

Config processes(unsigned workers, std::vector<std::string> arguments = {}) {
  return {.way = Way::processes, .workers = workers, .worker_arguments = std::move(arguments)};
}

struct Fault {
  const char* name;
  const char* content;
  Outcome outcome;     // of the file whose worker died
  const char* detail;  // $+N is the task's number and N
};

// Many ordinary files with three bad ones among them: two side by side, one at the very end.
std::vector<std::string> with_faults(const std::string& bad) {
  std::vector<std::string> contents(60, "sleep 300\nb\nc\n");
  contents[20] = contents[21] = contents[59] = bad;
  return contents;
}

class Faults : public testing::TestWithParam<std::tuple<Fault, unsigned>> {};

std::string name_of(const testing::TestParamInfo<Faults::ParamType>& test) {
  return std::get<0>(test.param).name + std::to_string(std::get<1>(test.param));
}

INSTANTIATE_TEST_SUITE_P(
    , Faults,
    testing::Combine(
        testing::Values(
            Fault{"Segv", "!signal 11\n", Outcome::crashed, "signal 11 (SIGSEGV)"},
            Fault{"Abort", "!signal 6\n", Outcome::aborted, "signal 6 (SIGABRT)"},
            Fault{"Alarm", "!signal 14\n", Outcome::timed_out, "signal 14 (SIGALRM)"},
            Fault{"Sandbox", "!signal 31\n", Outcome::sandbox_violation, "signal 31 (SIGSYS)"},
            Fault{"Kill", "!signal 9\n", Outcome::killed, "signal 9 (SIGKILL)"},
            Fault{"Exit5", "!exit 5\n", Outcome::crashed, "exit status 5"},
            Fault{"Exit0", "!exit 0\n", Outcome::crashed, "exit status 0"},
            Fault{"Memory", "!exit 6\n", Outcome::memory_limit, "out of memory"},
            Fault{"Throw", "!throw\n", Outcome::crashed, "exit status 3"},
            Fault{"Garbage", "!garbage\n", Outcome::protocol_error, "a frame does not begin with FROE"},
            Fault{"Truncated", "!truncated\n", Outcome::protocol_error,
                  "exit status 0 in the middle of a frame"},
            Fault{"Oversized", "!oversized\n", Outcome::protocol_error,
                  "a frame of 268435457 bytes is over the limit of 268435456"},
            Fault{"WrongId", "!wrong-id\n", Outcome::protocol_error, "a result for task $+1000 is not due"},
            Fault{"WrongType", "!wrong-type\n", Outcome::protocol_error, "a frame is not a result"},
            Fault{"WrongSequence", "!wrong-sequence\n", Outcome::protocol_error,
                  "the result is for task $+1, not $+0"},
            Fault{"NotTiling", "!not-tiling\n", Outcome::protocol_error,
                  "the chunks do not reach the end of the file"}),
        testing::Values(1U, 2U, 7U)),
    name_of);

std::string for_task(std::string detail, std::size_t task) {
  for (std::size_t at = 0; (at = detail.find("$+")) != std::string::npos;) {
    std::size_t end = std::min(detail.find_first_not_of("0123456789", at + 2), detail.size());
    detail.replace(at, end - at, std::to_string(task + std::stoul(detail.substr(at + 2))));
  }
  return detail;
}

TEST_P(Faults, CostTheFileThatCausedThemAndNoOther) {
  const auto& [fault, workers] = GetParam();
  auto jobs = jobs_of(with_faults(fault.content));
  Events events;
  Hooks hooks;
  hooks.observer = &events;
  Trial trial = run(processes(workers), jobs, hooks);
  ASSERT_TRUE(trial.usage) << trial.usage.error().message;
  ASSERT_EQ(trial.completed.size(), jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const FileTask& task = jobs[i].task;
    const FileResult& result = trial.completed[i].result;
    ASSERT_EQ(trial.completed[i].task, task);
    if (!task.content.starts_with('!')) {
      ASSERT_EQ(result, cut_lines(task)) << i;
      continue;
    }
    EXPECT_EQ(result, test_fallback(task, fault.outcome, for_task(fault.detail, i)))
        << to_string(result.outcome) << ": " << result.detail;
  }
  std::uint64_t tries = fault.outcome == Outcome::killed ? 3 : 2;
  EXPECT_EQ(trial.usage->workers_lost, 3 * tries);
  auto started = events.all_started();
  for (std::uint64_t i = 0; i < jobs.size(); ++i) {
    // What was in the queue behind a bad file may have been next when its worker died.
    if (jobs[i].task.content.starts_with('!')) {
      EXPECT_EQ(started.count(i), tries) << i;
    } else {
      EXPECT_GE(started.count(i), 1U) << i;
    }
  }
  for (unsigned slot : events.slots()) EXPECT_LT(slot, workers);
  WorkerUsage sum;
  for (const WorkerUsage& one : trial.usage->workers) {
    sum.jobs += one.jobs;
    sum.processes += one.processes;
    sum.deaths += one.deaths;
    sum.cpu_nanoseconds += one.cpu_nanoseconds;
  }
  EXPECT_LE(trial.usage->workers.size(), workers);
  EXPECT_EQ(sum.jobs, jobs.size() - 3);
  EXPECT_EQ(sum.deaths, 3 * tries);
  EXPECT_EQ(sum.processes, trial.usage->workers_started);
  EXPECT_EQ(sum.cpu_nanoseconds, trial.usage->cpu_nanoseconds);
}

// Half as large as all in front of it: with two workers it begins at half of these, with one where it is.
TEST(Processes, ALargeFileBeginsBeforeItsTurn) {
  constexpr std::size_t small_files = 200;
  std::string small = "sleep 2000\n";
  small.resize(1000, '.');
  std::vector<std::string> contents(small_files, small);
  contents.emplace_back(small_files * small.size() / 2, '.');
  const auto jobs = jobs_of(contents);
  for (unsigned workers : {1U, 2U}) {
    Events events;
    Hooks hooks;
    hooks.observer = &events;
    expect_all_handled(run(processes(workers), jobs, hooks), jobs);
    const auto& order = events.in_order();
    const auto place = std::find(order.begin(), order.end(), small_files) - order.begin();
    EXPECT_GT(place, workers == 1 ? 199 : 90);
    EXPECT_LT(place, workers == 1 ? 201 : 120);
  }
}

// In a process of its own: workers' peaks count from ours.
TEST(ProcessesDeathTest, AFileThatFitsNoFrameIsNamedAndTheOthersGoOn) {
  auto hold = [](std::size_t files, std::size_t oversized) {
    std::vector<std::string> contents(files, "a\nb\n");
    contents[oversized].assign(wire::max_payload, '.');
    const auto jobs = jobs_of(contents);
    for (unsigned workers : {1U, 2U}) {
      Trial trial = run(processes(workers), jobs);
      ASSERT_TRUE(trial.usage) << trial.usage.error().message;
      ASSERT_EQ(trial.completed.size(), jobs.size());
      for (std::size_t i = 0; i < jobs.size(); ++i) {
        const auto expected = i == oversized ? Outcome::oversized : cut_lines(jobs[i].task).outcome;
        EXPECT_EQ(trial.completed[i].result.outcome, expected) << i;
      }
      EXPECT_EQ(trial.usage->workers_lost, 0U);
    }
  };
  for (const auto& [files, oversized] : {std::pair(20, 7), std::pair(20, 19), std::pair(1, 0)}) {
    EXPECT_EXIT(
        {
          hold(files, oversized);
          std::exit(testing::Test::HasFailure() ? 1 : 0);
        },
        testing::ExitedWithCode(0), "")
        << oversized;
  }
}

TEST(Processes, EveryFileMayBeBad) {
  for (unsigned workers : {1U, 3U}) {
    auto jobs = jobs_of(std::vector<std::string>(20, "!signal 11\n"));
    Trial trial = run(processes(workers), jobs);
    ASSERT_TRUE(trial.usage) << trial.usage.error().message;
    ASSERT_EQ(trial.completed.size(), jobs.size());
    for (const Completed& one : trial.completed) EXPECT_EQ(one.result.outcome, Outcome::crashed);
    EXPECT_EQ(trial.usage->workers_lost, 40U);
  }
}

TEST(Processes, AVictimOfAnOutsideKillIsNotPunished) {
  std::string marker = testing::TempDir() + "froe-once-" + std::to_string(::getpid());
  std::filesystem::remove(marker);
  auto jobs = jobs_of(with_faults("x\n"));
  jobs[30].task.content = "!once " + marker + "\n";
  Trial trial = run(processes(2), jobs);
  expect_all_handled(trial, jobs);
  EXPECT_EQ(trial.usage->workers_lost, 1U);
  std::filesystem::remove(marker);
}

TEST(Processes, ASecondAnswerToTheSameTaskIsRefusedAndHarmsNobody) {
  for (unsigned workers : {1U, 2U}) {
    auto jobs = jobs_of(with_faults("!duplicate\n"));
    expect_all_handled(run(processes(workers), jobs), jobs);
  }
}

TEST(Processes, SayWhatTheyAreUnder) {
  Config config = processes(2);
  config.sandbox = confine::Sandbox::automatic;
  auto jobs = jobs_of(with_faults("x\n"));
  Trial trial = run(config, jobs);
  expect_all_handled(trial, jobs);
  ASSERT_TRUE(trial.usage->confinement);
  EXPECT_EQ(trial.usage->confinement->level == confine::Level::none, confine::is_sanitizer_build());
  EXPECT_EQ(trial.usage->confinement->descriptors.size(), 4U);
}

TEST(Processes, AWorkerThatNeedsTooMuchMemoryCostsItsFileOnly) {
  if (confine::is_sanitizer_build()) GTEST_SKIP() << "no limit on memory in a build with sanitizers";
  Config config = processes(1);
  // More than twice the peak of this process, below which the peak of a child cannot be told (Process::reap).
  config.confinement.memory_bytes = 512U << 20U;
  for (const char* how : {"!allocate\n", "!allocate-and-abort\n", "!allocate-and-write\n"}) {
    auto jobs = jobs_of({"a", how, "b"});
    Trial trial = run(config, jobs);
    ASSERT_TRUE(trial.usage) << trial.usage.error().message;
    EXPECT_EQ(trial.completed.at(1).result.outcome, Outcome::memory_limit)
        << how << trial.completed.at(1).result.detail;
    EXPECT_EQ(trial.completed.at(2).result, cut_lines(jobs[2].task));
  }
}

TEST(Processes, AWorkerThatHangsUpAndStaysIsKilled) {
  auto jobs = jobs_of({"a", "!hang-up\n", "b"});
  Trial trial = run(processes(2), jobs);
  ASSERT_TRUE(trial.usage);
  EXPECT_EQ(trial.completed.at(1).result.outcome, Outcome::protocol_error);
  EXPECT_EQ(trial.completed.at(1).result.detail, "it closed its socket and did not leave");
}

TEST(Processes, AWorkerThatDoesNotLeaveIsKilledAtTheEnd) {
  auto begin = std::chrono::steady_clock::now();
  auto jobs = jobs_of({"a", "b"});
  expect_all_handled(run(processes(2, {"lingers"}), jobs), jobs);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Processes, AProgramThatDiesBeforeItIsReadyFailsTheRunAtOnce) {
  auto begin = std::chrono::steady_clock::now();
  auto jobs = jobs_of(std::vector<std::string>(1000, std::string(1000, 'x')));
  Config config = processes(4, {"dies-before-ready"});
  config.in_flight = ByteCount(50'000);
  Trial trial = run(config, jobs);
  ASSERT_FALSE(trial.usage);
  EXPECT_NE(trial.usage.error().message.find(FROE_TEST_WORKER), std::string::npos);
  EXPECT_NE(trial.usage.error().message.find("before it was ready (exit status 7)"), std::string::npos)
      << trial.usage.error().message;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(Processes, AWorkerWhoseFirstWordIsNotReadyFailsTheRun) {
  Trial trial = run(processes(2, {"not-ready"}), jobs_of({"a"}));
  ASSERT_FALSE(trial.usage);
  EXPECT_NE(trial.usage.error().message.find("the first frame is not ready"), std::string::npos)
      << trial.usage.error().message;
}

TEST(Processes, AProgramThatIsNotThereFailsTheRun) {
  auto executor = make_processes({"/does/not/exist", {}, {}}, test_fallback, {}, {2});
  Hooks hooks;
  Trial trial = run(*executor, jobs_of({"a", "b"}), hooks);
  ASSERT_FALSE(trial.usage);
  EXPECT_EQ(trial.usage.error().kind, ErrorKind::io);
  EXPECT_NE(trial.usage.error().message.find("/does/not/exist: No such file"), std::string::npos);
}

// Leaves this process room for so many more descriptors, however many it was started with.
class RoomForDescriptors {
 public:
  explicit RoomForDescriptors(std::size_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    std::vector<UniqueFd> taken;
    int highest = 0;
    while (taken.size() < count) highest = std::max(highest, taken.emplace_back(::dup(STDERR_FILENO)).get());
    rlimit now{static_cast<rlim_t>(highest) + 1, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~RoomForDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(Processes, GoOnWithFewerWhenTheSystemHasNoRoomForMore) {
  if (confine::is_sanitizer_build()) {
    GTEST_SKIP()
        << "the undefined-behaviour sanitizer opens a pipe to look at an object, and takes a refusal for a "
           "fault of the object";
  }
  auto jobs = jobs_of(std::vector<std::string>(100, "sleep 1000\n"));
  RoomForDescriptors room(25);
  Trial trial = run(processes(30), jobs);
  ASSERT_TRUE(trial.usage) << trial.usage.error().message;
  expect_all_handled(trial, jobs);
  EXPECT_LT(trial.usage->workers_started, 30U);
  EXPECT_GE(trial.usage->workers_started, 2U);
}

TEST(Processes, AWorkerHasItsSocketAndItsStandardStreamsOnly) {
  // One that is not close-on-exec, as a careless parent of ours may have left it.
  UniqueFd left_over(::dup(STDERR_FILENO));
  ASSERT_TRUE(left_over);
  auto jobs = jobs_of({"!descriptors\n", "!descriptors\n", "!descriptors\n"});
  Trial trial = run(processes(3), jobs);
  ASSERT_TRUE(trial.usage);
  for (const Completed& one : trial.completed) {
    EXPECT_EQ(one.result.detail, "0 /dev/null\n1 pipe\n2 pipe\n3 socket\n");
  }
}

TEST(Processes, AWorkerHasNothingOfOurSignalHandling) {
  sigset_t blocked{};
  sigset_t before{};
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  auto pipe_before = std::signal(SIGPIPE, SIG_IGN);
  Trial trial = run(processes(1), jobs_of({"!signals\n"}));
  std::signal(SIGPIPE, pipe_before);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(trial.usage);
  EXPECT_EQ(trial.completed.at(0).result.detail, "open default own-group");
}

TEST(Processes, WhatAWorkerPrintsIsPassedOnLineByLineUnderItsName) {
  testing::internal::CaptureStderr();
  Trial trial = run(processes(1), jobs_of({"!print\n"}));
  std::string printed = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(trial.usage);
  auto name = printed.substr(0, printed.find(": ") + 2);
  EXPECT_TRUE(name.starts_with("worker "));
  EXPECT_EQ(printed, name + "on standard output\n" + name + "on standard error, unfinished\n");
}

TEST(Processes, AFloodOfOutputIsCutAndHindersNobody) {
  testing::internal::CaptureStderr();
  auto jobs = jobs_of({"!flood\n", "a", "!flood\n", "b"});
  Trial trial = run(processes(2), jobs);
  std::string printed = testing::internal::GetCapturedStderr();
  expect_all_handled(trial, jobs);
  EXPECT_LT(printed.size(), 300'000U);
  EXPECT_NE(printed.find("the rest of it is dropped"), std::string::npos);
}

TEST(Processes, AreStartedOnlyAsFarAsThereIsWork) {
  auto jobs = jobs_of({"a"});
  jobs.resize(50, jobs[0]);
  for (std::size_t i = 1; i < jobs.size(); ++i) {
    jobs[i].task.sequence = i;
    jobs[i].answer = FileResult{};
  }
  Trial trial = run(processes(7), jobs);
  expect_all_handled(trial, jobs);
  EXPECT_EQ(trial.usage->workers_started, 1U);
  EXPECT_GT(trial.usage->cpu_nanoseconds, 0U);
  EXPECT_GT(trial.usage->peak_worker_memory.value, 100'000U);
}

// A task that takes the shortcut is marked as such.
Config with_shortcut() {
  Config config = processes(2);
  config.shortcut = [](const FileTask& task) -> std::optional<FileResult> {
    if (!task.content.starts_with("plain")) return std::nullopt;
    return test_fallback(task, Outcome::text, "shortcut");
  };
  return config;
}

TEST(Processes, WhatTakesTheShortcutKeepsItsPlaceAndNoWorkerSeesIt) {
  std::vector<std::string> contents;
  for (int i = 0; i < 200; ++i) contents.push_back(i % 3 == 0 ? "for a\nworker" : "plain\ntext");
  auto jobs = jobs_of(contents);
  jobs[1].answer = FileResult{};  // what has its answer keeps it
  jobs[1].answer->detail = "known";
  Events events;
  Hooks hooks;
  hooks.observer = &events;
  Trial trial = run(with_shortcut(), jobs, hooks);
  ASSERT_TRUE(trial.usage) << trial.usage.error().message;
  ASSERT_EQ(trial.completed.size(), jobs.size());
  std::multiset<std::uint64_t> for_workers;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto& [task, result] = trial.completed[i];
    ASSERT_EQ(task, jobs[i].task) << i;
    if (i % 3 == 0) {
      ASSERT_EQ(result, cut_lines(task)) << i;
      for_workers.insert(i);
    } else {
      ASSERT_EQ(result, i == 1 ? *jobs[1].answer : test_fallback(task, Outcome::text, "shortcut")) << i;
    }
  }
  EXPECT_EQ(events.all_started(), for_workers);
  std::uint64_t handled = 0;
  for (const auto& worker : trial.usage->workers) handled += worker.jobs;
  EXPECT_EQ(handled, for_workers.size());
}

TEST(Processes, NoneIsStartedWhereAllTakesTheShortcut) {
  auto jobs = jobs_of(std::vector<std::string>(50, "plain"));
  Trial trial = run(with_shortcut(), jobs);
  ASSERT_TRUE(trial.usage) << trial.usage.error().message;
  EXPECT_EQ(trial.completed.size(), jobs.size());
  EXPECT_EQ(trial.usage->workers_started, 0U);
}

TEST(Processes, AnExceptionOfTheShortcutIsAnErrorBehindWhatWasDone) {
  Config config = processes(2);
  config.shortcut = [](const FileTask& task) -> std::optional<FileResult> {
    if (task.content == "bug") throw std::logic_error("a bug");
    return std::nullopt;
  };
  Trial trial = run(config, jobs_of({"a", "b", "bug", "c"}));
  ASSERT_FALSE(trial.usage);
  EXPECT_EQ(trial.usage.error().kind, ErrorKind::internal);
  EXPECT_EQ(trial.completed.size(), 2U);
}

TEST(Processes, AnExceptionOfTheFallbackIsAnError) {
  auto executor = make_processes(
      {FROE_TEST_WORKER, {}, {}},
      [](const FileTask&, Outcome, const std::string&) -> FileResult { throw std::logic_error("a bug"); }, {},
      {2});
  Hooks hooks;
  Trial trial = run(*executor, jobs_of(with_faults("!exit 1\n")), hooks);
  ASSERT_FALSE(trial.usage);
  EXPECT_EQ(trial.usage.error().kind, ErrorKind::internal);
}

}  // namespace
}  // namespace froe::execute
