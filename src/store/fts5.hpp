// FTS5 beyond SQL: its tokenizer, and what it knows of the rows that match.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>

#include "froe/store.hpp"
#include "store/sqlite.hpp"

namespace froe::store {

// Of the full-text index: text, words, scope and name.
inline constexpr std::size_t fts5_columns = std::tuple_size_v<decltype(Matches::Hit::times)>;

inline constexpr const char* fts5_tokenizer_name = "porter";  // with `unicode61` below it

// Fails the connection if there is none.
[[nodiscard]] fts5_api* find_fts5(Connection& connection);

// The tokenizer of the full-text index. Uses the connection only when it is made; one thread at a time.
class Tokenizer {
 public:
  // Fails the connection if SQLite has no such tokenizer. The connection must outlive it.
  explicit Tokenizer(Connection& connection);
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;
  ~Tokenizer();
  // Calls `visit` for each term of the text, in order. It may throw std::bad_alloc, and so does this where
  // SQLite is out of memory.
  using Visit = std::function<void(std::string_view term)>;
  void each(std::string_view text, const Visit& visit);

 private:
  fts5_tokenizer functions_{};
  Fts5Tokenizer* instance_ = nullptr;
};

// Empties it, and keeps its room.
void start_anew(Matches& matches);

// Fails the connection if more was counted than FTS5 says there is: then no score can be trusted.
[[nodiscard]] bool check_number(Connection& connection, const Matches& matches);

// Counts, as an auxiliary function of FTS5, what an expression matches.
class MatchCounter {
 public:
  // Makes the function known to the connection; `this` must outlive it.
  explicit MatchCounter(Connection& connection);
  MatchCounter(const MatchCounter&) = delete;
  MatchCounter& operator=(const MatchCounter&) = delete;
  struct Rows {
    std::int64_t begin = std::numeric_limits<std::int64_t>::min();
    // Asked at a row that is not before `end`, for another one. It ends there if that is not past the row.
    // Empty: it goes to the last row.
    std::function<std::int64_t(std::int64_t row)> extend;
    std::int64_t end = begin;
  };
  // Adds everything but the blobs, of these rows. False: the connection failed, with
  // ErrorKind::invalid_argument if this is no expression.
  [[nodiscard]] bool count(const std::string& expression, Rows rows, Matches& matches);

 private:
  static void on_row(const Fts5ExtensionApi* api, Fts5Context* row, sqlite3_context* result, int count,
                     sqlite3_value** values);
  // Whether it goes on to this row.
  [[nodiscard]] bool reaches(std::int64_t row);
  [[nodiscard]] int add(const Fts5ExtensionApi& api, Fts5Context* row, std::int64_t row_id);

  Connection& connection_;
  // Of the statement that runs.
  Rows rows_;
  Matches* matches_ = nullptr;
};

}  // namespace froe::store
