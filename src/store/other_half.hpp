// The other half of a search: what a large index has for an expression is counted by two threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "froe/store.hpp"
#include "store/blob_ranges.hpp"
#include "store/fts5.hpp"
#include "store/shared_rows.hpp"
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

  // Before a transaction of the reader begins; waits for what is read ahead. False: it counts alone. `stop`:
  // as the reader's own, or empty.
  [[nodiscard]] bool prepare(Connection& reader, const std::function<bool()>& stop);
  // Begins to read, in a thread of its own, whose the chunks are, unless it is known of the present state:
  // the next search would wait for it.
  void read_ahead(Connection& reader, const BlobRanges& known);
  // As MatchCounter::count of all rows, in a transaction that has read nothing yet. Meanwhile reads of the
  // blobs what will be asked. `stop`: as the reader's own, or empty.
  [[nodiscard]] bool count(Connection& reader, const std::function<bool()>& stop, MatchCounter& counter,
                           BlobRanges& blobs, const std::string& expression, Matches& matches);

 private:
  struct Second {
    Connection connection;
    std::optional<MatchCounter> counter;
  };
  // What one thread counts after another. Pieces of ascending rows, in the order in which they were taken.
  struct Counted {
    struct Piece {
      std::int64_t first_row = 0;
      std::size_t chunks_begin = 0;
      std::size_t chunks_end = 0;
    };
    Matches matches;
    std::vector<Piece> pieces;
    // Counts the rows from this one on that are the side's.
    [[nodiscard]] bool add(MatchCounter& counter, const std::string& expression, SharedRows& rows,
                           SharedRows::Side side, std::int64_t first_row);
    void start_anew();
  };
  [[nodiscard]] bool is_worth_it(Connection& reader);
  [[nodiscard]] bool open(Connection& reader);
  // Whether both see one state: nobody wrote since before the reader's transaction began.
  [[nodiscard]] bool begin_transaction();
  // In a thread of its own. False: there is none to be had.
  [[nodiscard]] bool begin(std::function<bool()> work);
  [[nodiscard]] bool count_others(const std::string& expression, SharedRows& rows);
  // Waits for what was begun, and ends the transaction. False: it failed, or was to stop.
  [[nodiscard]] bool finish(const std::function<bool()>& stop);
  // Puts what was counted in pieces, in order of rows, behind what the reader counted first.
  void append_pieces(Matches& matches, const Counted& taken);
  // Ends what was begun, whichever way the reader's half ends.
  struct Running {
    OtherHalf& half;
    ~Running();
  };

  std::int64_t many_chunks_;
  bool is_large_ = false;  // asked until it is: an index grows
  std::unique_ptr<Second> second_;
  std::int64_t state_ = 0;  // SQLite's number, as the second connection has it
  BlobRanges ranges_;       // read ahead
  std::atomic<bool> stop_ = false;
  // Where half of the last search's chunks were: this one's are there, too, or thereabouts.
  std::int64_t middle_ = 0;
  Counted others_;           // by the other thread; kept for its room
  std::future<bool> begun_;  // goes first: its thread uses the others
};

}  // namespace froe::store
