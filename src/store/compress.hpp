// The text of a blob as it is stored: one LZ4 frame that says its size, as the `lz4` program reads it.
#pragma once

#include <lz4frame.h>

#include <cstdint>
#include <memory>
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

// Keeps its buffers between calls: LZ4 wants more of them than most texts are long. One thread at a time.
class Decompressor {
 public:
  Decompressor();
  // Nothing if the frame is damaged or is not of exactly `size` bytes; so a forged frame cannot make this
  // allocate more than its row says.
  [[nodiscard]] std::optional<std::string> decompress(std::string_view frame, std::uint64_t size);

 private:
  struct Free {
    void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
  };
  std::unique_ptr<LZ4F_dctx, Free> context_;
};

}  // namespace froe::store
