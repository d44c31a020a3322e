#include "store/terms.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <sstream>
#include <vector>

#include "froe/store.hpp"

namespace froe::store {
namespace {

TEST(Terms, PartsOfIdentifiers) {
  EXPECT_EQ(identifier_parts("HTTPServer2"), "http server 2 ");
  EXPECT_EQ(identifier_parts("getHTTPResponseCode"), "get http response code ");
  EXPECT_EQ(identifier_parts("fooBar"), "foo bar ");
  EXPECT_EQ(identifier_parts("utf8Decode"), "utf 8 decode ");
  EXPECT_EQ(identifier_parts("x=aB"), "a b ");
  EXPECT_EQ(identifier_parts("h\xc3\xa9llo\xc3\xa9World"), "h\xc3\xa9llo\xc3\xa9 world ");
}

TEST(Terms, NothingWhereTheTokenizerIsEnough) {
  EXPECT_EQ(identifier_parts(""), "");
  EXPECT_EQ(identifier_parts("foo bar_baz Foo FOO MAX_LEN __init__ Ab"), "");
  EXPECT_EQ(identifier_parts("0x1Fab 10ms 1e5"), "") << "numbers are not identifiers";
  EXPECT_EQ(identifier_parts("na\xc3\xafve"), "");
}

TEST(Terms, EachPartOnce) {
  EXPECT_EQ(identifier_parts("fooBar fooBar barFoo FooBar2"), "foo bar 2 ");
}

// The plainest splitter there is, one byte at a time.
std::string split_slowly(const std::string& text) {
  enum { other, lower, upper, digit };
  auto type = [](char c) {
    auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::islower(byte) != 0) return lower;
    if (std::isupper(byte) != 0) return upper;
    return std::isdigit(byte) != 0 ? digit : other;
  };
  std::string parts;
  auto add = [&](const std::string& part) {
    if ((" " + parts).find(" " + part + " ") == std::string::npos) parts += part + " ";
  };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && type(text[end]) != other) ++end;
    std::string word = text.substr(at, end - at);
    std::vector<std::string> found(word.empty() ? 0 : 1);
    for (std::size_t i = 0; i < word.size(); ++i) {
      bool cut = false;
      if (i > 0) {
        auto before = type(word[i - 1]);
        auto here = type(word[i]);
        cut = before != here && !(before == upper && here == lower);
        cut |= before == upper && here == upper && i + 1 < word.size() && type(word[i + 1]) == lower;
      }
      if (cut) found.emplace_back();
      found.back() += type(word[i]) == upper ? static_cast<char>(word[i] - 'A' + 'a') : word[i];
    }
    if (found.size() > 1 && type(word[0]) != digit) {
      for (const auto& part : found) add(part);
    }
    at = end + 1;
  }
  return parts;
}

std::string unique(const std::string& parts) {
  std::istringstream in(parts);
  std::string kept;
  for (std::string part; in >> part;) {
    if ((" " + kept).find(" " + part + " ") == std::string::npos) kept += part + " ";
  }
  return kept;
}

TEST(Terms, EqualsASplitterThatGoesByteByByte) {
  std::mt19937 random(7);
  constexpr std::string_view letters = "abAB12_ .(\xc3\xa9";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto size = random() % 40; size > 0; --size) text += letters[random() % letters.size()];
    // What is remembered is of fixed size: a part may come again, and none may be missing or extra.
    ASSERT_EQ(unique(identifier_parts(text)), split_slowly(text)) << text;
  }
}

TEST(Terms, DependsOnTheTextOnly) {
  IdentifierSplitter splitter;
  std::string first;
  splitter.start();
  splitter.append("fooBar bazQux", first);
  std::string second;
  splitter.start();
  splitter.append("fooBar bazQux", second);
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace froe::store
