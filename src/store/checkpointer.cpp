#include "store/checkpointer.hpp"

#include <exception>

namespace froe::store {

Checkpointer::Checkpointer(const std::filesystem::path& database) {
  // SQLite looks for the log when it first reads.
  if (connection_.open(database, Connection::Mode::write)) connection_.execute("PRAGMA main.schema_version");
}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::request() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::exception&) {  // no room for a thread: as without one
    const std::lock_guard lock(mutex_);
    wanted_ = false;
  }
}

void Checkpointer::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !wanted_; });
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return wanted_ || stopped_; });
    if (stopped_) return;
    lock.unlock();
    try {
      // Its first error stays with the connection, which does nothing from then on.
      connection_.execute("PRAGMA main.wal_checkpoint(PASSIVE)");
    } catch (const std::exception&) {  // no memory to say what went wrong
    }
    lock.lock();
    wanted_ = false;
    changed_.notify_all();
  }
}

}  // namespace froe::store
