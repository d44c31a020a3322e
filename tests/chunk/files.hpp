// Files and cases that the tests read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "froe/record.hpp"

namespace froe::chunk {

[[nodiscard]] std::string read_file(const std::filesystem::path& file);

// Folders below tests/cases/chunk, in order of name.
[[nodiscard]] std::vector<std::string> case_names();
[[nodiscard]] std::filesystem::path case_folder(const std::string& name);
// The task of a case: its input, the language that its name and content speak for, and its options.
[[nodiscard]] FileTask read_case(const std::string& name);

// `task` again, without timings, from a Chunker that has done nothing else.
[[nodiscard]] FileResult chunk_afresh(const FileTask& task);
// Without what no two runs have in common.
[[nodiscard]] FileResult without_timings(FileResult result);

}  // namespace froe::chunk
