// A run as a file in the Chrome trace-event format, to be looked at in Perfetto or chrome://tracing. Made
// only when it is asked for: a trace that is off does not exist.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "froe/index.hpp"
#include "froe/support.hpp"

namespace froe::cli {

// A row for each slot of the pool, on it an event for each of its files, from when a worker began with it to
// its answer or the worker's end; and a row of the writer, with an event for each commit. Any thread may call
// the observer's functions.
class Trace final : public index::Observer {
 public:
  using Clock = std::chrono::steady_clock;

  // Creates the file, or empties it. It is valid JSON from here on, whenever the process ends.
  static Result<std::unique_ptr<Trace>> open(const std::filesystem::path& path);
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  ~Trace() override = default;

  void started(std::uint64_t sequence, std::string_view path, ByteCount size, unsigned slot) override;
  void finished(std::uint64_t sequence, unsigned slot) override;
  void recorded(const store::LedgerEntry&) override {}
  void committed(Clock::time_point begin, Clock::time_point end) override;

  // Writes what is left. ErrorKind::io if anything could not be written, now or before.
  [[nodiscard]] Status finish();

 private:
  struct Begun {
    bool busy = false;
    std::uint64_t sequence = 0;
    std::string path;
    std::uint64_t bytes = 0;
    Clock::time_point since;
  };

  Trace(UniqueFd file, std::filesystem::path path) : file_(std::move(file)), path_(std::move(path)) {}
  void name_row(std::size_t row, const std::string& name);
  void add(std::string event);
  void flush();
  [[nodiscard]] double microseconds(Clock::time_point time) const;

  std::mutex mutex_;
  UniqueFd file_;
  std::filesystem::path path_;
  Clock::time_point start_ = Clock::now();
  std::vector<Begun> slots_;
  std::string pending_;    // events that are not in the file
  std::uint64_t end_ = 0;  // where the file's closing bracket stands
  int error_ = 0;
};

}  // namespace froe::cli
