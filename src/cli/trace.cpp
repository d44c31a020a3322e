#include "cli/trace.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "froe/json.hpp"
#include "froe/report.hpp"

namespace froe::cli {
namespace {

constexpr std::size_t flush_bytes = 64U << 10U;

// Ends the file. The next events are written over it and bring their own, so that the file is whole between
// any two writes.
constexpr std::string_view closing = "\n]\n";

int write_at(int file, std::string_view text, std::uint64_t offset) {
  while (!text.empty()) {
    auto written = ::pwrite(file, text.data(), text.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

// The only process in the trace: the rows of workers stay when their processes go.
constexpr int process = 1;
// Slots follow from 1.
constexpr std::size_t writer_row = 0;

}  // namespace

Result<std::unique_ptr<Trace>> Trace::open(const std::filesystem::path& path) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file) return tl::make_unexpected(system_error("cannot write the trace " + path.string(), errno));
  std::unique_ptr<Trace> trace(new Trace(std::move(file), path));
  std::string event;
  {
    JsonObject object(event);
    object.add("name", std::string_view("process_name")).add("ph", std::string_view("M")).add("pid", process);
    JsonObject(object.key("args")).add("name", std::string_view("froe index"));
  }
  trace->pending_ = "[\n" + event;
  trace->name_row(writer_row, "writer");
  trace->flush();
  if (trace->error_ != 0) {
    return tl::make_unexpected(system_error("cannot write the trace " + path.string(), trace->error_));
  }
  return trace;
}

double Trace::microseconds(Clock::time_point time) const {
  return std::chrono::duration<double, std::micro>(time - start_).count();
}

void Trace::name_row(std::size_t row, const std::string& name) {
  std::string event;
  {
    JsonObject object(event);
    object.add("name", std::string_view("thread_name")).add("ph", std::string_view("M"));
    object.add("pid", process).add("tid", row);
    JsonObject(object.key("args")).add("name", name);
  }
  add(std::move(event));
}

void Trace::committed(Clock::time_point begin, Clock::time_point end) {
  std::lock_guard lock(mutex_);
  std::string event;
  {
    JsonObject object(event);
    object.add("name", std::string_view("commit")).add("cat", std::string_view("writer"));
    object.add("ph", std::string_view("X")).add("pid", process).add("tid", writer_row);
    object.add("ts", microseconds(begin)).add("dur", microseconds(end) - microseconds(begin));
  }
  add(std::move(event));
}

void Trace::started(std::uint64_t sequence, std::string_view path, ByteCount size, unsigned slot) {
  std::lock_guard lock(mutex_);
  while (slots_.size() <= slot) {
    slots_.emplace_back();
    name_row(slots_.size(), "worker " + std::to_string(slots_.size() - 1));
  }
  slots_[slot] = {true, sequence, std::string(path), size.value, Clock::now()};
}

void Trace::finished(std::uint64_t sequence, unsigned slot) {
  std::lock_guard lock(mutex_);
  if (slot >= slots_.size() || !slots_[slot].busy || slots_[slot].sequence != sequence) return;
  Begun& begun = slots_[slot];
  begun.busy = false;
  std::string event;
  {
    JsonObject object(event);
    // A viewer wants a string, also for a path that is not UTF-8.
    object.add("name", report::printable(begun.path)).add("cat", std::string_view("file"));
    object.add("ph", std::string_view("X")).add("pid", process).add("tid", slot + 1);
    object.add("ts", microseconds(begun.since))
        .add("dur", microseconds(Clock::now()) - microseconds(begun.since));
    JsonObject(object.key("args")).add("bytes", begun.bytes).add("sequence", sequence);
  }
  add(std::move(event));
}

void Trace::add(std::string event) {
  pending_ += ",\n" + event;
  if (pending_.size() >= flush_bytes) flush();
}

void Trace::flush() {
  if (error_ != 0 || pending_.empty()) return;
  auto events = pending_.size();
  pending_ += closing;
  error_ = write_at(file_.get(), pending_, end_);
  end_ += events;
  pending_.clear();
}

Status Trace::finish() {
  std::lock_guard lock(mutex_);
  flush();
  if (error_ != 0)
    return tl::make_unexpected(system_error("cannot write the trace " + path_.string(), error_));
  return {};
}

}  // namespace froe::cli
