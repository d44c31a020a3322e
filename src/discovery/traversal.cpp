#include "discovery/traversal.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "discovery/read_at.hpp"

namespace froe::discovery {
namespace {

// Directories kept open at once, besides the root: a tree may be deeper than a process may have descriptors.
constexpr std::size_t max_open_levels = 32;
// Each is a descriptor until its files have been looked at.
constexpr std::size_t most_parts = 16;
// Paths may be of any length.
constexpr std::size_t most_bytes = 1U << 16U;
// Where nothing is found for long, whoever waits is to hear of that.
constexpr std::size_t most_steps = 1024;

}  // namespace

// A file that has become something else, or gone, since it was listed is left for its reader to find out.
void look_at_files(Batch& batch) {
  std::size_t at = 0;
  for (const Batch::Part& part : batch.parts) {
    for (; at < part.end; ++at) {
      Batch::Item& file = batch.items[at];
      if (file.type != EntryType::regular || !part.directory) continue;
      const char* name = batch.paths.c_str() + file.name;
      struct stat status {};
      if (::fstatat(part.directory->get(), name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
      if (S_ISREG(status.st_mode)) file.stamp = stamp_of(status);
    }
  }
  batch.parts.clear();
}

Traversal::Traversal(std::string root, const Options& options)
    : root_(std::move(root)), options_(options), rules_(root_, options_), path_(rules_.prefix()) {}

Result<std::unique_ptr<Traversal>> Traversal::open(const std::filesystem::path& root,
                                                   const Options& options) {
  const auto cannot = [&](int error) {
    Error why = system_error("cannot list the directory '" + root.string() + "'", error);
    if (error == ENOENT || error == ENOTDIR) why.kind = ErrorKind::not_found;
    return tl::make_unexpected(std::move(why));
  };
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::canonical(root, error);
  if (error) return cannot(error.value());
  UniqueFd fd(::open(absolute.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return cannot(errno);
  std::unique_ptr<Traversal> traversal(new Traversal(absolute.native(), options));
  traversal->enter(std::move(fd), Verdict::included);
  if (const int failed = traversal->levels_.back().listing.error; failed != 0) return cannot(failed);
  return traversal;
}

std::optional<Batch> Traversal::next(std::size_t most_items) {
  if (ended_) return std::nullopt;
  batch_.exhausted = rules_.exhausted();
  for (std::size_t steps = 0;
       steps < most_steps && !levels_.empty() && batch_.exhausted == 0 && batch_.items.size() < most_items &&
       batch_.parts.size() < most_parts && batch_.paths.size() < most_bytes;
       ++steps) {
    Level& level = levels_.back();
    if (level.next == level.listing.items.size()) {
      leave();
    } else {
      take(level);
    }
    if (batch_.exhausted == 0) batch_.exhausted = rules_.exhausted();
  }
  ended_ = levels_.empty() || batch_.exhausted != 0;
  const auto& problems = rules_.problems();
  batch_.problems.assign(
      problems.begin() + static_cast<std::ptrdiff_t>(std::exchange(told_problems_, problems.size())),
      problems.end());
  return std::exchange(batch_, {});
}

void Traversal::add(EntryType type, int error) {
  if (is_exhaustion(error)) {
    batch_.exhausted = error;  // which says nothing of this entry
    return;
  }
  const std::size_t begin = batch_.paths.size();
  const std::size_t prefix = rules_.prefix().size();
  const std::size_t name_at = levels_.back().path_size - prefix;
  batch_.paths.append(path_, prefix);
  batch_.paths += '\0';
  batch_.items.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + name_at),
                          type, error, std::nullopt});
}

void Traversal::enter(UniqueFd fd, Verdict verdict) {
  if (options_.entering) {
    const std::size_t prefix = rules_.prefix().size();
    options_.entering(path_.substr(prefix, std::max(path_.size(), prefix + 1) - prefix - 1));
  }
  Level level;
  level.listing = list(fd.get(), options_.hidden);
  level.path_size = path_.size();
  rules_.enter(fd.get(), path_, level.listing.special, verdict);
  // The root stays open, to find back from.
  level.fd = std::make_shared<const UniqueFd>(std::move(fd));
  levels_.push_back(std::move(level));
  if (levels_.size() > max_open_levels + 1) levels_[levels_.size() - 1 - max_open_levels].fd.reset();
}

void Traversal::leave() {
  rules_.leave();
  levels_.pop_back();
  path_.resize(levels_.empty() ? 0 : levels_.back().path_size);
}

// The descriptor of a level, opened again if need be; nothing with errno set. Opening again goes down from
// the root and keeps what it passes, so that it happens once per `max_open_levels` levels on the way up.
const std::shared_ptr<const UniqueFd>& Traversal::open_level(std::size_t index) {
  if (levels_[index].fd) return levels_[index].fd;
  std::size_t from = index;
  while (!levels_[from].fd) --from;
  auto parent = levels_[from].fd;
  for (std::size_t i = from + 1; i <= index; ++i) {
    const std::size_t begin = levels_[i - 1].path_size;
    const std::string name = path_.substr(begin, levels_[i].path_size - begin - 1);
    UniqueFd fd(::openat(parent->get(), name.c_str(), directory_flags));
    if (!fd) break;
    parent = std::make_shared<const UniqueFd>(std::move(fd));
    if (i + max_open_levels > index) levels_[i].fd = parent;
  }
  return levels_[index].fd;
}

// The next entry of the deepest level, unless it is ignored, or is a directory that is entered now.
void Traversal::take(Level& level) {
  const Listing::Item item = level.listing.items[level.next++];
  path_.resize(level.path_size);
  path_ += level.listing.name(item);
  const bool is_directory = item.type == EntryType::directory;
  const Verdict verdict = rules_.judge(path_, level.path_size, is_directory).verdict;
  if (verdict == Verdict::ignored) {
    ++batch_.ignored;
    return;
  }
  if (is_directory) return enter_child(verdict);
  add(item.type, item.error);
  if (batch_.exhausted != 0) return;
  const auto& directory = open_level(levels_.size() - 1);
  if (batch_.parts.empty() || batch_.parts.back().directory != directory) {
    batch_.parts.push_back({directory, 0});
  }
  batch_.parts.back().end = batch_.items.size();
}

// Enters the directory at `path_`; an entry if that fails, wholly or in part.
void Traversal::enter_child(Verdict verdict) {
  const auto& parent = open_level(levels_.size() - 1);
  const int parent_error = errno;
  const std::string name = path_.substr(levels_.back().path_size);
  path_ += '/';
  if (!parent) return add(EntryType::directory, parent_error);
  UniqueFd fd(::openat(parent->get(), name.c_str(), directory_flags));
  if (!fd) return add(EntryType::directory, errno);
  enter(std::move(fd), verdict);
  if (const int error = levels_.back().listing.error; error != 0) add(EntryType::directory, error);
}

}  // namespace froe::discovery
