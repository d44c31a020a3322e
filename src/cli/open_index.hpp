// The index that a command reads, and the files in it that the user names.
#pragma once

#include <filesystem>
#include <string>

#include "cli/arguments.hpp"
#include "froe/store.hpp"
#include "froe/support.hpp"

namespace froe::cli {

struct OpenIndex {
  store::Reader reader;
  std::filesystem::path database;
};

[[nodiscard]] Result<OpenIndex> open_index(const CommonArguments& common);

// The ledger's row of a path as the user gave it: as the index has it, or from the working directory.
[[nodiscard]] Result<store::LedgerEntry> find_file(OpenIndex& index, const std::string& given);

}  // namespace froe::cli
