// What the fuzzers have in common: how a broken promise is told, and how an input begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "froe/record.hpp"

namespace froe::fuzz {

// libFuzzer takes a signal for a finding and keeps the input.
inline void require(bool holds, const std::string& promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise.c_str());
  std::abort();
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The first byte of what is left, 0 at the end.
inline std::uint8_t take_byte(std::string_view& input) {
  if (input.empty()) return 0;
  auto byte = static_cast<std::uint8_t>(input.front());
  input.remove_prefix(1);
  return byte;
}

// Two bytes: sizes on a scale that reaches from cuts everywhere to none, and the unit.
inline ChunkOptions take_options(std::string_view& input) {
  std::uint8_t sizes = take_byte(input);
  ChunkOptions options;
  options.max_size = 1U << (sizes & 15U);
  options.min_size = (1U << (sizes >> 4U)) - 1;
  options.unit = all_size_units.at(take_byte(input) % all_size_units.size());
  return options;
}

}  // namespace froe::fuzz
