// What a word consists of, in any language: letters and digits of ASCII, `_`, `$`, and all that is not ASCII.
#pragma once

#include <array>

namespace froe::chunk {

struct WordBytes {
  std::array<bool, 256> is_word{};
  constexpr WordBytes() {
    for (int i = 0; i < 256; ++i) {
      bool letter = (i >= 'a' && i <= 'z') || (i >= 'A' && i <= 'Z');
      is_word[static_cast<std::size_t>(i)] =
          letter || (i >= '0' && i <= '9') || i == '_' || i == '$' || i >= 0x80;
    }
  }
};
inline constexpr WordBytes word_bytes;

[[nodiscard]] constexpr bool is_word(char c) {
  return word_bytes.is_word[static_cast<unsigned char>(c)];
}

}  // namespace froe::chunk
