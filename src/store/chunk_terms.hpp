// What goes into the full-text index for the chunks of a blob. Tokenizing it is two thirds of what such a row
// costs, and there is one writer: for a large blob, other threads do it ahead of the one that writes.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string_view>
#include <vector>

#include "froe/record.hpp"
#include "store/rows.hpp"
#include "store/sqlite.hpp"
#include "store/terms.hpp"
#include "store/told_tokenizer.hpp"

namespace froe::store {

// One thread at a time.
class ChunkTerms {
 public:
  // For a connection that has just been opened, and that it outlives. `alone`: without other threads.
  ChunkTerms(Connection& connection, bool alone);
  ChunkTerms(const ChunkTerms&) = delete;
  ChunkTerms& operator=(const ChunkTerms&) = delete;
  ~ChunkTerms();

  // How work beside `each` is begun: in a thread of its own if the blob is large and there is one to be had.
  [[nodiscard]] std::launch launch(std::string_view content) const;

  // Calls `put` for each chunk, in order. If it gives these values to FTS5, FTS5 need not tokenize what was
  // tokenized ahead.
  using Put = std::function<void(const Chunk& chunk, std::string_view text, const Terms& terms)>;
  void each(std::string_view content, const std::vector<Chunk>& chunks, const Put& put);

 private:
  class Batch;
  void each_ahead(std::string_view content, const std::vector<Chunk>& chunks, const Put& put);

  // Before the batches, which have SQLite's own.
  std::vector<std::unique_ptr<Batch>> batches_;
  ToldTokenizer told_;
  IdentifierSplitter splitter_;
  Terms terms_;
};

}  // namespace froe::store
