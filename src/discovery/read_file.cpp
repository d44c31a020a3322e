#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <climits>
#include <system_error>
#include <thread>

#include "discovery/read_at.hpp"

namespace froe::discovery {
namespace {

constexpr int attempts = 3;

tl::unexpected<ReadFailure> failed(Outcome outcome, std::string detail, std::uint64_t size = 0) {
  return tl::make_unexpected(ReadFailure{outcome, std::move(detail), size, std::nullopt, false});
}

tl::unexpected<ReadFailure> failed(int error) {
  if (is_exhaustion(error)) {
    return tl::make_unexpected(
        ReadFailure{Outcome::unreadable, describe_exhaustion(error), 0, std::nullopt, true});
  }
  std::string words = std::generic_category().message(error);
  switch (error) {
    case ENOENT:
    case ENOTDIR: return failed(Outcome::vanished, std::move(words));
    case ELOOP: return failed(Outcome::not_regular, "is a symbolic link");
    case ENXIO: return failed(Outcome::not_regular, "is a socket or a device without a driver");
    default: return failed(Outcome::unreadable, std::move(words));
  }
}

const char* what_it_is(mode_t mode) {
  if (S_ISDIR(mode)) return "is a directory";
  if (S_ISFIFO(mode)) return "is a FIFO";
  if (S_ISSOCK(mode)) return "is a socket";
  return "is a device";
}

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// Fills `buffer` from the file's start as far as both go; -1 with errno set if the system refuses.
ssize_t read_whole(int fd, std::string& buffer) {
  std::size_t total = 0;
  while (total < buffer.size()) {
    const ssize_t count = ::read(fd, buffer.data() + total, buffer.size() - total);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    total += static_cast<std::size_t>(count);
    // One byte more than the file has was asked for, so that a regular file has ended here.
    if (total + 1 == buffer.size()) break;
  }
  return static_cast<ssize_t>(total);
}

tl::expected<FileContent, ReadFailure> read_once(int directory, const std::string& path, ByteCount limit,
                                                 Links links) {
  // O_NONBLOCK: opening a FIFO without a writer would wait. O_NOCTTY: nor may a terminal become ours.
  const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (links == Links::refuse ? O_NOFOLLOW : 0);
  int opened = -1;
  do {
    opened = ::openat(directory, path.c_str(), flags);
  } while (opened < 0 && errno == EINTR);
  const UniqueFd fd(opened);
  if (!fd) return failed(errno);

  struct stat before {};
  if (::fstat(fd.get(), &before) != 0) return failed(errno);
  if (!S_ISREG(before.st_mode)) return failed(Outcome::not_regular, what_it_is(before.st_mode));
  const auto size = static_cast<std::uint64_t>(before.st_size);
  if (size > limit.value) {
    return tl::make_unexpected(
        ReadFailure{Outcome::too_large, larger_than(size, limit), size, stamp_of(before), false});
  }

  FileContent content;
  content.bytes.resize(size + 1);  // one more, to see it grow
  const ssize_t count = read_whole(fd.get(), content.bytes);
  if (count < 0) return failed(errno);
  struct stat after {};
  if (::fstat(fd.get(), &after) != 0) return failed(errno);
  if (static_cast<std::uint64_t>(count) != size || stamp_of(before) != stamp_of(after)) {
    return failed(Outcome::unstable, "changed each time while it was read", size);
  }
  content.bytes.resize(size);
  content.stamp = stamp_of(before);
  return content;
}

}  // namespace

std::string larger_than(std::uint64_t size, ByteCount limit) {
  return std::to_string(size) + " bytes, more than the limit of " + std::to_string(limit.value);
}

FileStamp stamp_of(const struct stat& status) {
  return {static_cast<std::uint64_t>(status.st_size), nanoseconds(status.st_mtim),
          nanoseconds(status.st_ctim), status.st_ino};
}

tl::expected<FileContent, ReadFailure> read_at(int directory, const std::string& path, ByteCount limit,
                                               Links links) {
  auto content = read_once(directory, path, limit, links);
  for (int attempt = 1; attempt < attempts && !content && content.error().outcome == Outcome::unstable;
       ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2 << attempt));  // let the writer finish
    content = read_once(directory, path, limit, links);
  }
  return content;
}

bool is_exhaustion(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM;
}

std::string describe_exhaustion(int error) {
  std::string words = std::generic_category().message(error);
  return error == ENOMEM ? words : words + "; use fewer workers (-j) or raise the limit (ulimit -n)";
}

UniqueFd open_directory(const std::string& root, std::string_view path) {
  UniqueFd directory(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  while (directory && !path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string name(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
    UniqueFd child(::openat(directory.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const int error = errno;
    directory = std::move(child);
    errno = error;  // closing the parent may change it
  }
  return directory;
}

tl::expected<FileContent, ReadFailure> read_file(const std::filesystem::path& root, const std::string& path,
                                                 ByteCount limit) {
  if (root.native().size() + 1 + path.size() < PATH_MAX) {
    return read_at(AT_FDCWD, root.native() + '/' + path, limit, Links::refuse);
  }
  // The system takes no path this long in one piece.
  const std::size_t slash = path.rfind('/');
  const std::size_t name_at = slash == std::string::npos ? 0 : slash + 1;
  const UniqueFd directory = open_directory(root.native(), std::string_view(path).substr(0, name_at));
  if (!directory) return failed(errno);
  return read_at(directory.get(), path.substr(name_at), limit, Links::refuse);
}

}  // namespace froe::discovery
