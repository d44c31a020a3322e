// What the executors have in common: where a bug becomes an error, and how a job is handled in this process.
#pragma once

#include <ctime>
#include <exception>
#include <string>

#include "froe/execute.hpp"

namespace froe::execute {

// Calls something that returns a Status; an exception that it throws becomes ErrorKind::internal.
template <class Function>
[[nodiscard]] Status guarded(Function&& function) {
  try {
    return function();
  } catch (const std::exception& error) {
    return failure(ErrorKind::internal, std::string("the run ended by an exception: ") + error.what());
  } catch (...) {
    return failure(ErrorKind::internal, "the run ended by an unknown exception");
  }
}

[[nodiscard]] inline tl::unexpected<Error> stopped() {
  return failure(ErrorKind::interrupted, "stopped on request; what was finished is kept");
}

// The processor time of the calling thread so far.
[[nodiscard]] inline std::uint64_t thread_nanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

// A slot of this process: what works in it and what that has cost. Belongs to one thread.
struct Desk {
  unsigned slot = 0;
  Handler handler;
  WorkerUsage usage;
};

[[nodiscard]] inline FileResult handle(Desk& desk, const FileTask& task, Observer* observer) {
  ByteCount size(task.content.size());
  if (observer != nullptr) observer->started(task.sequence, task.path, size, desk.slot);
  std::uint64_t begin = thread_nanoseconds();
  FileResult result = desk.handler(task);
  desk.usage.cpu_nanoseconds += thread_nanoseconds() - begin;
  ++desk.usage.jobs;
  desk.usage.bytes += size;
  if (observer != nullptr) observer->finished(task.sequence, desk.slot);
  return result;
}

}  // namespace froe::execute
