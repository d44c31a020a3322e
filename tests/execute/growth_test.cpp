// What a worker says can make its parent grow by a bounded amount only. Measured in a process of its own,
// because a peak does not go down.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "execute/run.hpp"
#include "froe/wire.hpp"

namespace froe::execute {
namespace {

std::uint64_t peak() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024U;
}

struct Grown {
  std::uint64_t bytes = 0;
  Outcome outcome{};
};

// By how much a parent grows that is told this.
Grown growth(const std::string& content) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  pid_t child = ::fork();
  if (child == 0) {
    Config config{.way = Way::processes, .workers = 1};
    (void)run(config, jobs_of({"warm\n"}));
    auto before = peak();
    Trial trial = run(config, jobs_of({content}));
    Grown grown{peak() - before, trial.usage ? trial.completed.at(0).result.outcome : Outcome::binary};
    (void)!::write(ends[1], &grown, sizeof grown);
    std::_Exit(0);
  }
  ::close(ends[1]);
  Grown grown{~std::uint64_t{0}, Outcome::binary};
  EXPECT_EQ(::read(ends[0], &grown, sizeof grown), static_cast<ssize_t>(sizeof grown));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return grown;
}

// Of the allocator, and of what was not touched before. Sanitizers need more.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t slack = 64U << 20U;
#else
constexpr std::uint64_t slack = 8U << 20U;
#endif

TEST(Growth, ATinyFrameThatClaimsMuchCostsNothing) {
  // The detail, the error ranges, the chunks, the symbols.
  for (int which = 0; which < 4; ++which) {
    auto [bytes, outcome] = growth("!claims " + std::to_string(which) + "\n");
    EXPECT_EQ(outcome, Outcome::protocol_error);
    EXPECT_LT(bytes, slack) << which;
  }
}

TEST(Growth, AMaximalFrameCostsTwiceItsLimitAtMost) {
  if (confine::is_sanitizer_build()) GTEST_SKIP() << "a sanitizer shadows memory and keeps what is freed";
  // 1 MiB and 4 KiB for each byte of the file.
  std::string content = "!maximal 60000000\n" + std::string(16'000, 'x');
  std::uint64_t limit = (1U << 20U) + 4096 * content.size();
  ASSERT_LT(limit, wire::max_payload);
  auto [bytes, outcome] = growth(content);
  EXPECT_EQ(outcome, Outcome::protocol_error);
  EXPECT_LT(bytes, 2 * limit + slack);
  EXPECT_GT(bytes, 60'000'000U);  // it has been received
}

TEST(Growth, AFrameThatIsTooLargeForItsFileIsNotEvenReceived) {
  auto [bytes, outcome] = growth("!maximal 20000000\n");
  EXPECT_EQ(outcome, Outcome::protocol_error);
  EXPECT_LT(bytes, slack);
}

}  // namespace
}  // namespace froe::execute
