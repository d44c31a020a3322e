// Copies the write-ahead log into the database while the writer goes on, so that neither it nor the end of
// a run waits for the disk.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "store/sqlite.hpp"

namespace froe::store {

// Has a connection and, from the first request on, a thread of its own. It gives up at the first error: the
// log stays, nothing is lost, and SQLite copies in a commit or when the last connection closes.
class Checkpointer {
 public:
  // Of the database to which the writer's connection has just been opened, not of what has its path later.
  explicit Checkpointer(const std::filesystem::path& database);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  // Waits for the end of a copy that has begun.
  ~Checkpointer();

  // After a commit: copies what has been committed, unless a reader still needs the old pages. Returns at
  // once.
  void request();
  // Until what was requested is done.
  void wait();

 private:
  void run();

  Connection connection_;  // the thread's, as soon as there is one
  std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = false;  // asked for and not done
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace froe::store
