// What a confined process can still do, how it ends when it must, and what it says about itself.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <iostream>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>

#include "confine/child.hpp"

// Asserts are on, as they are in the grammars of every build.
#undef NDEBUG
#include <cassert>

namespace froe::confine {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Everything below is done under each level, for what ordinary code does must not depend on it.
class Confined : public testing::TestWithParam<Sandbox> {
 protected:
  void SetUp() override {
    if (GetParam() == Sandbox::require && !can_be_sandboxed()) GTEST_SKIP() << "no sandbox here";
  }
  static Ended run(const std::function<int()>& body, const Limits& limits = {}) {
    return run_confined(GetParam(), body, limits);
  }
};
INSTANTIATE_TEST_SUITE_P(, Confined, testing::ValuesIn(all_sandboxes),
                         [](const auto& test) { return std::string(to_string(test.param)); });

TEST_P(Confined, MemoryComesAndGoes) {
  Ended ended = run([] {
    for (std::size_t size :
         {std::size_t{1}, std::size_t{5000}, std::size_t{1} << 20U, std::size_t{100} << 20U}) {
      auto* block = static_cast<char*>(std::malloc(size));
      if (block == nullptr) return 1;
      std::memset(block, 1, size);
      auto* larger = static_cast<char*>(std::realloc(block, 2 * size));
      if (larger == nullptr) {
        std::free(block);
        return 2;
      }
      bool kept = larger[size - 1] == 1;
      std::free(larger);
      if (!kept) return 3;
    }
    std::vector<std::string> many(100'000, std::string(100, 'x'));
    many.clear();
    many.shrink_to_fit();
    return 0;
  });
  EXPECT_TRUE(ended.exited_with(0)) << ended;
}

TEST_P(Confined, ExceptionsAndStreamsWork) {
  Ended ended = run([] {
    try {
      throw std::runtime_error("thrown");
    } catch (const std::exception& error) {
      std::cerr << "caught: " << error.what() << ' ' << 1.5 << std::endl;
    }
    std::printf("printed %d %s\n", 7, "times");
    std::fflush(stdout);
    return 0;
  });
  EXPECT_TRUE(ended.exited_with(0)) << ended;
  EXPECT_EQ(ended.printed, "caught: thrown 1.5\nprinted 7 times\n");
}

TEST_P(Confined, ThreadsThatRunMayWaitForEachOther) {
  Child child([](int socket) {
    std::mutex mutex;
    std::condition_variable changed;
    int turn = 0;
    std::thread other([&] {
      std::unique_lock lock(mutex);
      for (int i = 1; i < 1000; i += 2) {
        changed.wait(lock, [&] { return turn == i; });
        std::string allocated(100'000, 'x');  // in an arena of its own
        ++turn;
        changed.notify_one();
      }
    });
    Confinement confinement = enter_or_exit(GetParam(), socket);
    {
      std::unique_lock lock(mutex);
      for (int i = 0; i < 1000; i += 2) {
        changed.wait(lock, [&] { return turn == i; });
        ++turn;
        changed.notify_one();
      }
    }
    other.join();
    return turn == 1000 ? 0 : 1;
  });
  Ended ended = child.wait();
  EXPECT_TRUE(ended.exited_with(0)) << ended;
}

TEST_P(Confined, TimePasses) {
  Ended ended = run([] {
    auto begin = steady_clock::now();
    std::this_thread::sleep_for(milliseconds(20));
    return steady_clock::now() - begin >= milliseconds(20) ? 0 : 1;
  });
  EXPECT_TRUE(ended.exited_with(0)) << ended;
}

TEST_P(Confined, TheConversationGoesOn) {
  Child child([](int socket) {
    Confinement confinement = enter_or_exit(GetParam(), socket);
    std::array<char, 3> word{};
    if (::read(socket, word.data(), word.size()) != 3) return 1;
    if (::send(socket, word.data(), word.size(), MSG_NOSIGNAL) != 3) return 2;
    // The end of what the parent has to say is not the end of the conversation.
    if (::read(socket, word.data(), word.size()) != 0) return 3;
    std::this_thread::sleep_for(milliseconds(50));
    return ::send(socket, "end", 3, MSG_NOSIGNAL) == 3 ? 0 : 4;
  });
  ASSERT_EQ(::send(child.socket(), "abc", 3, MSG_NOSIGNAL), 3);
  ::shutdown(child.socket(), SHUT_WR);
  Ended ended = child.wait();
  EXPECT_TRUE(ended.exited_with(0)) << ended;
  EXPECT_EQ(ended.said, "abcend");
}

// Deeper than any stack.
int overflow_the_stack(int depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  return depth == 0 ? 0 : overflow_the_stack(depth - 1) + frame[0];
}

void let_escape() {
  try {
    throw std::runtime_error("nobody's");
  } catch (...) {
    std::terminate();
  }
}

struct Fault {
  const char* name;
  int signal;
  std::function<void()> commit;
  const char* printed;
};

TEST_P(Confined, FaultsReportThemselves) {
  if (is_sanitizer_build()) GTEST_SKIP() << "a sanitizer reports in its own way";
  const std::vector<Fault> faults{
      {"abort", SIGABRT, [] { std::abort(); }, ""},
      {"assert", SIGABRT, [] { assert(::getpid() == 0); }, "::getpid() == 0"},
      {"uncaught exception", SIGABRT, [] { let_escape(); }, "nobody's"},
      {"double free", SIGABRT,
       [] {
         void* volatile block = std::malloc(100);
         std::free(block);
         std::free(block);  // NOLINT(clang-analyzer-unix.Malloc): the fault
       },
       "free()"},
      {"null pointer", SIGSEGV,
       [] {
         volatile int* volatile nowhere = nullptr;
         *nowhere = 1;  // NOLINT(clang-analyzer-core.NullDereference): the fault
       },
       ""},
      {"stack overflow", SIGSEGV, [] { (void)overflow_the_stack(1 << 30); }, ""},
      {"illegal instruction", SIGILL, [] { (void)std::raise(SIGILL); }, ""},
      {"division", SIGFPE, [] { ::kill(::getpid(), SIGFPE); }, ""},
  };
  for (const Fault& fault : faults) {
    Ended ended = run([&] {
      fault.commit();
      return 0;
    });
    EXPECT_TRUE(ended.killed_by(fault.signal)) << fault.name << ": " << ended;
    EXPECT_NE(ended.printed.find(fault.printed), std::string::npos) << fault.name << ": " << ended;
  }
}

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

TEST_P(Confined, MemoryOverTheLimitHasAStatusOfItsOwn) {
  if (is_sanitizer_build()) GTEST_SKIP() << "no limit on memory";
  auto take = [](std::size_t count) {
    std::vector<std::unique_ptr<char[]>> blocks;
    for (std::size_t i = 0; i < count; ++i) blocks.emplace_back(new char[mebibyte]);
    return 0;
  };
  Limits limits{.memory_bytes = 100 * mebibyte};
  Ended over = run([&] { return take(200); }, limits);
  EXPECT_TRUE(over.exited_with(exit_out_of_memory)) << over;
  EXPECT_EQ(over.printed, "out of memory\n");
  Ended under = run([&] { return take(50); }, limits);
  EXPECT_TRUE(under.exited_with(0)) << under;
  Ended unlimited = run([&] { return take(200); });
  EXPECT_TRUE(unlimited.exited_with(0)) << unlimited;
}

TEST_P(Confined, TheLimitCannotBeRaised) {
  if (is_sanitizer_build()) GTEST_SKIP() << "no limit on memory";
  Ended ended = run(
      [] {
        rlimit limit{};
        ::getrlimit(RLIMIT_DATA, &limit);
        return limit.rlim_cur == 100 * mebibyte && limit.rlim_max == limit.rlim_cur ? 0 : 1;
      },
      {.memory_bytes = 100 * mebibyte});
  EXPECT_TRUE(ended.exited_with(0)) << ended;
}

void spin() {
  std::atomic<bool> never = false;
  while (!never) {
  }
}

TEST_P(Confined, WallClockEndsASleeper) {
  auto begin = steady_clock::now();
  Ended ended = run([] {
    TaskClock clock;
    clock.arm(milliseconds(100));
    std::this_thread::sleep_for(std::chrono::minutes(1));
    return 0;
  });
  EXPECT_TRUE(ended.killed_by(SIGALRM)) << ended;
  EXPECT_GE(steady_clock::now() - begin, milliseconds(100));
}

TEST_P(Confined, CpuClockEndsASpinnerThatStoppedTheOther) {
  Ended ended = run([] {
    TaskClock clock;
    clock.arm(milliseconds(100));
    itimerval none{};
    ::setitimer(ITIMER_REAL, &none, nullptr);
    spin();
    return 0;
  });
  EXPECT_TRUE(ended.killed_by(SIGXCPU)) << ended;
}

TEST_P(Confined, ADisarmedClockDoesNotRing) {
  Ended ended = run([] {
    TaskClock clock;
    for (int i = 0; i < 3; ++i) {
      clock.arm(milliseconds(1000));
      clock.disarm();
    }
    clock.arm(milliseconds(20));
    clock.disarm();
    std::this_thread::sleep_for(milliseconds(100));
    return 0;
  });
  EXPECT_TRUE(ended.exited_with(0)) << ended;
}

TEST_P(Confined, EachTaskHasItsOwnCpu) {
  Ended ended = run([] {
    TaskClock clock;
    // Together more CPU than one task may use; each well within its own.
    for (int i = 0; i < 12; ++i) {
      clock.arm(milliseconds(1000));
      auto end = std::clock() + CLOCKS_PER_SEC / 5;
      while (std::clock() < end) {
      }
      // On a busy machine the wall clock runs out first; this test is about the other.
      clock.disarm();
    }
    return 0;
  });
  EXPECT_TRUE(ended.exited_with(0) || ended.killed_by(SIGALRM)) << ended;
}

TEST_P(Confined, ASpinnerEndsWhenItsParentIsGone) {
  Child child([](int socket) {
    Confinement confinement = enter_or_exit(GetParam(), socket);
    (void)!::write(socket, "x", 1);
    spin();
    return 0;
  });
  char ready = 0;
  ASSERT_EQ(::read(child.socket(), &ready, 1), 1);
  child.hang_up();
  Ended ended = child.wait();
  EXPECT_TRUE(ended.exited_with(exit_abandoned)) << ended;
}

TEST_P(Confined, AClosedConversationIsSeenByTheParent) {
  Child child([](int socket) {
    Confinement confinement = enter_or_exit(GetParam(), socket);
    ::close(socket);
    std::this_thread::sleep_for(std::chrono::minutes(1));
    return 0;
  });
  char none = 0;
  EXPECT_EQ(::read(child.socket(), &none, 1), 0);
}

TEST_P(Confined, TheWatchEndsWithTheConfinement) {
  Child child([](int socket) {
    { Confinement confinement = enter_or_exit(GetParam(), socket); }
    return 7;
  });
  child.hang_up();
  Ended ended = child.wait();
  // It may have been seen before the confinement ended.
  EXPECT_TRUE(ended.exited_with(7) || ended.exited_with(exit_abandoned)) << ended;
}

TEST_P(Confined, NothingWatchesAPipe) {
  Child child([](int) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return 1;
    Confinement confinement = enter_or_exit(GetParam(), ends[1]);
    ::close(ends[0]);
    std::this_thread::sleep_for(milliseconds(50));
    return 0;
  });
  Ended ended = child.wait();
  EXPECT_TRUE(ended.exited_with(0)) << ended;
}

// The report, one item a line, as the child saw it.
std::string report_of(Sandbox sandbox, const Limits& limits) {
  Child child([&](int socket) {
    ::close_range(socket + 1, ~0U, 0);
    for (int fd = 3; fd < socket; ++fd) ::close(fd);
    Confinement confinement = enter_or_exit(sandbox, socket, limits);
    const Report& report = confinement.report();
    std::string text = "level " + std::string(to_string(report.level)) + "\ndetail " + report.detail + "\n";
    for (const auto& line : report.descriptors) text += line.substr(line.find(' ')) + "\n";
    for (const auto& line : report.limits) text += line + "\n";
    return ::send(socket, text.data(), text.size(), MSG_NOSIGNAL) > 0 ? 0 : 1;
  });
  return child.wait().said;
}

void expect_line(const std::string& text, const std::string& line) {
  EXPECT_NE(("\n" + text).find("\n" + line + "\n"), std::string::npos) << line << " is not in\n" << text;
}

TEST_P(Confined, TheReportSaysWhatIsInForce) {
  std::string report = report_of(GetParam(), {.memory_bytes = 100 * mebibyte, .descriptors = 16});
  expect_line(report, " pipe");
  expect_line(report, " socket");
  expect_line(report, "core 0");
  expect_line(report, "file size 0");
  expect_line(report, "descriptors 16");
  if (!is_sanitizer_build()) expect_line(report, "data 104857600");
  EXPECT_EQ(report.find("/proc"), std::string::npos) << report;
  if (GetParam() == Sandbox::off) {
    expect_line(report, "level none");
    expect_line(report, "detail switched off");
  } else if (can_be_sandboxed()) {
    expect_line(report, "level landlock_and_seccomp");
    expect_line(report, "detail ");
  } else if (is_sanitizer_build()) {
    expect_line(report, "level none");
    expect_line(report, "detail sanitizer build");
  }
}

TEST(Confine, ASanitizerBuildCannotBeRequiredToHaveASandbox) {
  if (!is_sanitizer_build()) GTEST_SKIP() << "no sanitizer build";
  Ended ended = run_confined(Sandbox::require, [] { return 0; });
  EXPECT_TRUE(ended.exited_with(120)) << ended;
  EXPECT_EQ(ended.printed, "the sandbox that was required cannot be had: sanitizer build\n");
}

// A kernel or a container that lacks a part of the sandbox, played by a filter that refuses it.
struct Lacking {
  bool landlock;
  bool seccomp;
  Level level;
};

void take_away(const Lacking& lacking) {
  std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ALLOW), seccomp_release);
  auto refuse = [&](const char* call, int error) {
    seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error)),
                     seccomp_syscall_resolve_name(call), 0);
  };
  if (lacking.landlock) refuse("landlock_create_ruleset", EOPNOTSUPP);
  if (lacking.seccomp) {
    refuse("seccomp", EPERM);
    seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), seccomp_syscall_resolve_name("prctl"), 1,
                     SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
  }
  if (seccomp_load(filter.get()) != 0) ::_exit(121);
}

