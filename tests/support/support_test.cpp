#include "froe/support.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>
#include <type_traits>
#include <vector>

namespace froe {
namespace {

static_assert(!std::is_convertible_v<int, ByteCount> && !std::is_convertible_v<ByteCount, LineCount>);
static_assert(!std::is_copy_constructible_v<UniqueFd>);

UniqueFd open_null() {
  return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}
bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) != -1;
}

TEST(SystemError, NamesTheReason) {
  Error error = system_error("cannot open x", ENOENT);
  EXPECT_EQ(error.kind, ErrorKind::io);
  EXPECT_EQ(error.message, "cannot open x: No such file or directory");
}

TEST(UniqueFd, ClosesWhatItOwnsOnce) {
  int fd = -1;
  {
    UniqueFd owner = open_null();
    ASSERT_TRUE(owner);
    fd = owner.get();
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(UniqueFd, HandsOwnershipOn) {
  UniqueFd first = open_null();
  int fd = first.get();
  UniqueFd second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT: a moved-from owner is empty by contract
  EXPECT_EQ(second.get(), fd);

  UniqueFd third = open_null();
  int closed = third.get();
  third = std::move(second);
  EXPECT_EQ(third.get(), fd);
  EXPECT_FALSE(is_open(closed));

  EXPECT_EQ(third.release(), fd);
  EXPECT_FALSE(third);
  EXPECT_TRUE(is_open(fd));
  ::close(fd);
}

TEST(UniqueFd, SurvivesAssignmentToItself) {
  UniqueFd owner = open_null();
  UniqueFd& same = owner;
  owner = std::move(same);
  EXPECT_TRUE(is_open(owner.get()));
}

constexpr std::chrono::milliseconds a_while{20};

TEST(ByteBudget, LetsThroughUpToItsLimit) {
  ByteBudget budget(ByteCount(10));
  EXPECT_TRUE(budget.acquire(ByteCount(4)));
  EXPECT_TRUE(budget.acquire(ByteCount(6)));
  EXPECT_EQ(budget.in_use(), ByteCount(10));

  std::atomic<bool> through = false;
  std::thread waiter([&] {
    EXPECT_TRUE(budget.acquire(ByteCount(1)));
    through = true;
  });
  std::this_thread::sleep_for(a_while);
  EXPECT_FALSE(through);
  budget.release(ByteCount(4));
  waiter.join();
  EXPECT_TRUE(through);
  EXPECT_EQ(budget.in_use(), ByteCount(7));
}

TEST(ByteBudget, LetsSomethingLargerThanAllOfItThroughAlone) {
  ByteBudget budget(ByteCount(10));
  EXPECT_TRUE(budget.acquire(ByteCount(1)));
  std::atomic<bool> through = false;
  std::thread waiter([&] {
    EXPECT_TRUE(budget.acquire(ByteCount(100)));
    through = true;
  });
  std::this_thread::sleep_for(a_while);
  EXPECT_FALSE(through);
  budget.release(ByteCount(1));
  waiter.join();
  EXPECT_EQ(budget.in_use(), ByteCount(100));
}

TEST(ByteBudget, WakesEveryWaiterWhenItIsCancelled) {
  ByteBudget budget(ByteCount(1));
  EXPECT_TRUE(budget.acquire(ByteCount(1)));
  std::vector<std::thread> waiters;
  for (int i = 0; i < 3; ++i) waiters.emplace_back([&] { EXPECT_FALSE(budget.acquire(ByteCount(1))); });
  std::this_thread::sleep_for(a_while);
  budget.cancel();
  for (auto& waiter : waiters) waiter.join();
  EXPECT_FALSE(budget.acquire(ByteCount(0)));
}

TEST(ByteBudget, HoldsUnderManyThreads) {
  constexpr std::uint64_t limit = 100;
  ByteBudget budget{ByteCount(limit)};
  std::atomic<std::uint64_t> in_use = 0;
  std::atomic<bool> exceeded = false;
  std::vector<std::thread> threads;
  for (std::uint64_t amount : {1U, 7U, 30U, 60U}) {
    threads.emplace_back([&, amount] {
      for (int i = 0; i < 500; ++i) {
        if (!budget.acquire(ByteCount(amount))) return;
        if ((in_use += amount) > limit) exceeded = true;
        in_use -= amount;
        budget.release(ByteCount(amount));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_FALSE(exceeded);
  EXPECT_EQ(budget.in_use(), ByteCount(0));
}

}  // namespace
}  // namespace froe
