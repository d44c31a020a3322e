#include "store/chunk_terms.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <future>
#include <span>
#include <string>
#include <thread>

#include "store/fts5.hpp"

namespace froe::store {
namespace {

// Starting a thread takes some tens of microseconds, tokenizing a batch of this size some milliseconds.
constexpr std::size_t batch_bytes = 256U << 10U;
// One is put while the others are tokenized, which takes about twice as long.
constexpr std::size_t batch_count = 3;

}  // namespace

// The terms of some chunks that follow each other.
//
// The threads are as important as the writer's, whatever the number of workers: it waits for them. They
// cannot keep a worker from its file for long, as what can be written meanwhile is bounded by the bytes in
// flight.
class ChunkTerms::Batch {
 public:
  explicit Batch(Connection& connection) : tokenizer_(connection) {}

  // Begins to tokenize the first of these chunks, in a thread of its own if there is one to be had. Returns
  // the others.
  std::span<const Chunk> begin(std::string_view content, std::span<const Chunk> chunks) {
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < chunks.size() && bytes < batch_bytes; ++count)
      bytes += chunks[count].range.size();
    begun_ = std::async(std::launch::async | std::launch::deferred,
                        [this, content, first = chunks.first(count)] { fill(content, first); });
    return chunks.subspan(count);
  }
  [[nodiscard]] bool has_begun() const { return begun_.valid(); }
  // Waits until it is done. False: `put` is done.
  [[nodiscard]] bool put(ToldTokenizer& told, const Put& put) {
    begun_.get();
    const char* terms = bytes_.data();
    std::span<const std::uint32_t> sizes(sizes_);
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      const Row& row = rows_[i];
      RowTerms known;
      for (std::size_t column = 0; column < known.size(); ++column) {
        const auto& [bytes, count] = row.columns.at(column);
        known.at(column) = {row.texts().at(column), terms, sizes.first(count)};
        terms += bytes;
        sizes = sizes.subspan(count);
      }
      const ToldTokenizer::Telling telling(told, known);
      if (!put(chunks_[i], row.text, row.terms)) return false;
    }
    return true;
  }
  // Waits: what it was given may go, and so may the room that a large chunk took.
  void end() {
    begun_ = {};
    rows_ = {};
    bytes_ = {};
    sizes_ = {};
  }

 private:
  struct Row {
    std::string_view text;
    Terms terms;
    struct Column {
      std::size_t bytes = 0;
      std::size_t count = 0;
    };
    std::array<Column, fts5_columns> columns{};  // of the terms that were found

    [[nodiscard]] std::array<std::string_view, fts5_columns> texts() const {
      return {text, terms.words, terms.scope, terms.name};
    }
  };

  void fill(std::string_view content, std::span<const Chunk> chunks) {
    chunks_ = chunks;
    bytes_.clear();
    sizes_.clear();
    if (rows_.size() < chunks.size()) rows_.resize(chunks.size());
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      const Chunk& chunk = chunks[i];
      Row& row = rows_[i];
      row.text = content.substr(chunk.range.begin, chunk.range.size());
      derive_terms(splitter_, chunk, row.text, row.terms);
      for (std::size_t column = 0; column < fts5_columns; ++column) {
        const auto bytes = bytes_.size();
        const auto count = sizes_.size();
        tokenizer_.each(row.texts().at(column), [this](std::string_view term) {
          bytes_ += term;
          sizes_.push_back(static_cast<std::uint32_t>(term.size()));
        });
        row.columns.at(column) = {bytes_.size() - bytes, sizes_.size() - count};
      }
    }
  }

  Tokenizer tokenizer_;
  IdentifierSplitter splitter_;
  std::span<const Chunk> chunks_;
  std::vector<Row> rows_;  // of the chunks; there may be more, for their room
  // Of all rows, one behind the other.
  std::string bytes_;
  std::vector<std::uint32_t> sizes_;
  std::future<void> begun_;  // goes first: its thread uses the others
};

ChunkTerms::ChunkTerms(Connection& connection, ToldTokenizer& told, bool alone) : told_(told) {
  if (alone || std::thread::hardware_concurrency() < 2) return;
  // Before `told` has the name of the tokenizer that they use.
  for (std::size_t i = 0; i < batch_count; ++i) batches_.push_back(std::make_unique<Batch>(connection));
  told.take_place(connection);
}

ChunkTerms::~ChunkTerms() = default;

bool ChunkTerms::is_ahead(std::string_view content) const {
  return !batches_.empty() && content.size() >= 2 * batch_bytes;
}

void ChunkTerms::each(std::string_view content, const std::vector<Chunk>& chunks, const Put& put) {
  if (is_ahead(content)) return each_ahead(content, chunks, put);
  for (const Chunk& chunk : chunks) {
    const auto text = content.substr(chunk.range.begin, chunk.range.size());
    derive_terms(splitter_, chunk, text, terms_);
    if (!put(chunk, text, terms_)) return;
  }
}

void ChunkTerms::each_ahead(std::string_view content, const std::vector<Chunk>& chunks, const Put& put) {
  // However it ends.
  struct Ending {
    std::vector<std::unique_ptr<Batch>>& batches;
    ~Ending() {
      for (auto& batch : batches) batch->end();
    }
  } const ending{batches_};
  std::span<const Chunk> left(chunks);
  for (auto& batch : batches_) {
    if (!left.empty()) left = batch->begin(content, left);
  }
  for (std::size_t i = 0; batches_[i]->has_begun(); i = (i + 1) % batches_.size()) {
    if (!batches_[i]->put(told_, put)) return;
    if (!left.empty()) left = batches_[i]->begin(content, left);
  }
}

}  // namespace froe::store
