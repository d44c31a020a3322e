#include "froe/token_stream.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace froe {
namespace {

std::vector<Token> read(const std::string& bytes) {
  std::vector<Token> tokens;
  TokenReader reader(bytes);
  for (Token token; reader.next(token);) tokens.push_back(token);
  return tokens;
}

TEST(TokenStream, ComesBackAsItWas) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Token> tokens;
    TokenWriter writer;
    std::uint32_t end = 0;
    for (auto count = random() % 50; count > 0; --count) {
      // Of all lengths that numbers may have.
      const auto begin = end + static_cast<std::uint32_t>(random() >> (8 + random() % 24));
      end = begin + 1 + static_cast<std::uint32_t>(random() >> (8 + random() % 24));
      tokens.push_back({{begin, end}, static_cast<TokenClass>(random() % 3)});
      writer.add(tokens.back());
    }
    auto bytes = std::move(writer).take();
    EXPECT_EQ(read(bytes), tokens);
    EXPECT_TRUE(tokens_fit(bytes, end));
    EXPECT_LE(bytes.size(), most_token_bytes(end));
    if (!tokens.empty()) {
      EXPECT_FALSE(tokens_fit(bytes, end - 1));
    }
  }
}

TEST(TokenStream, IsTwoBytesForAShortToken) {
  TokenWriter writer;
  writer.add({{3, 5}, TokenClass::identifier});
  writer.add({{5, 6}, TokenClass::other});
  EXPECT_EQ(std::move(writer).take(), std::string("\3\11\0\4", 4));
}

TEST(TokenStream, OfAnyBytesIsReadInOrderOrRefused) {
  std::mt19937 random(2);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 12, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random() % 4 == 0 ? 0xff : random());
    std::uint32_t end = 0;
    for (const auto& token : read(bytes)) {
      ASSERT_GE(token.range.begin, end);
      ASSERT_LT(token.range.begin, token.range.end);
      end = token.range.end;
    }
  }
  EXPECT_FALSE(tokens_fit("\3", 100)) << "half a token";
  EXPECT_FALSE(tokens_fit(std::string("\0\3", 2), 100)) << "of nothing";
  EXPECT_FALSE(tokens_fit(std::string("\0\7", 2), 100)) << "of no class";
}

}  // namespace
}  // namespace froe
