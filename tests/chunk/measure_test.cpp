#include "chunk/measure.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
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

// Every range of a text is as many tokens as it is alone.
TEST(Measure, CountsTokensAsThoseOfTheRangeAlone) {
  std::mt19937 random(2);
  auto below = [&](std::size_t limit) { return static_cast<std::uint32_t>(random() % limit); };
  std::ifstream in(FROE_SOURCE_DIR "/src/chunk/cut.cpp");
  std::string code{std::istreambuf_iterator<char>(in), {}};
  ASSERT_GT(code.size(), 5000U);
  std::string spaces;
  while (spaces.size() < 2000) spaces += std::string(below(6), ' ') + (below(3) == 0 ? "\r\n" : "x");
  for (const auto& text : {code, spaces, random_text(random, 2000), std::string(3000, ' ') + "a"}) {
    for (auto unit : {SizeUnit::o200k_base, SizeUnit::cl100k_base}) {
      Measure measure(text, unit);
      for (int i = 0; i < 1000; ++i) {
        auto begin = below(text.size() + 1);
        auto end = begin + below(i % 2 == 0 ? text.size() - begin + 1
                                            : std::min<std::size_t>(text.size() - begin, 40) + 1);
        auto part = std::string_view(text).substr(begin, end - begin);
        ASSERT_EQ(measure.size({begin, end}), naive_size(part, unit)) << begin << ' ' << end << ' ' << part;
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
    for (auto unit : all_size_units) {
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
