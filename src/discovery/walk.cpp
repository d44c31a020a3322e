#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <system_error>

#include "discovery/ignore_stack.hpp"
#include "discovery/lookahead.hpp"
#include "discovery/read_at.hpp"
#include "froe/discovery.hpp"

namespace froe::discovery {
namespace {

// Directories kept open at once, besides the root: a tree may be deeper than a process may have descriptors.
constexpr std::size_t max_open_levels = 32;
// Directories of one level that are listed before the walk comes to them.
constexpr std::size_t most_ahead = 24;

std::string words(int error) {
  return std::generic_category().message(error);
}

}  // namespace

struct Walk::State {
  struct Level {
    std::shared_ptr<UniqueFd> fd;  // nothing while the walk is far below, or if it was not needed
    Listing listing;
    std::size_t next = 0;  // item
    // What was asked for, of the next directories in the listing; nullptr for one that is left out.
    std::deque<std::shared_ptr<Lookahead::Task>> ahead;
    std::size_t next_ahead = 0;  // item
    std::size_t path_size = 0;   // of the directory's path, with its '/'
  };

  State(std::string root_path, Options walk_options)
      : root(std::move(root_path)),
        rules(root, walk_options),
        path(rules.prefix()),
        lookahead(walk_options.hidden, walk_options.entering) {}

  void enter(Opened opened, Verdict verdict);
  void look_ahead(Level& level);
  void leave();
  std::optional<Entry> take(Level& level);
  std::optional<Entry> enter_child(Verdict verdict, const std::shared_ptr<Lookahead::Task>& task);
  int open_level(std::size_t index);
  [[nodiscard]] Entry entry(EntryType type, int error = 0);

  std::string root;
  IgnoreStack rules;
  std::string path;  // from the rules' top; the walk's own paths leave their prefix out
  std::vector<Level> levels;
  Lookahead lookahead;
  std::uint64_t ignored = 0;
  int exhausted = 0;  // the error number for what ran out
};

Entry Walk::State::entry(EntryType type, int error) {
  if (is_exhaustion(error)) exhausted = error;
  return Entry{path.substr(rules.prefix().size()), type, error != 0 ? words(error) : std::string(),
               error == ENOENT, std::nullopt};
}

void Walk::State::enter(Opened opened, Verdict verdict) {
  Level level;
  level.listing = std::move(opened.listing);
  level.path_size = path.size();
  rules.enter(opened.fd.get(), path, level.listing.special, verdict);
  // The root stays open, to find back from.
  if (opened.fd) level.fd = std::make_shared<UniqueFd>(std::move(opened.fd));
  levels.push_back(std::move(level));
  if (levels.size() > max_open_levels + 1) levels[levels.size() - 1 - max_open_levels].fd.reset();
}

// Asks for the next directories that the walk will enter from this level.
void Walk::State::look_ahead(Level& level) {
  if (!level.fd) return;
  const auto& items = level.listing.items;
  if (level.ahead.empty()) level.next_ahead = std::max(level.next_ahead, level.next);
  for (; level.ahead.size() < most_ahead && level.next_ahead < items.size(); ++level.next_ahead) {
    const auto& item = items[level.next_ahead];
    if (item.type != EntryType::directory) continue;
    path.resize(level.path_size);
    path += level.listing.name(item);
    const bool enters = rules.judge(path, level.path_size, true).verdict != Verdict::ignored;
    level.ahead.push_back(enters ? lookahead.ask(level.fd, std::string(level.listing.name(item)),
                                                 path.substr(rules.prefix().size()))
                                 : nullptr);
  }
  path.resize(level.path_size);
}

void Walk::State::leave() {
  rules.leave();
  levels.pop_back();
  path.resize(levels.empty() ? 0 : levels.back().path_size);
}

// The descriptor of a level, opened again if need be; -1 with errno set. Opening again goes down from the
// root and keeps what it passes, so that it happens once per `max_open_levels` levels on the way up.
int Walk::State::open_level(std::size_t index) {
  if (levels[index].fd) return levels[index].fd->get();
  std::size_t from = index;
  while (!levels[from].fd) --from;
  UniqueFd passed;
  int parent = levels[from].fd->get();
  for (std::size_t i = from + 1; i <= index; ++i) {
    const std::size_t begin = levels[i - 1].path_size;
    const std::string name = path.substr(begin, levels[i].path_size - begin - 1);
    UniqueFd fd = open_child(parent, name);
    if (!fd) return -1;
    parent = fd.get();
    if (i + max_open_levels > index) {
      levels[i].fd = std::make_shared<UniqueFd>(std::move(fd));
    } else {
      passed = std::move(fd);
    }
  }
  return parent;
}

// The next entry of the deepest level; nothing if it was ignored, or was a directory that is entered now.
std::optional<Entry> Walk::State::take(Level& level) {
  look_ahead(level);
  const Listing::Item& item = level.listing.items[level.next++];
  std::shared_ptr<Lookahead::Task> task;
  if (item.type == EntryType::directory && !level.ahead.empty()) {
    task = std::move(level.ahead.front());
    level.ahead.pop_front();
  }
  path.resize(level.path_size);
  path += level.listing.name(item);
  const bool is_directory = item.type == EntryType::directory;
  const Verdict verdict = rules.judge(path, level.path_size, is_directory).verdict;
  if (verdict == Verdict::ignored) {
    ++ignored;
    return std::nullopt;
  }
  if (is_directory) return enter_child(verdict, task);
  Entry found = entry(item.type, item.error);
  if (item.has_stamp) found.stamp = item.stamp;
  return found;
}

// Enters the directory at `path`; an entry if that fails, wholly or in part.
std::optional<Entry> Walk::State::enter_child(Verdict verdict, const std::shared_ptr<Lookahead::Task>& task) {
  std::optional<Opened> opened;
  if (task) opened = lookahead.take(task);
  if (!opened) {
    const int parent = open_level(levels.size() - 1);
    const int parent_error = errno;
    const std::size_t name_at = levels.back().path_size;
    opened.emplace();
    if (parent < 0) {
      opened->error = parent_error;
    } else {
      opened = lookahead.open(parent, path.substr(name_at), path.substr(rules.prefix().size()));
    }
  }
  path += '/';
  if (opened->error != 0) return entry(EntryType::directory, opened->error);
  enter(std::move(*opened), verdict);
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
  auto state = std::make_unique<State>(absolute.native(), options);
  auto opened = state->lookahead.open(AT_FDCWD, absolute.native(), "");
  if (opened.error != 0) return cannot(opened.error);
  state->enter(std::move(opened), Verdict::included);
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
    directory = open_child(directory.get(), name);
  }
  return std::nullopt;
}

}  // namespace froe::discovery
