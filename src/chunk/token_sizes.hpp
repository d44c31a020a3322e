// How many tokens each range of a text is, as a text of its own. A long range is not counted anew: only what
// touches its ends is looked at again.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "froe/record.hpp"
#include "froe/tokens.hpp"

namespace froe::chunk {

class TokenSizes {
 public:
  // Both must outlive this.
  TokenSizes(const tokens::Tokenizer& tokenizer, std::string_view source);

  [[nodiscard]] std::uint32_t count(ByteRange range) const;

 private:
  // Where a piece of the source begins, and the tokens before it. The last one is the end of the source.
  struct Boundary {
    std::uint32_t at = 0;
    std::uint32_t tokens = 0;
  };
  // The first boundary at or after an offset.
  [[nodiscard]] std::size_t boundary_from(std::uint32_t offset) const;

  const tokens::Tokenizer* tokenizer_;
  std::string_view source_;
  std::vector<Boundary> boundaries_;
};

}  // namespace froe::chunk
