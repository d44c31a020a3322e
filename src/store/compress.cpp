#include "store/compress.hpp"

#include <lz4frame.h>

#include <new>

namespace froe::store {
namespace {

// LZ4 and not zstd: 394 against 150 MB/s on 16 KB files, for 0.37 instead of 0.26 of their size
// (docs/index-format.md).
LZ4F_preferences_t preferences(std::size_t size) {
  LZ4F_preferences_t chosen{};
  chosen.frameInfo.contentSize = size;
  chosen.frameInfo.blockSizeID = LZ4F_max4MB;
  return chosen;
}

}  // namespace

std::string_view Compressor::compress(std::string_view text) {
  auto chosen = preferences(text.size());
  std::size_t bound = LZ4F_compressFrameBound(text.size(), &chosen);
  if (buffer_.size() < bound) buffer_.resize(bound);
  std::size_t size = LZ4F_compressFrame(buffer_.data(), buffer_.size(), text.data(), text.size(), &chosen);
  // With a buffer of the bound's size, only memory can run out.
  if (LZ4F_isError(size) != 0) throw std::bad_alloc();
  return std::string_view(buffer_).substr(0, size);
}

Decompressor::Decompressor() {
  LZ4F_dctx* created = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&created, LZ4F_VERSION)) != 0) throw std::bad_alloc();
  context_.reset(created);
}

std::optional<std::string> Decompressor::decompress(std::string_view frame, std::uint64_t size) {
  // LZ4 makes at most 255 bytes of one: anything more is damage, not text.
  if (size / 256 > frame.size()) return std::nullopt;
  // What came before may have ended in the middle.
  LZ4F_resetDecompressionContext(context_.get());
  std::string text(size, '\0');
  std::size_t written = 0;
  while (!frame.empty()) {
    std::size_t taken = frame.size();
    std::size_t given = text.size() - written;
    std::size_t expected =
        LZ4F_decompress(context_.get(), text.data() + written, &given, frame.data(), &taken, nullptr);
    if (LZ4F_isError(expected) != 0) return std::nullopt;
    frame.remove_prefix(taken);
    written += given;
    if (expected == 0)
      return frame.empty() && written == size ? std::optional(std::move(text)) : std::nullopt;
    if (taken == 0 && given == 0) return std::nullopt;  // more text than there should be
  }
  return std::nullopt;  // cut short
}

}  // namespace froe::store
