#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "froe/store.hpp"
#include "store/fts5.hpp"
#include "store/occurrences.hpp"
#include "store/reader_state.hpp"

namespace froe::store {
namespace {

// Takes the indices of scores, best first; equal ones in order.
class BestFirst {
 public:
  explicit BestFirst(const std::vector<double>& scores) : is_worse_{scores}, indices_(scores.size()) {
    std::iota(indices_.begin(), indices_.end(), 0U);
    std::ranges::make_heap(indices_, is_worse_);
  }
  [[nodiscard]] bool empty() const { return indices_.empty(); }
  [[nodiscard]] double best() const { return is_worse_.scores[indices_.front()]; }
  std::uint32_t take() {
    std::ranges::pop_heap(indices_, is_worse_);
    std::uint32_t index = indices_.back();
    indices_.pop_back();
    return index;
  }

 private:
  struct IsWorse {
    const std::vector<double>& scores;
    bool operator()(std::uint32_t a, std::uint32_t b) const {
      return scores[a] != scores[b] ? scores[a] < scores[b] : a > b;
    }
  };
  IsWorse is_worse_;
  std::vector<std::uint32_t> indices_;
};

}  // namespace

Result<std::vector<FoundChunk>> Reader::match(const std::string& expression, Ranker& ranker,
                                              std::uint32_t limit, const Filter& filter) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  std::vector<FoundChunk> found;
  Matches matches;
  if (limit == 0 || !state_->match_counter().count(expression, matches)) {
    return result_of(connection, std::move(found));
  }
  state_->blob_ranges().find(connection, matches);
  if (!connection.ok()) return tl::make_unexpected(connection.error());

  std::vector<double> scores = ranker.score(matches);
  auto& rows = state_->rows();
  Occurrences occurrences(connection, filter);
  std::map<std::uint32_t, std::vector<Ranker::Place>> places;  // of a blob, as its files
  auto places_of = [&](std::uint32_t blob, const Occurrences::Files& files) -> const auto& {
    auto [entry, is_new] = places.try_emplace(blob);
    for (std::size_t i = 0; is_new && i < files.size(); ++i) {
      auto& place = entry->second.emplace_back(Ranker::Place{{}, files[i].mark});
      state_->tokenizer().each(files[i].path + ' ' + identifier_parts(files[i].path),
                               [&](std::string_view term) { place.path_terms.emplace_back(term); });
    }
    return entry->second;
  };
  std::priority_queue<double, std::vector<double>, std::greater<>> kept;  // the best `limit` scores so far
  // Chunks that may tie with the last one are read too, so that path and ordinal decide, not the order of
  // rows.
  for (BestFirst next(scores); !next.empty() && connection.ok();) {
    if (kept.size() == limit && next.best() + ranker.most_bonus() < kept.top()) break;
    std::uint32_t index = next.take();
    const Matches::Chunk& chunk = matches.chunks[index];
    const auto& files = occurrences.files(matches.blobs[chunk.blob].row_id);
    const auto& at = places_of(chunk.blob, files);
    std::optional<BlobReader::Owned> owned;
    for (std::size_t i = 0; i < files.size(); ++i) {
      double score = ranker.score_at(scores[index], at[i]);
      if (kept.size() == limit && score < kept.top()) continue;
      if (!owned && !(owned = rows.chunk(chunk.row_id))) break;
      if (!passes(filter, owned->chunk, files[i].language)) continue;
      found.push_back({chunk.row_id, files[i].path, files[i].language, owned->chunk, score});
      kept.push(score);
      if (kept.size() > limit) kept.pop();
    }
  }
  sort_and_cut(found, limit);
  return result_of(connection, std::move(found));
}

Result<std::vector<std::string>> Reader::terms(std::string_view text) {
  Connection& connection = state_->connection;
  connection.forgive();
  std::vector<std::string> found;
  state_->tokenizer().each(text, [&](std::string_view term) { found.emplace_back(term); });
  return result_of(connection, std::move(found));
}

}  // namespace froe::store
