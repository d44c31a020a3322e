#include "store/checkpointer.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "store/fixture.hpp"
#include "store/sqlite.hpp"

namespace froe::store {
namespace {

// A database whose log SQLite never copies by itself, but for the last that closes it.
class CheckpointerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(writer_.open(database_, Connection::Mode::write));
    ASSERT_TRUE(writer_.execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0"));
    ASSERT_TRUE(writer_.execute("CREATE TABLE t (x)"));
  }
  void write_a_mebibyte() { ASSERT_TRUE(writer_.execute("INSERT INTO t VALUES (randomblob(1048576))")); }
  [[nodiscard]] std::uintmax_t database_bytes() const { return std::filesystem::file_size(database_); }
  [[nodiscard]] std::uintmax_t log_bytes() const {
    return std::filesystem::file_size(database_.string() + "-wal");
  }

  static std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ScratchDirectory scratch_;
  std::filesystem::path database_ = scratch_ / "index.db";
  Connection writer_;
};

TEST_F(CheckpointerTest, HasCopiedWhenItWasWaitedFor) {
  Checkpointer checkpointer(database_);
  checkpointer.wait();  // nothing was requested
  for (std::uintmax_t i = 1; i <= 5; ++i) {
    write_a_mebibyte();
    checkpointer.request();
    checkpointer.wait();
    EXPECT_GT(database_bytes(), i << 20U);
  }
  EXPECT_LT(log_bytes(), 2U << 20U) << "it begins anew when all of it was copied";
}

TEST_F(CheckpointerTest, EndsWhileItCopies) {
  for (int i = 0; i < 20; ++i) {
    Checkpointer checkpointer(database_);
    write_a_mebibyte();
    checkpointer.request();
  }
  EXPECT_EQ(writer_.integer("SELECT count(*) FROM t"), 20);
}

TEST_F(CheckpointerTest, LeavesAloneWhatHasThePathLater) {
  Checkpointer checkpointer(database_);
  write_a_mebibyte();
  std::filesystem::remove(database_);
  checkpointer.request();
  checkpointer.wait();
  EXPECT_FALSE(std::filesystem::exists(database_));
  {
    Connection other;
    ASSERT_TRUE(other.open(scratch_ / "other.db", Connection::Mode::write));
    ASSERT_TRUE(other.execute("PRAGMA journal_mode = WAL; CREATE TABLE mine (x)"));
  }
  std::filesystem::rename(scratch_ / "other.db", database_);
  const auto others = bytes_of(database_);
  write_a_mebibyte();
  checkpointer.request();
  checkpointer.wait();
  EXPECT_TRUE(bytes_of(database_) == others);
}

TEST_F(CheckpointerTest, DoesNothingWithoutADatabase) {
  Checkpointer checkpointer(scratch_ / "no directory" / "index.db");
  checkpointer.request();
  checkpointer.wait();
  checkpointer.request();
  checkpointer.wait();
}

}  // namespace
}  // namespace froe::store
