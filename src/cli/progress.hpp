// The progress line of a long run. Made only when it is shown: progress that is off does not exist.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "froe/index.hpp"

namespace froe::cli {

// Redraws one line on standard error a few times a second: files, bytes, rate, time left, and the file that
// has been in flight longest. Counts the files of the tree on a thread of its own, for the time left.
class Progress final : public index::Observer {
 public:
  Progress(std::filesystem::path root, discovery::Options options);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() override;

  void started(std::uint64_t sequence, std::string_view path, ByteCount size, unsigned slot) override;
  void finished(std::uint64_t sequence, unsigned slot) override;
  void recorded(const store::LedgerEntry& entry) override;

 private:
  using Clock = std::chrono::steady_clock;
  struct InFlight {
    std::string path;
    Clock::time_point since;
  };

  void end();
  void draw_until_done();
  void count_files(const std::filesystem::path& root, discovery::Options options);
  [[nodiscard]] std::string line() const;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
  std::optional<std::uint64_t> total_;
  std::map<std::uint64_t, InFlight> in_flight_;
  Clock::time_point start_ = Clock::now();
  std::thread counter_;
  std::thread drawer_;
};

}  // namespace froe::cli
