#include "search/rank.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace froe::search {
namespace {

// How much a word says in each column: text, words, scope, name.
constexpr std::array<std::uint32_t, 4> column_weights{1, 1, 3, 6};

// BM25's saturation: so high that a word's second and third time still count, as chunks are short; and
// lengths are accounted for in full, as a chunk may be a line or a page and whoever reads it pays for that.
constexpr double chunk_saturation = 4.0;

// The usual ones, for whole files.
constexpr double file_saturation = 1.2;
constexpr double file_length_share = 0.75;

constexpr double file_share = 0.5;
constexpr double path_share = 0.1;

// What is left of a score in a file that nobody wrote here: it comes after what is as good, and is found all
// the same where there is nothing like it.
constexpr double marked_share = 0.7;

double weight_in_chunk(const store::Matches::Hit& hit) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < column_weights.size(); ++i) sum += column_weights.at(i) * hit.times.at(i);
  return sum;
}
std::uint32_t weight_in_file(const store::Matches::Hit& hit) {
  return std::uint32_t{hit.times[0]} + hit.times[1];
}

// How rare a phrase is: it stands in `holders` of `all`.
double rarity(double holders, double all) {
  return std::log1p((all - holders + 0.5) / (holders + 0.5));
}

double saturated(double weight, double saturation, double relative_length) {
  return weight * (saturation + 1) / (weight + saturation * relative_length);
}

// What the files have of the phrases that stand in them.
struct FileHits {
  struct Hit {
    std::uint32_t phrase = 0;
    std::uint32_t weight = 0;
  };
  std::vector<Hit> hits;           // of a file in order of phrase
  std::vector<std::uint32_t> end;  // of each file, in `hits`; they begin where those of the file before end
};

FileHits hits_in_files(const store::Matches& matches) {
  FileHits files;
  files.hits.reserve(matches.blobs.size() + matches.blobs.size() / 2);
  files.end.reserve(matches.blobs.size());
  std::vector<std::uint32_t> weights(matches.phrases);
  std::size_t hit = 0;
  std::size_t chunk = 0;
  for (std::uint32_t blob = 0; blob < matches.blobs.size(); ++blob) {
    while (chunk < matches.chunks.size() && matches.chunks[chunk].blob == blob) ++chunk;
    const std::size_t end = chunk == 0 ? 0 : matches.chunks[chunk - 1].hits_end;
    for (; hit < end; ++hit) weights[matches.hits[hit].phrase] += weight_in_file(matches.hits[hit]);
    for (std::uint32_t phrase = 0; phrase < weights.size(); ++phrase) {
      if (weights[phrase] > 0) files.hits.push_back({phrase, std::exchange(weights[phrase], 0)});
    }
    files.end.push_back(static_cast<std::uint32_t>(files.hits.size()));
  }
  return files;
}

std::vector<double> score_files(const store::Matches& matches) {
  const FileHits files = hits_in_files(matches);
  std::vector<std::uint32_t> holders(matches.phrases);
  for (const auto& hit : files.hits) ++holders[hit.phrase];
  std::vector<double> rarities(matches.phrases);
  std::ranges::transform(holders, rarities.begin(), [&](std::uint32_t each) {
    return rarity(each, static_cast<double>(matches.all_blobs));
  });
  double usual = 0;  // of those that match: nobody counts the others' sizes
  for (const auto& blob : matches.blobs) {
    usual += static_cast<double>(blob.size) / static_cast<double>(matches.blobs.size());
  }
  std::vector<double> scores(matches.blobs.size());
  std::size_t hit = 0;
  for (std::size_t blob = 0; blob < scores.size(); ++blob) {
    double length = static_cast<double>(matches.blobs[blob].size) / usual;
    double relative = 1 - file_length_share + file_length_share * length;
    for (; hit < files.end[blob]; ++hit) {
      const auto& [phrase, weight] = files.hits[hit];
      scores[blob] += rarities[phrase] * saturated(weight, file_saturation, relative);
    }
  }
  return scores;
}

}  // namespace

double Bm25::strength(std::span<const store::Matches::Hit> hits, std::uint32_t terms) const {
  const double length = terms / usual_terms_;
  double sum = 0;
  for (const auto& hit : hits) {
    sum += rarities_[hit.phrase] * saturated(weight_in_chunk(hit), chunk_saturation, length);
  }
  return sum;
}

double Bm25::with_file(double strength, const store::Matches::Chunk& chunk) const {
  return strength * chunk_factor_ + files_[chunk.blob];
}

// A strength falls with the number of terms: nothing in it is negative, as no phrase is in more chunks than
// there are, and terms stand only below the line. So that of the least terms is a bound. Neither the rarities
// nor the files' scores, which are sums over all that matches, depend on terms; what does is the best
// strength, and that is found before anything is divided by it. All steps round, and none the wrong way: a
// sum, a product or a quotient of numbers that are not negative, of which one is no smaller, is no smaller
// when rounded.
std::vector<double> Bm25::bounds(const store::Matches& matches, const TermsOf& terms_of) {
  std::vector<std::uint32_t> holders(matches.phrases);
  for (const auto& hit : matches.hits) ++holders[hit.phrase];
  rarities_.resize(matches.phrases);
  std::ranges::transform(holders, rarities_.begin(), [&](std::uint32_t each) {
    return rarity(each, static_cast<double>(matches.all_chunks));
  });
  usual_terms_ = static_cast<double>(matches.all_terms) / static_cast<double>(matches.all_chunks);

  std::vector<double> bounds;
  bounds.reserve(matches.chunks.size());
  std::size_t hit = 0;
  for (const auto& chunk : matches.chunks) {
    bounds.push_back(strength({matches.hits.data() + hit, chunk.hits_end - hit}, chunk.least_terms));
    hit = chunk.hits_end;
  }
  // The best bound first: whose strength is probably so high that few others' terms are asked for.
  double best = 0;
  auto raise_by = [&](std::size_t chunk) {
    best = std::max(best, strength(matches.hits_of(chunk), terms_of(chunk)));
  };
  if (!bounds.empty()) raise_by(static_cast<std::size_t>(std::ranges::max_element(bounds) - bounds.begin()));
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (bounds[i] > best) raise_by(i);
  }
  chunk_factor_ = best > 0 ? 1 / best : 1;

  files_ = score_files(matches);
  double best_file = files_.empty() ? 0 : *std::ranges::max_element(files_);
  if (best_file > 0) {
    for (double& each : files_) each *= file_share / best_file;
  }
  for (std::size_t i = 0; i < bounds.size(); ++i) bounds[i] = with_file(bounds[i], matches.chunks[i]);
  return bounds;
}

double Bm25::score(const store::Matches& matches, std::size_t chunk, std::uint32_t terms) {
  return with_file(strength(matches.hits_of(chunk), terms), matches.chunks[chunk]);
}

double Bm25::score_at(double score, const Place& place) {
  if (place.mark) score *= marked_share;
  if (operands_.empty()) return score;
  auto stands_in_path = [&](const std::string& term) {
    return std::ranges::find(place.path_terms, term) != place.path_terms.end();
  };
  auto found = std::ranges::count_if(operands_, [&](const std::vector<std::string>& terms) {
    return std::ranges::all_of(terms, stands_in_path);
  });
  return score + path_share * (static_cast<double>(found) / static_cast<double>(operands_.size()));
}

double Bm25::most_bonus() const {
  return operands_.empty() ? 0 : path_share;
}

}  // namespace froe::search
