// One worker process as the supervisor sees it: its descriptors, what it holds, how far it has come.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "execute/child.hpp"
#include "execute/deadline.hpp"
#include "execute/death.hpp"
#include "execute/wear.hpp"
#include "froe/execute.hpp"
#include "froe/wire.hpp"

namespace froe::execute {

// A task that the pool has not answered yet.
struct Assignment {
  // Of the waiting ones the least is next.
  struct Turn {
    std::int64_t due = 0;        // the bytes that were submitted before it, less a lead for its size
    std::uint64_t position = 0;  // in the order of submission
    friend auto operator<=>(const Turn&, const Turn&) = default;
  };
  Turn turn;
  FileTask task;
  Suspicion suspicion{};
  bool begun = false;  // it is, or was, the oldest that its worker had
};

// Belongs to the supervising thread.
struct Worker {
  Worker(boost::asio::io_context& io, Child child, unsigned place, Recycling recycling)
      : slot(place),
        process(std::move(child.process)),
        pid(process.pid()),
        socket(io, boost::asio::local::stream_protocol(), child.socket.release()),
        ended(io, child.ended.release()),
        output(io, child.output.release()),
        wake(io),
        deadline(io),
        wear(recycling) {}

  [[nodiscard]] bool usable() const { return ready && !leaving && !closing && process.running(); }
  // Enough queued that it need not wait for us after each answer (a round trip takes 8 to 37 µs, and some
  // milliseconds where other threads have our processor for their turns) and is sent several small files at
  // once, but not so much that the last files queue behind a large one.
  [[nodiscard]] bool has_room() const {
    constexpr std::uint64_t enough_tasks = 32;
    constexpr std::size_t enough_bytes = 256U << 10U;
    if (tasks.empty()) return true;
    return !tasks.front().suspicion.any() && queued_bytes < enough_bytes &&
           tasks.size() < std::min(enough_tasks, wear.answers_left());
  }

  unsigned slot;
  Process process;
  pid_t pid;  // also after the process has been reaped
  boost::asio::local::stream_protocol::socket socket;
  boost::asio::posix::stream_descriptor ended;  // readable when the process has ended
  boost::asio::posix::stream_descriptor output;
  boost::asio::steady_timer wake;  // cancelled when there may be something to send
  Deadline deadline;               // to be ready, to answer its oldest task, or to leave
  wire::FrameReader frames;
  wire::FrameWriter outgoing;
  std::deque<Assignment> tasks;  // unanswered, oldest first; it answers in this order
  std::size_t sent = 0;          // how many of them are on their way to it
  std::size_t queued_bytes = 0;  // their content
  bool ready = false;
  bool fresh = true;                // has not answered anything
  bool leaving = false;             // is to go when it has answered what it holds
  bool dismissed = false;           // has been asked to go
  bool closing = false;             // the conversation is over
  std::optional<Verdict> sentence;  // why we killed it
  Wear wear;
  ByteCount peak_memory;  // seen while it lived
  Exit exit;
};

}  // namespace froe::execute
