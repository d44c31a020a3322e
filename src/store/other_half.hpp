// The other half of a search: what a large index has for an expression is counted by two threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "froe/store.hpp"
#include "store/blob_ranges.hpp"
#include "store/fts5.hpp"
#include "store/sqlite.hpp"

namespace froe::store {

// Belongs to a reader's connection, and has a second one to the same file. Whatever stands in the way, the
// reader counts alone.
class OtherHalf {
 public:
  // Smaller indexes have no other half: a search takes some milliseconds there.
  explicit OtherHalf(std::int64_t many_chunks = 200'000) : many_chunks_(many_chunks) {}
  OtherHalf(const OtherHalf&) = delete;
  OtherHalf& operator=(const OtherHalf&) = delete;
  ~OtherHalf() { stop_ = true; }

  // Before a transaction of the reader begins. False: it counts alone.
  [[nodiscard]] bool prepare(Connection& reader);
  // As MatchCounter::count of all rows, in a transaction that has read nothing yet. Meanwhile reads of the
  // blobs what will be asked. `stop`: as the reader's own, or empty.
  [[nodiscard]] bool count(Connection& reader, const std::function<bool()>& stop, MatchCounter& counter,
                           BlobRanges& blobs, const std::string& expression, Matches& matches);

 private:
  struct Second {
    Connection connection;
    std::optional<MatchCounter> counter;
  };
  [[nodiscard]] bool open(Connection& reader);
  // Counts the chunks from this row on in a thread of its own. False: nothing was begun, as the reader, whose
  // transaction has begun to read, may see another state of the index.
  [[nodiscard]] bool begin(const std::string& expression, std::int64_t from);
  // Waits for what was begun, and fills `rest_`. False: it failed, or was to stop.
  [[nodiscard]] bool finish(const std::function<bool()>& stop);
  // Ends what was begun, whichever way the reader's half ends.
  struct Running {
    OtherHalf& half;
    ~Running();
  };

  std::int64_t many_chunks_;
  bool is_worth_it_ = false;  // asked until it is: an index grows
  std::unique_ptr<Second> second_;
  std::int64_t state_ = 0;  // SQLite's number, as the second connection has it
  std::atomic<bool> stop_ = false;
  Matches rest_;               // kept for its room
  std::future<bool> counted_;  // goes first: its thread uses the others
};

}  // namespace froe::store
