#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "discovery/ignore_stack.hpp"
#include "discovery/read_at.hpp"
#include "froe/discovery.hpp"

namespace froe::discovery {
namespace {

// Directories kept open at once, besides the root: a tree may be deeper than a process may have descriptors.
constexpr std::size_t max_open_levels = 32;

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

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

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

// The names of one directory in the order of the walk, held in one block.
struct Listing {
  struct Item {
    std::uint32_t offset = 0;
    std::uint16_t size = 0;
    EntryType type = EntryType::unknown;
    int error = 0;  // why its type is unknown
  };

  std::string names;  // each followed by what it sorts with: '/' for a directory, NUL otherwise
  std::vector<Item> items;
  SpecialNames special;
  int error = 0;  // why the listing is not complete

  [[nodiscard]] std::string_view name(const Item& item) const {
    return std::string_view(names).substr(item.offset, item.size);
  }
  // No name holds a '/' or a NUL, so that comparing names with their last byte compares whole paths.
  [[nodiscard]] bool before(const Item& a, const Item& b) const {
    const int order =
        std::memcmp(names.data() + a.offset, names.data() + b.offset, std::min(a.size, b.size) + 1U);
    return order != 0 ? order < 0 : a.size < b.size;
  }
};

Listing list(int directory, bool hidden) {
  Listing listing;
  // A descriptor of its own: the stream closes it, and the walk still needs its own to open what is below.
  UniqueFd own(::fcntl(directory, F_DUPFD_CLOEXEC, 0));
  const std::unique_ptr<DIR, CloseDirectory> stream(own ? ::fdopendir(own.get()) : nullptr);
  if (!stream) {
    listing.error = errno;
    return listing;
  }
  (void)own.release();
  for (;;) {
    errno = 0;
    const dirent* found = ::readdir(stream.get());
    if (found == nullptr) {
      listing.error = errno;
      break;
    }
    const std::string_view name(found->d_name);
    if (name == "." || name == "..") continue;
    listing.special.note(name);
    if (never_indexed(name) || (!hidden && name.starts_with('.'))) continue;

    Listing::Item item{static_cast<std::uint32_t>(listing.names.size()),
                       static_cast<std::uint16_t>(name.size()), type_of_dirent(found->d_type), 0};
    if (item.type == EntryType::unknown) {
      struct stat status {};
      if (::fstatat(directory, found->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        item.type = type_of_mode(status.st_mode);
      } else {
        item.error = errno;
      }
    }
    listing.names += name;
    listing.names += item.type == EntryType::directory ? '/' : '\0';
    listing.items.push_back(item);
  }
  std::ranges::sort(listing.items, [&](const auto& a, const auto& b) { return listing.before(a, b); });
  return listing;
}

std::string words(int error) {
  return std::generic_category().message(error);
}

}  // namespace

struct Walk::State {
  struct Level {
    UniqueFd fd;  // closed while the walk is far below
    Listing listing;
    std::size_t next = 0;
    std::size_t path_size = 0;  // of the directory's path, with its '/'
  };

  State(std::string root_path, Options walk_options)
      : root(std::move(root_path)), options(walk_options), rules(root, walk_options), path(rules.prefix()) {}

  void enter(UniqueFd fd, Verdict verdict);
  void leave();
  std::optional<Entry> take(Level& level);
  std::optional<Entry> enter_child(Verdict verdict);
  int open_level(std::size_t index);
  void stamp(Entry& file);
  [[nodiscard]] Entry entry(EntryType type, int error = 0);

