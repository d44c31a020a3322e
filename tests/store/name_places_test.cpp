#include "store/name_places.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "store/positions.hpp"

namespace froe::store {
namespace {

Symbol symbol_of(const std::string& text, std::size_t begin, ByteRange name) {
  Symbol symbol;
  symbol.range = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(text.size())};
  symbol.name_range = name;
  symbol.begin = PositionCounter(text).at(symbol.range.begin);
  return symbol;
}

// A definition that begins at "<", of the name between "[" and "]".
std::optional<Position> place(std::string text) {
  auto take = [&](char mark) {
    auto at = text.find(mark);
    text.erase(at, 1);
    return static_cast<std::uint32_t>(at);
  };
  const auto begin = take('<');
  const ByteRange name{take('['), take(']')};
  return NamePlaces(text).of(symbol_of(text, begin, name));
}

TEST(NamePlaces, AreRowsAndColumnsWhereTheseAreTheSameForEverybody) {
  EXPECT_EQ(place("<[f]()"), (Position{0, 0}));
  EXPECT_EQ(place("a\n\t<int [f]() {}\n"), (Position{1, 5}));
  EXPECT_EQ(place("a\n  <int\n [f]()"), (Position{2, 1}));
  EXPECT_EQ(place("a\r\n<int\r\n\r\n[f]()"), (Position{3, 0}));
  EXPECT_EQ(place("// \u00e9\n<int [f]() // \u00e9"), (Position{1, 4})) << "other lines do not matter";
  EXPECT_EQ(place("a\n<[]"), (Position{1, 0})) << "a name of no letters";
}

TEST(NamePlaces, AreNoneWhereOnlyTheTextTells) {
  EXPECT_EQ(place("/* \u00e9 */ <int [f]()"), std::nullopt) << "a column";
  EXPECT_EQ(place("<int [f\u00e9]()"), std::nullopt) << "the end";
  EXPECT_EQ(place("<operator [a\nb]"), std::nullopt) << "two lines";
  EXPECT_EQ(place("a\rb\n<int [f]()"), std::nullopt) << "lines before";
  EXPECT_EQ(place("<int [f]()\r"), std::nullopt) << "a return at the end is alone too";
}

TEST(NamePlaces, AreNotLookedForFarAway) {
  EXPECT_NE(place("<" + std::string(4000, ' ') + "[f]"), std::nullopt);
  EXPECT_EQ(place("<" + std::string(4100, ' ') + "[f]"), std::nullopt);
  EXPECT_EQ(place(std::string(4100, ' ') + "<[f]"), std::nullopt) << "a long line before it is as far";
}

TEST(NamePlaces, AreNoneOfWhatDoesNotLieInTheText) {
  const std::string text = "int f()";
  const auto good = symbol_of(text, 0, {4, 5});
  EXPECT_EQ(NamePlaces(text).of(good), (Position{0, 4}));
  for (auto [range, name, column] :
       {std::tuple(ByteRange{50, 60}, ByteRange{50, 60}, 0U),
        std::tuple(ByteRange{0, 7}, ByteRange{4, 8}, 0U), std::tuple(ByteRange{0, 7}, ByteRange{5, 4}, 0U),
        std::tuple(ByteRange{4, 7}, ByteRange{3, 4}, 0U), std::tuple(ByteRange{4, 7}, ByteRange{4, 5}, 5U)}) {
    auto symbol = good;
    symbol.range = range;
    symbol.name_range = name;
    symbol.begin.column = column;
    EXPECT_EQ(NamePlaces(text).of(symbol), std::nullopt) << range.begin << ' ' << name.begin;
  }
}

// As LSP counts, character by character.
Position counted(const std::string& text, std::uint32_t offset, bool utf16) {
  Position at;
  for (std::uint32_t i = 0; i < offset; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) {
      at = {at.row + 1, 0};
    } else if (!utf16) {
      ++at.column;
    } else if (byte < 0x80 || byte >= 0xc0) {
      at.column += byte >= 0xf0 ? 2 : 1;
    }
  }
  return at;
}

TEST(NamePlaces, AreWhereLspHasThemInEitherUnit) {
  std::mt19937 random(1);
  const std::vector<std::string> all{"a", "b", " ", "\n", "\r\n", "\r", "\u00e9", "\U0001f600"};
  int told = 0;
  for (int round = 0; round < 20'000; ++round) {
    // With and without what makes a difference.
    const auto pieces = round % 2 == 0 ? 5 : all.size();
    std::string text;
    std::vector<std::uint32_t> bounds{0};
    for (auto count = 1 + random() % 12; count > 0; --count) {
      text += all[random() % pieces];
      bounds.push_back(static_cast<std::uint32_t>(text.size()));
    }
    std::array<std::uint32_t, 3> at{};
    for (auto& each : at) each = bounds[random() % bounds.size()];
    std::ranges::sort(at);
    const ByteRange name{at[1], at[2]};
    const auto found = NamePlaces(text).of(symbol_of(text, at[0], name));
    if (!found) {
      const bool is_in_one_line = text.substr(name.begin, name.size()).find('\n') == std::string::npos;
      ASSERT_FALSE(round % 2 == 0 && is_in_one_line) << "nothing hinders: " << testing::PrintToString(text);
      continue;
    }
    ++told;
    for (bool utf16 : {false, true}) {
      ASSERT_EQ(*found, counted(text, name.begin, utf16)) << testing::PrintToString(text);
      ASSERT_EQ((Position{found->row, found->column + name.size()}), counted(text, name.end, utf16))
          << testing::PrintToString(text);
    }
  }
  EXPECT_GT(told, 5000);
}

}  // namespace
}  // namespace froe::store
