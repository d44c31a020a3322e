#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>

#include "discovery/channel.hpp"
#include "discovery/read_at.hpp"
#include "discovery/traversal.hpp"
#include "froe/discovery.hpp"

namespace froe::discovery {
namespace {

// So many that handing them over costs little beside looking at them.
constexpr std::size_t most_items = 256;
// Batches between two threads: enough that a slow directory does not hold up the other.
constexpr std::size_t most_batches = 4;
// What is under way keeps some hundred directories open; who has fewer descriptors needs them for something
// else.
constexpr rlim_t enough_descriptors = 512;

std::string words(int error) {
  return error != 0 ? std::generic_category().message(error) : std::string();
}

bool has_enough_descriptors() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= enough_descriptors;
}

}  // namespace

// Most of a walk is waiting for the kernel: to list directories, and to look at files. One thread does the
// one and one the other, while a third, whose walk this is, holds what they found against what it knows.
class Walk::State {
 public:
  explicit State(std::unique_ptr<Traversal> traversal) : traversal_(std::move(traversal)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    listed_.close();
    looked_at_.close();
    for (auto& thread : threads_) thread.join();
  }

  std::optional<Entry> next();
  [[nodiscard]] Status status() const;
  [[nodiscard]] std::uint64_t ignored() const { return ignored_; }
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

 private:
  void start();
  void list();
  void look();
  std::optional<Batch> get();
  bool refill();

  std::unique_ptr<Traversal> traversal_;  // of the thread that lists, once it runs
  Channel<Batch> listed_{most_batches};
  Channel<Batch> looked_at_{most_batches};
  std::vector<std::thread> threads_;  // none: it is all done here
  std::exception_ptr list_failure_;   // what each was ended by; read when it has closed its channel
  std::exception_ptr look_failure_;
  bool started_ = false;
  bool ended_ = false;

  Batch batch_;  // whose items are handed out
  std::size_t at_ = 0;
  std::uint64_t ignored_ = 0;
  std::vector<std::string> problems_;
};

void Walk::State::start() {
  started_ = true;
  if (!has_enough_descriptors()) return;
  try {
    threads_.reserve(2);
    threads_.emplace_back([this] { look(); });
    threads_.emplace_back([this] { list(); });
  } catch (const std::system_error&) {
    // No threads to be had. The one that looks ends when there is nothing to be listed.
    listed_.close();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }
}

void Walk::State::list() {
  try {
    while (auto batch = traversal_->next(most_items)) {
      if (!listed_.push(std::move(*batch))) break;
    }
  } catch (...) {
    list_failure_ = std::current_exception();
  }
  listed_.close();
}

void Walk::State::look() {
  try {
    while (auto batch = listed_.pop()) {
      look_at_files(*batch);
      if (!looked_at_.push(std::move(*batch))) break;
    }
  } catch (...) {
    look_failure_ = std::current_exception();
  }
  looked_at_.close();
}

std::optional<Batch> Walk::State::get() {
  if (threads_.empty()) {
    // One at a time: no directory is kept open for others to be listed.
    auto batch = traversal_->next(1);
    if (batch) look_at_files(*batch);
    return batch;
  }
  auto batch = looked_at_.pop();
  // The thread that looks ends of its own failure, or after the one that lists.
  if (!batch && look_failure_) std::rethrow_exception(look_failure_);
  if (!batch && list_failure_) std::rethrow_exception(list_failure_);
  return batch;
}

bool Walk::State::refill() {
  if (!started_) start();
  auto batch = get();
  if (!batch) return false;
  batch_ = std::move(*batch);
  at_ = 0;
  ignored_ += batch_.ignored;
  std::move(batch_.problems.begin(), batch_.problems.end(), std::back_inserter(problems_));
  return true;
}

std::optional<Entry> Walk::State::next() {
  while (at_ == batch_.items.size()) {
    // Also if it throws.
    if (std::exchange(ended_, true)) return std::nullopt;
    ended_ = !refill();
  }
  const Batch::Item& item = batch_.items[at_++];
  return Entry{batch_.paths.c_str() + item.path, item.type, words(item.error), item.error == ENOENT,
               item.stamp};
}

Status Walk::State::status() const {
  const int error = batch_.exhausted;
  if (error == 0 || at_ < batch_.items.size()) return {};
  return failure(ErrorKind::busy,
                 "cannot list the tree '" + traversal_->root() + "': " + describe_exhaustion(error));
}

Walk::Walk(std::unique_ptr<State> state) : state_(std::move(state)) {}
Walk::Walk(Walk&&) noexcept = default;
Walk& Walk::operator=(Walk&&) noexcept = default;
Walk::~Walk() = default;

Result<Walk> Walk::open(const std::filesystem::path& root, const Options& options) {
  auto traversal = Traversal::open(root, options);
  if (!traversal) return tl::make_unexpected(std::move(traversal.error()));
  return Walk(std::make_unique<State>(std::move(*traversal)));
}

std::optional<Entry> Walk::next() {
  return state_->next();
}

Status Walk::status() const {
  return state_->status();
}

std::uint64_t Walk::ignored() const {
  return state_->ignored();
}

const std::vector<std::string>& Walk::problems() const {
  return state_->problems();
}

}  // namespace froe::discovery
