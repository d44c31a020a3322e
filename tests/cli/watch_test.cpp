// `froe watch` beside a tree that changes as trees do, held against an index that is made anew.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/fixture.hpp"

namespace froe::cli {
namespace {

class WatchTest : public CliTest {
 protected:
  ~WatchTest() override {
    if (pid_ > 0) stop(SIGKILL);
  }

  void start(std::vector<std::string> more = {}) {
    pid_ = ::fork();
    if (pid_ != 0) return;
    int log = ::open((scratch_ / "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    ::dup2(log, 1);
    ::dup2(log, 2);
    if (::chdir(tree_.c_str()) != 0) ::_exit(99);
    std::vector<const char*> arguments{FROE_PROGRAM, "watch"};
    for (const auto& each : more) arguments.push_back(each.c_str());
    arguments.push_back(nullptr);
    ::execv(FROE_PROGRAM, const_cast<char* const*>(arguments.data()));
    ::_exit(99);
  }

  int stop(int signal) {
    ::kill(pid_, signal);
    int status = 0;
    EXPECT_EQ(::waitpid(std::exchange(pid_, 0), &status, 0) > 0, true);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  [[nodiscard]] std::string log() const { return read_all(scratch_ / "log"); }

  // Whether the index comes to be what a fresh one is, in good time.
  testing::AssertionResult follows(const std::string& options = {}) {
    auto fresh = (scratch_ / "fresh.db").string();
    for (int i = 0; i < 150; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      fs::remove(fresh);
      if (froe("index -q --db " + fresh + ' ' + options).status == 2) continue;
      auto dumped = froe("dump");
      if (dumped.status == 0 && dumped.out == froe("dump --db " + fresh).out)
        return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << "the index did not follow; " << log();
  }

  pid_t pid_ = 0;
};

TEST_F(WatchTest, GoesOnGatheringWhatTheIndexHas) {
  write("a.py", python_file);
  ASSERT_EQ(froe("index -q --references").status, 0);
  start();
  write("b.py", python_file);
  ASSERT_TRUE(follows("--references"));
  // Another froe makes it one with metrics meanwhile.
  ASSERT_EQ(froe("check").status, 0);
  write("b.py", "def b(): pass\n");
  ASSERT_TRUE(follows("--references --metrics"));
  EXPECT_EQ(stop(SIGTERM), 128 + SIGTERM);
}

TEST_F(WatchTest, FollowsEditsAndStopsWhenTold) {
  write("a.py", python_file);
  write("d/b.py", python_file);
  start();
  ASSERT_TRUE(follows());
  write("a.py", "def edited(): pass\n");
  ASSERT_TRUE(follows());
  write("new/deep/c.py", "def c(): pass\n");
  ASSERT_TRUE(follows()) << "a file in a directory that was not there";
  write("new/deep/d.py", "def d(): pass\n");
  ASSERT_TRUE(follows()) << "and another one";
  fs::rename(tree_ / "d", tree_ / "e");
  ASSERT_TRUE(follows()) << "a directory with a new name";
  write("e/b.py", "def b(): pass\n");
  ASSERT_TRUE(follows()) << "a change in it";
  fs::remove_all(tree_ / "new");
  fs::remove(tree_ / "a.py");
  ASSERT_TRUE(follows());
  EXPECT_TRUE(contains(log(), "removed")) << log();
  EXPECT_EQ(stop(SIGINT), 128 + SIGINT);
}

TEST_F(WatchTest, FollowsACheckoutOfThousandsOfFiles) {
  ASSERT_EQ(shell("git init -q . && git config user.name a && git config user.email a@b").status, 0);
  for (int i = 0; i < 3000; ++i)
    write("d" + std::to_string(i % 40) + "/f" + std::to_string(i) + ".py", "x = 1\n");
  ASSERT_EQ(shell("git add -A && git commit -qm one && git checkout -qb two").status, 0);
  for (int i = 0; i < 3000; ++i)
    write("d" + std::to_string(i % 40) + "/f" + std::to_string(i) + ".py", "y = 2\n");
  ASSERT_EQ(shell("git rm -rqf d1 && git add -A && git commit -qm two").status, 0);
  start();
  ASSERT_TRUE(follows());
  ASSERT_EQ(shell("git checkout -q -").status, 0);
  ASSERT_TRUE(follows());
  EXPECT_EQ(stop(SIGTERM), 128 + SIGTERM);
}

TEST_F(WatchTest, LooksForItselfIfItIsToldTo) {
  write("a.py", python_file);
  start({"--poll", "1"});
  ASSERT_TRUE(follows());
  write("a.py", "def edited(): pass\n");
  ASSERT_TRUE(follows());
  EXPECT_EQ(stop(SIGTERM), 128 + SIGTERM);
}

TEST_F(WatchTest, ItsOwnIndexInTheTreeDoesNotKeepItBusy) {
  write("a.py", python_file);
  start({"--db", "index.db", "--json"});
  for (int i = 0; i < 100 && !contains(log(), "\"added\":1"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  std::this_thread::sleep_for(std::chrono::seconds(2));
  auto lines = log();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1) << lines;
  EXPECT_EQ(stop(SIGINT), 128 + SIGINT);
}

TEST_F(WatchTest, WhatIsNoDirectoryIsRefused) {
  write("a.py", python_file);
  EXPECT_EQ(froe("watch a.py").status, 2);
  EXPECT_EQ(froe("watch nowhere").status, 2);
}

TEST_F(WatchTest, ATreeThatIsGoneEndsIt) {
  fs::create_directories(scratch_ / "other");
  std::ofstream(scratch_ / "other/a.py") << python_file;
  start({(scratch_ / "other").string(), "--db", (scratch_ / "other.db").string()});
  for (int i = 0; i < 100 && !contains(log(), "watching"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  fs::remove_all(scratch_ / "other");
  int status = 0;
  ASSERT_EQ(::waitpid(std::exchange(pid_, 0), &status, 0) > 0, true);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 2) << log();
  EXPECT_TRUE(contains(log(), "other")) << log();
}

}  // namespace
}  // namespace froe::cli
