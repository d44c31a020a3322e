// Tells when a worker is worn out: grammars leak, and a heap that has seen many files is full of holes.
#pragma once

#include <cstdint>
#include <limits>

#include "execute/child.hpp"
#include "froe/execute.hpp"

namespace froe::execute {

// Of one worker. Belongs to the supervising thread.
class Wear {
 public:
  explicit Wear(Recycling recycling) : recycling_(recycling) {}

  // The worker has answered. True if it should be replaced.
  [[nodiscard]] bool answered(const Process& process);
  // Answers that it may still give before it is.
  [[nodiscard]] std::uint64_t answers_left() const {
    return recycling_.files == 0 ? std::numeric_limits<std::uint64_t>::max() : recycling_.files - files_;
  }

 private:
  // Answers between two looks at the memory: reading it takes about 10 µs. The first look, when the worker
  // has warmed up, is what later ones are held against.
  static constexpr std::uint64_t interval = 32;

  Recycling recycling_;
  std::uint64_t files_ = 0;
  ByteCount warm_;
};

}  // namespace froe::execute
