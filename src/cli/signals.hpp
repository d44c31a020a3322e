// Turns SIGINT, SIGTERM and SIGHUP into a request to stop, without a signal handler.
#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

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
  // What a second signal does before it ends the process; nothing again if empty. Called on a thread of its
  // own.
  void at_second(std::function<void()> action) {
    std::lock_guard lock(mutex_);
    at_second_ = std::move(action);
  }
  // Whether already the first ends the process as it would have without this.
  void end_at_first(bool end) {
    std::lock_guard lock(mutex_);
    ends_at_first_ = end;
  }
  // Readable from then on, for who waits on descriptors.
  [[nodiscard]] int descriptor() const { return stopped_.get(); }
  // The signal that came, or 0. The exit code for it is 128 + signal.
  [[nodiscard]] int received() const { return received_; }

 private:
  void watch();
  // False: the process is to end.
  bool ask_to_stop(int signal);

  sigset_t signals_{};
  sigset_t before_{};
  std::atomic<bool> stop_{false};
  UniqueFd stopped_;
  std::atomic<int> received_{0};
  std::atomic<bool> done_{false};
  std::mutex mutex_;
  std::function<void()> at_second_;
  bool ends_at_first_ = false;
  std::thread watcher_;
};

// While it lives, a second signal does this before it ends the process.
class AtSecondSignal {
 public:
  AtSecondSignal(StopSignals& signals, std::function<void()> action) : signals_(signals) {
    signals_.at_second(std::move(action));
  }
  AtSecondSignal(const AtSecondSignal&) = delete;
  AtSecondSignal& operator=(const AtSecondSignal&) = delete;
  ~AtSecondSignal() { signals_.at_second({}); }

 private:
  StopSignals& signals_;
};

// While it lives, already the first signal ends the process as it would have without StopSignals: nothing is
// in flight that could be finished, and who waits in a system call does not see a request. A stop that was
// asked for before is for the caller to see.
class AtFirstSignal {
 public:
  explicit AtFirstSignal(StopSignals& signals) : signals_(signals) { signals_.end_at_first(true); }
  AtFirstSignal(const AtFirstSignal&) = delete;
  AtFirstSignal& operator=(const AtFirstSignal&) = delete;
  ~AtFirstSignal() { signals_.end_at_first(false); }

 private:
  StopSignals& signals_;
};

}  // namespace froe::cli
