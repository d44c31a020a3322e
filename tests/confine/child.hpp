// Runs a piece of a test in a process of its own: what is tested cannot be undone, and often ends the
// process.
#pragma once

#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>

#include "froe/confine.hpp"

namespace froe::confine {

// How a child ended, and everything it said on standard error and on its conversation.
struct Ended {
  int status = 0;
  std::string printed;
  std::string said;

  [[nodiscard]] bool exited_with(int code) const { return WIFEXITED(status) && WEXITSTATUS(status) == code; }
  [[nodiscard]] bool killed_by(int signal) const { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }
};

inline std::ostream& operator<<(std::ostream& out, const Ended& ended) {
  if (WIFSIGNALED(ended.status)) return out << "signal " << WTERMSIG(ended.status) << ": " << ended.printed;
  return out << "exit status " << WEXITSTATUS(ended.status) << ": " << ended.printed;
}

// A child process that runs `body` with one end of a socket and exits with what it returns. The test's
// process has one thread, so it may fork.
class Child {
 public:
  explicit Child(const std::function<int(int socket)>& body) {
    std::array<int, 2> socket{};
    std::array<int, 2> output{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, socket.data()), 0);
    EXPECT_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(socket[0]);
      ::close(output[0]);
      ::dup2(output[1], STDOUT_FILENO);
      ::dup2(output[1], STDERR_FILENO);
      ::close(output[1]);
      int code = 125;
      try {
        code = body(socket[1]);
      } catch (...) {
      }
      ::_exit(code);
    }
    ::close(socket[1]);
    ::close(output[1]);
    socket_ = UniqueFd(socket[0]);
    output_ = UniqueFd(output[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] int socket() const { return socket_.get(); }
  [[nodiscard]] pid_t pid() const { return pid_; }
  void hang_up() { socket_.reset(); }

  // Waits for the end; kills a child that is still there after `seconds`.
  Ended wait(int seconds = 60) {
    Ended ended;
    // The end of the output is the end of the process: nobody else holds it.
    collect(output_.get(), ended.printed, seconds);
    if (socket_) collect(socket_.get(), ended.said, seconds);
    ::kill(pid_, SIGKILL);  // a process that has ended keeps its status
    ::waitpid(std::exchange(pid_, -1), &ended.status, 0);
    return ended;
  }

 private:
  static void collect(int fd, std::string& text, int seconds) {
    std::array<char, 4096> buffer{};
    while (true) {
      pollfd watched{fd, POLLIN, 0};
      if (::poll(&watched, 1, seconds * 1000) <= 0) return;
      ssize_t count = ::read(fd, buffer.data(), buffer.size());
      if (count <= 0) return;
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  pid_t pid_ = -1;
  UniqueFd socket_;
  UniqueFd output_;
};

// Enters the sandbox, or ends the process: 120.
inline Confinement enter_or_exit(Sandbox sandbox, int socket, const Limits& limits = {}) {
  auto confinement = enter(limits, sandbox, socket);
  if (!confinement) {
    std::fprintf(stderr, "%s\n", confinement.error().message.c_str());
    ::_exit(120);
  }
  return std::move(*confinement);
}

// Runs `body` in a confined child.
inline Ended run_confined(Sandbox sandbox, const std::function<int()>& body, const Limits& limits = {}) {
  Child child([&](int socket) {
    Confinement confinement = enter_or_exit(sandbox, socket, limits);
    return body();
  });
  return child.wait();
}

// Whether this machine and this build can have the whole sandbox; tests of it are skipped elsewhere. Asks the
// kernel, not the code under test, which would then be skipped where it is broken.
inline bool can_be_sandboxed() {
  long landlock = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  long filter = ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
  return landlock >= 1 && filter == 0 && !is_sanitizer_build();
}

}  // namespace froe::confine
