// FTS5 beyond SQL: its tokenizer, and what it knows of the rows that match.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/store.hpp"
#include "store/sqlite.hpp"

namespace froe::store {

// The tokenizer of the full-text index.
class Tokenizer {
 public:
  // Fails the connection if SQLite has no such tokenizer. The connection must outlive it.
  explicit Tokenizer(Connection& connection);
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;
  ~Tokenizer();
  // Calls `visit` for each term of the text, in order.
  using Visit = std::function<void(std::string_view term)>;
  void each(std::string_view text, const Visit& visit);

 private:
  Connection& connection_;
  fts5_tokenizer functions_{};
  Fts5Tokenizer* instance_ = nullptr;
};

// Counts, as an auxiliary function of FTS5, what an expression matches.
class MatchCounter {
 public:
  // Makes the function known to the connection; `this` must outlive it.
  explicit MatchCounter(Connection& connection);
  MatchCounter(const MatchCounter&) = delete;
  MatchCounter& operator=(const MatchCounter&) = delete;
  // Everything but the blobs. False: the connection failed, with ErrorKind::invalid_argument if this is no
  // expression.
  [[nodiscard]] bool count(const std::string& expression, Matches& matches);

 private:
  static void on_row(const Fts5ExtensionApi* api, Fts5Context* row, sqlite3_context* result, int count,
                     sqlite3_value** values);
  [[nodiscard]] int add(const Fts5ExtensionApi& api, Fts5Context* row);
  // How many terms the row has. FTS5 looks it up in a table, which takes most of a search; who asks again
  // has many rows in common with who asked before.
  [[nodiscard]] int count_terms(const Fts5ExtensionApi& api, Fts5Context* row, std::uint32_t& terms);

  Connection& connection_;
  Matches* matches_ = nullptr;  // of the statement that runs
  // By row; 0: not looked up yet. Of the state of the index that SQLite has this number for.
  std::vector<std::uint32_t> terms_;
  std::optional<std::int64_t> terms_of_;
};

}  // namespace froe::store
