// What the user asked for, as typed values. Meaning (which database, which executor object) is found out
// later, in the commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "froe/check.hpp"
#include "froe/confine.hpp"
#include "froe/index.hpp"
#include "froe/record.hpp"
#include "froe/report.hpp"

namespace froe::cli {

enum class When : std::uint8_t { automatic, always, never };
enum class ExecutorKind : std::uint8_t { processes, threads, inline_ };

// Exit codes beside 0.
inline constexpr int exit_findings =
    1;  // done, but: nothing found, a fault found, files that could not be cut
inline constexpr int exit_failure = 2;  // not done

struct CommonArguments {
  std::string database;  // empty: the nearest .froe/index.db
  bool json = false;
  When color = When::automatic;
};

struct CutArguments {
  index::Options options;
  ExecutorKind executor = ExecutorKind::processes;
  unsigned workers = 0;                     // 0: one per core
  double deadline = 7;                      // seconds that a file may hold a worker
  std::uint64_t worker_memory = 1U << 30U;  // bytes; 0: no limit
  confine::Sandbox sandbox = confine::Sandbox::automatic;
};

struct IndexArguments {
  std::string root = ".";
  CutArguments cut;
  When progress = When::automatic;
  bool wait = true;
  bool quiet = false;
  bool dry_run = false;
  std::string trace;                   // empty: none
  std::vector<std::string> revisions;  // commits, by name, and ranges of them; none: the work tree
};
struct WatchArguments {
  std::string root = ".";
  CutArguments cut;
  std::uint32_t poll_seconds = 0;  // how often to look, in place of waiting to be told; 0: wait
};
struct DiffArguments {
  std::string before;
  std::string after;  // empty: the work tree
  std::string repository = ".";
  CutArguments cut;
};
struct CheckArguments {
  std::string root = ".";
  CutArguments cut;
  std::string config;    // empty: the nearest froe.toml
  std::string since;     // a revision; empty: everything is new
  std::string baseline;  // a file; empty: none
  std::string explain;   // a rule; empty: none
  struct File {
    std::string path;
    report::FindingsFormat format{};
  };
  std::vector<File> outputs;
  std::optional<double> max_duplication;         // in place of what the configuration says
  std::optional<check::FailOn> fail_on;          // likewise
  std::optional<report::FindingsFormat> format;  // of standard output
  bool update = true;                            // the index, before it is judged
  bool no_config = false;
  bool update_baseline = false;
  bool list_rules = false;
};
struct ServeArguments {
  enum class Protocol : std::uint8_t { lsp, mcp };
  Protocol protocol = Protocol::lsp;
  std::string root;  // empty: with MCP the working directory, with LSP what the client says
  CutArguments cut;
  bool index = true;
};
// What is cut without an index.
struct InputArguments {
  std::vector<std::string> paths;  // "-", or none: standard input
  CutArguments cut;
  std::string language;  // empty: detect
  std::string path;      // what to call standard input
};
struct ChunkArguments {
  InputArguments inputs;
  bool text = true;
  std::uint32_t overlap = 0;           // in the size unit; 0: none
  std::optional<std::string> context;  // a template; empty: the usual one
};
struct DumpArguments {
  bool row_ids = false;
};
struct SearchArguments {
  std::string query;
  std::uint32_t limit = 10;
  std::string language;
  std::string path_prefix;
  std::uint32_t lines = 8;  // of each chunk
  std::optional<std::string> context;
  std::string revision;  // empty: the work tree; here and below
};
struct ShowArguments {
  std::string what;
  std::string revision;
  std::optional<std::string> context;
};
struct OutlineArguments {
  std::string path;
  std::string revision;
};
struct ReferencesArguments {
  std::string name;
  std::optional<ReferenceKind> kind;
  std::uint32_t limit = 0;  // 0: all
  std::string revision;
};
struct StatsArguments {
  std::string revision;
  bool workers = false;  // of the last run, in place of what is in the index
};
struct LedgerArguments {
  std::string revision;
  std::optional<Outcome> outcome;
  std::optional<Mark> mark;
};
struct RevisionsArguments {};
struct GcArguments {
  std::vector<std::string> forgotten;  // revisions and trees
};
struct LanguagesArguments {};
struct VerifyArguments {};
struct WorkerArguments {
  bool stdio = false;      // frames in on standard input, out on standard output
  bool documents = false;  // what is being edited, in place of files of a tree
};
struct FrameEncodeArguments {
  InputArguments inputs;
};
struct FrameDecodeArguments {};
struct QuarantineListArguments {
  std::vector<std::string> named;  // paths or blob ids; none: all
};
struct QuarantineClearArguments {
  std::vector<std::string> named;
};
struct DoctorArguments {};

using Command =
    std::variant<IndexArguments, WatchArguments, DiffArguments, CheckArguments, ServeArguments,
                 ChunkArguments, DumpArguments, SearchArguments, ShowArguments, OutlineArguments,
                 ReferencesArguments, StatsArguments, LedgerArguments, LanguagesArguments, VerifyArguments,
                 WorkerArguments, FrameEncodeArguments, FrameDecodeArguments, QuarantineListArguments,
                 QuarantineClearArguments, RevisionsArguments, GcArguments, DoctorArguments>;

struct Arguments {
  CommonArguments common;
  Command command;
};

// Either what to do, or the exit code of a program that has said what there is to say (help, version, usage).
[[nodiscard]] std::variant<Arguments, int> parse_arguments(int argc, const char* const* argv);

}  // namespace froe::cli
