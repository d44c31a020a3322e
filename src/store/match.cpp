#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "froe/store.hpp"
#include "store/fts5.hpp"
#include "store/occurrences.hpp"
#include "store/reader_state.hpp"

namespace froe::store {
namespace {

struct Candidate {
  double score = 0;
  std::uint32_t index = 0;  // in Matches::chunks
  bool is_exact = false;    // otherwise the score is a bound
};
struct ComesLater {
  bool operator()(const Candidate& a, const Candidate& b) const {
    return a.score != b.score ? a.score < b.score : a.index > b.index;
  }
};
// Candidates, best first. Most are never asked for: those with the best bounds are put in order, and the
// others wait until these are used up.
class BestFirst {
 public:
  // `bounds` must outlive this.
  explicit BestFirst(const std::vector<double>& bounds) : bounds_(bounds), level_(level_of(bounds)) {
    add([this](double bound) { return bound >= level_; });
  }
  // nullptr: there are no more.
  [[nodiscard]] const Candidate* top() {
    if (level_ > nobody && (queue_.empty() || queue_.top().score < level_)) {
      add([this](double bound) { return bound < level_; });
      level_ = nobody;
    }
    return queue_.empty() ? nullptr : &queue_.top();
  }
  void pop() { queue_.pop(); }
  void push(const Candidate& candidate) { queue_.push(candidate); }

 private:
  using Queue = std::priority_queue<Candidate, std::vector<Candidate>, ComesLater>;
  static constexpr double nobody = -std::numeric_limits<double>::infinity();

  // About a thirtieth of the bounds are not below it, as a sample says.
  static double level_of(const std::vector<double>& bounds) {
    constexpr std::size_t samples = 1024;
    constexpr std::size_t above = samples / 32;
    const std::size_t step = bounds.size() / samples;
    if (step < 2) return nobody;
    std::vector<double> sample;
    sample.reserve(samples);
    for (std::size_t i = 0; i < samples; ++i) sample.push_back(bounds[i * step]);
    std::ranges::nth_element(sample, sample.begin() + above, std::greater<>());
    return sample[above];
  }
  template <class Predicate>
  void add(Predicate&& is_wanted) {
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < bounds_.size(); ++i) {
      if (is_wanted(bounds_[i])) all.push_back({bounds_[i], static_cast<std::uint32_t>(i), false});
    }
    for (; !queue_.empty(); queue_.pop()) all.push_back(queue_.top());
    queue_ = Queue(ComesLater(), std::move(all));
  }

  const std::vector<double>& bounds_;
  double level_;  // candidates with lower bounds wait; `nobody`: none does
  Queue queue_;
};

}  // namespace

Result<std::vector<FoundChunk>> Reader::match(const std::string& expression, Ranker& ranker,
                                              std::uint32_t limit, const Filter& filter) {
  Connection& connection = state_->connection;
  connection.forgive();
  OtherHalf& other = state_->other_half();
  const bool in_halves = other.prepare(connection, state_->stop);
  State::Snapshot snapshot(connection);
  std::vector<FoundChunk> found;
  if (limit == 0) return found;
  Matches& matches = state_->matches;
  start_anew(matches);
  MatchCounter& counter = state_->match_counter();
  const bool is_counted =
      in_halves ? other.count(connection, state_->stop, counter, state_->blob_ranges(), expression, matches)
                : counter.count(expression, {}, matches);
  if (!is_counted) return result_of(connection, std::move(found));
  state_->blob_ranges().find(connection, matches);
  if (!connection.ok()) return tl::make_unexpected(connection.error());

  TermCounts& terms = state_->term_counts();
  terms.begin();
  const auto bounds =
      ranker.bounds(matches, [&](std::size_t index) { return terms.of(matches.chunks[index]); });
  BestFirst next(bounds);
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
  // What the filter leaves out is left out by the content, before anybody asks how long a chunk is. Parts of
  // a file may be in another language than the file.
  Statement has_part(
      connection,
      "SELECT 1 FROM blob JOIN chunk ON chunk.id >= first_chunk AND chunk.id < first_chunk + chunk_count"
      " WHERE blob.id = ? AND language = ? LIMIT 1");
  std::vector<std::optional<bool>> may_pass(matches.blobs.size());
  auto is_left_out = [&](std::uint32_t blob) {
    if (filter.path_prefix.empty() && !filter.language) return false;
    std::optional<bool>& known = may_pass[blob];
    if (!known) {
      const std::int64_t id = matches.blobs[blob].row_id;
      const auto& files = occurrences.files(id);
      known = !files.empty() && (!filter.language || std::ranges::any_of(files, [&](const auto& file) {
        return file.language == *filter.language;
      }) || has_part.with(id, *filter.language).step());
    }
    return !*known;
  };
  std::priority_queue<double, std::vector<double>, std::greater<>> kept;  // the best `limit` scores so far
  auto is_too_low = [&](double score) {
    return kept.size() == limit && score + ranker.most_bonus() < kept.top();
  };
  // A candidate that comes first with its own score is the best of all, as nobody's is above its bound.
  // Chunks that may tie with the last one are read too, so that path and ordinal decide, not the order of
  // rows.
  for (const Candidate* top = next.top(); top != nullptr && connection.ok() && !is_too_low(top->score);
       top = next.top()) {
    const auto [score_alone, index, is_exact] = *top;
    next.pop();
    const Matches::Chunk& chunk = matches.chunks[index];
    if (is_left_out(chunk.blob)) continue;
    if (!is_exact) {
      const double exact = ranker.score(matches, index, terms.of(chunk));
      if (!is_too_low(exact)) next.push({exact, index, true});
      continue;
    }
    const auto& files = occurrences.files(matches.blobs[chunk.blob].row_id);
    const auto& at = places_of(chunk.blob, files);
    std::optional<BlobReader::Owned> owned;
    for (std::size_t i = 0; i < files.size(); ++i) {
      double score = ranker.score_at(score_alone, at[i]);
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

void Reader::prepare_to_match() {
  state_->connection.forgive();
  state_->other_half().read_ahead(state_->connection, state_->blob_ranges());
}

Result<std::vector<std::string>> Reader::terms(std::string_view text) {
  Connection& connection = state_->connection;
  connection.forgive();
  std::vector<std::string> found;
  state_->tokenizer().each(text, [&](std::string_view term) { found.emplace_back(term); });
  return result_of(connection, std::move(found));
}

}  // namespace froe::store
