// Cuts plain text to a budget where nothing better is known than lines, spaces and characters.
#pragma once

#include <algorithm>
#include <bit>

#include "chunk/measure.hpp"
#include "froe/byte_masks.hpp"
#include "froe/json.hpp"

namespace froe::chunk {

// The end of the line that begins at `begin`, break included: LF, CR LF, or a lone CR.
[[nodiscard]] inline std::uint32_t line_end(std::string_view source, std::uint32_t begin,
                                            std::uint32_t limit) {
  const auto text = source.substr(0, limit);
  for (std::size_t at = begin; at < limit; at += 8) {
    const auto bytes = eight_bytes(text, at);
    const auto breaks = bytes_between(bytes, '\n', '\n') | bytes_between(bytes, '\r', '\r');
    if (breaks == 0) continue;
    at += static_cast<std::size_t>(std::countr_zero(breaks)) / 8;
    const bool pair = text[at] == '\r' && at + 1 < limit && text[at + 1] == '\n';
    return static_cast<std::uint32_t>(at) + (pair ? 2 : 1);
  }
  return limit;
}

// The largest piece from `range.begin` on that fits the budget, preferably up to a space in its second half.
// Never cuts a valid UTF-8 sequence; takes one character even if that is too much.
[[nodiscard]] inline std::uint32_t fitting_end(const Measure& measure, ByteRange range,
                                               std::uint32_t budget) {
  if (range.size() <= budget) return range.end;  // no unit counts more than bytes
  auto source = measure.source();
  std::uint32_t low = range.begin;
  // Sizes in tokens are found by counting: not of the whole of a line that is far too long.
  std::uint32_t reach = std::min(range.size(), std::max(budget, 1U));
  while (reach < range.size() && measure.size({range.begin, range.begin + reach}) <= budget) {
    low = range.begin + reach;
    reach = reach > range.size() / 2 ? range.size() : reach * 2;
  }
  std::uint32_t high = range.begin + reach;
  while (low < high) {
    std::uint32_t middle = low + (high - low + 1) / 2;
    if (measure.size({range.begin, middle}) <= budget) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  if (low == range.end) return low;
  for (std::uint32_t at = low; at > range.begin + (low - range.begin) / 2; --at) {
    if (is_space(source[at - 1]) && measure.size({range.begin, at}) <= budget) return at;
  }
  // Back to where a character begins: at most three bytes, as long as what stands there is a valid sequence.
  for (std::uint32_t back = 1; back <= 3 && low >= range.begin + back; ++back) {
    auto length = utf8_sequence(source, low - back);
    if (length > back) {
      low -= back;
      break;
    }
  }
  auto first = std::max<std::size_t>(1, utf8_sequence(source, range.begin));
  return std::max(low, std::min(range.end, range.begin + static_cast<std::uint32_t>(first)));
}

// Calls `emit` with pieces that fit the budget, at most a line each, in order.
template <class Emit>
void split_text(const Measure& measure, ByteRange range, std::uint32_t budget, Emit emit) {
  while (range.begin < range.end) {
    auto line = line_end(measure.source(), range.begin, range.end);
    while (range.begin < line) {
      auto end = fitting_end(measure, {range.begin, line}, budget);
      emit(ByteRange{range.begin, end});
      range.begin = end;
    }
  }
}

}  // namespace froe::chunk
