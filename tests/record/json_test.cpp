#include "froe/json.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "froe/record.hpp"

namespace froe {
namespace {

template <class T>
std::string json(const T& value) {
  std::string out;
  append_json(out, value);
  return out;
}

TEST(Json, EscapesWhatMustBe) {
  EXPECT_EQ(json(std::string("plain / \xc3\xa9 \xf0\x9f\x8c\xb2")), "\"plain / \xc3\xa9 \xf0\x9f\x8c\xb2\"");
  EXPECT_EQ(json(std::string("\"\\\n\r\t")), R"("\"\\\n\r\t")");
  EXPECT_EQ(json(std::string("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
}

TEST(Json, BytesThatAreNotUtf8AreKeptAsBase64) {
  EXPECT_EQ(json(std::string("\xff")), R"({"base64":"/w=="})");
  EXPECT_EQ(json(std::string("a\xff")), R"({"base64":"Yf8="})");
  EXPECT_EQ(json(std::string("ab\xff")), R"({"base64":"YWL/"})");
}

TEST(Json, WritesNumbersBooleansNothingAndLists) {
  EXPECT_EQ(json(-3), "-3");
  EXPECT_EQ(json(std::uint8_t{7}), "7");
  EXPECT_EQ(json(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(json(true), "true");
  EXPECT_EQ(json(0.5), "0.5");
  EXPECT_EQ(json(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(json(std::optional<int>{}), "null");
  EXPECT_EQ(json(std::optional<int>{4}), "4");
  EXPECT_EQ(json(std::vector<int>{}), "[]");
  EXPECT_EQ(json(std::vector<int>{1, 2}), "[1,2]");
  EXPECT_EQ(json(StableId{1, 0xab}), "\"01ab0000000000000000000000000000\"");
}

TEST(Json, WritesRecordsByTheirFieldList) {
  Symbol symbol;
  symbol.kind = Kind::class_;
  symbol.name = "n";
  symbol.range = {1, 5};
  EXPECT_EQ(json(symbol),
            R"({"parent":null,"kind":"class","visibility":"unknown","name":"n","range":{"begin":1,"end":5},)"
            R"("name_range":{"begin":0,"end":0},"doc":null,"begin":{"row":0,"column":0},)"
            R"("end":{"row":0,"column":0}})");
}

TEST(Utf8, KnowsValidSequencesFromOthers) {
  EXPECT_EQ(utf8_sequence("a", 0), 1U);
  EXPECT_EQ(utf8_sequence("\xc2\x80", 0), 2U);
  EXPECT_EQ(utf8_sequence("\xe0\xa0\x80", 0), 3U);
  EXPECT_EQ(utf8_sequence("\xf4\x8f\xbf\xbf", 0), 4U);
  EXPECT_EQ(utf8_sequence("", 0), 0U);
  for (std::string_view bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf0\x9f\x8c"}) {
    EXPECT_EQ(utf8_sequence(bad, 0), 0U);
    EXPECT_FALSE(is_utf8(bad));
  }
  EXPECT_TRUE(is_utf8("\xed\x9f\xbf\xee\x80\x80"));  // on both sides of the surrogates
}

}  // namespace
}  // namespace froe
