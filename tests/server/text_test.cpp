#include "server/text.hpp"

#include <gtest/gtest.h>

#include <random>

namespace froe::server {
namespace {

TEST(LinesTest, CountsUnitsOfEachEncoding) {
  const std::string text = "aé📚b\r\nc\rd\n";
  const Lines lines(text);
  EXPECT_EQ(lines.count(), 4U);
  EXPECT_EQ(lines.position(text, 7, PositionEncoding::utf8), (LspPosition{0, 7}));
  EXPECT_EQ(lines.position(text, 7, PositionEncoding::utf16), (LspPosition{0, 4}));
  EXPECT_EQ(lines.position(text, 10, PositionEncoding::utf16), (LspPosition{1, 0}));
  EXPECT_EQ(lines.offset(text, {0, 4}, PositionEncoding::utf16), 7U);
  EXPECT_EQ(lines.offset(text, {3, 0}, PositionEncoding::utf16), text.size());
}

TEST(LinesTest, RefusesWhatIsNoPosition) {
  const std::string text = "aé📚b\r\nc";
  const Lines lines(text);
  EXPECT_FALSE(lines.offset(text, {0, 2}, PositionEncoding::utf8)) << "in the middle of a character";
  EXPECT_FALSE(lines.offset(text, {0, 3}, PositionEncoding::utf16)) << "between the halves of a pair";
  EXPECT_FALSE(lines.offset(text, {2, 0}, PositionEncoding::utf16)) << "no such line";
  EXPECT_EQ(lines.offset(text, {0, 99}, PositionEncoding::utf16), 8U) << "behind the line: its end";
}

TEST(LinesTest, BytesThatAreNoUtf8CountOneEach) {
  const std::string text = "\xFF\xC3x\n";
  EXPECT_EQ(Lines(text).position(text, 3, PositionEncoding::utf16), (LspPosition{0, 3}));
}

// A break may stand anywhere in what is looked at together.
TEST(LinesTest, EveryBreakIsFound) {
  std::mt19937 random(3);
  const std::string letters = "\n\r\x8A\x8D\x0B\x09\x0C\x0E xyz\xFF";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (auto left = random() % 40; left > 0; --left) text += letters[random() % letters.size()];
    const Lines lines(text);
    std::uint32_t line = 0;
    std::uint32_t begin = 0;
    for (std::uint32_t at = 0; at <= text.size(); ++at) {
      const bool is_pair = at > 0 && at < text.size() && text[at - 1] == '\r' && text[at] == '\n';
      if (at > 0 && !is_pair && (text[at - 1] == '\n' || text[at - 1] == '\r')) {
        ++line;
        begin = at;
      }
      ASSERT_EQ(lines.position(text, at, PositionEncoding::utf8), (LspPosition{line, at - begin})) << round;
    }
    ASSERT_EQ(lines.count(), line + 1);
  }
}

TEST(LinesTest, FollowEditsAsIfTheyWereNew) {
  std::mt19937 random(5);
  const std::vector<std::string> pieces{"", "x", "\n", "\r", "\r\n", "ab\ncd\r", "\n\n", "é"};
  for (int round = 0; round < 200; ++round) {
    std::string text = "one\r\ntwo\nthree\rfour";
    Lines lines(text);
    for (int edit = 0; edit < 30; ++edit) {
      auto begin = static_cast<std::uint32_t>(random() % (text.size() + 1));
      auto end =
          begin + static_cast<std::uint32_t>(random() % (std::min<std::size_t>(text.size() - begin, 4) + 1));
      const auto& piece = pieces[random() % pieces.size()];
      text.replace(begin, end - begin, piece);
      lines.replace({begin, end}, piece, text);
      const Lines fresh(text);
      ASSERT_EQ(lines.count(), fresh.count());
      for (std::uint32_t at = 0; at <= text.size(); ++at) {
        ASSERT_EQ(lines.position(text, at, PositionEncoding::utf8),
                  fresh.position(text, at, PositionEncoding::utf8));
      }
    }
  }
}

}  // namespace
}  // namespace froe::server
