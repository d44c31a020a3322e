// What a Reader holds, for the files that implement its parts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "froe/store.hpp"
#include "store/blob_ranges.hpp"
#include "store/fts5.hpp"
#include "store/other_half.hpp"
#include "store/reference_list.hpp"
#include "store/rows.hpp"
#include "store/sqlite.hpp"
#include "store/symbol_names.hpp"
#include "store/term_counts.hpp"

namespace froe::store {

inline constexpr std::string_view file_columns =
    "SELECT path, outcome, detail, language, size, hash, mark, blob FROM file ";

struct Reader::State {
  std::function<bool()> stop;  // see Reader::stop_when; outlives the connection
  Connection connection;
  SymbolNames symbol_names;

  // Made when first needed: what only reads rows does not need FTS5.
  Tokenizer& tokenizer() { return tokenizer_ ? *tokenizer_ : tokenizer_.emplace(connection); }
  MatchCounter& match_counter() {
    return match_counter_ ? *match_counter_ : match_counter_.emplace(connection);
  }
  // For calls that are made again and again and hand nothing out while they read: preparing its statements
  // takes longer than reading a file with them.
  BlobReader& rows() {
    if (!rows_ || !rows_are_whole_) {
      rows_.emplace(connection);
      rows_are_whole_ = connection.ok();
    }
    return *rows_;
  }
  // By its path.
  Statement& file() {
    if (!file_) file_ = connection.prepare(std::string(file_columns) + "WHERE path = ?");
    return file_;
  }
  TermCounts& term_counts() {
    if (!term_counts_ || !term_counts_are_whole_) {
      term_counts_.emplace(connection);
      term_counts_are_whole_ = connection.ok();
    }
    return *term_counts_;
  }
  // Of the search that runs. Kept for its room: some megabytes, which every search would ask the system for.
  Matches matches;
  BlobRanges& blob_ranges() { return blob_ranges_; }
  OtherHalf& other_half() { return other_half_; }
  struct Fingerprint {
    std::int64_t state = 0;  // SQLite's number of what was read
    StableId id{};
  };
  std::optional<Fingerprint> fingerprint;

  // One read transaction, so that everything a call reads is of one state; or the one that the reader holds.
  // Faults of one call end with it.
  class Snapshot {
   public:
    explicit Snapshot(Connection& connection)
        : connection_(connection), is_own_(sqlite3_get_autocommit(connection.handle()) != 0) {
      connection_.forgive();
      if (is_own_) connection_.execute("BEGIN");
    }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot() {
      if (is_own_) end(connection_);
    }

    static void end(Connection& connection) {
      // A statement that stands on a row would hold the state for as long as it is kept.
      for (auto* each = sqlite3_next_stmt(connection.handle(), nullptr); each != nullptr;
           each = sqlite3_next_stmt(connection.handle(), each))
        sqlite3_reset(each);
      sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }

   private:
    Connection& connection_;
    bool is_own_;
  };

 private:
  std::optional<Tokenizer> tokenizer_;
  std::optional<MatchCounter> match_counter_;
  std::optional<TermCounts> term_counts_;
  std::optional<BlobReader> rows_;
  Statement file_;
  bool rows_are_whole_ = false;
  bool term_counts_are_whole_ = false;
  BlobRanges blob_ranges_;
  OtherHalf other_half_;
};

template <class T>
Result<T> result_of(const Connection& connection, T value) {
  if (!connection.ok()) return tl::make_unexpected(connection.error());
  return value;
}

// The row of `file` that a statement stands on; its columns: path, outcome, detail, language, size, hash.
[[nodiscard]] LedgerEntry to_entry(Connection& connection, const Statement& row);

// Proves the full-text indexes, that of chunks and that of references: compares sums over what is in them
// with those over what should be. Nothing: equal. Otherwise what is wrong.
class TermProof {
 public:
  explicit TermProof(Connection& connection);
  // What the index should hold for this chunk.
  void expect(std::int64_t chunk_id, const Chunk& chunk, std::string_view text);
  // For the references of this blob.
  void expect(std::int64_t blob, const std::vector<Reference>& references, std::string_view text);
  [[nodiscard]] std::optional<std::string> compare();

 private:
  // Of occurrences of terms.
  struct Sum {
    void add(std::int64_t row, std::string_view column, std::int64_t position, std::string_view term);
    friend bool operator==(const Sum&, const Sum&) = default;
    std::uint64_t digests = 0;
    std::uint64_t count = 0;
  };
  void expect_column(std::int64_t chunk_id, std::string_view column, std::string_view text);
  // What is in an index.
  [[nodiscard]] Sum sum_of(const std::string& index);
  [[nodiscard]] std::optional<std::string> compare_sizes();

  Connection& connection_;
  Tokenizer tokenizer_;
  IdentifierSplitter splitter_;
  Terms terms_;
  ReferenceTerms reference_terms_;
  Sum expected_;
  Sum expected_references_;
  Sum expected_sizes_;  // the number of terms in each column as a position
};

}  // namespace froe::store
