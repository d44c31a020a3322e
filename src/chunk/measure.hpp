// Sizes and line positions of ranges of one source text, each in constant time after one pass over the text,
// but for sizes in tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "chunk/token_sizes.hpp"
#include "froe/record.hpp"

namespace froe::chunk {

class Measure {
 public:
  // `source` must outlive the measure.
  Measure(std::string_view source, SizeUnit unit);

  // In the unit: characters that are not white space, bytes, lines (a last line without a break counts), or
  // the tokens of the range as a text of its own.
  [[nodiscard]] std::uint32_t size(ByteRange range) const;
  [[nodiscard]] bool counts_tokens() const { return tokens_.has_value(); }
  // Line breaks (LF) in the range.
  [[nodiscard]] std::uint32_t line_feeds(ByteRange range) const {
    return line_feeds_.count(range.end) - line_feeds_.count(range.begin);
  }
  [[nodiscard]] std::string_view source() const { return source_; }
  [[nodiscard]] std::string_view text(ByteRange range) const {
    return source_.substr(range.begin, range.size());
  }

 private:
  // One bit a byte, and the number of bits set before each word.
  class Marks {
   public:
    void push(std::uint64_t word);
    [[nodiscard]] std::uint32_t count(std::uint32_t before) const;

   private:
    std::vector<std::uint64_t> words_;
    std::vector<std::uint32_t> before_{0};
  };

  std::string_view source_;
  SizeUnit unit_;
  Marks characters_;  // where a character that is not white space begins
  Marks line_feeds_;
  std::optional<TokenSizes> tokens_;  // if the unit is tokens
};

// Where a text ends that begins at a position.
[[nodiscard]] Position behind(Position begin, std::string_view text);

// White space of ASCII; Unicode has more, but no grammar here treats it as such.
[[nodiscard]] constexpr bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

}  // namespace froe::chunk
