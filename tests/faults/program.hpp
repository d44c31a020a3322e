// Runs the real program and watches what it leaves behind.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace froe::faults {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
using Words = std::vector<std::string>;

// How a program ended.
struct Ended {
  int status = -1;  // exit status, or 128 + signal
  std::string out;
  std::string err;
  Milliseconds took{};
  bool hung = false;  // it did not end by itself in the time given
};

struct Conditions {
  fs::path directory = ".";
  std::vector<std::pair<int, rlim_t>> limits{};  // RLIMIT_… and its value
  Milliseconds at_most{60'000};
  std::function<void()> before{};  // called in the child before the program takes its place
};

// A program that is running; killed if it is when its owner goes. What it prints goes to files.
class Program {
 public:
  // `words` is the path of the program and its arguments.
  explicit Program(const Words& words, Conditions conditions = {});
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send(int signal) const;
  [[nodiscard]] bool running();
  [[nodiscard]] std::string said() const;  // on standard error so far
  [[nodiscard]] Ended wait();

 private:
  bool reap(int options);

  Conditions conditions_;
  std::string out_;
  std::string err_;
  Clock::time_point start_ = Clock::now();
  pid_t pid_ = -1;
  Ended ended_;
};

[[nodiscard]] Ended run(const Words& words, Conditions conditions = {});

// While it lives, processes that lose their parent become children of this one, so that none goes unseen. At
// most one at a time.
class Guardian {
 public:
  Guardian();
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;
  ~Guardian();

  // Waits until no descendant is left. Those that are still there after `patience` are named, killed and
  // reaped. To be called when no Program is running.
  [[nodiscard]] Words left_behind(Milliseconds patience = Milliseconds(1000)) const;
};

// The children of a process at this moment. Empty if it is gone.
[[nodiscard]] std::vector<pid_t> children_of(pid_t pid);
// Sends a signal to a process if it is (still) a child of `parent`. Whether it was sent. The process cannot
// be mistaken for a later one of the same number.
bool send_to_child(pid_t parent, pid_t child, int signal);

// A directory of its own in the temporary directory, removed at the end.
class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

[[nodiscard]] std::string read_file(const fs::path& path);
void write_file(const fs::path& path, const std::string& content);

// A number from the environment, such as how many processes to kill.
[[nodiscard]] unsigned from_environment(const char* name, unsigned otherwise);

}  // namespace froe::faults
