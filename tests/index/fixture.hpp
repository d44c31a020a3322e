// A tree on disk, the ways to index it, and what became of it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "froe/chunk.hpp"
#include "froe/execute.hpp"
#include "froe/index.hpp"
#include "froe/store.hpp"
#include "froe/store_writer.hpp"
#include "index/shuffling_handler.hpp"

namespace froe {

namespace fs = std::filesystem;

enum class Pool { in_line, threads, processes };

inline execute::HandlerFactory chunk_handler() {
  return [] {
    auto chunker = std::make_shared<chunk::Chunker>();
    return [chunker](const FileTask& task) { return chunker->chunk(task); };
  };
}

inline std::unique_ptr<execute::Executor> make_pool(Pool pool, unsigned workers, bool shuffled) {
  execute::Limits limits;
  limits.workers = workers;
  limits.in_flight = ByteCount(64U << 10U);  // so little that the bound is felt
  auto handler = shuffled ? test::shuffling_handler() : chunk_handler();
  if (pool == Pool::in_line) return execute::make_inline(handler);
  if (pool == Pool::threads) return execute::make_threads(handler, limits);
  execute::WorkerSpec worker{FROE_SHUFFLING_WORKER, {}};
  if (!shuffled) worker = {FROE_PROGRAM, {"worker"}};
  return execute::make_processes(worker, chunk::chunk_as_text, chunk::chunk_if_quick, limits);
}

class UpdateTest : public testing::Test {
 protected:
  UpdateTest() {
    std::string name = (fs::temp_directory_path() / "froe-update-XXXXXX").string();
    scratch_ = ::mkdtemp(name.data());
    root_ = scratch_ / "tree";
    fs::create_directory(root_);
  }
  ~UpdateTest() override { fs::remove_all(scratch_); }

  void write(const std::string& path, const std::string& content) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << content;
  }

  Result<index::Summary> update(const fs::path& database, execute::Executor& executor,
                                index::Options options = {}, bool alone = false) {
    auto writer = store::Writer::open(
        database,
        {.root = root_.string(), .on_wait = nullptr, .rules = index::rules(options), .alone = alone});
    if (!writer) return tl::make_unexpected(writer.error());
    return index::update({root_, options, *writer, executor, nullptr, stop_, chunk::chunk_as_text});
  }

  index::Summary must_update(const fs::path& database, Pool pool = Pool::in_line, unsigned workers = 1,
                             bool shuffled = false, index::Options options = {}) {
    auto summary = update(database, *make_pool(pool, workers, shuffled), options, pool == Pool::in_line);
    EXPECT_TRUE(summary) << summary.error().message;
    return summary ? *summary : index::Summary{};
  }

  static std::string dump(const fs::path& database, bool row_ids) {
    auto reader = store::Reader::open(database);
    EXPECT_TRUE(reader) << reader.error().message;
    std::ostringstream out;
    EXPECT_TRUE(reader->dump(out, row_ids));
    return out.str();
  }

  static std::map<std::string, store::LedgerEntry> ledger(const fs::path& database) {
    std::map<std::string, store::LedgerEntry> rows;
    auto reader = store::Reader::open(database);
    EXPECT_TRUE(reader) << reader.error().message;
    EXPECT_TRUE(reader->ledger(std::nullopt, [&](const store::LedgerEntry& entry) {
      rows.emplace(entry.path, entry);
      return true;
    }));
    return rows;
  }

  static void expect_proved(const fs::path& database) {
    auto reader = store::Reader::open(database);
    ASSERT_TRUE(reader) << reader.error().message;
    auto proved = reader->verify(
        [](const store::Fault& fault) { ADD_FAILURE() << fault.path << ": " << fault.message; });
    EXPECT_TRUE(proved) << proved.error().message;
  }

  static index::Options real_options() {
    index::Options options;
    options.max_parse =
        ByteCount(200'000);  // the generated parsers go to the text chunker: this is no benchmark
    options.max_file = ByteCount(400'000);
    options.discovery.git_ignore = false;
    options.discovery.ignore_files = false;
    return options;
  }

  fs::path scratch_;
  fs::path root_;
  std::atomic<bool> stop_{false};
};

}  // namespace froe
