// Ends the process when the other end of its conversation is gone, however busy the process is: a parser that
// spins does not come back to read an end of file.
#pragma once

#include <atomic>
#include <thread>

#include "froe/confine.hpp"

namespace froe::confine {

class Confinement::Watchdog {
 public:
  // ErrorKind::io if no thread can be had. Null if the descriptor is no socket.
  [[nodiscard]] static Result<std::unique_ptr<Watchdog>> start(int socket);
  explicit Watchdog(int socket) : socket_(socket) {}
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

 private:
  void watch() const;

  int socket_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace froe::confine
