#include "chunk/measure.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "chunk/sound.hpp"
#include "chunk/split_text.hpp"
#include "froe/json.hpp"

namespace froe::chunk {
namespace {

constexpr std::array units{SizeUnit::nonspace, SizeUnit::bytes, SizeUnit::lines};

std::string random_text(std::mt19937& random, std::size_t size) {
  const std::vector<std::string> parts{"a",  "b1", " ", "  ", "\n",   "\r\n",     "\r",
                                       "\t", "é",  "€", "😀",  "\xff", "\xe2\x82", "\0"};
  std::string text;
  while (text.size() < size)
    text += parts[std::uniform_int_distribution<std::size_t>(0, parts.size() - 1)(random)];
  return text;
}

TEST(Measure, CountsAsOneWouldByHand) {
  std::mt19937 random(1);
  for (std::size_t size : {0U, 1U, 63U, 64U, 65U, 500U}) {
    auto text = random_text(random, size);
    for (auto unit : units) {
      Measure measure(text, unit);
      for (std::uint32_t begin = 0; begin <= text.size(); ++begin) {
        for (std::uint32_t end = begin; end <= text.size(); ++end) {
          auto part = std::string_view(text).substr(begin, end - begin);
          ASSERT_EQ(measure.size({begin, end}), naive_size(part, unit))
              << to_string(unit) << ' ' << begin << ' ' << end;
          ASSERT_EQ(measure.line_feeds({begin, end}), std::count(part.begin(), part.end(), '\n'));
        }
      }
    }
  }
}

std::vector<std::string> pieces_of(const std::string& text, SizeUnit unit, std::uint32_t budget) {
  std::vector<std::string> pieces;
  Measure measure(text, unit);
  split_text(measure, {0, static_cast<std::uint32_t>(text.size())}, budget,
             [&](ByteRange piece) { pieces.emplace_back(measure.text(piece)); });
  return pieces;
}

using Strings = std::vector<std::string>;

TEST(SplitText, IsByLines) {
  EXPECT_EQ(pieces_of("", SizeUnit::bytes, 10), Strings{});
  EXPECT_EQ(pieces_of("one\ntwo\r\nthree\rfour\n\n", SizeUnit::bytes, 10),
            (Strings{"one\n", "two\r\n", "three\r", "four\n", "\n"}));
}

TEST(SplitText, CutsALongLineAtSpaces) {
  EXPECT_EQ(pieces_of("several words here", SizeUnit::bytes, 9), (Strings{"several ", "words ", "here"}));
  EXPECT_EQ(pieces_of("several words here", SizeUnit::nonspace, 12), (Strings{"several words ", "here"}));
  EXPECT_EQ(pieces_of("unbroken", SizeUnit::bytes, 3), (Strings{"unb", "rok", "en"}));
}

TEST(SplitText, KeepsCharactersWhole) {
  EXPECT_EQ(pieces_of("éé", SizeUnit::bytes, 3), (Strings{"é", "é"}));
  EXPECT_EQ(pieces_of("😀😀", SizeUnit::bytes, 1), (Strings{"😀", "😀"}));
  EXPECT_EQ(pieces_of("éé€", SizeUnit::nonspace, 1), (Strings{"é", "é", "€"}));
  EXPECT_EQ(pieces_of("\xe2\x82\xe2", SizeUnit::bytes, 1), (Strings{"\xe2", "\x82", "\xe2"}));
}

TEST(SplitText, FitsTheBudgetAndTiles) {
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    auto text = random_text(random, 300);
    for (auto unit : units) {
      for (std::uint32_t budget : {1U, 2U, 7U, 100U}) {
        std::string joined;
        for (const auto& piece : pieces_of(text, unit, budget)) {
          ASSERT_FALSE(piece.empty());
          bool one_character = utf8_sequence(piece, 0) == piece.size() || piece.size() == 1;
          ASSERT_TRUE(naive_size(piece, unit) <= budget || one_character) << piece;
          auto line_break = piece.find('\n');
          ASSERT_TRUE(line_break == std::string::npos || line_break + 1 == piece.size());
          joined += piece;
        }
        ASSERT_EQ(joined, text);
      }
    }
  }
}

}  // namespace
}  // namespace froe::chunk
