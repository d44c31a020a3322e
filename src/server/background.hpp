// Keeps the index of one tree up to date on a thread of its own: a pass when it is started, and one whenever
// something in the tree has changed. Knows nothing of protocols.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "froe/server.hpp"

namespace froe::server {

enum class Freshness : std::uint8_t {
  unknown,   // nobody has looked at the tree yet
  working,   // a pass is going on
  fresh,     // as of the last pass, and nothing has changed since as far as the system tells
  changed,   // something has, and the next pass begins when it has been quiet for a moment
  failed,    // the last pass ended with an error; the index is as it was
  not_kept,  // nobody is to keep it up to date
};
[[nodiscard]] std::string_view to_string(Freshness freshness);

struct IndexState {
  Freshness freshness = Freshness::unknown;
  std::uint64_t passes = 0;  // that have ended well
  std::uint64_t files = 0;   // of the pass that is going on: done so far; else of the tree
  std::uint64_t cut = 0;     // of the last pass: files that were cut
  // Not everything is watched: what changes there is found by looking now and then.
  bool blind = false;
  std::string message;  // why it failed, or why not everything is watched
};

class Background : private index::Observer {
 public:
  // `changed` is called on the thread of the passes whenever one begins or ends, and now and then during one.
  Background(std::filesystem::path root, std::filesystem::path database, index::Options options,
             std::unique_ptr<Indexer> indexer, std::function<void(const IndexState&)> changed);
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() override;

  // The first call starts the thread.
  void start();
  [[nodiscard]] IndexState state();
  // Looks at the tree now, whether the system has told of a change or not.
  void look();
  // Until the first pass has ended, however it did; or `longest`, or `cancelled`.
  void await_first_pass(std::chrono::milliseconds longest, const std::atomic<bool>& cancelled);
  // If something has changed since a pass, or may have without anybody being told, looks at it now; until
  // the pass that began behind this call, however it ended, or `longest`, or `cancelled`.
  void catch_up(std::chrono::milliseconds longest, const std::atomic<bool>& cancelled);

 private:
  void run();
  Result<index::Summary> pass();
  // What is looked up by the keystroke; without it the same is found, more slowly. Says why there is none.
  std::string order_names();
  void become(const std::function<void(IndexState&)>& change);
  // How long the pass took; nothing: it failed. False: the thread is to end.
  bool wait(std::optional<std::chrono::milliseconds> took);

  void started(std::uint64_t, std::string_view, ByteCount, unsigned) override {}
  void finished(std::uint64_t, unsigned) override {}
  void recorded(const store::LedgerEntry& entry) override;

  std::filesystem::path root_;
  std::filesystem::path database_;
  index::Options options_;
  std::unique_ptr<Indexer> indexer_;
  std::function<void(const IndexState&)> changed_;
  index::TreeWatch watch_;
  UniqueFd wake_;
  std::atomic<bool> stop_ = false;
  std::atomic<std::uint64_t> done_ = 0;  // files of the pass
  std::atomic<std::int64_t> told_ = 0;   // when the last progress was told, in milliseconds
  std::mutex mutex_;
  std::condition_variable pass_ended_;
  IndexState state_;
  bool first_ended_ = false;
  std::uint64_t begun_ = 0;  // passes
  std::uint64_t ended_ = 0;  // of them, however they did
  std::thread thread_;
};

}  // namespace froe::server
