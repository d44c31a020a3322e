// What the executors have in common: where a bug becomes an error, and how a job is handled in this process.
#pragma once

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

[[nodiscard]] inline FileResult handle(const Handler& handler, const FileTask& task, Observer* observer) {
  if (observer != nullptr) observer->started(task.sequence, task.path, ByteCount(task.content.size()));
  FileResult result = handler(task);
  if (observer != nullptr) observer->finished(task.sequence);
  return result;
}

}  // namespace froe::execute
