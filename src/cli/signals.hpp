// Turns SIGINT, SIGTERM and SIGHUP into a request to stop, without a signal handler.
#pragma once

#include <atomic>
#include <csignal>
#include <thread>

#include "froe/support.hpp"

namespace froe::cli {

// While it lives, the first of these signals sets `stop`, so that what is in flight can be finished; a second
// one ends the process as it would have without this. Must be made before any other thread, which inherit the
// mask.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  [[nodiscard]] const std::atomic<bool>& stop() const { return stop_; }
  // Readable from then on, for who waits on descriptors.
  [[nodiscard]] int descriptor() const { return stopped_.get(); }
  // The signal that came, or 0. The exit code for it is 128 + signal.
  [[nodiscard]] int received() const { return received_; }

 private:
  void watch();

  sigset_t signals_{};
  sigset_t before_{};
  std::atomic<bool> stop_{false};
  UniqueFd stopped_;
  std::atomic<int> received_{0};
  std::atomic<bool> done_{false};
  std::thread watcher_;
};

}  // namespace froe::cli
