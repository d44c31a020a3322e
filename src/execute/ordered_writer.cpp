#include "execute/ordered_writer.hpp"

#include <utility>

#include "execute/guard.hpp"

namespace froe::execute {

OrderedWriter::OrderedWriter(const Sink& sink, const Fallback& fallback, ByteBudget& budget,
                             std::function<void()> on_error)
    : sink_(sink), fallback_(fallback), budget_(budget), on_error_(std::move(on_error)), thread_([this] {
        write_all();
      }) {}

void OrderedWriter::put(std::uint64_t position, Finished finished) {
  bool is_awaited = false;
  {
    std::lock_guard lock(mutex_);
    is_awaited = position == next_;
    waiting_.emplace(position, std::move(finished));
  }
  if (is_awaited) changed_.notify_one();
}

Status OrderedWriter::finish() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  return status_;
}

void OrderedWriter::write_all() {
  while (true) {
    std::unique_lock lock(mutex_);
    auto next_is_there = [&] { return !waiting_.empty() && waiting_.begin()->first == next_; };
    changed_.wait(lock, [&] { return next_is_there() || closed_; });
    if (!next_is_there()) return;
    Finished finished = std::move(waiting_.extract(waiting_.begin()).mapped());
    ++next_;
    lock.unlock();
    ByteCount cost = cost_of(finished.task);
    status_ = guarded([&] { return write(std::move(finished)); });
    budget_.release(cost);
    if (!status_) {
      on_error_();
      return;
    }
  }
}

Status OrderedWriter::write(Finished finished) {
  FileResult result = finished.result
                          ? std::move(*finished.result)
                          : fallback_(finished.task, finished.outcome, std::move(finished.detail));
  return sink_({std::move(finished.task), std::move(result)});
}

}  // namespace froe::execute
