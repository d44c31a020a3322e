// Brings an index up to date with a tree: discovers files, plans by content id, runs the executor, writes in
// order. This module does not know tree-sitter, processes or SQLite.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "froe/discovery.hpp"
#include "froe/execute.hpp"
#include "froe/language.hpp"
#include "froe/record.hpp"
#include "froe/store_writer.hpp"
#include "froe/support.hpp"

namespace froe::index {

struct Options {
  ChunkOptions chunk;
  // What of `chunk` somebody asked for. The rest is as the index has it already, if there is one.
  struct Asked {
    bool sizes = false;  // the unit too
    bool references = false;
    bool metrics = false;
  } asked;
  ByteCount max_parse{
      2U << 20U};  // larger files are cut as text: parsers slow down and swell on generated giants
  ByteCount max_file{64U << 20U};  // larger files are left out
  discovery::Options discovery;
  // How coarse the clock of the tree's file system may be: a file that was written so shortly before a run
  // may be written again and look the same, so that the next run reads it once more. FAT counts in two
  // seconds.
  std::chrono::nanoseconds clock_tick = std::chrono::seconds(2);
  // Of the index, which does not index itself: `names_below`.
  std::vector<std::string> databases;
};

// Puts what nobody asked for as the index of this tree has it, or, if no code of the tree is in it, as it has
// what came last: two froes that disagree would cut everything anew in turn. Without an index, or with one
// that cannot be read, which is for whoever writes it to tell, nothing becomes another.
void keep_cut(Options& options, const std::filesystem::path& database, const std::string& root);

// Told of what goes on. Called from any thread, at several at once.
class Observer : public execute::Observer {
 public:
  // A file has been put into the index, or its fate into the ledger.
  virtual void recorded(const store::LedgerEntry& entry) = 0;
  // The index wrote to disk what it had gathered, between these times.
  virtual void committed(std::chrono::steady_clock::time_point, std::chrono::steady_clock::time_point) {}
};

// Why something is done with a file, or nothing.
enum class Reason : std::uint8_t {
  unchanged,  // it looks as it did, or has the content and the fate that the index knows
  touched,    // it looks otherwise, but its content is the same
  added,      // the index has no file of that name
  changed,    // its content or its fate is another
  options,    // its chunks were cut with other options
  grammar,    // its chunks were cut by another version of the grammar or of froe, or in another language
  retried,    // its tree was lost, not by its own fault as far as one can tell
  removed,    // it is no longer there
};
inline constexpr std::array all_reasons{Reason::unchanged, Reason::touched, Reason::added,   Reason::changed,
                                        Reason::options,   Reason::grammar, Reason::retried, Reason::removed};
[[nodiscard]] std::string_view to_string(Reason reason);

struct Summary {
  std::uint64_t files = 0;      // of the tree, as the ledger has them now
  ByteCount bytes;              // of their contents
  std::uint64_t cut = 0;        // files that were parsed or cut as text in this run
  std::uint64_t reused = 0;     // files whose content the index had already
  std::uint64_t unchanged = 0;  // files that look as they did when they were read, and were not read again
  std::array<std::uint64_t, all_reasons.size()>
      reasons{};                      // of all files, by Reason: why something was done with them
  std::uint64_t revisions = 0;        // that were not known with these options
  std::uint64_t revisions_known = 0;  // that were
  std::uint64_t ignored = 0;          // names that the ignore rules left out
  std::array<std::uint64_t, all_outcomes.size()> outcomes{};  // by Outcome
  execute::Usage usage;
  std::vector<store::SlowFile> slowest;  // of what was cut in this run, slowest first; a few
};

// What an index run may lean on, besides the tree.
struct Run {
  std::filesystem::path root;
  Options options;
  store::Writer& writer;
  execute::Executor& executor;
  Observer* observer = nullptr;   // may be null
  const std::atomic<bool>& stop;  // when true: finish what is in flight, commit, and end as interrupted
  // Cuts what is in quarantine. The one that the executor has for files whose worker died, so that such a
  // file looks the same whether its worker died in this run or in an earlier one.
  execute::Fallback fallback;
  // Told, before `update` returns for whatever reason, each problem of the walk: ignore rules that could not
  // be read, so that more was indexed than was meant. May be null.
  std::function<void(const std::string&)> problem = nullptr;
};

// After an interruption or an error, everything recorded so far is committed, whole files only; the next run
// completes it.
[[nodiscard]] Result<Summary> update(const Run& run);

// A commit to index, by its id in hexadecimal, and as the user calls it.
struct Wanted {
  std::string commit;
  std::string name;
};
// Indexes commits, one after the other: of each, the files below a directory of the repository (empty: all)
// at which it differs from the one that was indexed last. Paths are relative to the directory, `Run::root` is
// not looked at. In the summary, `files` are those that differ, of all the commits. A commit that is known,
// by the same options, is passed over.
[[nodiscard]] Result<Summary> update(const Run& run, discovery::Revisions& repository,
                                     const std::vector<Wanted>& wanted, const std::string& below);

// What `Writer::Options::rules` is for these options.
[[nodiscard]] std::string rules(const Options& options);

struct Forecast {
  std::array<std::uint64_t, all_reasons.size()> reasons{};  // of all files, by Reason
  std::uint64_t to_cut = 0;                                 // contents that would be parsed or cut as text
  ByteCount bytes_to_cut;
};
// Says what `update` would do, and does nothing: reads the files that have changed, or seem to have. `visit`
// is told each file, removed ones too, but for those that are unchanged; in order of path. Stops early if
// `stop`.
[[nodiscard]] Result<Forecast> forecast(const std::filesystem::path& root, const Options& options,
                                        store::Inventory& inventory, const std::atomic<bool>& stop,
                                        const std::function<void(Reason, const std::string& path)>& visit);

// What a walk would call the index if it lies below the root: where a link at its end leads to, beside which
// SQLite's files are, and the link, beside which froe's are.
[[nodiscard]] std::vector<std::string> names_below(const std::filesystem::path& root,
                                                   const std::filesystem::path& database);
// Whether a path, relative to the root, is the index itself or one of the files beside it.
[[nodiscard]] bool is_own(const Options& options, std::string_view path);

// When an index is to be brought up to date again: what everybody does who follows a tree. One thread at a
// time, but for `has_news`, which any may call.
class TreeWatch {
 public:
  // Puts into the options what a run that is watched needs; they must outlive this where they are. The root
  // is absolute, without links.
  TreeWatch(const std::filesystem::path& root, const std::filesystem::path& database, Options& options);

