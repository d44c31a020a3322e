#include "store/schema.hpp"

#include <gtest/gtest.h>

#include "store/fixture.hpp"

namespace froe::store {
namespace {

// A new index is made without waiting for the disk; what is written to it, then and later, is waited for
// where the log is copied.
TEST(Schema, WritesToAnIndexOutliveALossOfPower) {
  ScratchDirectory scratch;
  for (const char* state : {"new", "there already"}) {
    SCOPED_TRACE(state);
    Connection connection;
    ASSERT_TRUE(connection.open(scratch / "index.db", Connection::Mode::write));
    ASSERT_TRUE(prepare_to_write(connection));
    constexpr int normal = 1;
    EXPECT_EQ(connection.integer("PRAGMA synchronous"), normal);
    EXPECT_EQ(connection.integer("PRAGMA page_size"), 16384);
    Statement mode = connection.prepare("PRAGMA journal_mode");
    ASSERT_TRUE(mode.step());
    EXPECT_EQ(mode.bytes(0), "wal");
  }
}

}  // namespace
}  // namespace froe::store