TEST(Confine, RequireFailsWhereAutomaticTakesWhatThereIs) {
  if (!can_be_sandboxed()) GTEST_SKIP() << "no sandbox here";
  for (const Lacking& lacking : {Lacking{true, false, Level::seccomp}, Lacking{false, true, Level::landlock},
                                 Lacking{true, true, Level::none}}) {
    for (Sandbox sandbox : {Sandbox::automatic, Sandbox::require}) {
      Child child([&, sandbox](int socket) {
        take_away(lacking);
        Confinement confinement = enter_or_exit(sandbox, socket);
        std::fprintf(stderr, "%s", confinement.report().detail.c_str());
        return confinement.report().level == lacking.level ? 0 : 1;
      });
      Ended ended = child.wait();
      EXPECT_TRUE(ended.exited_with(sandbox == Sandbox::automatic ? 0 : 120)) << ended;
      // Required, it ends at the first part that cannot be had.
      bool first_only = sandbox == Sandbox::require && lacking.landlock;
      EXPECT_EQ(ended.printed.find("Landlock") != std::string::npos, lacking.landlock) << ended;
      EXPECT_EQ(ended.printed.find("filter of system calls") != std::string::npos,
                lacking.seccomp && !first_only)
          << ended;
    }
  }
}

TEST_P(Confined, FilesDoNotGrowAndPrivilegesAreGone) {
  Ended ended = run([] {
    if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0) return 1;
    return 0;
  });
  // Under the filter the question itself is refused, with -1.
  EXPECT_TRUE(ended.exited_with(0)) << ended;
  if (GetParam() != Sandbox::off) return;
  Child child([](int socket) {
    UniqueFd file(::open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    if (!file) return 0;  // no such file system
    if (::write(file.get(), "x", 1) != 1) return 1;
    Confinement confinement = enter_or_exit(Sandbox::off, socket);
    if (!is_sanitizer_build() && ::prctl(PR_GET_DUMPABLE) != 0) return 2;
    (void)!::write(file.get(), "x", 1);
    return 3;
  });
  Ended grown = child.wait();
  EXPECT_TRUE(grown.killed_by(SIGXFSZ) || grown.exited_with(0)) << grown;
}

TEST_P(Confined, OutputToAFileIsLeftPossible) {
  Child child([](int socket) {
    UniqueFd file(::open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    if (!file) return 0;
    ::dup2(file.get(), STDOUT_FILENO);
    Confinement confinement = enter_or_exit(GetParam(), socket);
    return ::write(STDOUT_FILENO, "x", 1) == 1 ? 0 : 1;
  });
  Ended ended = child.wait();
  EXPECT_TRUE(ended.exited_with(0)) << ended;
}

TEST(Confine, NamesAreReadBack) {
  for (Sandbox sandbox : all_sandboxes) EXPECT_EQ(sandbox_from_string(to_string(sandbox)), sandbox);
  for (Level level : all_levels) EXPECT_EQ(level_from_string(to_string(level)), level);
  EXPECT_EQ(sandbox_from_string("none"), std::nullopt);
  EXPECT_EQ(level_from_string("off"), std::nullopt);
}

}  // namespace
}  // namespace froe::confine
