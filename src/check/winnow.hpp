// Winnowing (Schleimer, Wilkerson, Aiken, SIGMOD 2003): of the hashes of all runs of k tokens the least in
// each window of w is kept. Any two pieces of w + k - 1 tokens that are alike share one, and only two in w +
// 1 hashes are held in memory.
#pragma once

#include <cstdint>
#include <vector>

#include "check/clones.hpp"

namespace froe::check {

struct RunHash {
  std::uint64_t hash = 0;  // of k tokens, names and literals aside
  std::uint32_t at = 0;    // the first of them
};
// In order of place; w + k - 1 is `least`, which is at least 1, and k half of it.
[[nodiscard]] std::vector<RunHash> winnow(const std::vector<Lex>& tokens, std::uint32_t least);

// What hashes of tokens are made with: a polynomial in this base, its bits then mixed.
inline constexpr std::uint64_t hash_base = 0x9E3779B97F4A7C15;
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t hash) {
  hash ^= hash >> 31U;
  hash *= hash_base;
  return hash ^ hash >> 29U;
}

}  // namespace froe::check
