#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "froe/store.hpp"

namespace froe::store {
namespace {

// What the code relies on and no longer asks for when it opens an index: connections without locks, memory
// that is not counted, deleted rows that are not overwritten.
TEST(Engine, IsTheSqliteThatFroeIsBuiltWith) {
  const auto options = engine().options;
  auto has = [&](const std::string& option) { return std::ranges::find(options, option) != options.end(); };
  EXPECT_TRUE(has("THREADSAFE=2"));
  EXPECT_TRUE(has("DEFAULT_MEMSTATUS=0"));
  EXPECT_TRUE(has("ENABLE_FTS5"));
  EXPECT_FALSE(has("SECURE_DELETE"));
}

}  // namespace
}  // namespace froe::store
