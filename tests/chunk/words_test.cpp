#include "chunk/words.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chunk/word.hpp"

namespace froe::chunk {
namespace {

using Found = std::vector<std::pair<std::size_t, std::size_t>>;

Found by_bytes(std::string_view source) {
  Found found;
  for (std::size_t at = 0; at < source.size(); ++at) {
    if (!is_word(source[at])) continue;
    if (at == 0 || !is_word(source[at - 1])) found.emplace_back(at, at);
    found.back().second = at + 1;
  }
  return found;
}

Found by_words(std::string_view source) {
  Found found;
  const Words words(source);
  for (auto at = words.next(0); at < source.size(); at = words.next(words.end(at)))
    found.emplace_back(at, words.end(at));
  return found;
}

TEST(WordsTest, AreWhatALookAtEachByteFinds) {
  std::mt19937 random(1);
  constexpr std::string_view letters = "aZ09_$ .\n\xc3\xa9@[`{/:";
  for (int i = 0; i < 3000; ++i) {
    std::string source(random() % 300, ' ');
    // Now mostly words, now mostly not, so that some are longer than a block.
    const auto in_words = random() % 100;
    for (char& c : source) {
      if (random() % 100 < in_words) {
        c = letters[random() % 6];
      } else {
        c = letters[random() % letters.size()];
      }
    }
    ASSERT_EQ(by_words(source), by_bytes(source)) << source;
  }
}

TEST(WordsTest, KnowsEveryByte) {
  for (int i = 0; i < 256; ++i) {
    const std::string source(1, static_cast<char>(i));
    EXPECT_EQ(by_words(source).size(), is_word(source[0]) ? 1U : 0U) << i;
  }
}

TEST(WordsTest, GoesOnFromInsideOfAWord) {
  const Words words("ab cd");
  EXPECT_EQ(words.next(1), 3U);
  EXPECT_EQ(words.end(1), 2U);
  EXPECT_EQ(words.next(4), 5U);
}

}  // namespace
}  // namespace froe::chunk
