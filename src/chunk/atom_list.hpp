// Atoms as they are found, joined so that few are scraps.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "chunk/atoms.hpp"
#include "chunk/measure.hpp"

namespace froe::chunk {

// Joins atoms as they come, so that no atom is less than a line unless it has to be.
class AtomList {
 public:
  AtomList(const Measure& measure, const Outline* outline, std::uint32_t budget)
      : measure_(measure), outline_(outline), budget_(budget) {}

  void add(Atom atom);

  // Whether an atom with this range would begin where the one before ends its line, for want of room to join
  // it.
  [[nodiscard]] bool breaks_line(ByteRange range) const;

  std::vector<Atom> take() && { return std::move(atoms_); }

 private:
  [[nodiscard]] bool joins(const Atom& last, const Atom& next) const;
  [[nodiscard]] bool belongs(const Atom& last, const Atom& next) const;
  void join(Atom& last, const Atom& next) const;

  const Measure& measure_;
  const Outline* outline_;
  std::uint32_t budget_;
  std::vector<Atom> atoms_;
};

}  // namespace froe::chunk
