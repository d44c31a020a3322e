// The parts of `froe doctor`. Each looks at one thing that can be wrong with an installation and says what it
// found; none changes anything outside of a temporary directory.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "froe/portable.hpp"

namespace froe::cli {

// What one check found.
struct Finding {
  std::string check;    // which check, such as "grammar"
  std::string subject;  // what it looked at, such as "python"
  bool ok = true;
  std::string detail;  // what there is, or what is wrong
  std::string advice;  // what to do about it; empty if all is well

  static constexpr auto fields() {
    return std::tuple{field("check", &Finding::check), field("subject", &Finding::subject),
                      field("ok", &Finding::ok), field("detail", &Finding::detail),
                      field("advice", &Finding::advice)};
  }
};
using Findings = std::vector<Finding>;

// Every type of record that crosses between processes survives a frame.
void check_records(Findings& findings);
// Every executor gives what inline gives, and every grammar loads and reads its sample.
void check_executors(Findings& findings);
// Which SQLite froe has; an index can be written, read and proved.
void check_store(Findings& findings);
// The index that a command would use here opens, and in what state it is.
void check_index(const CommonArguments& common, Findings& findings);

}  // namespace froe::cli
