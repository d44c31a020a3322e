// What goes into the full-text index for the chunks of a blob. Tokenizing it is most of what such a row
// costs, and there is one writer: for a large blob, other threads do it ahead of the one that writes.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "froe/record.hpp"
#include "store/rows.hpp"
#include "store/sqlite.hpp"
#include "store/terms.hpp"
#include "store/told_tokenizer.hpp"

namespace froe::store {

// Belongs to one connection that writes. One thread at a time.
class ChunkTerms {
 public:
  // `told` takes its place, unless it is `alone`: without other threads.
  ChunkTerms(Connection& connection, ToldTokenizer& told, bool alone);
  ChunkTerms(const ChunkTerms&) = delete;
  ChunkTerms& operator=(const ChunkTerms&) = delete;
  ~ChunkTerms();

  // Whether other threads are at work in `each`.
  [[nodiscard]] bool is_ahead(std::string_view content) const;

  // Calls `put` for each chunk, in order, until it returns false. If it gives these values to FTS5, FTS5 need
  // not tokenize what was tokenized ahead.
  using Put = std::function<bool(const Chunk& chunk, std::string_view text, const Terms& terms)>;
  void each(std::string_view content, const std::vector<Chunk>& chunks, const Put& put);

 private:
  class Batch;
  void each_ahead(std::string_view content, const std::vector<Chunk>& chunks, const Put& put);

  ToldTokenizer& told_;
  std::vector<std::unique_ptr<Batch>> batches_;
  IdentifierSplitter splitter_;
  Terms terms_;
};

}  // namespace froe::store
