// What an index has beside chunks: under which key a blob is kept, a file's row in the ledger, revisions,
// what is in quarantine, and how the last run went. Plain values, for readers and writers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "froe/digest.hpp"
#include "froe/record.hpp"

namespace froe::store {

// The SQLite that this program runs with.
struct Engine {
  std::string version;               // such as "3.54.1"
  std::vector<std::string> options;  // that it was compiled with, such as "ENABLE_FTS5"
};
[[nodiscard]] Engine engine();

// Under which a blob's chunks are remembered: the same bytes cut by the same rules.
struct BlobKey {
  BlobId id{};
  std::string language;  // empty: text
  std::string
      grammar;  // what cut it, and in which version: package@version of a grammar, version of the cutter
  ChunkOptions options;
  friend bool operator==(const BlobKey&, const BlobKey&) = default;
};

// One row of the ledger.
struct LedgerEntry {
  std::string path;
  Outcome outcome = Outcome::text;
  std::string detail;
  std::string language;  // as detected, also when it was not used
  std::uint64_t size = 0;
  std::optional<BlobId> blob;     // of files that were read
  std::optional<Mark> mark = {};  // of indexed files

  static constexpr auto fields() {
    return std::tuple{field("path", &LedgerEntry::path),     field("outcome", &LedgerEntry::outcome),
                      field("detail", &LedgerEntry::detail), field("language", &LedgerEntry::language),
                      field("size", &LedgerEntry::size),     field("blob", &LedgerEntry::blob),
                      field("mark", &LedgerEntry::mark)};
  }
};

// A file of the ledger as of the last commit, for whoever plans what to do next.
struct KnownFile {
  LedgerEntry entry;
  // Of the state that was read. Nothing: a later state might look the same, or the file was not read.
  std::optional<FileStamp> stamp;
};

// A state of the tree that git keeps, in the index beside the work tree.
struct Revision {
  std::int64_t id = 0;  // ascending in the order in which they were indexed
  BlobId commit{};
  std::string name;       // as the user called it then, such as a branch
  std::string rules;      // what its rows depend on beside the commit, in any form
  std::string part = {};  // the directory of the repository that it has; empty: all of it

  static constexpr auto fields() {
    return std::tuple{field("id", &Revision::id), field("commit", &Revision::commit),
                      field("name", &Revision::name), field("rules", &Revision::rules),
                      field("part", &Revision::part)};
  }
};

// A blob whose chunks the index already has.
struct KnownBlob {
  Outcome outcome = Outcome::parsed;
  std::string detail;
};

// Content whose syntax tree was lost, twice, by its own fault as far as one can tell. It is not given to a
// parser again, whatever the options, but cut as text with the same outcome and detail.
struct Quarantined {
  BlobId blob{};
  std::string language;
  std::string grammar;  // as in BlobKey: a new version of the grammar or the cutter gets its own try
  Outcome outcome = Outcome::crashed;
  std::string detail;
  std::vector<std::string> paths;  // of the ledger's files that have this content, in order

  static constexpr auto fields() {
    return std::tuple{field("blob", &Quarantined::blob),       field("language", &Quarantined::language),
                      field("grammar", &Quarantined::grammar), field("outcome", &Quarantined::outcome),
                      field("detail", &Quarantined::detail),   field("paths", &Quarantined::paths)};
  }
};
// Whether a result with this outcome puts its content into quarantine: a lost tree, but not one that somebody
// else's kill cost.
[[nodiscard]] bool is_quarantined(Outcome outcome);

// What was done in one slot of the pool: a place that a thread, or a succession of processes, fills.
struct WorkerRun {
  std::uint64_t jobs = 0;
  std::uint64_t bytes = 0;
  std::uint64_t cpu_nanoseconds = 0;
  std::uint64_t peak_memory = 0;  // bytes; 0 for a thread
  std::uint64_t processes = 0;    // 0 for a thread
  std::uint64_t deaths = 0;
  std::uint64_t recycled = 0;

  static constexpr auto fields() {
    return std::tuple{field("jobs", &WorkerRun::jobs),
                      field("bytes", &WorkerRun::bytes),
                      field("cpu_nanoseconds", &WorkerRun::cpu_nanoseconds),
                      field("peak_memory", &WorkerRun::peak_memory),
                      field("processes", &WorkerRun::processes),
                      field("deaths", &WorkerRun::deaths),
                      field("recycled", &WorkerRun::recycled)};
  }
};
struct SlowFile {
  std::string path;
  std::uint64_t bytes = 0;
  std::uint64_t parse_nanoseconds = 0;  // wall time, as in FileResult
  std::uint64_t chunk_nanoseconds = 0;

  static constexpr auto fields() {
    return std::tuple{field("path", &SlowFile::path), field("bytes", &SlowFile::bytes),
                      field("parse_nanoseconds", &SlowFile::parse_nanoseconds),
                      field("chunk_nanoseconds", &SlowFile::chunk_nanoseconds)};
  }
};
// How the last run that cut anything went. Kept in the index, but no part of what it says.
struct LastRun {
  std::string executor;           // empty: there was none
  std::uint64_t nanoseconds = 0;  // wall time
  // What worker processes were kept from: the name of a confine::Level, the lowest there was, and why it was
  // not higher. Empty if there was no process.
  std::string sandbox;
  std::string sandbox_detail;
  std::vector<WorkerRun> workers;  // by slot
  std::vector<SlowFile> slowest;   // slowest first

  static constexpr auto fields() {
    return std::tuple{
        field("executor", &LastRun::executor), field("nanoseconds", &LastRun::nanoseconds),
        field("sandbox", &LastRun::sandbox),   field("sandbox_detail", &LastRun::sandbox_detail),
        field("workers", &LastRun::workers),   field("slowest", &LastRun::slowest)};
  }
};

}  // namespace froe::store
