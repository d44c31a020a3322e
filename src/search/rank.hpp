// The order of what a search finds. docs/search.md says where the numbers come from.
#pragma once

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

  [[nodiscard]] std::vector<double> score(const store::Matches& matches) override;
  [[nodiscard]] double score_at(double score, const Place& place) override;
  [[nodiscard]] double most_bonus() const override;

 private:
  std::vector<std::vector<std::string>> operands_;
};

}  // namespace froe::search
