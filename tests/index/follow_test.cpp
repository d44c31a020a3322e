// The index follows the tree: what has not changed is not read, what has is noticed however it changed, and
// in the end the index is that of a fresh run.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "index/fixture.hpp"

namespace froe {
namespace {

using std::chrono::milliseconds;

// Longer than a tick of any file system that tests run on.
constexpr milliseconds tick{20};

class FollowTest : public UpdateTest {
 protected:
  static index::Options options() {
    index::Options options;
    options.clock_tick = tick;
    return options;
  }
  static void let_the_clock_tick() { std::this_thread::sleep_for(tick + milliseconds(10)); }

  index::Summary follow(Pool pool = Pool::in_line, index::Options options = FollowTest::options()) {
    return must_update(database_, pool, 2, false, std::move(options));
  }

  // "reason path" of all that a run would do.
  std::vector<std::string> forecast(const index::Options& options = FollowTest::options()) {
    auto inventory = store::Inventory::open(database_, root_.string());
    EXPECT_TRUE(inventory) << inventory.error().message;
    std::vector<std::string> told;
    auto sum = index::forecast(root_, options, *inventory, stop_,
                               [&](index::Reason reason, const std::string& path) {
                                 told.push_back(std::string(to_string(reason)) + ' ' + path);
                               });
    EXPECT_TRUE(sum) << sum.error().message;
    return told;
  }

  void expect_as_fresh(const index::Options& options = FollowTest::options()) {
    auto fresh = scratch_ / "fresh.db";
    fs::remove(fresh);
    must_update(fresh, Pool::in_line, 1, false, options);
    EXPECT_EQ(dump(database_, false), dump(fresh, false));
    expect_proved(database_);
  }

  // A run that is stopped when it has recorded so many files.
  void stop_after(int files, const index::Options& options) {
    auto writer = store::Writer::open(
        database_, {.root = root_.string(), .on_wait = nullptr, .rules = index::rules(options)});
    ASSERT_TRUE(writer);
    auto executor = make_pool(Pool::in_line, 1, false);
    struct StopSoon final : index::Observer {
      StopSoon(std::atomic<bool>& flag, int most) : stop(flag), left(most) {}
      void started(std::uint64_t, std::string_view, ByteCount, unsigned) override {}
      void finished(std::uint64_t, unsigned) override {}
      void recorded(const store::LedgerEntry&) override {
        if (--left == 0) stop = true;
      }
      std::atomic<bool>& stop;
      int left;
    } stop_soon(stop_, files);
    auto stopped =
        index::update({root_, options, *writer, *executor, &stop_soon, stop_, chunk::chunk_as_text});
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, ErrorKind::interrupted);
    stop_ = false;
  }

  // As some tools do, that unpack or copy.
  void set_mtime(const std::string& path, timespec time) const {
    const timespec times[2] = {{0, UTIME_OMIT}, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, (root_ / path).c_str(), times, 0), 0);
  }
  [[nodiscard]] timespec mtime(const std::string& path) const {
    struct stat status {};
    EXPECT_EQ(::stat((root_ / path).c_str(), &status), 0);
    return status.st_mtim;
  }

  fs::path database_ = scratch_ / "index.db";
};

TEST_F(FollowTest, WhatLooksAsItDidIsNotReadAgain) {
  write("a.py", "def a(): pass\n");
  write("b/c.go", "package c\n");
  write("plain", "text\n");
  write("binary", std::string("\x7f"
                              "ELF\0\0\0\0\0\0\0\0\0\0\0\0",
                              16));
  let_the_clock_tick();
  for (auto pool : {Pool::in_line, Pool::threads, Pool::processes}) {
    fs::remove(database_);
    auto first = follow(pool);
    EXPECT_EQ(first.unchanged, 0U);
    auto second = follow(pool);
    EXPECT_EQ(second.unchanged, 4U);
    EXPECT_EQ(second.files, first.files);
    EXPECT_EQ(second.bytes.value, first.bytes.value);
    EXPECT_EQ(second.outcomes, first.outcomes);
    EXPECT_EQ(second.cut, 0U);
  }
  EXPECT_TRUE(forecast().empty());
}

TEST_F(FollowTest, WhatWasWrittenJustBeforeARunIsReadOnceMore) {
  write("a.py", "def a(): pass\n");
  auto options = FollowTest::options();
  options.clock_tick = std::chrono::hours(1);
  follow(Pool::in_line, options);
  auto again = follow(Pool::in_line, options);
  EXPECT_EQ(again.unchanged, 0U);
  EXPECT_EQ(again.cut, 0U);
}

TEST_F(FollowTest, AChangeThatKeepsSizeAndTimeIsSeen) {
  write("a.py", "def a(): pass\n");
  let_the_clock_tick();
  follow();
  auto before = mtime("a.py");
  write("a.py", "def b(): pass\n");
  set_mtime("a.py", before);
  EXPECT_EQ(forecast(), std::vector<std::string>{"changed a.py"});
  EXPECT_EQ(follow().cut, 1U);
  expect_as_fresh();
}

TEST_F(FollowTest, AFileThatTookTheNameOfAnotherIsSeen) {
  write("a.py", "def a(): pass\n");
  write("b.py", "def b(): pass\n");
  let_the_clock_tick();
  follow();
  fs::rename(root_ / "a.py", root_ / "c");
  fs::rename(root_ / "b.py", root_ / "a.py");
  fs::rename(root_ / "c", root_ / "b.py");
  EXPECT_EQ(forecast(), (std::vector<std::string>{"changed a.py", "changed b.py"}));
  EXPECT_EQ(follow().cut, 0U) << "both contents are known";
  expect_as_fresh();
}

