#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <fstream>
#include <mutex>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "froe/discovery.hpp"

namespace froe::discovery {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What makes a tree another one. Writing counts from the first byte on: some programs never close a file.
constexpr std::uint32_t changes = IN_CREATE | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB |
                                  IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t how = IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK;

std::string limit() {
  std::ifstream file("/proc/sys/fs/inotify/max_user_watches");
  std::string number;
  file >> number;
  return number.empty() ? "the system's limit" : "fs.inotify.max_user_watches is " + number;
}

std::string reason(int error) {
  switch (error) {
    case ENOSPC: return "there are too many directories to watch: " + limit();
    case EMFILE:
      return "too many programs watch already: fs.inotify.max_user_instances or `ulimit -n` is too low";
    default: return "cannot watch the tree: " + std::generic_category().message(error);
  }
}

}  // namespace

struct Watch::State {
  State(const std::filesystem::path& tree, std::function<bool(const std::string&)> own)
      : root(tree.native()),
        is_own(std::move(own)),
        events(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
        told(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!events || !told) blind = reason(errno);
  }

  // Takes what the system has told so far. Whether something has changed that counts.
  bool take();
  bool counts(const inotify_event& event);

  std::string root;
  std::function<bool(const std::string&)> is_own;
  UniqueFd events;
  UniqueFd told;  // readable: another thread than the one that waits took news
  std::mutex taking;
  bool news = false;  // under `taking`
  std::mutex mutex;   // of what `watch` writes
  std::unordered_map<int, std::string> directories;
  std::string blind;
};

Watch::Watch(const std::filesystem::path& root, std::function<bool(const std::string& path)> is_own)
    : state_(std::make_unique<State>(root, std::move(is_own))) {}
Watch::~Watch() = default;

void Watch::watch(const std::string& directory) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->events) return;
  const std::string path = directory.empty() ? state_->root : state_->root + '/' + directory;
  // One that is watched already keeps its number.
  const int number = ::inotify_add_watch(state_->events.get(), path.c_str(), changes | how);
  if (number >= 0) {
    state_->directories[number] = directory.empty() ? "" : directory + '/';
  } else if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
    // What is gone is told by its parent, and what cannot be listed has nothing to tell.
    state_->blind = reason(errno);
  }
}

std::string Watch::blind() const {
  const std::lock_guard lock(state_->mutex);
  return state_->blind;
}

bool Watch::State::counts(const inotify_event& event) {
  const std::lock_guard lock(mutex);
  if ((event.mask & IN_IGNORED) != 0) {
    directories.erase(event.wd);
    return false;
  }
  // More has happened than the system remembers: whatever it is, the next walk sees it.
  if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
  const auto directory = directories.find(event.wd);
  if (directory == directories.end()) return false;
  // A directory whose time of access or mode has changed is none the worse; its parent tells of more.
  if (event.len == 0) return (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0;
  return !is_own(directory->second + static_cast<const char*>(event.name));
}

bool Watch::State::take() {
  bool changed = false;
  alignas(inotify_event) std::array<char, 1U << 16U> buffer;  // NOLINT: filled by read
  for (;;) {
    const ssize_t size = ::read(events.get(), buffer.data(), buffer.size());
    for (ssize_t at = 0; at < size;) {
      const auto& event = *reinterpret_cast<const inotify_event*>(buffer.data() + at);
      changed = counts(event) || changed;
      at += static_cast<ssize_t>(sizeof(inotify_event) + event.len);
    }
    // If one more would have had room, there was none.
    if (size < static_cast<ssize_t>(buffer.size() - sizeof(inotify_event) - NAME_MAX - 1)) return changed;
  }
}

void Watch::look_begins() {
  const std::lock_guard lock(state_->taking);
  static_cast<void>(state_->take());
  eventfd_t ignored = 0;
  static_cast<void>(::eventfd_read(state_->told.get(), &ignored));
  state_->news = false;
}

bool Watch::has_news() {
  const std::lock_guard lock(state_->taking);
  if (state_->take()) {
    state_->news = true;
    ::eventfd_write(state_->told.get(), 1);
  }
  return state_->news;
}

Watch::Woken Watch::wait(milliseconds quiet, milliseconds longest, std::optional<milliseconds> patience,
                         int stop) {
  const auto start = Clock::now();
  std::optional<Clock::time_point> first;  // when something changed
  Clock::time_point last;
  auto take = [&] {
    const std::lock_guard lock(state_->taking);
    eventfd_t by_others = 0;
    static_cast<void>(::eventfd_read(state_->told.get(), &by_others));
    const bool changed = state_->take();
    state_->news = state_->news || changed;
    return changed || by_others != 0;
  };
  {
    const std::lock_guard lock(state_->taking);
    if (state_->news) first = last = start;
  }
  for (;;) {
    std::optional<Clock::time_point> until;
    if (first) {
      until = std::min(last + quiet, *first + longest);
    } else if (patience) {
      until = start + *patience;
    }
    int left = -1;
    if (until) {
      // Rounded up, so as not to come back too early.
      left = static_cast<int>(
          std::chrono::ceil<milliseconds>(std::max(*until - Clock::now(), Clock::duration::zero())).count());
    }
    std::array<pollfd, 3> sources{pollfd{stop, POLLIN, 0}, pollfd{state_->events.get(), POLLIN, 0},
                                  pollfd{state_->told.get(), POLLIN, 0}};
    const int ready = ::poll(sources.data(), sources.size(), left);
    if (ready < 0 && errno != EINTR) return Woken::stopped;
    if (sources[0].revents != 0) return Woken::stopped;
    // However much is still coming in.
    if (first && Clock::now() >= *first + longest) return Woken::changed;
    if (ready == 0) return first ? Woken::changed : Woken::timed_out;
    if (ready > 0 && take()) {
      last = Clock::now();
      if (!first) first = last;
    }
  }
}

}  // namespace froe::discovery
