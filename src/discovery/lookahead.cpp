#include "discovery/lookahead.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <system_error>
#include <utility>

#include "discovery/read_at.hpp"

namespace froe::discovery {
namespace {

// Below so many directories starting threads costs more than they save.
constexpr std::size_t enough_to_start = 16;
// What is ahead holds one for each directory with others in it, some hundred at most.
constexpr rlim_t enough_descriptors = 1024;
// The walk is a thread too.
constexpr unsigned most_threads = 3;
unsigned thread_count() {
  return std::clamp(std::thread::hardware_concurrency(), 2U, most_threads + 1) - 1;
}
// About as long as it takes to list a directory; after that it is not being listed, but waited for.
constexpr std::chrono::microseconds patience{50};

bool has_enough_descriptors() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= enough_descriptors;
}

bool needs_descriptor(const Listing& listing) {
  const auto& special = listing.special;
  return special.git || special.git_ignore || special.ignore ||
         std::ranges::any_of(listing.items,
                             [](const auto& item) { return item.type == EntryType::directory; });
}

}  // namespace

struct Lookahead::Task {
  enum class State : std::uint8_t { asked, begun, done, given_back };
  std::atomic<State> state = State::asked;

  std::weak_ptr<const UniqueFd> parent;  // the walk closes what is far above it
  std::string name;
  std::string path;
  Opened opened;  // once it is done
};

Lookahead::Lookahead(bool hidden, std::function<void(const std::string& path)> entering)
    : hidden_(hidden), entering_(std::move(entering)), stop_(!has_enough_descriptors()) {}

Lookahead::~Lookahead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wanted_.notify_all();
  for (auto& thread : threads_) thread.join();
}

Opened Lookahead::open(int parent, const std::string& name, const std::string& path) const {
  Opened opened;
  opened.fd = open_child(parent, name);
  if (!opened.fd) {
    opened.error = errno;
    return opened;
  }
  // First: what changes while it is listed is told then.
  if (entering_) entering_(path);
  opened.listing = list(opened.fd.get(), hidden_);
  return opened;
}

std::shared_ptr<Lookahead::Task> Lookahead::ask(const std::shared_ptr<const UniqueFd>& parent,
                                                std::string name, std::string path) {
  auto task = std::make_shared<Task>();
  task->parent = parent;
  task->name = std::move(name);
  task->path = std::move(path);
  const std::lock_guard lock(mutex_);
  if (stop_) {
    task->state = Task::State::given_back;
    return task;
  }
  asked_.emplace(task->path + '/', task);
  if (++count_ == enough_to_start) {
    // Fewer, or none, will do.
    try {
      while (threads_.size() < thread_count()) threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
      stop_ = threads_.empty();
    }
  }
  if (idle_ > 0 && asked_.size() > 1) wanted_.notify_one();
  return task;
}

std::optional<Opened> Lookahead::take(const std::shared_ptr<Task>& task) {
  {
    const std::lock_guard lock(mutex_);
    if (task->state == Task::State::asked) {
      asked_.erase(task->path + '/');
      return std::nullopt;
    }
  }
  // Sleeping and being woken would take as long as the walk itself.
  const auto end = std::chrono::steady_clock::now() + patience;
  while (task->state == Task::State::begun && std::chrono::steady_clock::now() < end) {
  }
  if (task->state != Task::State::done) return std::nullopt;
  return std::move(task->opened);
}

bool Lookahead::work_on(Task& task) const {
  try {
    const auto parent = task.parent.lock();
    if (!parent) return false;
    task.opened = open(parent->get(), task.name, task.path);
  } catch (const std::exception&) {
    return false;  // the walk's own try says what is wrong
  }
  auto& opened = task.opened;
  if (is_exhaustion(opened.error) || is_exhaustion(opened.listing.error)) return false;
  if (!needs_descriptor(opened.listing)) opened.fd.reset();
  return true;
}

void Lookahead::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    wanted_.wait(lock, [&] { return stop_ || asked_.size() > 1; });
    --idle_;
    if (stop_) return;
    // The first is left to the walk, which would wait for it otherwise.
    const auto next = std::next(asked_.begin());
    const auto task = next->second;
    asked_.erase(next);
    task->state = Task::State::begun;
    lock.unlock();
    const bool done = work_on(*task);
    task->state = done ? Task::State::done : Task::State::given_back;
    lock.lock();
  }
}

}  // namespace froe::discovery
