// Names that are too long are cut between characters: what was valid UTF-8 stays so.
#include <gtest/gtest.h>

#include <string>

#include "chunk/files.hpp"
#include "froe/json.hpp"

namespace froe::chunk {
namespace {

TEST(Names, AreCutBetweenCharacters) {
  // The limit falls inside a character of one of these, whatever it is.
  for (const std::string lead : {"", "a", "ab", "abc"}) {
    std::string name = lead;
    for (int i = 0; i < 300; ++i) name += "\xc3\xa9\xe6\xbc\xa2";  // é漢
    FileTask task;
    task.path = "long.py";
    task.language = "python";
    task.content = "class " + name + ":\n    def " + name + "(self):\n        return 1\n";
    auto result = chunk_afresh(task);
    ASSERT_EQ(result.outcome, Outcome::parsed);
    ASSERT_EQ(result.symbols.size(), 2U);
    for (const auto& symbol : result.symbols) {
      EXPECT_TRUE(is_utf8(symbol.name)) << lead;
      EXPECT_GT(symbol.name.size(), 300U);
      EXPECT_LT(symbol.name.size(), 500U);
      EXPECT_TRUE(name.starts_with(symbol.name));
    }
    for (const auto& chunk : result.chunks) {
      EXPECT_TRUE(is_utf8(chunk.name));
      EXPECT_TRUE(is_utf8(chunk.scope));
    }
  }
}

}  // namespace
}  // namespace froe::chunk
