// Standard output and standard error of a command.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "cli/arguments.hpp"
#include "froe/record.hpp"
#include "froe/report.hpp"
#include "froe/support.hpp"

namespace froe::cli {

// Buffered standard output. Once the reader has gone, writing is over and is no error: `closed` says so.
class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { flush(); }

  void write(std::string_view text);
  void flush();
  [[nodiscard]] bool closed() const { return closed_; }
  // Set if output was lost for another reason than a closed pipe, such as a full disk.
  [[nodiscard]] int error() const { return error_; }

 private:
  std::string buffer_;
  bool closed_ = false;
  int error_ = 0;
};

// Whether a file with this outcome makes the exit status `exit_findings`: it lost its place or its syntax
// tree through no property of its own.
[[nodiscard]] bool is_finding(Outcome outcome);

// Flushes at the end of a command: `code`, or the exit code for output that was lost.
int finish(Output& output, int code);

// Colours for a stream: asked for, or a terminal that has not been told to do without.
[[nodiscard]] report::Style style_for(When color, int descriptor);
[[nodiscard]] bool is_terminal(int descriptor);

// The template for the headers that `--context` asks for, if it does. In what the user gave, "\n", "\t" and
// "\\" are a line break, a tab and a backslash.
[[nodiscard]] Result<std::optional<report::Template>> context_template(
    const std::optional<std::string>& given);

// "froe: MESSAGE" on standard error, safe for a terminal whatever names it holds.
void complain(std::string_view message);
// The same for an error; returns the exit code for it.
int fail(const Error& error);

}  // namespace froe::cli
