#include "discovery/git_index.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace froe::discovery {
namespace {

constexpr std::size_t checksum_size = 20;
constexpr std::size_t header_size = 12;
// Of an entry, before its name: ten numbers, the id, the flags.
constexpr std::size_t mode_at = 24;
constexpr std::size_t flags_at = 60;
constexpr std::size_t fixed_size = 62;

// Version 4 can say much in little.
constexpr std::size_t most_text = 1U << 30U;

constexpr std::uint32_t extended_flag = 0x4000;
constexpr std::uint32_t type_mask = 0170000;
constexpr std::uint32_t directory_type = 0040000;  // all that is below it: a sparse index

// Takes what comes next, as long as there is enough.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

  std::string_view take(std::size_t size) {
    ok_ = ok_ && size <= left();
    if (!ok_) return {};
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }
  std::string_view take_name() {
    const std::size_t size = bytes_.substr(at_).find('\0');
    ok_ = ok_ && size != std::string_view::npos;
    return take(ok_ ? size : 0);
  }
  // As in a pack: seven bits a byte, the highest first, one added for each byte that follows.
  std::size_t take_offset() {
    std::size_t value = 0;
    for (bool more = true, first = true; more && ok_; first = false) {
      const std::string_view byte = take(1);
      if (!ok_) break;
      if (!first) ++value;
      ok_ = value <= (std::numeric_limits<std::size_t>::max() >> 7U);
      const auto bits = static_cast<unsigned char>(byte.front());
      value = value << 7U | (bits & 0x7fU);
      more = (bits & 0x80U) != 0;
    }
    return value;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

std::uint32_t number(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

// An extension whose name begins with a small letter changes what the entries mean.
bool may_be_ignored(std::string_view extension) {
  return !extension.empty() && extension.front() >= 'A' && extension.front() <= 'Z';
}

}  // namespace

std::optional<GitIndex> GitIndex::parse(std::string_view bytes) {
  if (bytes.size() < header_size + checksum_size) return std::nullopt;
  bytes.remove_suffix(checksum_size);
  Cursor next(bytes);
  if (next.take(4) != "DIRC") return std::nullopt;
  const std::uint32_t version = number(next.take(4));
  const std::uint32_t count = number(next.take(4));
  if (version < 2 || version > 4 || count > bytes.size() / fixed_size) return std::nullopt;

  GitIndex index;
  index.names_.reserve(count);
  index.text_.reserve(bytes.size() - count * fixed_size);
  std::string name;  // of the entry before, which version 4 goes by
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t begin = next.at();
    const std::string_view fixed = next.take(fixed_size);
    if (!next.ok() || (number(fixed.substr(mode_at, 4)) & type_mask) == directory_type) return std::nullopt;
    if ((number(fixed.substr(flags_at, 2)) & extended_flag) != 0) next.take(2);
    if (version == 4) {
      const std::size_t dropped = next.take_offset();
      if (!next.ok() || dropped > name.size()) return std::nullopt;
      name.resize(name.size() - dropped);
      name += next.take_name();
      next.take(1);
    } else {
      name = next.take_name();
      next.take(8 - (next.at() - begin) % 8);  // one NUL at least, then up to a multiple of eight bytes
    }
    if (!next.ok() || name.empty() || !index.add(name)) return std::nullopt;
  }
  while (next.left() > 0) {
    const std::string_view extension = next.take(4);
    next.take(number(next.take(4)));
    if (!next.ok() || !may_be_ignored(extension)) return std::nullopt;
  }
  return index;
}

// False: it does not come after the one before. A path in conflict has up to three entries.
bool GitIndex::add(std::string_view path) {
  if (!names_.empty()) {
    const std::string_view last = name(names_.size() - 1);
    if (path == last) return true;
    if (path < last) return false;
  }
  if (text_.size() > most_text) return false;
  names_.push_back(static_cast<std::uint32_t>(text_.size()));
  text_ += path;
  text_ += '\0';
  return true;
}

std::string_view GitIndex::first_from(std::string_view path) {
  const auto is_first = [&](std::size_t index) {
    return (index == 0 || name(index - 1) < path) && (index == names_.size() || name(index) >= path);
  };
  if (!is_first(found_) && (found_ == names_.size() || !is_first(++found_))) {
    const auto first = std::ranges::lower_bound(
        names_, path, {}, [this](std::uint32_t begin) { return std::string_view(text_.data() + begin); });
    found_ = static_cast<std::size_t>(first - names_.begin());
  }
  return found_ < names_.size() ? name(found_) : std::string_view();
}

bool GitIndex::holds(std::string_view path) {
  return first_from(path) == path && !path.empty();
}

bool GitIndex::holds_below(std::string_view directory) {
  return first_from(directory).starts_with(directory);
}

}  // namespace froe::discovery
