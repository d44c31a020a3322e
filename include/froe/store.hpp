// The index on disk: blobs, their chunks and symbols, the ledger of files and the full-text index, in one
// SQLite file. This module does not parse, read source files or rank. Format and example queries:
// docs/index-format.md.
//
// Errors: busy (another writer; the message names it), corrupt (not an index, or damaged), too_new, io (full
// disk, read-only, …). A Store belongs to one thread at a time unless it says otherwise.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "froe/digest.hpp"
#include "froe/record.hpp"
#include "froe/support.hpp"

namespace froe::store {

// The SQLite that this program runs with.
struct Engine {
  std::string version;               // such as "3.40.1"
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

// What the index has of files and blobs as of the last commit. Beside a writer it may be asked by another
// thread, one at a time: a planner need not wait for the thread that puts.
class Inventory {
 public:
  // Of one tree of the index. An index, or a tree, that is not there yet has nothing.
  static Result<Inventory> open(const std::filesystem::path& database, const std::string& root);
  Inventory(Inventory&&) noexcept;
  Inventory& operator=(Inventory&&) noexcept;
  ~Inventory();

  // Whether the blob is there and need not be cut again.
  [[nodiscard]] Result<bool> has(const BlobKey& key);
  // Under which key the chunks of a file of the ledger are kept; nothing if it has none.
  [[nodiscard]] Result<std::optional<BlobKey>> key_of(const std::string& path);
  // The next files of the ledger in order of path (bytes), behind `after`; no more than `most`. None: that
  // was the last.
  [[nodiscard]] Result<std::vector<KnownFile>> files(const std::string& after, std::size_t most);
  // The file of the ledger with this path.
  [[nodiscard]] Result<std::optional<KnownFile>> file(const std::string& path);
  // In the order of their ids.
  [[nodiscard]] Result<std::vector<Revision>> revisions();
  // The next paths of the last revision in order (bytes), behind `after`; no more than `most`.
  [[nodiscard]] Result<std::vector<std::string>> latest_paths(const std::string& after, std::size_t most);
  // By which rules the ledger was made (Writer::Options); empty if a pass with others was not finished.
  [[nodiscard]] Result<std::string> rules();

