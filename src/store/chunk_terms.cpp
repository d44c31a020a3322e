#include "store/chunk_terms.hpp"

#include <algorithm>
#include <future>
#include <span>
#include <thread>

namespace froe::store {
namespace {

// Starting a thread takes some tens of microseconds, tokenizing a batch of this size five milliseconds.
constexpr std::size_t batch_bytes = 256U << 10U;
// One is put while the others are tokenized, for twice as long as it takes to put it.
constexpr std::size_t batch_count = 3;

constexpr auto with_a_thread = std::launch::async | std::launch::deferred;  // without, if there is none

}  // namespace

// The terms of some chunks that follow each other.
class ChunkTerms::Batch {
 public:
  explicit Batch(Connection& connection) : tokenizer_(connection) {}

  // Begins to tokenize the first of these chunks, in a thread of its own if there is one to be had. Returns
  // the others.
  std::span<const Chunk> begin(std::string_view content, std::span<const Chunk> chunks) {
    std::size_t bytes = 0;
    const auto end = std::ranges::find_if(chunks, [&](const Chunk& chunk) {
      if (bytes >= batch_bytes) return true;
      bytes += chunk.range.size();
      return false;
    });
    const auto count = static_cast<std::size_t>(end - chunks.begin());
    begun_ =
        std::async(with_a_thread, [this, content, first = chunks.first(count)] { fill(content, first); });
    return chunks.subspan(count);
  }

  // Waits; what it was given may go.
  void end() { begun_ = {}; }
  [[nodiscard]] bool has_begun() const { return begun_.valid(); }
  // Waits until it is done.
  void put(ToldTokenizer& told, const Put& put) {
    begun_.get();
    const char* terms = bytes_.data();
    std::span<const std::uint32_t> sizes(sizes_);
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
      const Row& row = rows_[i];
      RowTerms known;
      for (std::size_t column = 0; column < known.size(); ++column) {
        const auto& [bytes, count] = row.columns.at(column);
        known.at(column) = {column_of(row, column), terms, sizes.first(count)};
        terms += bytes;
        sizes = sizes.subspan(count);
      }
      const ToldTokenizer::Telling telling(told, known);
      put(chunks_[i], row.text, row.terms);
    }
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
  };
  static std::string_view column_of(const Row& row, std::size_t column) {
    return std::array<std::string_view, fts5_columns>{row.text, row.terms.words, row.terms.scope,
                                                      row.terms.name}
        .at(column);
  }

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
        tokenizer_.each(column_of(row, column), [this](std::string_view term) {
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
  std::vector<Row> rows_;  // of the chunks; the rest is kept for its room
  // Of all rows, one behind the other.
  std::string bytes_;
  std::vector<std::uint32_t> sizes_;
  std::future<void> begun_;  // goes first: its thread uses the others
};

ChunkTerms::ChunkTerms(Connection& connection, bool alone)
    : batches_([&] {
        std::vector<std::unique_ptr<Batch>> batches;
        if (alone || std::thread::hardware_concurrency() < 2) return batches;
        for (std::size_t i = 0; i < batch_count; ++i) batches.push_back(std::make_unique<Batch>(connection));
        return batches;
      }()),
      told_(connection) {}

ChunkTerms::~ChunkTerms() = default;

std::launch ChunkTerms::launch(std::string_view content) const {
  return !batches_.empty() && content.size() >= 2 * batch_bytes ? with_a_thread : std::launch::deferred;
}

void ChunkTerms::each(std::string_view content, const std::vector<Chunk>& chunks, const Put& put) {
  if (launch(content) == with_a_thread) return each_ahead(content, chunks, put);
  for (const Chunk& chunk : chunks) {
    const auto text = content.substr(chunk.range.begin, chunk.range.size());
    derive_terms(splitter_, chunk, text, terms_);
    put(chunk, text, terms_);
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
    batches_[i]->put(told_, put);
    if (!left.empty()) left = batches_[i]->begin(content, left);
  }
}

}  // namespace froe::store
