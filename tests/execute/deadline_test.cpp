// Whoever does not answer is ended in time, and nobody else.
#include "execute/deadline.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <thread>

#include "execute/backoff.hpp"
#include "execute/run.hpp"

namespace froe::execute {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Runs until a deadline has passed or has been closed. Returns whether it passed, and when.
struct Wait {
  bool passed = false;
  Clock::duration took{};
};
Wait wait_for(boost::asio::io_context& io, Deadline& deadline) {
  Wait wait;
  auto begin = Clock::now();
  boost::asio::co_spawn(
      io, [&]() -> boost::asio::awaitable<void> { wait.passed = co_await deadline.passed(); },
      boost::asio::detached);
  io.run();
  wait.took = Clock::now() - begin;
  return wait;
}

void at(boost::asio::io_context& io, std::chrono::milliseconds when, std::function<void()> what) {
  auto timer = std::make_shared<boost::asio::steady_timer>(io, when);
  timer->async_wait([timer, what = std::move(what)](auto) { what(); });
}

TEST(Deadline, PassesAfterItsTerm) {
  boost::asio::io_context io;
  Deadline deadline(io);
  auto start = std::chrono::steady_clock::now();
  deadline.set(50ms);
  EXPECT_TRUE(wait_for(io, deadline).passed);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 50ms);
}

TEST(Deadline, MovesBothWaysAndCanBeTakenBack) {
  boost::asio::io_context io;
  Deadline deadline(io);
  deadline.set(1h);
  at(io, 10ms, [&] { deadline.set(20ms); });
  at(io, 15ms, [&] { deadline.clear(); });
  at(io, 80ms, [&] { deadline.set(50ms); });
  at(io, 100ms, [&] { deadline.set(100ms); });
  Wait wait = wait_for(io, deadline);
  EXPECT_TRUE(wait.passed);
  EXPECT_GE(wait.took, 200ms);
  EXPECT_LT(wait.took, 10s);
}

TEST(Deadline, CanBeClosed) {
  boost::asio::io_context io;
  Deadline deadline(io);
  deadline.set(1h);
  at(io, 10ms, [&] { deadline.close(); });
  EXPECT_FALSE(wait_for(io, deadline).passed);
}

// As after Ctrl-Z and fg: what was due meanwhile gets its term again.
TEST(Deadline, DoesNotCountTimeInWhichThisProcessStoodStill) {
  boost::asio::io_context io;
  Deadline deadline(io);
  deadline.set(200ms);
  at(io, 50ms, [] { std::this_thread::sleep_for(1500ms); });
  Wait wait = wait_for(io, deadline);
  EXPECT_TRUE(wait.passed);
  EXPECT_GE(wait.took, 1750ms);
}

TEST(Backoff, DoublesUntilThereIsProgress) {
  Backoff backoff;
  EXPECT_LE(backoff.until(), Clock::now());
  Clock::duration wait{};
  for (int i = 0; i < 12; ++i) {
    auto before = Clock::now();
    backoff.failed();
    wait = backoff.until() - before;
    auto expected = std::min<std::chrono::milliseconds>(10ms * (1 << i), 1000ms);
    EXPECT_GE(wait, expected);
    EXPECT_LT(wait, expected + 100ms);
  }
  backoff.progressed();
  EXPECT_LE(backoff.until(), Clock::now());
}

Config with_deadline(std::uint32_t parent, unsigned workers = 2) {
  Config config{.way = Way::processes, .workers = workers};
  config.deadlines.parent = parent;
  return config;
}

TEST(Deadlines, EndAWorkerThatHangs) {
  for (const char* how : {"!hang\n", "!stop\n", "!signal-proof\n"}) {
    auto jobs = jobs_of({"a", how, "b", "c"});
    auto begin = Clock::now();
    Trial trial = run(with_deadline(400), jobs);
    auto took = Clock::now() - begin;
    ASSERT_TRUE(trial.usage) << trial.usage.error().message;
    ASSERT_EQ(trial.completed.size(), 4U);
    EXPECT_EQ(trial.completed[1].result.outcome, Outcome::timed_out) << how;
    EXPECT_EQ(trial.completed[1].result.detail, "no answer within 0.4 s");
    EXPECT_GE(took, 800ms);  // twice
    EXPECT_LT(took, 5s);
    for (std::size_t i : {0U, 2U, 3U}) EXPECT_EQ(trial.completed[i].result, cut_lines(jobs[i].task));
  }
}

TEST(Deadlines, CountFromWhenATaskIsTheOldest) {
  auto jobs = jobs_of(std::vector<std::string>(6, "sleep 300000\n"));
  Trial trial = run(with_deadline(1000, 1), jobs);
  expect_all_handled(trial, jobs);
  EXPECT_EQ(trial.usage->workers_lost, 0U);
}

TEST(Deadlines, AWorkerThatWasStoppedOnceCostsNoFileItsTree) {
  std::string marker = testing::TempDir() + "froe-stopped-" + std::to_string(::getpid());
  std::filesystem::remove(marker);
  auto jobs = jobs_of(std::vector<std::string>(30, "sleep 1000\n"));
  jobs[7].task.content = "!once-stop " + marker + "\n";
  Trial trial = run(with_deadline(400), jobs);
  expect_all_handled(trial, jobs);
  EXPECT_EQ(trial.usage->workers_lost, 1U);
  std::filesystem::remove(marker);
}

TEST(Deadlines, EndAWorkerThatDoesNotRead) {
  Config config = with_deadline(300, 1);
  config.worker_arguments = {"never-reads"};
  auto jobs = jobs_of({std::string(5'000'000, 'x')});
  Trial trial = run(config, jobs);
  ASSERT_TRUE(trial.usage) << trial.usage.error().message;
  EXPECT_EQ(trial.completed.at(0).result.outcome, Outcome::timed_out);
}

TEST(Deadlines, EndAWorkerThatDoesNotGetReady) {
  Config config = with_deadline(7000);
  config.worker_arguments = {"never-ready"};
  config.deadlines.start = 300;
  Trial trial = run(config, jobs_of({"a"}));
  ASSERT_FALSE(trial.usage);
  EXPECT_NE(trial.usage.error().message.find("not ready within 0.3 s"), std::string::npos)
      << trial.usage.error().message;
}

}  // namespace
}  // namespace froe::execute
