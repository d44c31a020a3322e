#include "cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "froe/report.hpp"

namespace froe::cli {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(150);
// A file in flight for less than this is not worth a name.
constexpr double slow_seconds = 1;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string clock_time(double seconds) {
  auto whole = static_cast<std::uint64_t>(seconds);
  auto two = [](std::uint64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(whole / 60) + ':' + two(whole % 60);
}

std::size_t terminal_columns() {
  winsize size{};
  bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

void put(const std::string& text) {
  // Progress that cannot be written is no loss.
  auto ignored = ::write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(ignored);
}

}  // namespace

Progress::Progress(std::filesystem::path root, discovery::Options options) {
  try {
    counter_ = std::thread([this, root = std::move(root), options] { count_files(root, options); });
    drawer_ = std::thread([this] { draw_until_done(); });
  } catch (...) {
    end();
    throw;
  }
}

Progress::~Progress() {
  end();
  put("\r\x1b[K");
}

void Progress::end() {
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_all();
  for (std::thread* thread : {&drawer_, &counter_}) {
    if (thread->joinable()) thread->join();
  }
}

void Progress::started(std::uint64_t sequence, std::string_view path, ByteCount, unsigned) {
  std::lock_guard lock(mutex_);
  in_flight_.insert_or_assign(sequence, InFlight{std::string(path), Clock::now()});
}

void Progress::finished(std::uint64_t sequence, unsigned) {
  std::lock_guard lock(mutex_);
  in_flight_.erase(sequence);
}

void Progress::recorded(const store::LedgerEntry& entry) {
  std::lock_guard lock(mutex_);
  ++files_;
  if (entry.blob) bytes_ += entry.size;
}

void Progress::count_files(const std::filesystem::path& root, discovery::Options options) {
  auto walk = discovery::Walk::open(root, options);
  if (!walk) return;
  std::uint64_t files = 0;
  while (walk->next()) {
    ++files;
    // The lock is only for `done_`; now and then is often enough to stop soon.
    if (files % 256 == 0) {
      std::lock_guard lock(mutex_);
      if (done_) return;
    }
  }
  std::lock_guard lock(mutex_);
  total_ = files;
}

std::string Progress::line() const {
  auto seconds = std::max(seconds_since(start_), 0.001);
  std::string text = std::to_string(files_) + (total_ ? "/" + std::to_string(*total_) : std::string()) +
                     " files  " + report::human_bytes(bytes_) + "  " +
                     report::human_bytes(static_cast<std::uint64_t>(static_cast<double>(bytes_) / seconds)) +
                     "/s";
  if (total_ && files_ > 0 && *total_ >= files_) {
    text += "  " + clock_time(seconds * static_cast<double>(*total_ - files_) / static_cast<double>(files_)) +
            " left";
  }
  auto slowest = std::min_element(in_flight_.begin(), in_flight_.end(), [](const auto& a, const auto& b) {
    return a.second.since < b.second.since;
  });
  if (slowest != in_flight_.end() && seconds_since(slowest->second.since) > slow_seconds) {
    text += "  " + clock_time(seconds_since(slowest->second.since)) + " on " +
            report::printable(slowest->second.path);
  }
  auto columns = terminal_columns() - 1;
  if (text.size() > columns) {
    // Between characters: continuation bytes go with the byte that begins theirs.
    while (columns > 0 && (static_cast<unsigned char>(text[columns]) & 0xc0U) == 0x80U) --columns;
    text.resize(columns);
  }
  return text;
}

void Progress::draw_until_done() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, redraw_interval, [this] { return done_; })) put('\r' + line() + "\x1b[K");
}

}  // namespace froe::cli
