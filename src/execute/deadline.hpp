// How long the supervisor waits for a worker: one deadline at a time, moved with every answer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace froe::execute {

// Belongs to the supervising thread. Setting it is cheap: the timer itself is touched only when the new time
// is earlier than the one it waits for.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Deadline(boost::asio::io_context& io) : timer_(io) {}

  // So long from now, in place of what was set.
  void set(std::chrono::milliseconds term);
  void clear() { due_ = Clock::time_point::max(); }
  // There will be none any more: ends the wait.
  void close();

  // Waits for a deadline to pass and clears it: true. False when it has been closed. Time in which this
  // process itself did not run (Ctrl-Z, a debugger, a machine that stood still) is nobody's fault: then the
  // term begins again.
  [[nodiscard]] boost::asio::awaitable<bool> passed();

 private:
  boost::asio::steady_timer timer_;
  Clock::time_point due_ = Clock::time_point::max();
  std::chrono::milliseconds term_{0};
  bool closed_ = false;
};

}  // namespace froe::execute
