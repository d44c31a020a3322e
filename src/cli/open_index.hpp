// The index that a command reads, and the files in it that the user names.
#pragma once

#include <filesystem>
#include <string>

#include "cli/arguments.hpp"
#include "froe/index.hpp"
#include "froe/store.hpp"
#include "froe/store_writer.hpp"
#include "froe/support.hpp"

namespace froe::cli {

struct OpenIndex {
  store::Reader reader;
  std::filesystem::path database;
};

// The right to write the index of a tree, and in `options` how it is to be cut: as was asked for, and for the
// rest as it is (index::keep_cut). `writing` needs no rules.
[[nodiscard]] Result<store::Writer> open_to_write(const std::filesystem::path& database,
                                                  store::Writer::Options writing, index::Options& options);

// `revision`: what the user calls the commit to look at; empty: the work tree.
[[nodiscard]] Result<OpenIndex> open_index(const CommonArguments& common, const std::string& revision = {});

// The revision of the index that the user means: by what git means by the name, or else by the beginning of
// its id, or by what it was called when it was indexed.
[[nodiscard]] Result<store::Revision> find_revision(OpenIndex& index, const std::string& name);

// The ledger's row of a path as the user gave it: as the index has it, or from the working directory.
[[nodiscard]] Result<store::LedgerEntry> find_file(OpenIndex& index, const std::string& given);

}  // namespace froe::cli
