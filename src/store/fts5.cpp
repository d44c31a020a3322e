#include "store/fts5.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <new>
#include <numeric>
#include <utility>

namespace froe::store {
namespace {

// No exception may pass through SQLite's frames.
int visit_token(void* context, int flags, const char* token, int size, int /*begin*/, int /*end*/) noexcept {
  if ((flags & FTS5_TOKEN_COLOCATED) != 0) return SQLITE_OK;
  try {
    (*static_cast<const Tokenizer::Visit*>(context))({token, static_cast<std::size_t>(size)});
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
}

}  // namespace

fts5_api* find_fts5(Connection& connection) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection.handle(), "SELECT fts5(?1)", -1, &statement, nullptr);
  if (code != SQLITE_OK) {
    connection.fail_with(code, "use");
    return nullptr;
  }
  sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
  sqlite3_step(statement);
  sqlite3_finalize(statement);
  if (api == nullptr) connection.fail({ErrorKind::internal, "this SQLite was built without FTS5"});
  return api;
}

void start_anew(Matches& matches) {
  auto hits = std::move(matches.hits);
  auto chunks = std::move(matches.chunks);
  auto blobs = std::move(matches.blobs);
  hits.clear();
  chunks.clear();
  blobs.clear();
  matches = {};
  matches.hits = std::move(hits);
  matches.chunks = std::move(chunks);
  matches.blobs = std::move(blobs);
}

bool check_number(Connection& connection, const Matches& matches) {
  if (connection.ok() && matches.chunks.size() > matches.all_chunks) {
    connection.fail_damaged("more chunks match than there should be");
  }
  return connection.ok();
}

Tokenizer::Tokenizer(Connection& connection) {
  fts5_api* api = find_fts5(connection);
  void* context = nullptr;
  std::array<const char*, 1> arguments{"unicode61"};
  if (api == nullptr) return;
  if (api->xFindTokenizer(api, fts5_tokenizer_name, &context, &functions_) != SQLITE_OK ||
      functions_.xCreate(context, arguments.data(), 1, &instance_) != SQLITE_OK) {
    connection.fail({ErrorKind::internal, "this SQLite has no tokenizer `porter`"});
  }
}

Tokenizer::~Tokenizer() {
  if (instance_ != nullptr) functions_.xDelete(instance_);
}

void Tokenizer::each(std::string_view text, const Visit& visit) {
  if (instance_ == nullptr) return;
  // SQLite hands the context back as it was.
  void* context = const_cast<Visit*>(&visit);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  int code = functions_.xTokenize(instance_, context, FTS5_TOKENIZE_DOCUMENT, text.data(),
                                  static_cast<int>(text.size()), visit_token);
  if (code != SQLITE_OK) throw std::bad_alloc();  // what else could it be
}

MatchCounter::MatchCounter(Connection& connection) : connection_(connection) {
  fts5_api* api = find_fts5(connection);
  if (api == nullptr) return;
  int code = api->xCreateFunction(api, "froe_count", this, on_row, nullptr);
  if (code != SQLITE_OK) connection.fail_with(code, "search");
}

bool MatchCounter::count(const std::string& expression, Rows rows, Matches& matches) {
  rows_ = std::move(rows);
  matches_ = &matches;
  // The function is a condition that only a row meets where it ends: a step that returns one costs as much as
  // counting it.
  Statement found = connection_.prepare(
      "SELECT NULL FROM chunk_fts WHERE chunk_fts MATCH ? AND rowid >= ? AND froe_count(chunk_fts)"
      " ORDER BY rowid");
  if (!connection_.ok()) return false;
  found.with(expression, rows_.begin).step();
  if (!connection_.ok() && connection_.error().kind == ErrorKind::internal) {
    // FTS5 reports a malformed expression as a plain error when it is first asked for a row.
    connection_.forgive();
    connection_.fail({ErrorKind::invalid_argument,
                      "cannot search for " + expression + ": " + sqlite3_errmsg(connection_.handle())});
  }
  return check_number(connection_, matches);
}

void MatchCounter::on_row(const Fts5ExtensionApi* api, Fts5Context* row, sqlite3_context* result,
                          int /*count*/, sqlite3_value** /*values*/) {
  auto& counter = *static_cast<MatchCounter*>(api->xUserData(row));
  const auto row_id = api->xRowid(row);
  if (!counter.reaches(row_id)) return sqlite3_result_int(result, 1);
  int code = counter.add(*api, row, row_id);
  if (code != SQLITE_OK) return sqlite3_result_error_code(result, code);
  sqlite3_result_int(result, 0);
}

bool MatchCounter::reaches(std::int64_t row) {
  if (!rows_.extend || row < rows_.end) return true;
  rows_.end = rows_.extend(row);
  return row < rows_.end;
}

int MatchCounter::add(const Fts5ExtensionApi& api, Fts5Context* row, std::int64_t row_id) {
  Matches& matches = *matches_;
  if (matches.chunks.empty()) {
    sqlite3_int64 chunks = 0;
    sqlite3_int64 terms = 0;
    int code = api.xRowCount(row, &chunks);
    if (code == SQLITE_OK) code = api.xColumnTotalSize(row, -1, &terms);
    if (code != SQLITE_OK) return code;
    matches.phrases = static_cast<std::uint32_t>(api.xPhraseCount(row));
    matches.all_chunks = static_cast<std::uint64_t>(chunks);
    matches.all_terms = static_cast<std::uint64_t>(terms);
    // Room that is not used is never touched, and costs less than growing. A damaged index may say anything.
    constexpr std::uint64_t most_foreseen = 1 << 20;
    const auto foreseen = std::min(matches.all_chunks / 4, most_foreseen);
    matches.chunks.reserve(foreseen);
    matches.hits.reserve(foreseen);
  }
  std::array<int, fts5_columns> last{};  // where the last hit of each column stands, from 1
  for (std::uint32_t phrase = 0; phrase < matches.phrases; ++phrase) {
    Matches::Hit hit{.phrase = static_cast<std::uint16_t>(phrase)};
    Fts5PhraseIter at{};
    int column = 0;
    int offset = 0;
    int code = api.xPhraseFirst(row, static_cast<int>(phrase), &at, &column, &offset);
    if (code != SQLITE_OK) return code;
    const bool is_hit = column >= 0;
    // Column by column, in each by ascending offsets.
    while (column >= 0) {
      const int of = column;
      const auto in = static_cast<std::size_t>(of);
      std::uint32_t times = 0;
      if (in >= fts5_columns) return SQLITE_CORRUPT_VTAB;
      for (; column == of; api.xPhraseNext(row, &at, &column, &offset)) {
        if (offset < 0 || offset == std::numeric_limits<int>::max()) return SQLITE_CORRUPT_VTAB;
        last[in] = std::max(last[in], offset + 1);
        ++times;
      }
      constexpr std::uint32_t most = std::numeric_limits<std::uint16_t>::max();
      hit.times[in] = static_cast<std::uint16_t>(std::min(most, times));
    }
    if (is_hit) matches.hits.push_back(hit);
  }
  const auto least = std::accumulate(last.begin(), last.end(), std::uint64_t{0});
  const auto least_terms = static_cast<std::uint32_t>(least);
  if (least_terms != least) return SQLITE_CORRUPT_VTAB;
  matches.chunks.push_back({.row_id = row_id,
                            .least_terms = least_terms,
                            .hits_end = static_cast<std::uint32_t>(matches.hits.size())});
  return SQLITE_OK;
}

}  // namespace froe::store
