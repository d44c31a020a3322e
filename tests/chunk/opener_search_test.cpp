#include "chunk/opener_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace froe::chunk {
namespace {

bool holds(std::vector<std::string_view> openers, std::string_view source) {
  return OpenerSearch(openers, source).any_in({0, static_cast<std::uint32_t>(source.size())});
}

TEST(OpenerSearch, FindsMarksAnywhere) {
  EXPECT_TRUE(holds({"{"}, "if (x) { y(); }"));
  EXPECT_TRUE(holds({"=>", "{"}, "const f = x=>x"));
  EXPECT_FALSE(holds({"=>", "{"}, "x = y >= z"));
  EXPECT_FALSE(holds({"{"}, ""));
}

TEST(OpenerSearch, FindsWordsWhole) {
  EXPECT_TRUE(holds({"def", "class"}, "class A"));
  EXPECT_TRUE(holds({"type"}, "\ttype\tT int"));
  EXPECT_TRUE(holds({"type"}, "type"));
  for (const auto* text : {"typed = 1", "subtype", "_type", "type_", "$type", "\xc3\xa9type"}) {
    EXPECT_FALSE(holds({"type"}, text)) << text;
  }
}

TEST(OpenerSearch, FindsBeginningsOfWords) {
  EXPECT_TRUE(holds({"def*"}, "defmacro x"));
  EXPECT_TRUE(holds({"def*"}, "(def"));
  EXPECT_FALSE(holds({"def*"}, "undef x"));
}

TEST(OpenerSearch, WithoutOpenersAnythingMayBeOne) {
  EXPECT_TRUE(OpenerSearch({}, "x").any_in({0, 0}));
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.starts_with(word) &&
         (text.size() == word.size() || !std::isalnum(static_cast<unsigned char>(text[word.size()])));
}

// Openers "fn", "use", "=>" and "def*", as one would look for them by hand.
bool begins_at(std::string_view source, std::size_t at) {
  auto rest = source.substr(at);
  bool in_word = at > 0 && std::isalnum(static_cast<unsigned char>(source[at - 1])) != 0;
  return rest.starts_with("=>") || (!in_word && (begins_with_word(rest, "fn") ||
                                                 begins_with_word(rest, "use") || rest.starts_with("def")));
}

TEST(OpenerSearch, FindsInAscendingRangesWhatBeginsInThem) {
  constexpr std::array<std::string_view, 4> openers{"fn", "use", "=>", "def*"};
  constexpr std::array<std::string_view, 9> parts{"fn", "use", "used", "=>", "=", " ", "\n", "define", "x"};
  std::mt19937 random(1);
  auto below = [&](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  };
  for (int round = 0; round < 300; ++round) {
    std::string source;
    for (std::size_t n = below(60); n > 0; --n) source += parts[below(parts.size())];
    std::vector<ByteRange> ranges;
    for (int i = 0; i < 20; ++i) {
      auto begin = static_cast<std::uint32_t>(below(source.size() + 1));
      auto end = begin + static_cast<std::uint32_t>(below(source.size() + 1 - begin));
      ranges.push_back({begin, end});
    }
    std::ranges::sort(ranges, {}, &ByteRange::begin);
    OpenerSearch search(openers, source);
    for (auto range : ranges) {
      bool expected = false;
      for (auto at = range.begin; at < range.end; ++at) expected = expected || begins_at(source, at);
      ASSERT_EQ(search.any_in(range), expected) << source << " [" << range.begin << ", " << range.end << ')';
    }
  }
}

}  // namespace
}  // namespace froe::chunk
