// Which bytes of a text are of some class, eight at a time, in ordinary arithmetic. A pass over all text that
// asks byte by byte costs as much as a tenth of parsing it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace froe {

// A mask has the top bit of the bytes that are meant. The first byte of the text is the lowest.
inline constexpr std::uint64_t byte_ones = 0x0101010101010101U;
inline constexpr std::uint64_t byte_tops = 0x80 * byte_ones;

// The eight bytes of a text from `at`, which is inside of it; behind its end zeros.
[[nodiscard]] inline std::uint64_t eight_bytes(std::string_view text, std::size_t at) {
  std::uint64_t bytes = 0;
  if (text.size() - at >= sizeof bytes) {
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
  } else {
    std::memcpy(&bytes, text.data() + at, text.size() - at);
  }
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  return bytes;
}

// Those between two characters of ASCII, with both.
[[nodiscard]] constexpr std::uint64_t bytes_between(std::uint64_t bytes, unsigned char first,
                                                    unsigned char last) {
  std::uint64_t low = bytes & ~byte_tops;
  return (low + (0x80U - first) * byte_ones) & ~(low + (0x7fU - last) * byte_ones) & ~bytes & byte_tops;
}

// A bit for each byte in place of the byte's top one.
[[nodiscard]] constexpr std::uint64_t bit_of_each(std::uint64_t mask) {
  constexpr std::uint64_t bit_to_top = 0x0102040810204080U;  // shifts the bit of byte i by 56 - 7 i
  return ((mask & byte_tops) >> 7U) * bit_to_top >> 56U;
}

}  // namespace froe
