#include <gtest/gtest.h>

#include <string>

#include "chunk/sound.hpp"
#include "froe/chunk.hpp"

namespace froe::chunk {
namespace {

std::vector<Chunk> chunks_at(std::initializer_list<std::uint32_t> begins, std::uint32_t end) {
  std::vector<Chunk> chunks;
  for (auto begin : begins) {
    if (!chunks.empty()) chunks.back().range.end = begin;
    chunks.emplace_back().range = {begin, end};
  }
  return chunks;
}

using Begins = std::vector<std::uint32_t>;

TEST(Overlap, IsTheWholeLinesBeforeThatFit) {
  std::string text = "one\ntwo\n\nthree\nfour";
  auto chunks = chunks_at({0, 4, 9, 15, 17}, 19);
  EXPECT_EQ(overlaps(text, chunks, 2, SizeUnit::lines), (Begins{0, 0, 4, 9, 15}));
  EXPECT_EQ(overlaps(text, chunks, 1, SizeUnit::lines), (Begins{0, 0, 8, 9, 15}));
  EXPECT_EQ(overlaps(text, chunks, 4, SizeUnit::nonspace), (Begins{0, 0, 4, 15, 15}));
  EXPECT_EQ(overlaps(text, chunks, 1000, SizeUnit::bytes), (Begins{0, 0, 4, 9, 15}));
  EXPECT_EQ(overlaps(text, chunks, 0, SizeUnit::bytes), (Begins{0, 4, 9, 15, 17}));
}

TEST(Overlap, IsNeverLargerThanAsked) {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += std::string(static_cast<std::size_t>(i * 7 % 30), ' ') + "word " + std::to_string(i) + "\n";
  auto result = chunk_as_text(
      {.sequence = 0, .path = "a", .language = {}, .content = text, .options = {100, 20, SizeUnit::bytes}},
      Outcome::text, {});
  ASSERT_GT(result.chunks.size(), 10U);
  for (auto unit : all_size_units) {
    auto begins = overlaps(text, result.chunks, 40, unit);
    ASSERT_EQ(begins.size(), result.chunks.size());
    for (std::size_t i = 0; i < begins.size(); ++i) {
      auto begin = result.chunks[i].range.begin;
      ASSERT_LE(begins[i], begin);
      EXPECT_LE(naive_size(std::string_view(text).substr(begins[i], begin - begins[i]), unit), 40U);
      EXPECT_TRUE(begins[i] == begin || begins[i] == 0 || text[begins[i] - 1] == '\n');
    }
  }
}

}  // namespace
}  // namespace froe::chunk
