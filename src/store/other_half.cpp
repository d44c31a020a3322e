#include "store/other_half.hpp"

#include <algorithm>
#include <chrono>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

namespace froe::store {
namespace {

// So many say where the chunks of others are.
constexpr std::size_t many_matches = 10'000;
constexpr const char* usual_cache = "PRAGMA cache_size = -16384";
// For what is read once and from end to end: it would only take room from other pages.
constexpr const char* small_cache = "PRAGMA cache_size = -512";

// Room that is not used is never touched. A damaged index may say anything.
constexpr std::int64_t most_foreseen = 1 << 20;

// These are done also where something else failed.
void set_cache(Connection& connection, const char* size) {
  sqlite3_exec(connection.handle(), size, nullptr, nullptr, nullptr);
}
void roll_back(Connection& connection) {
  sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

// A state that is seen for as long as it is read: a writer's log cannot shrink meanwhile.
class ReadingAhead {
 public:
  explicit ReadingAhead(Connection& connection) : connection_(connection) {
    connection.execute("BEGIN");
    set_cache(connection, small_cache);
  }
  ReadingAhead(const ReadingAhead&) = delete;
  ReadingAhead& operator=(const ReadingAhead&) = delete;
  ~ReadingAhead() {
    set_cache(connection_, usual_cache);
    roll_back(connection_);
  }

 private:
  Connection& connection_;
};

// The chunks from `begin` to `end` of the rest.
void append(Matches& matches, const Matches& rest, std::size_t begin, std::size_t end) {
  if (begin == end) return;
  if (matches.chunks.empty()) {
    matches.phrases = rest.phrases;
    matches.all_chunks = rest.all_chunks;
    matches.all_terms = rest.all_terms;
  }
  const std::uint32_t first_hit = begin == 0 ? 0 : rest.chunks[begin - 1].hits_end;
  const std::uint32_t last_hit = rest.chunks[end - 1].hits_end;
  const auto hits = static_cast<std::uint32_t>(matches.hits.size());
  matches.hits.insert(matches.hits.end(), rest.hits.begin() + first_hit, rest.hits.begin() + last_hit);
  for (std::size_t i = begin; i < end; ++i) {
    Matches::Chunk chunk = rest.chunks[i];
    chunk.hits_end += hits - first_hit;
    matches.chunks.push_back(chunk);
  }
}

}  // namespace

bool OtherHalf::open(Connection& reader) {
  auto second = std::make_unique<Second>();
  auto& connection = second->connection;
  if (!connection.open(reader.path(), Connection::Mode::read)) return false;
  // Another file may have taken its place.
  int has_moved = 1;
  sqlite3_file_control(reader.handle(), "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
  if (has_moved != 0) return false;
  constexpr int instructions = 4000;
  sqlite3_progress_handler(
      connection.handle(), instructions,
      [](void* stop) { return static_cast<std::atomic<bool>*>(stop)->load() ? 1 : 0; }, &stop_);
  set_cache(connection, usual_cache);
  second->counter.emplace(connection);
  second_ = std::move(second);
  return true;
}

bool OtherHalf::is_worth_it(Connection& reader) {
  // A state that is held may be an old one.
  if (sqlite3_get_autocommit(reader.handle()) == 0) return false;
  if (!is_large_) {
    is_large_ =
        std::thread::hardware_concurrency() > 1 && reader.integer("SELECT max(id) FROM chunk") > many_chunks_;
  }
  return is_large_;
}

bool OtherHalf::prepare(Connection& reader, const std::function<bool()>& stop) {
  if (!is_worth_it(reader)) return false;
  if (begun_.valid()) static_cast<void>(finish(stop));  // what is read ahead
  if (!second_ && !open(reader)) return false;
  auto& connection = second_->connection;
  connection.forgive();
  state_ = connection.integer("PRAGMA data_version");
  return connection.ok();
}

void OtherHalf::read_ahead(Connection& reader, const BlobRanges& known) {
  constexpr std::chrono::milliseconds none{0};
  if (begun_.valid() && begun_.wait_for(none) != std::future_status::ready) return;
  if (!prepare(reader, {}) || known.is_known(reader) || ranges_.is_known(second_->connection)) return;
  static_cast<void>(begin([this] {
    const ReadingAhead once(second_->connection);
    ranges_.prepare(second_->connection);
    return second_->connection.ok();
  }));
}

void OtherHalf::Counted::start_anew() {
  store::start_anew(matches);
  pieces.clear();
}

bool OtherHalf::Counted::add(MatchCounter& counter, const std::string& expression, SharedRows& rows,
                             SharedRows::Side side, std::int64_t first_row) {
  const auto before = matches.chunks.size();
  const bool is_counted = counter.count(
      expression, {.begin = first_row, .extend = [&](std::int64_t row) { return rows.extend(side, row); }},
      matches);
  pieces.push_back({first_row, before, matches.chunks.size()});
  return is_counted;
}

bool OtherHalf::begin_transaction() {
  auto& connection = second_->connection;
  connection.execute("BEGIN");
  if (connection.integer("PRAGMA data_version") == state_ && connection.ok()) return true;
  roll_back(connection);
  return false;
}

bool OtherHalf::begin(std::function<bool()> work) {
  try {
    stop_ = false;
    begun_ = std::async(std::launch::async, std::move(work));
    return true;
  } catch (const std::system_error&) {
    roll_back(second_->connection);
    return false;
  }
}

bool OtherHalf::count_others(const std::string& expression, SharedRows& rows) {
  constexpr auto side = SharedRows::Side::other;
  for (auto first = rows.begin(side); first; first = rows.begin(side)) {
    if (!others_.add(*second_->counter, expression, rows, side, *first)) return false;
  }
  return true;
}

bool OtherHalf::finish(const std::function<bool()>& stop) {
  constexpr std::chrono::milliseconds step{5};
  while (begun_.wait_for(step) != std::future_status::ready) stop_ = stop_ || (stop && stop());
  bool is_counted = false;
  try {
    is_counted = begun_.get();
  } catch (const std::bad_alloc&) {
    others_.start_anew();  // the reader, alone, may do with less
  }
  roll_back(second_->connection);
  return is_counted;
}

OtherHalf::Running::~Running() {
  if (!half.begun_.valid()) return;
  half.stop_ = true;
  static_cast<void>(half.finish({}));
}

bool OtherHalf::count(Connection& reader, const std::function<bool()>& stop, MatchCounter& counter,
                      BlobRanges& blobs, const std::string& expression, Matches& matches) {
  const auto last = reader.integer("SELECT max(id) FROM chunk");
  if (!reader.ok()) return false;
  if (!begin_transaction()) return counter.count(expression, {}, matches);
  blobs.take(reader, ranges_, second_->connection);
  // Reading what belongs to blobs takes about half as long as counting what many chunks have.
  SharedRows rows(middle_ > 0 && middle_ < last ? middle_ : last / (blobs.is_known(reader) ? 2 : 3), last);
  // Here, as what the other thread asks for is not given back to the system.
  others_.matches.chunks.reserve(static_cast<std::size_t>(std::clamp<std::int64_t>(last, 0, most_foreseen)));
  others_.matches.hits.reserve(others_.matches.chunks.capacity());
  others_.start_anew();
  if (!begin([&] { return count_others(expression, rows); })) return counter.count(expression, {}, matches);
  const Running running{*this};
  constexpr auto side = SharedRows::Side::one;
  static_cast<void>(rows.begin(side));
  if (!counter.count(expression, {.extend = [&](std::int64_t row) { return rows.extend(side, row); }},
                     matches))
    return false;
  blobs.prepare(reader, matches.chunks.size());
  if (!reader.ok()) return false;
  // Of the other's rows, when it is done with its own.
  Counted taken;
  for (auto first = rows.begin(side); first; first = rows.begin(side)) {
    if (!taken.add(counter, expression, rows, side, *first)) return false;
  }
  if (!finish(stop)) {
    start_anew(matches);
    return counter.count(expression, {}, matches);
  }
  append_pieces(matches, taken);
  return check_number(reader, matches);
}

void OtherHalf::append_pieces(Matches& matches, const Counted& taken) {
  std::vector<std::pair<const Matches*, Counted::Piece>> pieces;
  for (const Counted* each : {&taken, &std::as_const(others_)}) {
    for (const auto& piece : each->pieces) pieces.emplace_back(&each->matches, piece);
  }
  std::ranges::sort(pieces, {}, [](const auto& each) { return each.second.first_row; });
  for (const auto& [of, piece] : pieces) append(matches, *of, piece.chunks_begin, piece.chunks_end);
  if (matches.chunks.size() >= many_matches) middle_ = matches.chunks[matches.chunks.size() / 2].row_id;
}

}  // namespace froe::store
