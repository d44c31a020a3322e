// Finds what opens a definition inside of a function (language::Language::body_openers) in a source.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "froe/record.hpp"

namespace froe::chunk {

class OpenerSearch {
 public:
  OpenerSearch(std::span<const std::string_view> openers, std::string_view source);

  // Whether one begins in the range, or whether the language has none, so that anything may be one. Ranges in
  // ascending order of where they begin: the source is searched once.
  [[nodiscard]] bool any_in(ByteRange range) {
    if (openers_.empty()) return true;
    if (next_ < range.begin) next_ = find(range.begin);
    return next_ < range.end;
  }

 private:
  [[nodiscard]] std::size_t find(std::size_t from) const;
  [[nodiscard]] bool is_at(std::string_view opener, std::size_t at) const;

  std::span<const std::string_view> openers_;
  std::string_view source_;
  std::array<bool, 256> begins_{};  // by first byte
  std::size_t next_ = 0;            // the first at or after the last range that asked; npos: none is left
};

}  // namespace froe::chunk
