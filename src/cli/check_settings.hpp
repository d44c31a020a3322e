// What `froe check` is told by a froe.toml and on the command line, together.
#pragma once

#include <filesystem>

#include "cli/arguments.hpp"
#include "froe/check.hpp"

namespace froe::cli {

// `root`: absolute, of the tree that is judged. ErrorKind::invalid_argument: a setting is wrong, or two
// options do not go together.
[[nodiscard]] Result<check::Settings> check_settings(const CheckArguments& arguments,
                                                     const std::filesystem::path& root);

// All of a file that a person wrote, which is no longer than such are.
[[nodiscard]] Result<std::string> read_small_file(const std::filesystem::path& path);

}  // namespace froe::cli
