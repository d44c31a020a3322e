#include "chunk/measure.hpp"
#include "froe/chunk.hpp"

namespace froe::chunk {
namespace {

// Where the line begins that ends at or holds the byte before `end`.
std::uint32_t line_before(std::string_view source, std::uint32_t end) {
  if (end < 2) return 0;
  auto found = source.rfind('\n', end - 2);
  return found == std::string_view::npos ? 0 : static_cast<std::uint32_t>(found + 1);
}

}  // namespace

std::vector<std::uint32_t> overlaps(std::string_view content, const std::vector<Chunk>& chunks,
                                    std::uint32_t size, SizeUnit unit) {
  Measure measure(content, unit);
  std::vector<std::uint32_t> begins;
  begins.reserve(chunks.size());
  std::uint32_t limit = 0;  // where the chunk before begins
  for (const auto& chunk : chunks) {
    auto begin = chunk.range.begin;
    while (begin > limit) {
      auto line = line_before(content, begin);
      if (line < limit || measure.size({line, chunk.range.begin}) > size) break;
      begin = line;
    }
    begins.push_back(begin);
    limit = chunk.range.begin;
  }
  return begins;
}

}  // namespace froe::chunk
