// The right to write a database: an exclusive flock on a file beside it. The kernel drops it when its holder
// dies, so that it is never stale; the file stays, and says who holds the lock while it is held.
#pragma once

#include <filesystem>

#include "froe/store_writer.hpp"
#include "froe/support.hpp"

namespace froe::store {

class WriterLock {
 public:
  // ErrorKind::busy if it is held and `options.wait` is false.
  static Result<WriterLock> acquire(const std::filesystem::path& database, const Writer::Options& options);

 private:
  explicit WriterLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace froe::store
