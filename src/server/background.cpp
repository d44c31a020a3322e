#include "server/background.hpp"

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "server/workspace.hpp"

namespace froe::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Between two words about how far a pass has come.
constexpr std::int64_t progress_interval = 250;

std::int64_t now_in_milliseconds() {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string_view to_string(Freshness freshness) {
  switch (freshness) {
    case Freshness::unknown: return "unknown";
    case Freshness::working: return "indexing";
    case Freshness::fresh: return "fresh";
    case Freshness::changed: return "changed";
    case Freshness::failed: return "failed";
    case Freshness::not_kept: return "not_kept";
  }
  return "unknown";
}

Background::Background(std::filesystem::path root, std::filesystem::path database, index::Options options,
                       std::unique_ptr<Indexer> indexer, std::function<void(const IndexState&)> changed)
    : root_(std::move(root)),
      database_(std::move(database)),
      options_(std::move(options)),
      indexer_(std::move(indexer)),
      changed_(std::move(changed)),
      watch_(root_, database_, options_),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_) throw std::system_error(errno, std::generic_category(), "cannot make an eventfd");
  if (!indexer_) {
    state_.freshness = Freshness::not_kept;
    first_ended_ = true;
  }
}

Background::~Background() {
  stop_ = true;
  ::eventfd_write(wake_.get(), 1);
  if (indexer_) indexer_->hurry();
  if (thread_.joinable()) thread_.join();
}

void Background::start() {
  if (!indexer_ || thread_.joinable()) return;
  become([](IndexState& state) { state.freshness = Freshness::working; });
  thread_ = std::thread([this] { run(); });
}

IndexState Background::state() {
  const std::lock_guard lock(mutex_);
  auto state = state_;
  if (state.freshness == Freshness::working) state.files = done_;
  if (state.freshness == Freshness::fresh && watch_.has_news()) state.freshness = Freshness::changed;
  return state;
}

void Background::look() {
  ::eventfd_write(wake_.get(), 1);
}

void Background::await_first_pass(milliseconds longest_wait, const std::atomic<bool>& cancelled) {
  constexpr milliseconds step{20};
  const auto end = steady_clock::now() + longest_wait;
  std::unique_lock lock(mutex_);
  while (!first_ended_ && !cancelled && steady_clock::now() < end) pass_ended_.wait_for(lock, step);
}

void Background::catch_up(milliseconds longest_wait, const std::atomic<bool>& cancelled) {
  constexpr milliseconds step{5};
  const auto end = steady_clock::now() + longest_wait;
  std::unique_lock lock(mutex_);
  if (state_.passes == 0) return;
  const bool news = watch_.has_news() || state_.blind;
  // A pass that is going on may have been there before the change.
  const auto wanted = begun_ + (news ? 1 : 0);
  if (news) look();
  while (ended_ < wanted && !cancelled && steady_clock::now() < end) pass_ended_.wait_for(lock, step);
}

void Background::become(const std::function<void(IndexState&)>& change) {
  IndexState state;
  {
    const std::lock_guard lock(mutex_);
    change(state_);
    state = state_;
  }
  if (changed_) changed_(state);
}

void Background::recorded(const store::LedgerEntry&) {
  auto done = ++done_;
  auto now = now_in_milliseconds();
  auto last = told_.load();
  if (now - last < progress_interval || !told_.compare_exchange_strong(last, now)) return;
  become([&](IndexState& state) { state.files = done; });
}

Result<index::Summary> Background::pass() {
  if (auto reader = store::Reader::open(database_)) {
    if (auto ours = is_index_of(*reader, root_); ours && !*ours) {
      return failure(ErrorKind::invalid_argument, "it is the index of another tree");
    }
  }
  return indexer_->update(root_, database_, options_, this, stop_);
}

std::string Background::order_names() {
  auto ordered = store::refresh_symbol_names(database_, [this] { return stop_.load(); });
  return ordered ? std::string() : "names are found slowly: " + ordered.error().message;
}

void Background::run() {
  while (!stop_) {
    done_ = 0;
    become([this](IndexState& state) {
      ++begun_;
      state.freshness = Freshness::working;
      state.files = 0;
    });
    watch_.look_begins();
    auto start = steady_clock::now();
    auto done = pass();
    auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
    auto problem = done ? order_names() : std::string();
    if (stop_) return;
    become([&](IndexState& state) {
      ++ended_;
      state.blind = !watch_.blind().empty();
      // While somebody else writes it, the index is on its way.
      first_ended_ = first_ended_ || done || done.error().kind != ErrorKind::busy;
      state.message = done ? watch_.blind() : done.error().message;
      if (state.message.empty()) state.message = std::move(problem);
      state.freshness = done ? Freshness::fresh : Freshness::failed;
      if (!done) return;
      ++state.passes;
      state.files = done->files;
      state.cut = done->cut;
    });
    pass_ended_.notify_all();
    if (!wait(done ? std::optional(took) : std::nullopt)) return;
  }
}

bool Background::wait(std::optional<milliseconds> took) {
  watch_.wait(watch_.patience(took), wake_.get());
  eventfd_t ignored = 0;
  ::eventfd_read(wake_.get(), &ignored);
  return !stop_;
}

}  // namespace froe::server
