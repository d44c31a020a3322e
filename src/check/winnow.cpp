#include "check/winnow.hpp"

namespace froe::check {
namespace {

std::vector<std::uint64_t> hashes_of_runs(const std::vector<Lex>& tokens, std::uint32_t run) {
  std::uint64_t power = 1;
  for (std::uint32_t i = 1; i < run; ++i) power *= hash_base;
  std::vector<std::uint64_t> hashes;
  hashes.reserve(tokens.size() - run + 1);
  std::uint64_t rolling = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i >= run) rolling -= power * (tokens[i - run].normal + 1);
    rolling = rolling * hash_base + tokens[i].normal + 1;
    if (i + 1 >= run) hashes.push_back(mix(rolling));
  }
  return hashes;
}

}  // namespace

std::vector<RunHash> winnow(const std::vector<Lex>& tokens, std::uint32_t least) {
  std::vector<RunHash> kept;
  if (tokens.size() < least) return kept;
  const std::uint32_t run = (least + 1) / 2;
  const std::uint32_t window = least - run + 1;
  const auto hashes = hashes_of_runs(tokens, run);
  // The least of each window, the last of equals; one that is still the least is not kept again.
  std::size_t lowest = hashes.size();
  std::size_t last = hashes.size();
  for (std::size_t end = window; end <= hashes.size(); ++end) {
    const auto begin = end - window;
    if (lowest >= hashes.size() || lowest < begin) {
      lowest = begin;
      for (auto i = begin + 1; i < end; ++i) {
        if (hashes[i] <= hashes[lowest]) lowest = i;
      }
    } else if (hashes[end - 1] < hashes[lowest]) {
      lowest = end - 1;
    }
    if (lowest != last) kept.push_back({hashes[lowest], static_cast<std::uint32_t>(lowest)});
    last = lowest;
  }
  return kept;
}

}  // namespace froe::check
