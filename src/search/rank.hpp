// The order of what a search finds. docs/search.md says where the numbers come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "froe/store.hpp"

namespace froe::search {

// BM25 over the columns, weighted; a share of the score of the whole file, each of the two over its best;
// less of both in a marked file; and a little for words of the query in the file's path.
class Bm25 : public store::Ranker {
 public:
  // `operands`: the terms of each operand of the query that can stand in a path.
  explicit Bm25(std::vector<std::vector<std::string>> operands) : operands_(std::move(operands)) {}

  [[nodiscard]] std::vector<double> bounds(const store::Matches& matches, const TermsOf& terms_of) override;
  [[nodiscard]] double score(const store::Matches& matches, std::size_t chunk, std::uint32_t terms) override;
  [[nodiscard]] double score_at(double score, const Place& place) override;
  [[nodiscard]] double most_bonus() const override;

 private:
  // How well a chunk with these hits and so many terms matches by itself.
  [[nodiscard]] double strength(std::span<const store::Matches::Hit> hits, std::uint32_t terms) const;
  [[nodiscard]] double with_file(double strength, const store::Matches::Chunk& chunk) const;

  std::vector<std::vector<std::string>> operands_;
  // Of what matches.
  std::vector<double> rarities_;  // of phrases, among chunks
  double usual_terms_ = 1;
  double chunk_factor_ = 1;
  std::vector<double> files_;  // the share that a file has in the scores of its chunks, by blob
};

}  // namespace froe::search
