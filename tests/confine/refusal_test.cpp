// What the sandbox refuses. Each call is made twice: without the sandbox, where it must work (so that the
// test can fail), and under it.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <spawn.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <thread>

#include "confine/child.hpp"
#include "confine/sandbox.hpp"

namespace froe::confine {
namespace {

namespace fs = std::filesystem;

// What a call is made on; prepared before the sandbox.
struct Ground {
  std::string directory;  // of its own, with a file "file" in it
  int stream = -1;        // an Internet stream socket, not connected
  int listener = -1;      // one that listens at `port` of the loopback
  sockaddr_in address{};
  pid_t parent = -1;
  void* memory = nullptr;  // a page

  [[nodiscard]] std::string path(const char* name) const { return directory + "/" + name; }
};

struct Call {
  const char* name;
  // Makes the call; whether it worked.
  std::function<bool(const Ground&)> make;
};

std::ostream& operator<<(std::ostream& out, const Call& call) {
  return out << call.name;
}

// glibc wraps some calls, and its wrappers do more than the call: those are made raw.
template <class... Arguments>
bool works(long number, Arguments... arguments) {
  return ::syscall(number, arguments...) >= 0;
}

bool fork_works() {
  pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  int status = 1;
  return pid > 0 && ::waitpid(pid, &status, 0) == pid && status == 0;
}

const std::vector<Call>& calls() {
  static const std::vector<Call> all{
      {"Open", [](auto& g) { return ::open(g.path("file").c_str(), O_RDONLY) >= 0; }},
      {"OpenToWrite", [](auto& g) { return ::open(g.path("file").c_str(), O_WRONLY) >= 0; }},
      {"Create", [](auto& g) { return ::open(g.path("new").c_str(), O_CREAT | O_RDWR, 0600) >= 0; }},
      {"OpenProc", [](auto&) { return ::open("/proc/self/maps", O_RDONLY) >= 0; }},
      {"Fopen", [](auto& g) { return std::fopen(g.path("file").c_str(), "r") != nullptr; }},
      {"Unlink", [](auto& g) { return ::unlink(g.path("file").c_str()) == 0; }},
      {"Rename", [](auto& g) { return ::rename(g.path("file").c_str(), g.path("other").c_str()) == 0; }},
      {"Mkdir", [](auto& g) { return ::mkdir(g.path("made").c_str(), 0700) == 0; }},
      {"Symlink", [](auto& g) { return ::symlink("file", g.path("link").c_str()) == 0; }},
      {"Chmod", [](auto& g) { return ::chmod(g.path("file").c_str(), 0600) == 0; }},
      {"Truncate", [](auto& g) { return ::truncate(g.path("file").c_str(), 0) == 0; }},
      {"Socket", [](auto&) { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
      {"UnixSocket", [](auto&) { return ::socket(AF_UNIX, SOCK_DGRAM, 0) >= 0; }},
      {"SocketPair",
       [](auto&) {
         std::array<int, 2> ends{};
         return ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0;
       }},
      {"Connect",
       [](auto& g) {
         return ::connect(g.stream, reinterpret_cast<const sockaddr*>(&g.address), sizeof g.address) == 0;
       }},
      {"Bind",
       [](auto& g) {
         sockaddr_in any{};
         any.sin_family = AF_INET;
         any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
         return ::bind(g.stream, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0;
       }},
      {"Listen", [](auto& g) { return ::listen(g.listener, 5) == 0; }},
      {"Fork", [](auto&) { return fork_works(); }},
      {"Thread",
       [](auto&) {
         std::thread([] {}).join();
         return true;
       }},
      {"Spawn",
       [](auto&) {
         std::array<char*, 2> argv{const_cast<char*>("true"), nullptr};
         pid_t pid = -1;
         return ::posix_spawn(&pid, "/bin/true", nullptr, nullptr, argv.data(), environ) == 0;
       }},
      {"Execute",
       [](auto&) {
         ::execl("/bin/true", "true", nullptr);  // ends with status 0, as a call that worked does
         return false;
       }},
      {"SignalToTheParent", [](auto& g) { return ::kill(g.parent, 0) == 0; }},
      {"SignalToAThreadOfTheParent", [](auto& g) { return works(SYS_tgkill, g.parent, g.parent, 0); }},
      {"SignalToTheGroup", [](auto&) { return ::kill(0, 0) == 0; }},
      {"LeaveTheGroup", [](auto&) { return ::setpgid(0, 0) == 0; }},
      {"Trace", [](auto&) { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }},
      {"ReadMemoryOfOthers",
       [](auto& g) {
         iovec one{g.memory, 1};
         iovec two{static_cast<char*>(g.memory) + 1, 1};
         return ::process_vm_readv(::getpid(), &one, 1, &two, 1, 0) == 1;
       }},
      {"ExecutableMap",
       [](auto&) {
         return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                       0) != MAP_FAILED;
       }},
      {"ExecutableProtection",
       [](auto& g) { return ::mprotect(g.memory, 4096, PROT_READ | PROT_EXEC) == 0; }},
      {"MemoryFile", [](auto&) { return works(SYS_memfd_create, "x", 0U); }},
      {"SharedMemory", [](auto&) { return ::shmget(IPC_PRIVATE, 4096, 0600 | IPC_CREAT) >= 0; }},
      {"RaiseALimit",
       [](auto&) {
         rlimit limit{};
         ::getrlimit(RLIMIT_NOFILE, &limit);
         limit.rlim_cur = limit.rlim_max;
         return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
       }},
      {"LimitOfTheParent",
       [](auto& g) {
         rlimit limit{};
         return ::prlimit(g.parent, RLIMIT_CPU, nullptr, &limit) == 0 &&
                ::prlimit(g.parent, RLIMIT_CPU, &limit, nullptr) == 0;
       }},
      {"BecomeDumpable", [](auto&) { return ::prctl(PR_SET_DUMPABLE, 1) == 0; }},
      {"OutliveTheParent", [](auto&) { return ::prctl(PR_SET_PDEATHSIG, 0) == 0; }},
      {"Personality", [](auto&) { return works(SYS_personality, 0xffffffffUL); }},
      {"ReadTheFileSystem",
       [](auto& g) {
         struct stat status {};
         return ::stat(g.path("file").c_str(), &status) == 0;
       }},
      {"Ioctl",
       [](auto& g) {
         int pending = 0;
         return works(SYS_ioctl, g.listener, 0x5421 /* FIONBIO */, &pending);
       }},
  };
  return all;
}

// Calls that need privileges, or that a kernel may be built or set up without. Without the sandbox they
// return, whatever they return.
const std::vector<Call>& special_calls() {
  static const std::vector<Call> all{
      {"Mount", [](auto&) { return works(SYS_mount, "none", "/nowhere", "tmpfs", 0UL, nullptr); }},
      {"Unshare", [](auto&) { return works(SYS_unshare, 0); }},
      {"ChangeRoot", [](auto&) { return works(SYS_chroot, "/nowhere"); }},
      {"IoUring", [](auto&) { return works(SYS_io_uring_setup, 0U, nullptr); }},
      {"Bpf", [](auto&) { return works(SYS_bpf, 0, nullptr, 0U); }},
      {"PerfEvent", [](auto&) { return works(SYS_perf_event_open, nullptr, 0, -1, -1, 0UL); }},
      {"UserFaults", [](auto&) { return works(SYS_userfaultfd, 0); }},
      {"Keys", [](auto&) { return works(SYS_keyctl, 0, 0, 0); }},
      {"Reboot", [](auto&) { return works(SYS_reboot, 0, 0, 0, nullptr); }},
      {"LoadAModule", [](auto&) { return works(SYS_init_module, nullptr, 0UL, ""); }},
      {"SetTheClock", [](auto&) { return works(SYS_clock_settime, 0, nullptr); }},
      {"SetUser", [](auto&) { return works(SYS_setuid, ::getuid()); }},
      {"OpenAProcess", [](auto& g) { return works(SYS_pidfd_open, g.parent, 0U); }},
#ifdef __x86_64__
      {"OtherNumbering", [](auto&) { return works(0x40000000L | SYS_getpid); }},
#endif
  };
  return all;
}

std::string name_of(const testing::TestParamInfo<Call>& test) {
  return test.param.name;
}

class GroundTest : public testing::TestWithParam<Call> {
 protected:
  GroundTest() {
    std::string pattern = (fs::temp_directory_path() / "froe-confine-XXXXXX").string();
    ground_.directory = ::mkdtemp(pattern.data());
    UniqueFd file(::open(ground_.path("file").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    stream_ = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    listener_ = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ground_.address.sin_family = AF_INET;
    ground_.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = reinterpret_cast<sockaddr*>(&ground_.address);
    socklen_t size = sizeof ground_.address;
    EXPECT_EQ(::bind(listener_.get(), address, size), 0);
    EXPECT_EQ(::listen(listener_.get(), 5), 0);
    ::getsockname(listener_.get(), address, &size);
    ground_.stream = stream_.get();
    ground_.listener = listener_.get();
    ground_.parent = ::getpid();
    ground_.memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
  ~GroundTest() override {
    ::munmap(ground_.memory, 4096);
    fs::remove_all(ground_.directory);
  }

  // 0 if the call worked, 1 if it failed.
  [[nodiscard]] Ended make_the_call(Sandbox sandbox) const {
    return run_confined(sandbox, [this] { return GetParam().make(ground_) ? 0 : 1; });
  }

  Ground ground_;
  UniqueFd stream_;
  UniqueFd listener_;
};

class Refuses : public GroundTest {};
INSTANTIATE_TEST_SUITE_P(, Refuses, testing::ValuesIn(calls()), name_of);

TEST_P(Refuses, WhatWorksWithoutTheSandbox) {
  if (!can_be_sandboxed()) GTEST_SKIP() << "no sandbox here";
  Ended without = make_the_call(Sandbox::off);
  EXPECT_TRUE(without.exited_with(0)) << without;
  Ended under = make_the_call(Sandbox::require);
  // Questions are refused; deeds end the process.
  bool is_a_question = std::string_view(GetParam().name) == "ReadTheFileSystem" ||
                       std::string_view(GetParam().name) == "Ioctl";
  EXPECT_TRUE(is_a_question ? under.exited_with(1) : under.killed_by(SIGSYS)) << under;
}

class Kills : public GroundTest {};
INSTANTIATE_TEST_SUITE_P(, Kills, testing::ValuesIn(special_calls()), name_of);

TEST_P(Kills, WhatReturnsWithoutTheSandbox) {
  if (!can_be_sandboxed()) GTEST_SKIP() << "no sandbox here";
  Ended without = make_the_call(Sandbox::off);
  EXPECT_TRUE(without.exited_with(0) || without.exited_with(1)) << without;
  Ended under = make_the_call(Sandbox::require);
  EXPECT_TRUE(under.killed_by(SIGSYS)) << under;
}

// Landlock is the second line: what it stops must be seen without the filter before it.
class LandlockRefuses : public GroundTest {};
INSTANTIATE_TEST_SUITE_P(, LandlockRefuses, testing::ValuesIn([] {
                           std::vector<Call> its_own;
                           for (const char* name :
                                {"Open", "OpenToWrite", "Create", "OpenProc", "Unlink", "Rename", "Mkdir",
                                 "Symlink", "Truncate", "Connect", "Bind", "SignalToTheParent", "Execute"}) {
                             for (const Call& call : calls()) {
                               if (std::string_view(call.name) == name) its_own.push_back(call);
                             }
                           }
                           return its_own;
                         }()),
                         name_of);

TEST_P(LandlockRefuses, ByItself) {
  long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  std::string_view name = GetParam().name;
  long needed = name == "SignalToTheParent"           ? 6
                : name == "Connect" || name == "Bind" ? 4
                : name == "Truncate"                  ? 3
                                                      : 1;
  if (version < needed) GTEST_SKIP() << "this kernel's Landlock cannot do it";
  Child child([&](int) {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!deny_with_landlock()) return 2;
    return GetParam().make(ground_) ? 0 : 1;
  });
  Ended under = child.wait();
  EXPECT_TRUE(under.exited_with(1)) << under;
}

// Threads that ran before the filter are under it, and those of the sandbox itself under Landlock.
TEST(Sandbox, HoldsForThreadsThatRanBefore) {
  if (!can_be_sandboxed()) GTEST_SKIP() << "no sandbox here";
  for (auto [sandbox, signal] : {std::pair{Sandbox::off, 0}, std::pair{Sandbox::require, SIGSYS}}) {
    Child child([sandbox = sandbox](int socket) {
      std::atomic<bool> go = false;
      std::atomic<bool> opened = false;
      std::thread thread([&] {
        while (!go) std::this_thread::yield();
        opened = ::open("/", O_RDONLY) >= 0;
      });
      Confinement confinement = enter_or_exit(sandbox, socket);
      go = true;
      thread.join();
      return opened ? 0 : 1;
    });
    Ended ended = child.wait();
    EXPECT_TRUE(signal == 0 ? ended.exited_with(0) : ended.killed_by(signal)) << ended;
  }
}

}  // namespace
}  // namespace froe::confine