TEST_F(FollowTest, EveryReasonHasItsName) {
  write("changed.py", "def a(): pass\n");
  write("removed/b.py", "def b(): pass\n");
  write("touched.py", "def c(): pass\n");
  write("unchanged.py", "def d(): pass\n");
  let_the_clock_tick();
  follow();
  write("changed.py", "def a2(): pass\n");
  fs::remove_all(root_ / "removed");
  write("added.py", "def e(): pass\n");
  set_mtime("touched.py", {1, 0});
  EXPECT_EQ(forecast(), (std::vector<std::string>{"added added.py", "changed changed.py",
                                                  "removed removed/b.py", "touched touched.py"}));
  auto summary = follow();
  EXPECT_EQ(summary.cut, 2U);
  EXPECT_EQ(summary.reasons[static_cast<std::size_t>(index::Reason::removed)], 1U);
  EXPECT_EQ(summary.unchanged, 1U);
  expect_as_fresh();

  let_the_clock_tick();
  auto other = options();
  other.chunk.max_size = 400;
  EXPECT_EQ(forecast(other), (std::vector<std::string>{"options added.py", "options changed.py",
                                                       "options touched.py", "options unchanged.py"}));
  follow(Pool::processes, other);
  expect_as_fresh(other);
}

TEST_F(FollowTest, ARunThatChangedTheRulesAndWasStoppedLeavesNoMixture) {
  for (char c = 'a'; c <= 'z'; ++c) write(std::string(1, c) + ".py", std::string("def ") + c + "(): pass\n");
  let_the_clock_tick();
  follow();
  auto other = options();
  other.chunk.max_size = 400;
  stop_after(10, other);
  follow();
  expect_as_fresh();
}

TEST_F(FollowTest, TwoStoppedRunsUnderDifferentRulesLeaveNoMixture) {
  for (char c = 'a'; c <= 'z'; ++c) write(std::string(1, c) + ".py", std::string("def ") + c + "(): pass\n");
  let_the_clock_tick();
  follow();
  auto other = options();
  other.chunk.max_size = 400;
  for (const auto& rules : {options(), other}) {
    write("a.py", "def changed(): return " + std::to_string(rules.chunk.max_size) + "\n");
    let_the_clock_tick();
    stop_after(5, rules);
  }
  follow();
  expect_as_fresh();
}

// Edits of all kinds at random, runs of all kinds in between, some stopped on the way.
TEST_F(FollowTest, AlwaysEqualsAFreshIndex) {
  std::mt19937 random(5);
  auto below = [&](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  };
  const std::vector<std::string> extensions{".py", ".go", ".c", ".h", ".md", ".txt", ".js", ""};
  auto any_path = [&] {
    std::string path;
    for (auto depth = below(3); depth > 0; --depth)
      path += std::string(1, static_cast<char>('a' + below(3))) + '/';
    return path + std::string(1, static_cast<char>('m' + below(6))) + extensions[below(extensions.size())];
  };
  auto any_content = [&] {
    std::string content;
    for (auto functions = below(4); functions > 0; --functions) {
      content +=
          "int f" + std::to_string(below(9)) + "(void) {\n  return " + std::to_string(below(9)) + ";\n}\n";
    }
    return below(12) == 0 ? content + '\0' : content;
  };
  auto files = [&] {
    std::vector<fs::path> all;
    for (const auto& each : fs::recursive_directory_iterator(root_)) {
      if (each.is_regular_file()) all.push_back(each.path());
    }
    std::ranges::sort(all);
    return all;
  };
  auto edit = [&] {
    auto all = files();
    auto one = all.empty() ? fs::path() : all[below(all.size())];
    std::error_code error;
    switch (all.empty() ? 0 : below(8)) {
      case 0:
      case 1:
      case 2: {
        auto path = any_path();
        if (!fs::is_directory(root_ / path) && !fs::is_regular_file((root_ / path).parent_path()))
          write(path, any_content());
        break;
      }
      case 3: fs::remove(one); break;
      case 4: fs::rename(one, all[below(all.size())], error); break;
      case 5:
        fs::rename(one.parent_path() == root_ ? one : one.parent_path(), root_ / any_path(), error);
        break;
      case 6: set_mtime(one.lexically_relative(root_), {static_cast<time_t>(below(1000)), 0}); break;
      case 7: fs::copy_file(one, all[below(all.size())], fs::copy_options::overwrite_existing, error); break;
    }
  };
  auto options = FollowTest::options();
  for (int round = 0; round < 60; ++round) {
    for (auto edits = below(6); edits > 0; --edits) edit();
    if (below(8) == 0) options.chunk.max_size = below(2) == 0 ? 400 : 1500;
    if (below(3) == 0) let_the_clock_tick();
    auto pool = below(5) == 0 ? Pool::processes : (below(2) == 0 ? Pool::threads : Pool::in_line);
    stop_ = false;
    std::thread stopper;
    bool stops = below(4) == 0;
    if (stops)
      stopper = std::thread([&, after = milliseconds(below(20))] {
        std::this_thread::sleep_for(after);
        stop_ = true;
      });
    auto executor = make_pool(pool, 2, below(2) == 0);
    auto updated = update(database_, *executor, options);
    if (stopper.joinable()) stopper.join();
    stop_ = false;
    if (!updated) {
      ASSERT_TRUE(stops) << updated.error().message;
      continue;
    }
    expect_as_fresh(options);
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
}

}  // namespace
}  // namespace froe
