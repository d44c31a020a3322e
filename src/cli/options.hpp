// Options that several commands share. Each writes what is given into the value behind it, which must outlive
// the parsing.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cli/arguments.hpp"

namespace froe::cli {

CLI::Option* add_when(CLI::App& app, const std::string& name, When& value, const std::string& help);
// How to run: --executor, --workers.
void add_executor_options(CLI::App& app, CutArguments& cut);
// What to cut, how, and within which limits.
void add_cut_options(CLI::App& app, CutArguments& cut);
// --references and --no-references: of an index
void add_references(CLI::App& app, CutArguments& cut);
// These, --metrics and --no-metrics
void add_gathering(CLI::App& app, CutArguments& cut);
// --references and --metrics, where there is no index to keep them
void add_gathering_once(CLI::App& app, CutArguments& cut);
// Files to cut without an index, and how.
void add_inputs(CLI::App& app, InputArguments& inputs);
// --context: nothing if it is not given, a template otherwise.
void add_context(CLI::App& app, std::optional<std::string>& context);
// --rev
void add_revision(CLI::App& app, std::string& revision);

}  // namespace froe::cli
