#include "store/other_half.hpp"

#include <algorithm>
#include <chrono>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

namespace froe::store {
namespace {

// Room that is not used is never touched. A damaged index may say anything.
constexpr std::int64_t most_foreseen = 1 << 20;

void roll_back(Connection& connection) {
  sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void append(Matches& matches, const Matches& rest) {
  if (matches.chunks.empty()) {
    matches = rest;
    return;
  }
  const auto hits = static_cast<std::uint32_t>(matches.hits.size());
  matches.hits.insert(matches.hits.end(), rest.hits.begin(), rest.hits.end());
  for (Matches::Chunk chunk : rest.chunks) {
    chunk.hits_end += hits;
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
  connection.execute("PRAGMA cache_size = -16384");
  second->counter.emplace(connection);
  second_ = std::move(second);
  return true;
}

bool OtherHalf::prepare(Connection& reader) {
  // A state that is held may be an old one.
  if (sqlite3_get_autocommit(reader.handle()) == 0) return false;
  if (!is_worth_it_) {
    is_worth_it_ =
        std::thread::hardware_concurrency() > 1 && reader.integer("SELECT max(id) FROM chunk") > many_chunks_;
  }
  if (!is_worth_it_ || (!second_ && !open(reader))) return false;
  auto& connection = second_->connection;
  connection.forgive();
  state_ = connection.integer("PRAGMA data_version");
  return connection.ok();
}

bool OtherHalf::begin(const std::string& expression, std::int64_t from) {
  auto& connection = second_->connection;
  connection.execute("BEGIN");
  // Nobody wrote since before the reader's transaction began: both see that state.
  bool has_begun = connection.integer("PRAGMA data_version") == state_ && connection.ok();
  try {
    stop_ = false;
    start_anew(rest_);
    if (has_begun) {
      counted_ = std::async(std::launch::async, [this, expression, from] {
        return second_->counter->count(expression, {.begin = from}, rest_);
      });
    }
  } catch (const std::system_error&) {
    has_begun = false;  // no thread to be had
  }
  if (!has_begun) roll_back(connection);
  return has_begun;
}

bool OtherHalf::finish(const std::function<bool()>& stop) {
  constexpr std::chrono::milliseconds step{5};
  while (counted_.wait_for(step) != std::future_status::ready) stop_ = stop_ || (stop && stop());
  bool is_counted = false;
  try {
    is_counted = counted_.get();
  } catch (const std::bad_alloc&) {
    start_anew(rest_);  // the reader, alone, may do with less
  }
  roll_back(second_->connection);
  return is_counted;
}

OtherHalf::Running::~Running() {
  if (!half.counted_.valid()) return;
  half.stop_ = true;
  static_cast<void>(half.finish({}));
}

bool OtherHalf::count(Connection& reader, const std::function<bool()>& stop, MatchCounter& counter,
                      BlobRanges& blobs, const std::string& expression, Matches& matches) {
  // Reading what belongs to blobs takes about half as long as counting what many chunks have.
  const std::int64_t parts = blobs.is_known(reader) ? 2 : 3;
  const auto last = reader.integer("SELECT max(id) FROM chunk") / parts;
  if (!reader.ok()) return false;
  // Here, as what the other thread asks for is not given back to the system.
  rest_.chunks.reserve(static_cast<std::size_t>(std::clamp<std::int64_t>(last, 0, most_foreseen)));
  rest_.hits.reserve(rest_.chunks.capacity());
  if (!begin(expression, last + 1)) return counter.count(expression, {}, matches);
  const Running running{*this};
  if (!counter.count(expression, {.last = last}, matches)) return false;
  blobs.prepare(reader, matches.chunks.size());
  if (!reader.ok()) return false;
  const bool is_whole = finish(stop);
  if (!is_whole) {
    start_anew(rest_);
    if (!counter.count(expression, {.begin = last + 1}, rest_)) return false;
  }
  append(matches, rest_);
  return check_number(reader, matches);
}

}  // namespace froe::store
