// The text of a blob as it is stored: one LZ4 frame that says its size, as the `lz4` program reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace froe::store {

// Keeps its buffer between calls. One thread at a time.
class Compressor {
 public:
  // Valid until the next call.
  [[nodiscard]] std::string_view compress(std::string_view text);

 private:
  std::string buffer_;
};

// Nothing if the frame is damaged or is not of exactly `size` bytes; so a forged frame cannot make this
// allocate more than its row says.
[[nodiscard]] std::optional<std::string> decompress(std::string_view frame, std::uint64_t size);

}  // namespace froe::store
