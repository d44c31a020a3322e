#include "store/checkpointer.hpp"

#include <system_error>
#include <utility>

#include "store/sqlite.hpp"

namespace froe::store {

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::begin() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    // No room for a thread: as without one.
  }
}

void Checkpointer::run() {
  Connection connection;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return wanted_ || stopped_; });
      if (stopped_) return;
      wanted_ = false;
    }
    if (connection.handle() == nullptr) connection.open(database_, Connection::Mode::change);
    // By SQL, which first looks for the log; the function does nothing on a connection that has read nothing.
    if (!connection.execute("PRAGMA main.wal_checkpoint(PASSIVE)")) return;
  }
}

}  // namespace froe::store
