#include <algorithm>
#include <array>

#include "store/reader_state.hpp"

namespace froe::store {
namespace {

fts5_api* find_fts5(Connection& connection) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection.handle(), "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
    sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  if (api == nullptr) connection.fail({ErrorKind::internal, "this SQLite was built without FTS5"});
  return api;
}

// One occurrence of a term as a number. Their sum does not depend on the order in which they come.
std::uint64_t digest(std::int64_t row, std::string_view column, std::int64_t position,
                     std::string_view term) {
  constexpr std::uint64_t prime = 0x100000001b3U;
  std::uint64_t hash = 0xcbf29ce484222325U ^ static_cast<std::uint64_t>(row);
  hash = (hash * prime) ^ static_cast<std::uint64_t>(position);
  hash = (hash * prime) ^ static_cast<unsigned char>(column.empty() ? 0 : column.front());
  for (char c : term) hash = (hash * prime) ^ static_cast<unsigned char>(c);
  hash *= 0x9e3779b97f4a7c15U;
  return hash ^ hash >> 29U;
}

// FTS5 cuts longer terms.
constexpr int max_term = 32768;

struct Counter {
  std::int64_t row;
  std::string_view column;
  std::int64_t position = 0;
  std::uint64_t sum = 0;
};

int count_token(void* context, int flags, const char* token, int size, int /*begin*/, int /*end*/) {
  auto& counter = *static_cast<Counter*>(context);
  if ((flags & FTS5_TOKEN_COLOCATED) != 0) return SQLITE_OK;
  std::string_view term(token, static_cast<std::size_t>(std::min(size, max_term)));
  counter.sum += digest(counter.row, counter.column, counter.position++, term);
  return SQLITE_OK;
}

}  // namespace

TermProof::TermProof(Connection& connection) : connection_(connection) {
  fts5_api* api = find_fts5(connection);
  void* context = nullptr;
  std::array<const char*, 1> arguments{"unicode61"};
  if (api == nullptr) return;
  if (api->xFindTokenizer(api, "porter", &context, &tokenizer_) != SQLITE_OK ||
      tokenizer_.xCreate(context, arguments.data(), 1, &instance_) != SQLITE_OK) {
    connection.fail({ErrorKind::internal, "this SQLite has no tokenizer `porter`"});
  }
}

TermProof::~TermProof() {
  if (instance_ != nullptr) tokenizer_.xDelete(instance_);
}

void TermProof::expect(std::int64_t chunk_id, const Chunk& chunk, std::string_view text) {
  derive_terms(splitter_, chunk, text, terms_);
  expect_column(chunk_id, "text", text);
  expect_column(chunk_id, "words", terms_.words);
  expect_column(chunk_id, "scope", terms_.scope);
}

void TermProof::expect_column(std::int64_t chunk_id, std::string_view column, std::string_view text) {
  if (instance_ == nullptr) return;
  Counter counter{chunk_id, column};
  int code = tokenizer_.xTokenize(instance_, &counter, FTS5_TOKENIZE_DOCUMENT, text.data(),
                                  static_cast<int>(text.size()), count_token);
  if (code != SQLITE_OK) connection_.fail_with(code, "tokenize for");
  expected_sum_ += counter.sum;
  expected_count_ += static_cast<std::uint64_t>(counter.position);
}

std::optional<std::string> TermProof::compare() {
  if (!connection_.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.term_instance USING"
                           " fts5vocab(main, chunk_fts, instance)")) {
    return std::nullopt;
  }
  std::uint64_t sum = 0;
  std::uint64_t count = 0;
  Statement instances = connection_.prepare("SELECT doc, col, offset, term FROM temp.term_instance");
  while (instances.step()) {
    sum += digest(instances.integer(0), instances.bytes(1), instances.integer(2), instances.bytes(3));
    ++count;
  }
  if (!connection_.ok()) return std::nullopt;
  if (sum == expected_sum_ && count == expected_count_) return std::nullopt;
  return "the full-text index does not match the text: it holds " + std::to_string(count) +
         " occurrences of terms, " + std::to_string(expected_count_) + " were expected";
}

}  // namespace froe::store
