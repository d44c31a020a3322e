// One worker process as the operating system sees it: how it is started, what it inherits, how it ended.
// Unaware of the protocol and of tasks.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "froe/execute.hpp"
#include "froe/support.hpp"

namespace froe::execute {

struct Exit {
  int status = 0;  // as wait(2) has it; -1 if it could not be learnt
  std::uint64_t cpu_nanoseconds = 0;
  ByteCount peak_memory;  // resident; 0 if it could not be learnt
};
// Such as "signal 11 (SIGSEGV)" or "exit status 1".
[[nodiscard]] std::string describe_exit(int status);

// A process of ours that has not been reaped; killed and reaped when its owner goes. One thread at a time.
class Process {
 public:
  Process() = default;
  Process(pid_t pid, UniqueFd descriptor, ByteCount inherited_peak)
      : pid_(pid), descriptor_(std::move(descriptor)), inherited_peak_(inherited_peak) {}
  Process(Process&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        descriptor_(std::move(other.descriptor_)),
        inherited_peak_(other.inherited_peak_) {}
  Process& operator=(Process&&) = delete;
  ~Process();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }  // a pidfd: readable when it has ended
  [[nodiscard]] bool running() const { return pid_ > 0; }             // as far as we know: not reaped
  // The process and its group: also what it has started.
  void kill() const;
  // What is resident now and its own: not pages of the program's file, which come with each grammar that is
  // used. And: the largest resident set so far. 0 if it cannot be read.
  [[nodiscard]] ByteCount own_memory() const;
  [[nodiscard]] ByteCount peak_memory() const;
  // Whether it can be reaped without waiting.
  [[nodiscard]] bool ended() const;
  // Waits for its end. What it started and left behind in its group is killed.
  Exit reap();

 private:
  pid_t pid_ = -1;
  UniqueFd descriptor_;
  ByteCount inherited_peak_;
};

struct Child {
  Process process;
  UniqueFd ended;  // a second descriptor of the process, to wait on
  UniqueFd socket;
  UniqueFd output;  // what it prints
};

// Starts a worker that dies with the calling thread, in a process group of its own, so that a terminal's
// interrupt reaches the parent alone. It inherits its socket, /dev/null and the pipe for what it prints, and
// the environment. ErrorKind::busy if the system has no more processes, memory or descriptors for now; else
// ErrorKind::io.
[[nodiscard]] Result<Child> start_child(const WorkerSpec& spec);

}  // namespace froe::execute
