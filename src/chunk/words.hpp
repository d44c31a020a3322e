// The words of a source, found in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace froe::chunk {

// Runs of bytes that are in words (chunk/word.hpp).
class Words {
 public:
  explicit Words(std::string_view source);

  // Where the first word begins that begins at or behind an offset; the size of the source: there is none.
  [[nodiscard]] std::size_t next(std::size_t from) const;
  // Where the word ends that begins, or goes on, at an offset.
  [[nodiscard]] std::size_t end(std::size_t at) const;

 private:
  std::size_t size_;
  std::vector<std::uint64_t> bits_;  // one a byte, and none set behind the last
};

}  // namespace froe::chunk
