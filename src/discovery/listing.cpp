#include "discovery/listing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "discovery/read_at.hpp"

namespace froe::discovery {
namespace {

EntryType type_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return EntryType::regular;
  if (S_ISDIR(mode)) return EntryType::directory;
  if (S_ISLNK(mode)) return EntryType::symbolic_link;
  if (S_ISFIFO(mode)) return EntryType::fifo;
  if (S_ISSOCK(mode)) return EntryType::socket;
  if (S_ISCHR(mode) || S_ISBLK(mode)) return EntryType::device;
  return EntryType::unknown;
}

EntryType type_of_dirent(unsigned char type) {
  switch (type) {
    case DT_REG: return EntryType::regular;
    case DT_DIR: return EntryType::directory;
    case DT_LNK: return EntryType::symbolic_link;
    case DT_FIFO: return EntryType::fifo;
    case DT_SOCK: return EntryType::socket;
    case DT_CHR:
    case DT_BLK: return EntryType::device;
    default: return EntryType::unknown;
  }
}

// No name holds a '/' or a NUL, so that comparing names with their last byte compares whole paths.
bool is_before(const std::string& names, const Listing::Item& a, const Listing::Item& b) {
  const int order =
      std::memcmp(names.data() + a.offset, names.data() + b.offset, std::min(a.size, b.size) + 1U);
  return order != 0 ? order < 0 : a.size < b.size;
}

void add(Listing& listing, int directory, const dirent64& found, bool hidden) {
  const std::string_view name(found.d_name);
  if (name == "." || name == "..") return;
  listing.special.note(name);
  if (never_indexed(name) || (!hidden && name.starts_with('.'))) return;

  Listing::Item item{static_cast<std::uint32_t>(listing.names.size()),
                     static_cast<std::uint16_t>(name.size()), type_of_dirent(found.d_type), 0};
  if (item.type == EntryType::unknown) {
    struct stat status {};
    if (::fstatat(directory, found.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
      item.type = type_of_mode(status.st_mode);
    } else {
      item.error = errno;
    }
  }
  listing.names += name;
  listing.names += item.type == EntryType::directory ? '/' : '\0';
  listing.items.push_back(item);
}

}  // namespace

Listing list(int directory, bool hidden) {
  Listing listing;
  // Without the stream and the second descriptor that readdir takes for each directory. A directory that has
  // gone since it was opened is an error here, and not empty.
  alignas(dirent64) std::array<char, 1U << 15U> buffer;  // NOLINT: filled by getdents64
  for (;;) {
    const ssize_t size = ::getdents64(directory, buffer.data(), buffer.size());
    if (size < 0) listing.error = errno;
    if (size <= 0) break;
    for (ssize_t at = 0; at < size;) {
      const auto& found = *reinterpret_cast<const dirent64*>(buffer.data() + at);
      at += found.d_reclen;
      add(listing, directory, found, hidden);
    }
  }
  std::ranges::sort(listing.items,
                    [&](const auto& a, const auto& b) { return is_before(listing.names, a, b); });
  return listing;
}

}  // namespace froe::discovery