  // A run begins: what has changed so far is no news any more.
  void look_begins() { watch_.look_begins(); }
  [[nodiscard]] bool has_news() { return watch_.has_news(); }
  // Why some of the tree is not watched, for people; empty: all of it is.
  [[nodiscard]] std::string blind() const { return watch_.blind(); }
  // How long to wait for news at most before the next run, behind one that took so long, or, nothing, failed.
  // Nothing: until there are some.
  [[nodiscard]] std::optional<std::chrono::milliseconds> patience(
      std::optional<std::chrono::milliseconds> took) const;
  // Until the tree has changed and is quiet again, or patience ends, or `stop` is readable.
  discovery::Watch::Woken wait(std::optional<std::chrono::milliseconds> patience, int stop);

 private:
  discovery::Watch watch_;
};

// What will be done with one file, before anything is parsed.
struct Plan {
  FileTask task;  // what to cut; without content if nothing is
  store::LedgerEntry entry;
  std::optional<FileStamp> stamp;  // of the state that was read
  // Set for files that have a place in the index: under which their chunks are kept.
  std::optional<store::BlobKey> key;
};
// Classifies bytes that were read; `language` overrides what path and content say.
[[nodiscard]] Plan plan_content(std::string path, std::string bytes, const Options& options,
                                const language::Language* language = nullptr);
// Reads and classifies one discovered entry. ErrorKind::busy if the process or the system ran out of what
// reading takes.
[[nodiscard]] Result<Plan> plan(const std::filesystem::path& root, const discovery::Entry& entry,
                                const Options& options);

}  // namespace froe::index
