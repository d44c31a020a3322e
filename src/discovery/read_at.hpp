// Reads a regular file below an open directory; what `read_file` and the ignore rules share.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <string>

#include "froe/discovery.hpp"

namespace froe::discovery {

// How a walk opens a directory.
inline constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

enum class Links : std::uint8_t { refuse, follow };  // a symbolic link at the last step of the path

// As `read_file`; `path` is relative to `directory`, which may be AT_FDCWD, and shorter than PATH_MAX. Any
// thread.
[[nodiscard]] tl::expected<FileContent, ReadFailure> read_at(int directory, const std::string& path,
                                                             ByteCount limit, Links links);

[[nodiscard]] FileStamp stamp_of(const struct stat& status);

// Whether an error number says that the process or the system has too little of something, for now.
[[nodiscard]] bool is_exhaustion(int error);
// For people: the error and what to do about it.
[[nodiscard]] std::string describe_exhaustion(int error);

// The directory at `path` below `root`, however long `path` is, opened without following links below `root`.
// The file descriptor, or -1 with errno set.
[[nodiscard]] UniqueFd open_directory(const std::string& root, std::string_view path);

}  // namespace froe::discovery
