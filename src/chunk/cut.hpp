// Decides which atoms make a chunk. Definitions that fit stand alone with what leads up to them; what is left
// between them is cut where that costs least.
//
// The costs, in thousandths of the cost of an ordinary cut. They come from a retrieval benchmark in which
// merging definitions cost a fifth of the recall and filling the budget worked against it, so nothing here
// rewards a full chunk:
//   a cut                       1000
//   + per level of syntax        500   a statement is a better end than half an expression
//   - after an empty line        600   where the author paused
//   + inside a line             3000
//   + behind a leading comment  8000   it belongs to what follows
//   + between imports           2000   they are read together
//   - where the kind changes     400   a declaration begins or ends
//   - at an opened definition   1500   its head begins a chunk
//   a chunk under min_size  up to 3000, in proportion to what is missing: too few words to be found by
//   a chunk over min_size   up to 3000, with the square of the excess
#pragma once

#include <cstdint>
#include <vector>

#include "chunk/atoms.hpp"
#include "chunk/measure.hpp"

namespace froe::chunk {

// Atoms [first, last) of one chunk.
struct Span {
  std::size_t first = 0;
  std::size_t last = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

// Comments and attributes lead up to what follows them.
[[nodiscard]] bool leads(const Atom& atom);

// In order, without gaps. A span is over the budget only if it is a single atom that is.
[[nodiscard]] std::vector<Span> cut(const std::vector<Atom>& atoms, const Measure& measure,
                                    const ChunkOptions& options);

// The least-cost partition of a run without atoms that stand alone.
[[nodiscard]] std::vector<Span> least_cost(const std::vector<Atom>& atoms, Span run, const Measure& measure,
                                           const ChunkOptions& options);

}  // namespace froe::chunk
