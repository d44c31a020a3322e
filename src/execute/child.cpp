#include "execute/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

namespace froe::execute {
namespace {

Error start_error(const WorkerSpec& spec, int error_number) {
  Error error = system_error("cannot start the worker process " + spec.program, error_number);
  for (int passing : {EAGAIN, ENOMEM, EMFILE, ENFILE}) {
    if (error_number == passing) error.kind = ErrorKind::busy;
  }
  return error;
}

// Moves a descriptor out of the range that the child's own will take, so that no dup2 overwrites another's
// source.
UniqueFd lift(UniqueFd fd) {
  if (!fd || fd.get() > worker_descriptor) return fd;
  return UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, worker_descriptor + 1));
}

// Both ends of a socket or of a pipe.
struct Ends {
  UniqueFd ours;
  UniqueFd theirs;
  [[nodiscard]] bool open() const { return ours && theirs; }
};

Ends make_socket() {
  int fds[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) return {};
  return {lift(UniqueFd(fds[0])), lift(UniqueFd(fds[1]))};
}

Ends make_pipe() {
  int fds[2] = {-1, -1};
  if (::pipe2(fds, O_CLOEXEC) != 0) return {};
  return {lift(UniqueFd(fds[0])), lift(UniqueFd(fds[1]))};
}

// posix_spawn's file actions: the child's whole descriptor table.
class Descriptors {
 public:
  Descriptors(int socket, int output) {
    ::posix_spawn_file_actions_init(&actions_);
    add(::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
    add(::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO));
    add(::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO));
    add(::posix_spawn_file_actions_adddup2(&actions_, socket, worker_descriptor));
    // Our descriptors are close-on-exec; one that our own parent left us with may not be.
    add(::posix_spawn_file_actions_addclosefrom_np(&actions_, worker_descriptor + 1));
  }
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;
  ~Descriptors() { ::posix_spawn_file_actions_destroy(&actions_); }

  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }
  [[nodiscard]] int error() const { return error_; }

 private:
  void add(int error_number) {
    if (error_ == 0) error_ = error_number;
  }
  posix_spawn_file_actions_t actions_{};
  int error_ = 0;
};

// posix_spawn's attributes: nothing of our signal handling, and a process group of its own.
class Attributes {
 public:
  Attributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none{};
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t all{};
    ::sigfillset(&all);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }

  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

// As system calls: the header of glibc 2.36 declares the functions without C linkage.
int open_pidfd(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

std::uint64_t nanoseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(time.tv_usec) * 1000U;
}

// Our own peak, which Linux counts as the child's too: until it has executed its program it runs in our
// memory.
ByteCount own_peak() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return ByteCount(static_cast<std::uint64_t>(usage.ru_maxrss) * 1024U);
}

}  // namespace

Result<Child> start_child(const WorkerSpec& spec) {
  Ends socket = make_socket();
  Ends output = socket.open() ? make_pipe() : Ends{};
  if (!output.open()) return tl::make_unexpected(start_error(spec, errno));

  Descriptors descriptors(socket.theirs.get(), output.theirs.get());
  if (descriptors.error() != 0) return tl::make_unexpected(start_error(spec, descriptors.error()));
  Attributes attributes;
  std::vector<std::string> words{spec.program};
  words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  pid_t pid = -1;
  int error =
      ::posix_spawn(&pid, spec.program.c_str(), descriptors.get(), attributes.get(), argv.data(), environ);
  if (error != 0) return tl::make_unexpected(start_error(spec, error));
  Process process(pid, UniqueFd(open_pidfd(pid)), own_peak());
  if (process.descriptor() < 0) return tl::make_unexpected(start_error(spec, errno));
  UniqueFd ended(::fcntl(process.descriptor(), F_DUPFD_CLOEXEC, 0));
  if (!ended) return tl::make_unexpected(start_error(spec, errno));
  return Child{std::move(process), std::move(ended), std::move(socket.ours), std::move(output.ours)};
}

Process::~Process() {
  if (!running()) return;
  kill();
  (void)reap();
}

void Process::kill() const {
  if (!running()) return;
  // By number, which is safe while it is not reaped. Both: it may have left its group.
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
}

ByteCount Process::own_memory() const {
  // Readable by all, also if the process is not dumpable.
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  std::uint64_t of_files = 0;
  if (!(file >> all >> resident >> of_files) || of_files > resident) return {};
  return ByteCount((resident - of_files) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
}

ByteCount Process::peak_memory() const {
  constexpr std::string_view key = "VmHWM:";
  std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key))
      return ByteCount(std::strtoull(line.c_str() + key.size(), nullptr, 10) * 1024U);
  }
  return {};
}

bool Process::ended() const {
  siginfo_t info{};
  int waited = 0;
  do {
    waited = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  } while (waited < 0 && errno == EINTR);
  return waited < 0 || info.si_pid == pid_;
}

Exit Process::reap() {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
  // While the leader is not reaped, no other group can have its number.
  ::kill(-pid_, SIGKILL);
  int status = 0;
  rusage usage{};
  pid_t reaped = 0;
  do {
    reaped = ::wait4(pid_, &status, 0, &usage);
  } while (reaped < 0 && errno == EINTR);
  pid_ = -1;
  if (reaped < 0) return Exit{-1, 0, {}};
  ByteCount peak(static_cast<std::uint64_t>(usage.ru_maxrss) * 1024U);
  return Exit{status, nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime),
              peak > inherited_peak_ ? peak : ByteCount(0)};
}

std::string describe_exit(int status) {
  if (status == -1) return "unknown exit status";
  if (WIFSIGNALED(status)) {
    int number = WTERMSIG(status);
    const char* name = ::sigabbrev_np(number);
    return "signal " + std::to_string(number) + (name != nullptr ? " (SIG" + std::string(name) + ")" : "");
  }
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace froe::execute
