// What is new in a work tree, for `froe check --since`.
#pragma once

#include <filesystem>
#include <string>

#include "cli/arguments.hpp"
#include "cli/signals.hpp"
#include "froe/check.hpp"
#include "froe/support.hpp"

namespace froe::cli {

// What the tree with this root has that the merge base of its repository's `HEAD` with a revision has not; of
// submodules, what they have that the commit has not which they were at there.
[[nodiscard]] Result<check::Touched> touched_since(const CutArguments& cut, const std::string& revision,
                                                   const std::filesystem::path& root, StopSignals& signals);

}  // namespace froe::cli
