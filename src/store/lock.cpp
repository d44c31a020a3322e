#include "store/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

namespace froe::store {
namespace {

std::string read_holder(int fd) {
  std::array<char, 64> text{};
  ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  holder.resize(std::min(holder.find('\n'), holder.size()));
  // The holder writes its name right after it took the lock; a reader may come in between.
  return holder.empty() ? "another process" : "process " + holder;
}

}  // namespace

Result<WriterLock> WriterLock::acquire(const std::filesystem::path& database,
                                       const Writer::Options& options) {
  std::filesystem::path path = database;
  path += ".lock";
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!fd)
    return tl::make_unexpected(system_error("cannot write the index: cannot open " + path.string(), errno));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return tl::make_unexpected(system_error("cannot lock " + path.string(), errno));
    }
    std::string holder = read_holder(fd.get());
    if (!options.wait) {
      return failure(ErrorKind::busy, "the index " + database.string() + " is being written by " + holder);
    }
    if (options.on_wait) options.on_wait(holder);
    if (::flock(fd.get(), LOCK_EX) != 0) {
      if (errno == EINTR) {
        return failure(ErrorKind::interrupted, "stopped while waiting for " + holder +
                                                   " to finish with the index " + database.string());
      }
      return tl::make_unexpected(system_error("cannot lock " + path.string(), errno));
    }
  }
  // For the message of whoever comes next, and nothing else: a failure to write it costs them only the name.
  std::string name = std::to_string(::getpid()) + " (froe)\n";
  if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), name.data(), name.size(), 0) < 0) errno = 0;
  return WriterLock(std::move(fd));
}

}  // namespace froe::store
