// The index on disk: blobs, their chunks and symbols, the ledger of files and the full-text index, in one
// SQLite file. This module does not parse, read source files or rank. Format and example queries:
// docs/index-format.md.
//
// Errors: busy (another writer; the message names it), corrupt (not an index, or damaged), too_new, io (full
// disk, read-only, …). A Store belongs to one thread at a time unless it says otherwise.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
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

#include "froe/record.hpp"
#include "froe/store_records.hpp"
#include "froe/support.hpp"

namespace froe::store {

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
  // Where the name begins, if that is the same in bytes and in units of UTF-16, and whichever breaks end a
  // line; it is then in one line. Nothing: it may not be, and only the text tells.
  std::optional<Position> name_begin;
};
// How far a definition is from what was asked for: the less, the earlier it comes.
struct SymbolRank {
  enum class Name : std::uint8_t { same, other_case, begins, other };
  Name name = Name::same;
  bool is_marked = false;  // nobody wrote the file there
  std::size_t length = 0;  // of the name
  auto operator<=>(const SymbolRank&) const = default;
};
[[nodiscard]] SymbolRank symbol_rank(std::string_view name, std::string_view asked, bool is_marked);
struct FoundSymbols {
  std::vector<FoundSymbol> symbols;  // by their ranks, then by path and place
  std::uint64_t total = 0;           // that match
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
    std::uint32_t blob = 0;  // its index in `blobs`
    std::uint32_t least_terms =
        0;                       // the index holds no fewer of it, in all columns: its hits stand so far in
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
  // Of the chunk with this index.
  [[nodiscard]] std::span<const Hit> hits_of(std::size_t chunk) const {
    const std::size_t begin = chunk == 0 ? 0 : chunks[chunk - 1].hits_end;
    return {hits.data() + begin, chunks[chunk].hits_end - begin};
  }
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
  // How many terms the index holds of a chunk, in all columns, by its place in `Matches::chunks`: never fewer
  // than its `least_terms`. Each is looked up in the index, which is slow for many.
  using TermsOf = std::function<std::uint32_t(std::size_t chunk)>;
  // Comes first, with all that an expression matches. For each of `matches.chunks` a number that its score is
  // not above; higher is better.
  [[nodiscard]] virtual std::vector<double> bounds(const Matches& matches, const TermsOf& terms_of) = 0;
  // The score of one of these chunks, which holds so many terms.
  [[nodiscard]] virtual double score(const Matches& matches, std::size_t chunk, std::uint32_t terms) = 0;
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
  // From here on all calls see one state, that of the first of them, until `let_go`. Meanwhile a writer's log
  // cannot shrink: for what ends soon.
  [[nodiscard]] Status hold();
  void let_go();
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
  // In a large index: begins to read what a `match` needs that finds much. Nothing waits for it but the next
  // `match`.
  void prepare_to_match();
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
  // Of what the files are: equal as long as none came, went or was cut anew. Reads the whole ledger when
  // something was written since it was asked last.
  [[nodiscard]] Result<StableId> fingerprint();
  // Of the trees, as their writers were told, the first first; not a promise that they are still there.
  [[nodiscard]] Result<std::vector<std::string>> roots();
  // How the files of the tree with this root are cut by syntax, by the one whose content came last. If none
  // is, how any is: of another tree, or of a revision. Nothing: none is.
  [[nodiscard]] Result<std::optional<ChunkOptions>> chunk_options(const std::string& root);
  // Asked every now and then while a call works: true ends it with ErrorKind::interrupted. For one thread's
  // wish to stop another's call. Empty: nobody is asked.
  void stop_when(std::function<bool()> stop);

  // Proves the index: rebuilds each file from its chunks (in ordinal order, tiling; owners, positions and
  // stable ids checked) and compares with the blob id; runs SQLite's integrity and foreign-key checks; holds
  // every occurrence of a term in the full-text index, and how many each chunk has, against the text. `visit`
  // is told each fault. Returns the number of files proved.
  [[nodiscard]] Result<std::uint64_t> verify(const std::function<void(const Fault&)>& visit);
  // The logical content as JSON Lines in a documented order; row ids included if asked.
  [[nodiscard]] Status dump(std::ostream& out, bool row_ids);

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace froe::store
