// Rows and columns of byte offsets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "froe/record.hpp"

namespace froe::store {

// One pass over the text if the offsets ascend. The text must outlive it.
class PositionCounter {
 public:
  explicit PositionCounter(std::string_view text) : text_(text), line_end_(text.find('\n')) {}
  [[nodiscard]] Position at(std::uint32_t offset) {
    if (offset < line_) *this = PositionCounter(text_);
    for (; line_end_ < offset; line_end_ = text_.find('\n', line_)) {
      ++row_;
      line_ = static_cast<std::uint32_t>(line_end_) + 1;
    }
    return {row_, offset - line_};
  }

 private:
  std::string_view text_;
  std::size_t line_end_;  // of its break, or past every offset
  std::uint32_t row_ = 0;
  std::uint32_t line_ = 0;  // where it begins
};

}  // namespace froe::store