 private:
  struct State;
  explicit Inventory(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
  friend class Writer;
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

// Holds the right to write. At most one per database at a time, in any process.
class Writer {
 public:
  struct Options {
    // Absolute path of the tree that the ledger's calls are about. The first tree of an index has its paths
    // in the ledger as they are given; a second one, while the first is still where it was, has absolute
    // ones.
    std::string root;
    // A first tree that is no longer where it was is this one. False: it is not, as no pass over it follows.
    bool may_have_moved = true;
    bool wait = true;  // for another writer to finish; otherwise fail with ErrorKind::busy
    std::function<void(const std::string& holder)> on_wait;  // called once if it has to wait; may be null
    // What the ledger's rows depend on beside the files, in any form: a file that looks as it did need not be
    // read again while this is the same.
    std::string rules = {};
  };
  // Creates the database and its directory if need be.
  static Result<Writer> open(const std::filesystem::path& database, const Options& options);
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();  // what was not committed is rolled back

  // Sees what was put before, committed or not.
  [[nodiscard]] Result<std::optional<KnownBlob>> find(const BlobKey& key);
  // For the planner's thread; lives as long as the writer.
  [[nodiscard]] Inventory& inventory();
  // Whether everything that was put is committed.
  [[nodiscard]] bool settled() const;
  // Records one file in the ledger, at most once in a pass. `key` is given for indexed outcomes; `stamp` is
  // that of the state that was read, if no later state can look the same. If the blob is not known yet,
  // `content` and `result` are stored under the key; otherwise they are not looked at and may be null.
  // Commits now and then, always between files. A result that `is_quarantined` puts its content into
  // quarantine. A blob whose tree was lost and that is not in quarantine does not count as known: a result
  // that comes now takes its place, for all files that have it. After an error of the index, or an exception
  // on the way (reported as ErrorKind::internal), the writer is stopped for good: every further call fails,
  // and what was not committed is rolled back.
  [[nodiscard]] Status put(const LedgerEntry& entry, const BlobKey* key, std::string_view content,
                           const FileResult* result, const std::optional<FileStamp>& stamp = std::nullopt);
  // Takes a file out of the ledger; none of that name is no error.
  [[nodiscard]] Status remove(const std::string& path);

  // From here on, and until `finish`, `put` and `remove` are about the files of this revision (its id is not
  // looked at), as they differ from the last one; a revision that was begun before is done. It takes the
  // place of one of the same part of the same commit.
  [[nodiscard]] Status begin_revision(const Revision& revision);
  // Takes revisions and trees out, drops all that nothing names any more, and gives the space back: with the
  // whole index in a new order, which takes as much room again for a while. Not while a pass is on.
  [[nodiscard]] Status collect(std::span<const std::int64_t> revisions, std::span<const std::string> roots);

  // After the last file: removes every blob that no file names, and commits.
  [[nodiscard]] Status finish();
  // Commits what was put and removed.
  [[nodiscard]] Status suspend();

  // Replaces what is kept of the last run, and commits.
  [[nodiscard]] Status note_run(const LastRun& run);

  // What is in quarantine; without paths.
  [[nodiscard]] Result<std::vector<Quarantined>> quarantine();
  // Takes these out of it and commits: their content is cut anew when it is planned next.
  [[nodiscard]] Status release(const std::vector<Quarantined>& entries);

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The parts of the identifiers in `text` that the full-text index holds in its column `words`: lower case,
// separated by spaces, each once. "HTTPServer2 foo_bar" has "http server 2".
[[nodiscard]] std::string identifier_parts(std::string_view text);

// A chunk where it occurs.
struct FoundChunk {
  std::int64_t row_id = 0;
  std::string path;
  std::string language;
  Chunk chunk;
  double score = 0;  // higher is better; 0 outside search
};

// A name where it is used in a file. The views are valid while they are shown.
struct FoundReference {
  std::string_view path;
  std::string_view language;  // of the file
  const Reference& reference;
  std::span<const Symbol> symbols;  // of the file
  std::string_view content;         // of the file
};

// Definitions by name. Letters of ASCII match in either case, except where the whole name is asked for.
struct SymbolQuery {
  enum class Match : std::uint8_t {
    exact,
    prefix,  // the name begins so
    part,    // it stands somewhere in the name
    typed,   // for who is asked by the keystroke: as `part`, or as `prefix` in an index of more definitions
             // than can be read meanwhile
  };
  std::string name;  // empty: every name begins so
  Match match = Match::exact;
  std::optional<Kind> kind = {};
  std::string path_prefix = {};  // bytes
  std::uint32_t limit = 100;     // how many to return
};
// A definition where it occurs.
struct FoundSymbol {
  std::string path;
  std::string language;  // of the file
  std::optional<Mark> mark;
  Symbol symbol;
  std::string container;  // the name of the definition around it; empty: none
};
struct FoundSymbols {
  // Names that are the query first, then those that begin so, then the others; in these what nobody wrote
  // there last, then shorter names first, then by path and place.
  std::vector<FoundSymbol> symbols;
  std::uint64_t total = 0;  // that match
  bool is_complete = true;  // false: not all names were looked at, and there may be more than `total`
};

// All that the index has of one file that is in it.
struct IndexedFile {
  Outcome outcome = Outcome::parsed;
  std::string content;
  std::vector<Chunk> chunks;
  std::vector<Symbol> symbols;
  std::vector<Import> imports;
  std::vector<ByteRange> errors;
};

// What `froe check` asks of a file that is in the index.
struct MeasuredFile {
  LedgerEntry entry;
  std::string content;  // these are empty for a file that is not indexed
  std::vector<Symbol> symbols;
  std::vector<ByteRange> errors;
  std::vector<Metrics> metrics;
  std::string tokens;  // as froe/token_stream.hpp writes them
};

// Which occurrences to return.
struct Filter {
  std::optional<std::string> language;  // of the chunk; empty: what is in files whose language is not known
  std::string path_prefix;              // bytes
};

// What an FTS5 expression matches in the full-text index: counted, not judged.
struct Matches {
  // A phrase of the expression in a chunk.
  struct Hit {
    std::uint16_t phrase = 0;              // from 0, in the order in which they stand in the expression
    std::array<std::uint16_t, 4> times{};  // in the columns text, words, scope and name; stops at 65535
  };
  struct Chunk {
    std::int64_t row_id = 0;
    std::uint32_t blob = 0;      // its index in `blobs`
    std::uint32_t terms = 0;     // how many the index holds of it, in all columns
    std::uint32_t hits_end = 0;  // where its hits end; they begin where those of the chunk before end
  };
  struct Blob {
    std::int64_t row_id = 0;
    std::uint64_t size = 0;  // bytes
  };
  std::vector<Hit> hits;      // of a chunk in order of phrase
  std::vector<Chunk> chunks;  // in order of blob
  std::vector<Blob> blobs;
  std::uint32_t phrases = 0;
  // In the index.
  std::uint64_t all_chunks = 0;
  std::uint64_t all_terms = 0;
  std::uint64_t all_blobs = 0;
};

// Decides the order of what matches. Called from the thread of the reader.
class Ranker {
 public:
  Ranker() = default;
  Ranker(const Ranker&) = delete;
  Ranker& operator=(const Ranker&) = delete;
  virtual ~Ranker() = default;
  // A score for each of `matches.chunks`; higher is better.
  [[nodiscard]] virtual std::vector<double> score(const Matches& matches) = 0;
  // A file that a chunk occurs in.
  struct Place {
    std::vector<std::string> path_terms;  // of its path, and of the parts of the identifiers in it
    std::optional<Mark> mark = {};
  };
  // What a chunk's score is there; no more than `most_bonus` above it.
  [[nodiscard]] virtual double score_at(double score, const Place& place) = 0;
  [[nodiscard]] virtual double most_bonus() const = 0;
};

struct OutcomeCount {
  Outcome outcome = Outcome::text;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};
struct MarkCount {
  Mark mark = Mark::generated;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};
struct LanguageCount {
  std::string language;  // empty: text
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t chunks = 0;  // each distinct blob counted once
};
struct Statistics {
  std::vector<std::string> roots;
  bool complete = true;  // false: the last pass over a tree was stopped, and old files may be left
  std::uint64_t files = 0;
  std::uint64_t revisions = 0;
  std::uint64_t blobs = 0;
  std::uint64_t chunks = 0;
  std::uint64_t symbols = 0;
  std::uint64_t source_bytes = 0;    // of indexed files
  std::uint64_t database_bytes = 0;  // as SQLite counts its pages
  std::vector<OutcomeCount> outcomes;
  std::vector<MarkCount> marks;  // those that there are
  std::vector<LanguageCount> languages;
};

// A fault that verification found; `path` is empty for one of the database as a whole.
struct Fault {
  std::string path;
  std::string message;
};

// Puts the names of definitions in order in a file beside the index, FILE-names, so that a reader finds one
// by its beginning without reading all: for who is asked by the keystroke. It is brought up to date with the
// index; what is put into that later is found, but more slowly. A few seconds for a million names at first.
// Ends with ErrorKind::interrupted when `stop` says so.
[[nodiscard]] Status refresh_symbol_names(const std::filesystem::path& database,
                                          const std::function<bool()>& stop);

// Reads an index; any number at the same time, also beside a writer. Each call sees a consistent state.
class Reader {
 public:
  static Result<Reader> open(const std::filesystem::path& database);
  // From here on all calls see one state, that of the first of them. Meanwhile a writer's log cannot shrink:
  // for what ends soon.
  [[nodiscard]] Status hold();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  // In the order of their ids.
  [[nodiscard]] Result<std::vector<Revision>> revisions();
  // From here on the files of this revision stand in the place of those of the work tree, for good.
  [[nodiscard]] Status look_at(std::int64_t revision);

  // Chunks that match an FTS5 expression, best first, then by path and ordinal. A chunk that occurs in
  // several files is returned once per file. ErrorKind::invalid_argument if it is not an FTS5 expression.
  [[nodiscard]] Result<std::vector<FoundChunk>> match(const std::string& expression, Ranker& ranker,
                                                      std::uint32_t limit, const Filter& filter = {});
  // The terms that the full-text index has of a text, in order.
  [[nodiscard]] Result<std::vector<std::string>> terms(std::string_view text);
  [[nodiscard]] Result<std::optional<LedgerEntry>> file(const std::string& path);
  [[nodiscard]] Result<std::vector<FoundChunk>> chunks(const std::string& path);
  // All occurrences of a chunk with this stable id.
  [[nodiscard]] Result<std::vector<FoundChunk>> chunks(const StableId& id);
  [[nodiscard]] Result<std::vector<Symbol>> symbols(const std::string& path);
  // Where a name is used, in order of path and place; of one kind or of any. `visit` returns false to stop.
  // ErrorKind::not_found if references were never gathered.
  [[nodiscard]] Status references(const std::string& name, std::optional<ReferenceKind> kind,
                                  const std::function<bool(const FoundReference&)>& visit);
  // Reads the names of all definitions (0.4 s for five million), or, for a name or what it begins with, those
  // that `refresh_symbol_names` put in order.
  [[nodiscard]] Result<FoundSymbols> find_symbols(const SymbolQuery& query);
  [[nodiscard]] Result<std::string> content(const std::string& path);
  [[nodiscard]] Result<IndexedFile> indexed(const std::string& path);
  // In order of path; `visit` returns false to stop. `outcome`: only those.
  [[nodiscard]] Status ledger(std::optional<Outcome> outcome,
                              const std::function<bool(const LedgerEntry&)>& visit);
  // Every file of the tree with this root, in order of path, which is relative to it; `visit` returns false
  // to stop. ErrorKind::not_found if there is no such tree, or metrics were not gathered of all of it.
  [[nodiscard]] Status measured(const std::string& root, const std::function<bool(MeasuredFile&&)>& visit);
  [[nodiscard]] Result<MeasuredFile> measured(const std::string& root, const std::string& path);
  // In order of blob, language and grammar.
  [[nodiscard]] Result<std::vector<Quarantined>> quarantine();
  [[nodiscard]] Result<Statistics> statistics();
  [[nodiscard]] Result<LastRun> last_run();
  // Of the trees, as their writers were told, the first first; not a promise that they are still there.
  [[nodiscard]] Result<std::vector<std::string>> roots();
  // How the files of the tree with this root are cut by syntax, by the one whose content came last; nothing:
  // none is.
  [[nodiscard]] Result<std::optional<ChunkOptions>> chunk_options(const std::string& root);
  // Asked every now and then while a call works: true ends it with ErrorKind::interrupted. For one thread's
  // wish to stop another's call. Empty: nobody is asked.
  void stop_when(std::function<bool()> stop);

  // Proves the index: rebuilds each file from its chunks (in ordinal order, tiling; owners, positions and
  // stable ids checked) and compares with the blob id; runs SQLite's integrity and foreign-key checks; holds
  // every occurrence of a term in the full-text index against the text. `visit` is told each fault. Returns
  // the number of files proved.
  [[nodiscard]] Result<std::uint64_t> verify(const std::function<void(const Fault&)>& visit);
  // The logical content as JSON Lines in a documented order; row ids included if asked.
  [[nodiscard]] Status dump(std::ostream& out, bool row_ids);

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace froe::store
