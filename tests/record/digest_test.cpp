#include "froe/digest.hpp"

#include <gtest/gtest.h>

namespace froe {
namespace {

// What `git hash-object` prints.
TEST(BlobId, IsTheOneOfGit) {
  EXPECT_EQ(to_hex(blob_id("")), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  EXPECT_EQ(to_hex(blob_id("hello\n")), "ce013625030ba8dba906f756967f9e9ca394464a");
  EXPECT_EQ(to_hex(blob_id(std::string_view("a\0b\r\n\xff", 6))), "81f3bfe56928eddaede1150fd54433d0b24b3dce");
  EXPECT_EQ(to_hex(blob_id(std::string(100'000, '\0'))), "f18c9a678f421d5c52f6c5acc23670267d5f632f");
}

TEST(StableId, IsTheDigestThatTheHeaderDescribes) {
  auto id = stable_id("python", "A.b", Kind::method, "c", "def c(): pass\n");
  EXPECT_EQ(to_hex(id), "4e3289ae93f832408e974e66203de751");
}

TEST(StableId, IsNotOfTheWhiteSpaceAround) {
  auto id = [](std::string_view content) { return stable_id("python", "", Kind::code, "", content); };
  EXPECT_EQ(id("\n \t\r\n  a b\n\n"), id("  a b"));
  EXPECT_EQ(id("  a\n\n  b"), id("  a\n\n  b \r\n"));
  EXPECT_NE(id("  a b"), id("a b")) << "indentation says where it stands";
  EXPECT_NE(id("a\n\nb"), id("a\nb"));
  EXPECT_EQ(id(" \n\n "), id(""));
}

TEST(StableId, DependsOnEachPartAndOnWhereOneEnds) {
  auto id = stable_id("c", "ab", Kind::function, "c", "x");
  EXPECT_NE(id, stable_id("d", "ab", Kind::function, "c", "x"));
  EXPECT_NE(id, stable_id("c", "a", Kind::function, "bc", "x"));
  EXPECT_NE(id, stable_id("c", "ab", Kind::method, "c", "x"));
  EXPECT_NE(id, stable_id("c", "ab", Kind::function, "c", "y"));
}

TEST(Hex, ComesBackAsItWas) {
  std::array<std::uint8_t, 3> bytes{0, 0x9a, 0xff};
  EXPECT_EQ(to_hex(bytes), "009aff");
  std::array<std::uint8_t, 3> back{};
  EXPECT_TRUE(from_hex("009AfF", back));
  EXPECT_EQ(back, bytes);
  for (std::string_view bad : {"", "009af", "009afff", "009afg", "0x9aff", "009a f"})
    EXPECT_FALSE(from_hex(bad, back));
}

}  // namespace
}  // namespace froe
