// What a grammar may try beyond its own process, and a memory limit: each is tried without the sandbox, where
// it works and is seen to work, and under it, where nothing comes of it and the ledger says what was tried.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "faults/hostile.hpp"
#include "froe/support.hpp"

namespace froe::faults {
namespace {

class Confined : public HostileTest {
 protected:
  // Under all that there is; a system that lacks a part of it ends the run, which says so.
  void expect_violation(const std::string& lines) {
    check({"", lines, "sandbox_violation", "signal 31 (SIGSYS)"}, {"-j", "2", "--sandbox", "require"});
  }
  void expect_no_harm_without(const std::string& lines) {
    check({"", lines, "parsed", ""}, {"-j", "2", "--sandbox", "off"});
  }
  [[nodiscard]] bool said(const std::string& words) const {
    return ended_.err.find(words) != std::string::npos;
  }
  void SetUp() override {
    auto probe = index("nothing\n", scratch_.path() / "probe.db", {"--sandbox", "require"});
    if (probe.status != 0) GTEST_SKIP() << probe.err;
  }
};

TEST_F(Confined, OpensAFile) {
  auto secret = scratch_.path() / "secret";
  write_file(secret, "secret");
  expect_no_harm_without("open " + secret.string() + "\n");
  EXPECT_TRUE(said("opened"));
  expect_violation("open " + secret.string() + "\n");
  EXPECT_FALSE(said("opened"));
}

TEST_F(Confined, MakesAFile) {
  auto file = scratch_.path() / "made";
  expect_no_harm_without("create " + file.string() + "\n");
  EXPECT_TRUE(fs::remove(file));
  expect_violation("create " + file.string() + "\n");
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(Confined, Connects) {
  auto path = scratch_.path() / "socket";
  UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener.get(), 10), 0);
  auto somebody_came = [&] {
    return static_cast<bool>(UniqueFd(::accept(listener.get(), nullptr, nullptr)));
  };
  expect_no_harm_without("connect " + path.string() + "\n");
  EXPECT_TRUE(somebody_came());
  expect_violation("connect " + path.string() + "\n");
  EXPECT_FALSE(somebody_came());
}

TEST_F(Confined, MakesANetworkSocket) {
  expect_no_harm_without("inet\n");
  EXPECT_TRUE(said("network"));
  expect_violation("inet\n");
}

TEST_F(Confined, BecomesAnotherProgram) {
  check({"", "exec /bin/true\n", "crashed", "exit status 0"}, {"--sandbox", "off"});
  expect_violation("exec /bin/true\n");
}

TEST_F(Confined, StartsAnotherProgram) {
  expect_no_harm_without("run /bin/true\n");
  EXPECT_TRUE(said("started"));
  expect_violation("run /bin/true\n");
}

// Without the sandbox the child is in its parent's process group, which is ended with the worker.
TEST_F(Confined, LeavesAChildBehind) {
  expect_no_harm_without("fork\n");
  EXPECT_TRUE(said("forked"));
  expect_violation("fork\n");
}
TEST_F(Confined, LeavesABusyChildBehind) {
  expect_no_harm_without("fork_loop\n");
  EXPECT_TRUE(said("forked"));
  expect_violation("fork_loop\n");
}
TEST_F(Confined, LeavesAChildBehindAndDies) {
  check({"", "fork\nnull\n", "crashed", "signal 11 (SIGSEGV)"}, {"--sandbox", "off"});
  expect_violation("fork\nnull\n");
}
// Nothing but the sandbox holds this one.
TEST_F(Confined, LeavesAChildBehindInAnotherSession) {
  expect_violation("fork_escape\n");
}

TEST_F(Confined, StartsAThread) {
  expect_no_harm_without("thread\n");
  EXPECT_TRUE(said("thread"));
  expect_violation("thread\n");
}

TEST_F(Confined, TracesItsParent) {
  expect_violation("trace\n");
}

TEST_F(Confined, MakesCode) {
  expect_no_harm_without("executable\n");
  EXPECT_TRUE(said("executable"));
  expect_violation("executable\n");
}

TEST_F(Confined, KillsItsGroup) {
  check({"", "kill_group 9\n", "killed", "signal 9 (SIGKILL)"}, {"--sandbox", "off"});
  expect_violation("kill_group 9\n");
}

TEST_F(Confined, KillsItsParent) {
  // Without the sandbox it can. Then everything goes, and what was committed is sound.
  auto database = scratch_.path() / "killed.db";
  auto killed = index("kill_parent 9\nloop\n", database, {"--sandbox", "off"});
  EXPECT_EQ(killed.status, 128 + SIGKILL);
  EXPECT_EQ(guardian_.left_behind(), Words());
  if (fs::exists(database)) {
    auto fault = verify(FROE_HOSTILE, database);
    EXPECT_TRUE(fault.empty() || fault.find("there is nothing in the index") != std::string::npos) << fault;
  }
  expect_violation("kill_parent 9\nloop\n");
}

TEST_F(Confined, UsesOtherDescriptors) {
  for (const char* descriptor : {"4", "5", "6", "7", "8", "9", "10"}) {
    check({"", "descriptor " + std::string(descriptor) + "\n", "parsed", ""}, {"--sandbox", "require"});
    EXPECT_FALSE(said("written")) << descriptor;
  }
}

TEST_F(Confined, TakesAllMemory) {
  const Words little{"-j", "2", "--worker-memory", "300m"};
  check({"", "allocate\n", "memory_limit", ""}, little);
  // What meets the limit in its own code dies in its own way, and the limit is still to blame.
  check({"", "allocate_abort\n", "memory_limit", "signal 6 (SIGABRT)"}, little);
  check({"", "allocate_unchecked\n", "memory_limit", "signal 11 (SIGSEGV)"}, little);
}

// File after file keeps memory: the worker is replaced in time, and no file pays for it.
TEST_F(Confined, LeaksInEachFile) {
  for (int i = 0; i < 12; ++i) {
    write_file(tree_.path() / ("n" + std::to_string(i) + ".hostile"),
               "leak 60000000\nnothing " + std::to_string(i) + "\n");
  }
  check({"", "leak 60000000\n", "parsed", ""}, {"-j", "1", "--worker-memory", "300m"});
}

}  // namespace
}  // namespace froe::faults
