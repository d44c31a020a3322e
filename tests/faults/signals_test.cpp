// Signals to froe and to its workers while a file is in hand: what is asked for is done, and nothing is lost.
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>
#include <string>
#include <thread>

#include "faults/program.hpp"
#include "faults/tree.hpp"

namespace froe::faults {
namespace {

using namespace std::chrono_literals;

// The worker says so when it has begun with the hostile file.
constexpr const char* announce = "print_error 80\n";

class Signals : public testing::Test {
 protected:
  Signals() {
    tree_.put_hostile(std::string(announce) + "sleep 2000\n");
    auto fresh = scratch_.path() / "fresh.db";
    EXPECT_EQ(run(index_into(fresh)).status, 0);
    dump_ = dump(FROE_HOSTILE, fresh);
  }

  [[nodiscard]] Words index_into(const fs::path& database) const {
    return {FROE_HOSTILE, "index", tree_.path(), "--db", database, "-j", "2", "--deadline", "4"};
  }
  // Waits until a worker has begun with the hostile file for the `time`-th time; which one. 0 if the run ends
  // first.
  [[nodiscard]] static pid_t wait_for_hostile(Program& froe, std::size_t time) {
    const std::string prefix = "worker ";
    while (froe.running()) {
      std::istringstream lines(froe.said());
      std::size_t begun = 0;
      for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(prefix) || !line.ends_with("xxxx") || ++begun < time) continue;
        return static_cast<pid_t>(std::stol(line.substr(prefix.size())));
      }
      std::this_thread::sleep_for(5ms);
    }
    return 0;
  }
  // Runs froe and kills so many workers, one after the other, while each has the hostile file in hand.
  Ended run_killing(std::size_t times) {
    Program froe(index_into(database_));
    for (std::size_t time = 1; time <= times; ++time) {
      pid_t worker = wait_for_hostile(froe, time);
      EXPECT_NE(worker, 0);
      EXPECT_TRUE(send_to_child(froe.pid(), worker, SIGKILL));
    }
    return froe.wait();
  }
  void expect_whole(const fs::path& database) {
    EXPECT_EQ(verify(FROE_HOSTILE, database), "");
    EXPECT_EQ(first_difference(dump_, dump(FROE_HOSTILE, database)), "");
  }

  Guardian guardian_;
  Scratch scratch_;
  Tree tree_{scratch_.path() / "tree"};
  fs::path database_ = scratch_.path() / "index.db";
  std::string dump_;
};

TEST_F(Signals, TheFirstFinishesWhatIsInHand) {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    SCOPED_TRACE(signal);
    fs::remove(database_);
    Program froe(index_into(database_));
    ASSERT_NE(wait_for_hostile(froe, 1), 0);
    froe.send(signal);
    auto ended = froe.wait();
    EXPECT_NE(ended.err.find("stopping"), std::string::npos) << ended.err;
    // If the tree had been read to its end, what was in hand is all that there was.
    EXPECT_TRUE(ended.status == 128 + signal || ended.status == 0) << ended.status << ended.err;
    EXPECT_EQ(guardian_.left_behind(), Words());
    EXPECT_EQ(verify(FROE_HOSTILE, database_), "");
    EXPECT_EQ(ledger_entry(FROE_HOSTILE, database_, hostile_name).outcome, "parsed");
    EXPECT_EQ(run(index_into(database_)).status, 0);
    expect_whole(database_);
  }
}

// Behind the file in hand waits more than may be in flight, so that a run that goes on after the signal is
// seen.
TEST_F(Signals, TheFirstEndsTheReading) {
  constexpr std::size_t megabyte = 1U << 20U;
  for (char name = 'a'; name <= 'z'; ++name) {
    write_file(tree_.path() / ("z" + std::string(1, name) + ".txt"), std::string(2 * megabyte, name));
  }
  Program froe(index_into(database_));
  ASSERT_NE(wait_for_hostile(froe, 1), 0);
  froe.send(SIGINT);
  auto ended = froe.wait();
  EXPECT_EQ(ended.status, 128 + SIGINT) << ended.err;
  EXPECT_EQ(verify(FROE_HOSTILE, database_), "");
  EXPECT_EQ(ledger_entry(FROE_HOSTILE, database_, hostile_name).outcome, "parsed") << "it was in hand";
  EXPECT_EQ(ledger_entry(FROE_HOSTILE, database_, "zz.txt").outcome, "(no row)")
      << "it was not read any more";

  EXPECT_EQ(run(index_into(database_)).status, 0);
  EXPECT_EQ(ledger_entry(FROE_HOSTILE, database_, "zz.txt").outcome, "text");
  EXPECT_EQ(verify(FROE_HOSTILE, database_), "");
}

TEST_F(Signals, TheSecondEndsItAtOnce) {
  tree_.put_hostile(std::string(announce) + "loop\n");
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    SCOPED_TRACE(signal);
    fs::remove(database_);
    auto words = index_into(database_);
    words.back() = "600";  // so that nothing else ends the worker

    Program froe(words);
    ASSERT_NE(wait_for_hostile(froe, 1), 0);
    froe.send(signal);
    // Two signals at once would be one.
    while (froe.running() && froe.said().find("stopping") == std::string::npos) {
      std::this_thread::sleep_for(5ms);
    }
    std::this_thread::sleep_for(100ms);
    EXPECT_TRUE(froe.running()) << "it waits for the file in hand";
    froe.send(signal);
    auto second = Clock::now();
    auto ended = froe.wait();
    EXPECT_EQ(ended.status, 128 + signal) << ended.err;
    EXPECT_LT(Clock::now() - second, 5s);
    EXPECT_EQ(guardian_.left_behind(1000ms), Words());
    EXPECT_EQ(verify(FROE_HOSTILE, database_), "");
  }
}

TEST_F(Signals, AWorkerThatIsStoppedIsReplaced) {
  Program froe(index_into(database_));
  pid_t worker = wait_for_hostile(froe, 1);
  ASSERT_NE(worker, 0);
  EXPECT_TRUE(send_to_child(froe.pid(), worker, SIGSTOP));
  auto ended = froe.wait();
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(guardian_.left_behind(), Words());
  expect_whole(database_);
}

TEST_F(Signals, AWorkerThatIsKilledTwiceHasAThirdTry) {
  auto ended = run_killing(2);
  EXPECT_EQ(ended.status, 0) << ended.err;
  expect_whole(database_);
}

TEST_F(Signals, AFileWhoseWorkersAreKilledIsLeftToTheNextRun) {
  auto ended = run_killing(3);
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_EQ(ledger_entry(FROE_HOSTILE, database_, hostile_name).outcome, "killed");
  EXPECT_EQ(verify(FROE_HOSTILE, database_), "");
  EXPECT_EQ(run(index_into(database_)).status, 0);
  expect_whole(database_);
}

// As when a laptop sleeps: deadlines pass while nobody looks, and no file is blamed for it.
TEST_F(Signals, AParentThatWasStoppedGoesOn) {
  Program froe(index_into(database_));
  ASSERT_NE(wait_for_hostile(froe, 1), 0);
  froe.send(SIGSTOP);
  std::this_thread::sleep_for(5s);
  froe.send(SIGCONT);
  auto ended = froe.wait();
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(guardian_.left_behind(), Words());
  expect_whole(database_);
}

}  // namespace
}  // namespace froe::faults