  std::string root;
  Options options;
  IgnoreStack rules;
  std::string path;  // from the rules' top; the walk's own paths leave their prefix out
  std::vector<Level> levels;
  std::uint64_t ignored = 0;
  int exhausted = 0;  // the error number for what ran out
};

Entry Walk::State::entry(EntryType type, int error) {
  if (is_exhaustion(error)) exhausted = error;
  return Entry{path.substr(rules.prefix().size()), type, error != 0 ? words(error) : std::string(),
               error == ENOENT, std::nullopt};
}

void Walk::State::enter(UniqueFd fd, Verdict verdict) {
  if (options.entering) {
    const std::size_t prefix = rules.prefix().size();
    options.entering(path.substr(prefix, std::max(path.size(), prefix + 1) - prefix - 1));
  }
  Level level;
  level.listing = list(fd.get(), options.hidden);
  level.path_size = path.size();
  rules.enter(fd.get(), path, level.listing.special, verdict);
  // The root stays open, to find back from.
  level.fd = std::move(fd);
  levels.push_back(std::move(level));
  if (levels.size() > max_open_levels + 1) levels[levels.size() - 1 - max_open_levels].fd.reset();
}

void Walk::State::leave() {
  rules.leave();
  levels.pop_back();
  path.resize(levels.empty() ? 0 : levels.back().path_size);
}

// The descriptor of a level, opened again if need be; -1 with errno set. Opening again goes down from the
// root and keeps what it passes, so that it happens once per `max_open_levels` levels on the way up.
int Walk::State::open_level(std::size_t index) {
  if (levels[index].fd) return levels[index].fd.get();
  std::size_t from = index;
  while (!levels[from].fd) --from;
  UniqueFd passed;
  int parent = levels[from].fd.get();
  for (std::size_t i = from + 1; i <= index; ++i) {
    const std::size_t begin = levels[i - 1].path_size;
    const std::string name = path.substr(begin, levels[i].path_size - begin - 1);
    UniqueFd fd(::openat(parent, name.c_str(), directory_flags));
    if (!fd) return -1;
    parent = fd.get();
    if (i + max_open_levels > index) {
      levels[i].fd = std::move(fd);
    } else {
      passed = std::move(fd);
    }
  }
  return parent;
}

// The next entry of the deepest level; nothing if it was ignored, or was a directory that is entered now.
std::optional<Entry> Walk::State::take(Level& level) {
  const Listing::Item item = level.listing.items[level.next++];
  path.resize(level.path_size);
  path += level.listing.name(item);
  const bool is_directory = item.type == EntryType::directory;
  const Verdict verdict = rules.judge(path, level.path_size, is_directory).verdict;
  if (verdict == Verdict::ignored) {
    ++ignored;
    return std::nullopt;
  }
  if (is_directory) return enter_child(verdict);
  Entry found = entry(item.type, item.error);
  if (found.type == EntryType::regular) stamp(found);
  return found;
}

// A file that has become something else, or gone, since it was listed is left for its reader to find out.
void Walk::State::stamp(Entry& file) {
  const int directory = open_level(levels.size() - 1);
  struct stat status {};
  const std::string name = path.substr(levels.back().path_size);
  if (directory < 0 || ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (S_ISREG(status.st_mode)) file.stamp = stamp_of(status);
}

// Enters the directory at `path`; an entry if that fails, wholly or in part.
std::optional<Entry> Walk::State::enter_child(Verdict verdict) {
  const int parent = open_level(levels.size() - 1);
  const int parent_error = errno;
  const std::string name = path.substr(levels.back().path_size);
  path += '/';
  if (parent < 0) return entry(EntryType::directory, parent_error);
  UniqueFd fd(::openat(parent, name.c_str(), directory_flags));
  if (!fd) return entry(EntryType::directory, errno);
  enter(std::move(fd), verdict);
  if (const int error = levels.back().listing.error; error != 0) return entry(EntryType::directory, error);
  return std::nullopt;
}

Walk::Walk(std::unique_ptr<State> state) : state_(std::move(state)) {}
Walk::Walk(Walk&&) noexcept = default;
Walk& Walk::operator=(Walk&&) noexcept = default;
Walk::~Walk() = default;

Result<Walk> Walk::open(std::filesystem::path root, Options options) {
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
  auto state = std::make_unique<State>(absolute.native(), options);
  state->enter(std::move(fd), Verdict::included);
  if (const int failed = state->levels.back().listing.error; failed != 0) return cannot(failed);
  return Walk(std::move(state));
}

std::optional<Entry> Walk::next() {
  while (!state_->levels.empty() && status()) {
    State::Level& level = state_->levels.back();
    if (level.next == level.listing.items.size()) {
      state_->leave();
    } else if (auto entry = state_->take(level)) {
      if (status()) return entry;
    }
  }
  return std::nullopt;
}

Status Walk::status() const {
  const int error = state_->exhausted != 0 ? state_->exhausted : state_->rules.exhausted();
  if (error == 0) return {};
  return failure(ErrorKind::busy,
                 "cannot list the tree '" + state_->root + "': " + describe_exhaustion(error));
}

std::uint64_t Walk::ignored() const {
  return state_->ignored;
}
const std::vector<std::string>& Walk::problems() const {
  return state_->rules.problems();
}

Result<std::optional<std::string>> explain_ignore(const std::filesystem::path& root, const std::string& path,
                                                  Options options) {
  std::error_code failed;
  const std::filesystem::path absolute = std::filesystem::canonical(root, failed);
  if (failed) return tl::make_unexpected(system_error("cannot open '" + root.string() + "'", failed.value()));
  IgnoreStack rules(absolute.native(), options);
  UniqueFd directory = open_directory(absolute.native(), "");
  if (!directory) return tl::make_unexpected(system_error("cannot open '" + root.string() + "'", errno));

  const auto describe = [](const Judgement& judgement) {
    return judgement.rules->source() + ":" + std::to_string(judgement.rule->line) + ":" +
           judgement.rule->text;
  };
  std::string at = rules.prefix();
  std::string outer;  // the rule that left out a directory entered only for what is tracked in it
  Verdict verdict = Verdict::included;
  for (std::string_view rest = path; !rest.empty();) {
    SpecialNames special{.git = true, .git_ignore = true, .ignore = true};
    rules.enter(directory.get(), at, special, verdict);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string name(rest.substr(0, end));
    const bool says_directory = end < rest.size();
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (name.empty() || name == ".") continue;
    if (never_indexed(name)) return "'" + name + "' is never indexed";
    if (!options.hidden && name.starts_with('.')) return "'" + name + "' is hidden";

    struct stat status {};
    const bool is_directory = (::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
                                  ? S_ISDIR(status.st_mode)
                                  : says_directory;
    const std::size_t name_at = at.size();
    at += name;
    const Judgement judgement = rules.judge(at, name_at, is_directory);
    verdict = judgement.verdict;
    if (verdict == Verdict::ignored) return judgement.rule != nullptr ? describe(judgement) : outer;
    if (verdict == Verdict::tracked_below && judgement.rule != nullptr) outer = describe(judgement);
    if (rest.empty()) break;
    at += '/';
    // What is not there can still be asked about; only its own ignore files are missing.
    directory = UniqueFd(::openat(directory.get(), name.c_str(), directory_flags));
  }
  return std::nullopt;
}

}  // namespace froe::discovery
