// What a worker died of, and when that is held against a file.
#include "execute/death.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace froe::execute {
namespace {

constexpr std::uint64_t limit = 100U << 20U;

int by_signal(int signal) {
  return signal;
}
int with_status(int status) {
  return status << 8;
}
Death death(int status, std::uint64_t peak = 0, std::uint64_t memory_limit = limit) {
  return {{status, 0, ByteCount(peak)}, std::nullopt, false, memory_limit};
}

TEST(Judge, TellsTheCausesOfDeathApart) {
  struct Case {
    int status;
    Outcome outcome;
    const char* detail;
  };
  for (const Case& one : {
           Case{by_signal(SIGSEGV), Outcome::crashed, "signal 11 (SIGSEGV)"},
           Case{by_signal(SIGBUS), Outcome::crashed, "signal 7 (SIGBUS)"},
           Case{by_signal(SIGILL), Outcome::crashed, "signal 4 (SIGILL)"},
           Case{by_signal(SIGFPE), Outcome::crashed, "signal 8 (SIGFPE)"},
           Case{by_signal(SIGTRAP), Outcome::crashed, "signal 5 (SIGTRAP)"},
           Case{by_signal(SIGPIPE), Outcome::crashed, "signal 13 (SIGPIPE)"},
           Case{by_signal(SIGABRT), Outcome::aborted, "signal 6 (SIGABRT)"},
           Case{by_signal(SIGALRM), Outcome::timed_out, "signal 14 (SIGALRM)"},
           Case{by_signal(SIGXCPU), Outcome::timed_out, "signal 24 (SIGXCPU)"},
           Case{by_signal(SIGSYS), Outcome::sandbox_violation, "signal 31 (SIGSYS)"},
           Case{by_signal(SIGKILL), Outcome::killed, "signal 9 (SIGKILL)"},
           Case{by_signal(SIGTERM), Outcome::killed, "signal 15 (SIGTERM)"},
           Case{by_signal(SIGINT), Outcome::killed, "signal 2 (SIGINT)"},
           Case{by_signal(SIGHUP), Outcome::killed, "signal 1 (SIGHUP)"},
           Case{by_signal(SIGQUIT), Outcome::killed, "signal 3 (SIGQUIT)"},
           Case{by_signal(SIGUSR1), Outcome::killed, "signal 10 (SIGUSR1)"},
           Case{by_signal(SIGUSR2), Outcome::killed, "signal 12 (SIGUSR2)"},
           Case{by_signal(SIGRTMIN + 3), Outcome::killed, "signal 37"},
           Case{with_status(0), Outcome::crashed, "exit status 0"},
           Case{with_status(5), Outcome::crashed, "exit status 5"},
           Case{with_status(6), Outcome::memory_limit, "out of memory"},
           Case{-1, Outcome::crashed, "unknown exit status"},
       }) {
    Verdict verdict = judge(death(one.status));
    EXPECT_EQ(verdict.outcome, one.outcome) << one.detail;
    EXPECT_EQ(verdict.detail, one.detail);
  }
}

TEST(Judge, BlamesWantOfMemoryOnlyWhereMuchOfItWasUsed) {
  for (int signal : {SIGABRT, SIGSEGV}) {
    EXPECT_EQ(judge(death(signal, limit * 9 / 10)).outcome, Outcome::memory_limit);
    EXPECT_NE(judge(death(signal, limit / 10)).outcome, Outcome::memory_limit);
    EXPECT_NE(judge(death(signal, limit, 0)).outcome, Outcome::memory_limit);
  }
  EXPECT_EQ(judge(death(SIGFPE, limit)).outcome, Outcome::crashed);
}

TEST(Judge, KnowsWhyWeKilledIt) {
  Death late = death(SIGKILL);
  late.sentence = {Outcome::timed_out, "no answer within 7 s"};
  EXPECT_EQ(judge(late).outcome, Outcome::timed_out);
  EXPECT_EQ(judge(late).detail, "no answer within 7 s");
  // It was gone before the kill reached it.
  late.exit.status = SIGSEGV;
  EXPECT_EQ(judge(late).outcome, Outcome::crashed);
  // A lie stays one, however it ended.
  Death lied = death(with_status(0));
  lied.sentence = {Outcome::protocol_error, "a lie"};
  EXPECT_EQ(judge(lied).outcome, Outcome::protocol_error);
  EXPECT_EQ(judge(lied).detail, "a lie");
}

TEST(Judge, TakesAnEndInTheMiddleOfAFrameForALieUnlessASignalExplainsIt) {
  Death left = death(with_status(0));
  left.in_frame = true;
  EXPECT_EQ(judge(left).outcome, Outcome::protocol_error);
  EXPECT_EQ(judge(left).detail, "exit status 0 in the middle of a frame");
  Death crashed = death(SIGSEGV);
  crashed.in_frame = true;
  EXPECT_EQ(judge(crashed).outcome, Outcome::crashed);
  EXPECT_EQ(judge(crashed).detail, "signal 11 (SIGSEGV) in the middle of a frame");
}

const Verdict crash{Outcome::crashed, "crash"};
const Verdict kill{Outcome::killed, "kill"};

TEST(Suspicion, TakesTwoDeathsOfItsOwnDoingForProof) {
  Suspicion task;
  EXPECT_FALSE(task.any());
  EXPECT_FALSE(task.blame({Outcome::aborted, "first"}));
  EXPECT_TRUE(task.any());
  auto proven = task.blame({Outcome::crashed, "second"});
  ASSERT_TRUE(proven);
  EXPECT_EQ(proven->outcome, Outcome::crashed);
  EXPECT_EQ(proven->detail, "second");
}

TEST(Suspicion, IsNotProvenByKillsFromOutside) {
  Suspicion unlucky;
  EXPECT_FALSE(unlucky.blame(kill));
  EXPECT_FALSE(unlucky.blame(kill));
  auto given_up = unlucky.blame(kill);
  ASSERT_TRUE(given_up);
  EXPECT_EQ(given_up->outcome, Outcome::killed);
}

TEST(Suspicion, GivesUpAfterThreeDeathsWhateverTheirOrder) {
  for (int crash_at = 0; crash_at < 3; ++crash_at) {
    Suspicion task;
    std::optional<Verdict> verdict;
    for (int i = 0; i < 3; ++i) {
      ASSERT_FALSE(verdict);
      verdict = task.blame(i == crash_at ? crash : kill);
    }
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->outcome, Outcome::killed) << "one crash is no proof";
    EXPECT_EQ(verdict->detail, "kill");
  }
  Suspicion guilty;
  EXPECT_FALSE(guilty.blame(kill));
  EXPECT_FALSE(guilty.blame(crash));
  EXPECT_EQ(guilty.blame(crash)->outcome, Outcome::crashed);
}

TEST(Suspicion, ExcusesATaskThatWasNeverSentThreeTimes) {
  Suspicion task;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(task.excuse());
  EXPECT_FALSE(task.any());
  EXPECT_FALSE(task.excuse());
}

}  // namespace
}  // namespace froe::execute
