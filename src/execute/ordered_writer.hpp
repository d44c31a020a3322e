// Puts results back into the order of submission and gives them to the sink on a thread of its own, so that a
// slow commit keeps no worker waiting.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "froe/execute.hpp"
#include "froe/support.hpp"

namespace froe::execute {

// A task that left the pool: with its result, or with the reason why the fallback must answer.
struct Finished {
  FileTask task;
  std::optional<FileResult> result;
  Outcome outcome = Outcome::crashed;
  std::string detail;
};

// What a task takes of the budget. More than its content, so that empty files cannot pile up without bound.
[[nodiscard]] inline ByteCount cost_of(const FileTask& task) {
  return ByteCount(task.content.size() + 512);
}

// Holds what it is given until everything before it has come. That is bounded by the budget, of which each
// task has taken its cost; it is given back when the sink has taken the result.
class OrderedWriter {
 public:
  // `on_error` is called once, on the writer's thread, when the sink or the fallback has failed.
  OrderedWriter(const Sink& sink, const Fallback& fallback, ByteBudget& budget,
                std::function<void()> on_error);
  ~OrderedWriter() { (void)finish(); }

  // Any thread. Positions count from 0 without a gap.
  void put(std::uint64_t position, Finished finished);
  // Waits until the sink has everything that was put, up to the first gap. Returns the first error. Nothing
  // can be put afterwards.
  Status finish();

 private:
  void write_all();
  Status write(Finished finished);

  const Sink& sink_;
  const Fallback& fallback_;
  ByteBudget& budget_;
  std::function<void()> on_error_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Finished> waiting_;
  std::uint64_t next_ = 0;  // the position that is written next
  bool closed_ = false;
  Status status_;  // of the thread, until it is joined
  std::thread thread_;
};

}  // namespace froe::execute
