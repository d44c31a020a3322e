// Whether a tree has changed, as the real system tells it.
#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "scratch.hpp"

namespace froe::discovery::test {
namespace {

using std::chrono::milliseconds;

class WatchTest : public testing::Test {
 protected:
  WatchTest() { watch_.watch(""); }

  // Without a debounce worth the name.
  Watch::Woken wait(milliseconds patience) {
    return watch_.wait(milliseconds(1), milliseconds(100), patience, stop_.get());
  }

  Scratch scratch_;
  Watch watch_{scratch_.root(), [](const std::string& path) { return path.starts_with("own"); }};
  UniqueFd stop_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

TEST_F(WatchTest, WhatWasWrittenIsNewsAtOnce) {
  for (int i = 0; i < 100; ++i) {
    watch_.look_begins();
    EXPECT_FALSE(watch_.has_news());
    scratch_.write("a", std::to_string(i));
    ASSERT_TRUE(watch_.has_news()) << i;
    EXPECT_TRUE(watch_.has_news()) << "until somebody looks";
  }
}

TEST_F(WatchTest, WhatIsOnesOwnIsNoNews) {
  watch_.look_begins();
  scratch_.write("own.db", "x");
  EXPECT_FALSE(watch_.has_news());
}

TEST_F(WatchTest, WaitingKnowsTheNewsThatSomebodyElseTook) {
  watch_.look_begins();
  scratch_.write("a", "1");
  ASSERT_TRUE(watch_.has_news());
  EXPECT_EQ(wait(milliseconds(10'000)), Watch::Woken::changed);
  // It stays news until it is looked at: nothing is lost between a wait and a look.
  EXPECT_EQ(wait(milliseconds(10'000)), Watch::Woken::changed);
  watch_.look_begins();
  EXPECT_EQ(wait(milliseconds(20)), Watch::Woken::timed_out);
}

// Whoever takes the news first, the one that waits or the one that asks.
TEST_F(WatchTest, NewsTakenDuringAWaitEndIt) {
  for (int i = 0; i < 100; ++i) {
    watch_.look_begins();
    std::atomic<bool> over = false;
    std::thread other([&] {
      while (!over) static_cast<void>(watch_.has_news());
    });
    std::thread writer([&] { scratch_.write("a", std::to_string(i)); });
    EXPECT_EQ(wait(milliseconds(10'000)), Watch::Woken::changed) << i;
    over = true;
    writer.join();
    other.join();
  }
}

// A queue longer than what is read at once.
TEST_F(WatchTest, ManyChangesAtOnceAreNews) {
  watch_.look_begins();
  for (int i = 0; i < 4'000; ++i) scratch_.write("own" + std::to_string(i % 10), "x");
  scratch_.write("a", "1");
  EXPECT_TRUE(watch_.has_news());
  watch_.look_begins();
  EXPECT_FALSE(watch_.has_news());
}

}  // namespace
}  // namespace froe::discovery::test
