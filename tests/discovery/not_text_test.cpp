#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "froe/discovery.hpp"

namespace froe::discovery {
namespace {

using namespace std::string_literals;

std::string repeat(const std::string& text, std::size_t size) {
  std::string out;
  while (out.size() < size) out += text;
  return out;
}

// ASCII in units of `width` bytes.
std::string widen(const std::string& text, std::size_t width, bool big_endian) {
  std::string out;
  for (const char byte : text) {
    std::string unit(width, '\0');
    (big_endian ? unit.back() : unit.front()) = byte;
    out += unit;
  }
  return out;
}

const std::string code = "int main(void) {\r\n\treturn 0;  /* \x1b[0m \f */\n}\n";

TEST(NotText, SourceIsText) {
  EXPECT_EQ(not_text(""), std::nullopt);
  EXPECT_EQ(not_text("x"), std::nullopt);
  EXPECT_EQ(not_text(repeat(code, 20'000)), std::nullopt);
  EXPECT_EQ(not_text("\xEF\xBB\xBF" + code), std::nullopt);
  EXPECT_EQ(not_text(repeat("\u00e9\u4e16\U0001F600", 20'000)),
            std::nullopt);  // the head ends within a sequence
}

TEST(NotText, AStrayNulOrControlCharacterDoesNotMakeSourceBinary) {
  EXPECT_EQ(not_text(code + "\0"s + code), std::nullopt);
  EXPECT_EQ(not_text("\0"s + repeat(code, 1000)), std::nullopt);
  EXPECT_EQ(not_text(repeat("field\x01"
                            "field\x1f",
                            9000)),
            std::nullopt);  // separated by control characters
}

// The bytes are what iconv makes of it.
TEST(NotText, LegacyEncodingsAreText) {
  EXPECT_EQ(not_text("// caf\xE9 \xFC"
                     "ber na\xEF"
                     "ve\n"),
            std::nullopt);                                                                // Latin-1
  EXPECT_EQ(not_text(repeat("\xD6\xD0\xCE\xC4\xD7\xA2\xCA\xCD\n", 9000)), std::nullopt);  // GBK prose
  EXPECT_EQ(not_text(repeat("\x93\xFA\x96\x7B\x8C\xEA\x82\xCC\n", 9000)), std::nullopt);  // Shift-JIS prose
  EXPECT_EQ(not_text(repeat("\xF2\xD5\xD3\xD3\xCB\xC9\xCA \xD4\xC5\xCB\xD3\xD4\n", 9000)),
            std::nullopt);                                                // KOI8-R
  EXPECT_EQ(not_text(repeat("\x1b$B4A;z\x1b(B\n", 9000)), std::nullopt);  // ISO-2022-JP
}

TEST(NotText, WideEncodingsAreNamed) {
  for (const std::size_t width : {2U, 4U}) {
    for (const bool big_endian : {false, true}) {
      const std::string body = widen(repeat("int x = 1;\n", 500), width, big_endian);
      EXPECT_EQ(not_text(body), Outcome::unsupported_encoding) << width << big_endian;
    }
  }
  EXPECT_EQ(not_text("\xFF\xFE"
                     "a\0"s),
            Outcome::unsupported_encoding);
  EXPECT_EQ(not_text("\xFE\xFF\x4E\x16"s), Outcome::unsupported_encoding);
  EXPECT_EQ(not_text("\0\0\xFE\xFF"s), Outcome::unsupported_encoding);
  EXPECT_EQ(not_text("\xFF\xFE\0\0a\0\0\0"s), Outcome::unsupported_encoding);
}

TEST(NotText, TwoThirdsOfAWideTextAreAscii) {
  EXPECT_EQ(not_text(repeat("a\0"s, 400) + repeat("\x16\x4E"s, 200)), Outcome::unsupported_encoding);
  EXPECT_EQ(not_text(repeat("a\0"s, 400) + repeat("\x16\x4E"s, 200) + "x"), Outcome::unsupported_encoding);
  EXPECT_EQ(not_text(repeat("a\0"s, 398) + repeat("\x16\x4E"s, 202) + "x"), Outcome::binary);
  EXPECT_EQ(not_text(repeat("a\0\0\0"s, 800) + repeat("\x16\x4E\0\1"s, 400)), Outcome::unsupported_encoding);
}

TEST(NotText, SignaturesOfBinaryFormats) {
  const std::string prose = repeat("documentation ", 9000);
  EXPECT_EQ(not_text("%PDF-1.7\n" + prose), Outcome::binary);
  EXPECT_EQ(not_text("!<arch>\n" + prose), Outcome::binary);
  EXPECT_EQ(not_text("\x7f"
                     "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"s +
                     prose),
            Outcome::binary);
  EXPECT_EQ(not_text("\xA7\r\r\n\0\0\0\0\x12\x34\x56\x78\x01\x02\0\0"s + prose), Outcome::binary);  // .pyc
  EXPECT_EQ(not_text("\0asm\x01\0\0\0"s), Outcome::binary);
  EXPECT_EQ(not_text("\xCA\xFE\xBA\xBE\0\0\0\x37"s + prose), Outcome::binary);
  EXPECT_EQ(not_text("SQLite format 3\0\x10\0\x01\x01\0"s + std::string(500, '\0')), Outcome::binary);
  EXPECT_EQ(not_text("name.txt" + std::string(92, '\0') + "0000644\0"s + prose), Outcome::binary);  // tar
}

TEST(NotText, RandomBytesAreBinaryWithAndWithoutNul) {
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    std::string bytes(8000, '\0');
    const bool with_nul = i % 2 == 0;
    for (char& byte : bytes) byte = static_cast<char>(with_nul ? random() % 256 : 1 + random() % 255);
    EXPECT_EQ(not_text("\x1f\x8b\x08" + bytes), Outcome::binary);
  }
}

TEST(NotText, TheProgramsOfThisTestAreBinary) {
  std::ifstream self("/proc/self/exe", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(self), {}};
  EXPECT_EQ(not_text(bytes), Outcome::binary);
}

}  // namespace
}  // namespace froe::discovery
