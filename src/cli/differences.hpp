// What differs between two revisions, for the commands that say it and the server that is asked for it.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "froe/compare.hpp"
#include "froe/execute.hpp"
#include "froe/support.hpp"

namespace froe::cli {

struct Differences {
  std::vector<compare::Change> changes;
  std::vector<std::string> notes;  // sentences about files that could not be compared as code
};

// Has both states of the files that differ cut by `executor`: of those below the arguments' directory if
// `below`, with paths relative to it; else of all the repository's, with paths relative to its top. Ends with
// ErrorKind::interrupted when `stop` becomes true.
[[nodiscard]] Result<Differences> differences(const DiffArguments& arguments, execute::Executor& executor,
                                              const std::atomic<bool>& stop, bool below = false);

}  // namespace froe::cli
