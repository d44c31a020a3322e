// How long to wait before the next worker is started, after some have died.
#pragma once

#include <algorithm>
#include <chrono>

namespace froe::execute {

// Each death without progress since the last one doubles the wait, from 10 ms to 1 s, so that what kills
// every worker at once (an operator's script, a machine out of memory) does not make froe start processes as
// fast as it can. Progress is an answer, or a file that is given up: a tree in which every second file kills
// its worker is not slowed down.
class Backoff {
 public:
  using Clock = std::chrono::steady_clock;

  void failed() {
    wait_ = std::clamp(wait_ * 2, shortest, longest);
    until_ = Clock::now() + wait_;
  }
  void progressed() {
    wait_ = {};
    until_ = {};
  }
  // When the next may start; in the past if at once.
  [[nodiscard]] Clock::time_point until() const { return until_; }

 private:
  static constexpr std::chrono::milliseconds shortest{10};
  static constexpr std::chrono::milliseconds longest{1000};

  std::chrono::milliseconds wait_{0};
  Clock::time_point until_;
};

}  // namespace froe::execute
