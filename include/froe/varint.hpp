// Numbers in few bytes (LEB128): seven bits a byte, the least significant first; all bytes but the last have
// the highest bit set. Part of the module record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace froe {

inline constexpr unsigned varint_bits_per_byte = 7;
inline constexpr std::uint8_t varint_more = 0x80;
// The longest that is read: 32 bits and a few beside them.
inline constexpr unsigned most_varint_bits = 35;

inline void append_varint(std::string& bytes, std::uint64_t value) {
  for (; value >= varint_more; value >>= varint_bits_per_byte) {
    bytes += static_cast<char>(static_cast<std::uint8_t>(value) | varint_more);
  }
  bytes += static_cast<char>(value);
}

// Takes it from the front of the bytes. Nothing: they end before it does, or it is too long.
[[nodiscard]] inline std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < most_varint_bits && !bytes.empty(); shift += varint_bits_per_byte) {
    auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & ~varint_more) << shift;
    if ((byte & varint_more) == 0) return value;
  }
  return std::nullopt;
}

}  // namespace froe
