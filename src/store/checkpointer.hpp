// Copies the write-ahead log into the database while the writer goes on, so that neither it nor the end of
// a run waits for the disk.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace froe::store {

// A thread and a connection of its own, from the first call on. What it cannot do, SQLite does at a commit
// of the writer or when the last connection closes, and says then what is wrong.
class Checkpointer {
 public:
  explicit Checkpointer(std::filesystem::path database) : database_(std::move(database)) {}
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  // Waits for the end of a copy that has begun.
  ~Checkpointer();

  // After a commit: copies what has been committed, unless a reader still needs the old pages. Returns at
  // once.
  void begin();

 private:
  void run();

  std::filesystem::path database_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace froe::store
