// What worker processes print: passed on line by line to our standard error, with the worker's name before
// each, so that lines of several do not mix and a grammar that prints cannot flood the terminal.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace froe::execute {

// Bytes that all workers of a run may print together.
struct OutputAllowance {
  std::size_t left = 256U << 10U;
  bool told = false;  // that the rest is dropped
};

class OutputLines {
 public:
  OutputLines(pid_t pid, OutputAllowance& allowance)
      : prefix_("worker " + std::to_string(pid) + ": "), allowance_(allowance) {}

  void add(std::string_view bytes) {
    for (char byte : bytes) {
      if (byte == '\n' || line_.size() == longest_line) print();
      if (byte != '\n') line_ += byte;
    }
  }
  // Call when nothing more will come.
  void end() {
    if (!line_.empty()) print();
  }

 private:
  static constexpr std::size_t longest_line = 4096;

  void print() {
    std::string line = prefix_ + line_ + '\n';
    line_.clear();
    if (line.size() > allowance_.left) {
      if (allowance_.told) return;
      allowance_.told = true;
      line = "workers print too much; the rest of it is dropped\n";
    } else {
      allowance_.left -= line.size();
    }
    // One call, so that the line stays whole beside what other threads print.
    std::fwrite(line.data(), 1, line.size(), stderr);
  }

  std::string prefix_;
  std::string line_;
  OutputAllowance& allowance_;
};

}  // namespace froe::execute
