// Several trees in one index.
#include <string>

#include "cli/fixture.hpp"

namespace froe::cli {
namespace {

class TreesTest : public CliTest {
 protected:
  TreesTest() {
    fs::create_directory(other_);
    write("a.py", "def shelf(): pass\n");
    write("common.py", python_file);
    write("../other/b.py", "def rack(): pass\n");
    write("../other/common.py", python_file);
  }
  Outcome with_db(const std::string& arguments) const {
    return froe(arguments + " --db '" + database_ + "'");
  }
  std::string ledger() const { return with_db("ledger").out; }
  std::string row(const std::string& path) const { return "  " + path + "\n"; }

  fs::path other_ = scratch_ / "other";
  std::string database_ = (scratch_ / "both.db").string();
};

TEST_F(TreesTest, EachIsUpdatedByItself) {
  for (const std::string executor : {"inline", "threads", "processes"}) {
    SCOPED_TRACE(executor);
    fs::remove(database_);
    write("../other/b.py", "def rack(): pass\n");
    ASSERT_EQ(with_db("index -q . --executor " + executor).status, 0);
    auto second = with_db("index --json '" + other_.string() + "' --executor " + executor);
    EXPECT_TRUE(contains(second.out, "\"cut\":1,\"reused\":1")) << second.out;
    EXPECT_TRUE(contains(ledger(), row("a.py")));
    EXPECT_TRUE(contains(ledger(), row(other_.string() + "/b.py")));
    fs::remove(other_ / "b.py");
    EXPECT_TRUE(contains(with_db("index -n '" + other_.string() + "'").out, "removed   b.py"));
    ASSERT_EQ(with_db("index -q '" + other_.string() + "'").status, 0);
    EXPECT_FALSE(contains(ledger(), "b.py"));
    EXPECT_TRUE(contains(with_db("index --json .").out, "\"removed\":0")) << "the first is as it was";
    EXPECT_TRUE(contains(ledger(), row("a.py")));
    EXPECT_EQ(with_db("verify").status, 0);
  }
}

TEST_F(TreesTest, QueriesLookIntoAll) {
  ASSERT_EQ(with_db("index -q .").status, 0);
  ASSERT_EQ(with_db("index -q '" + other_.string() + "'").status, 0);
  EXPECT_TRUE(contains(with_db("search rack").out, other_.string() + "/b.py"));
  EXPECT_TRUE(contains(with_db("search shelf").out, "a.py"));
  EXPECT_FALSE(contains(with_db("search rack --path a").out, "b.py"));
  EXPECT_TRUE(contains(with_db("outline ../other/b.py").out, "rack")) << "from the working directory";
  EXPECT_TRUE(contains(with_db("outline '" + (other_ / "b.py").string() + "'").out, "rack"));
  auto stats = with_db("stats --json").out;
  EXPECT_TRUE(contains(stats, "\"roots\":[\"" + tree_.string() + "\",\"" + other_.string() + "\"]")) << stats;
}

TEST_F(TreesTest, OneThatMovedIsStillTheFirst) {
  ASSERT_EQ(with_db("index -q .").status, 0);
  auto moved = scratch_ / "moved";
  fs::rename(tree_, moved);
  auto done = std::system(("cd '" + scratch_.string() + "' && " + FROE_PROGRAM + " index -q '" +
                           moved.string() + "' --db '" + database_ + "'")
                              .c_str());
  EXPECT_EQ(done, 0);
  fs::create_directory(tree_);  // to run in
  EXPECT_TRUE(contains(ledger(), row("a.py"))) << ledger();
  EXPECT_FALSE(contains(ledger(), moved.string()));
}

TEST_F(TreesTest, CanBeForgotten) {
  ASSERT_EQ(with_db("index -q .").status, 0);
  ASSERT_EQ(with_db("index -q '" + other_.string() + "'").status, 0);
  ASSERT_EQ(with_db("gc --forget '" + other_.string() + "'").status, 0);
  EXPECT_FALSE(contains(ledger(), "b.py"));
  EXPECT_TRUE(contains(ledger(), row("common.py")));
  EXPECT_EQ(with_db("verify").status, 0);
  EXPECT_EQ(with_db("search rack").status, 1);
  EXPECT_EQ(with_db("gc --forget '" + other_.string() + "'").status, 2) << "it is no longer there";
}

TEST_F(TreesTest, AFileIsLookedForWhereOneStands) {
  ASSERT_EQ(with_db("index -q .").status, 0);
  write("../other/a.py", "def in_other(): pass\n");
  ASSERT_EQ(with_db("index -q '" + other_.string() + "'").status, 0);
  auto there =
      shell("cd '" + other_.string() + "' && " + FROE_PROGRAM + " outline a.py --db '" + database_ + "'");
  EXPECT_TRUE(contains(there.out, "in_other")) << there.out;
}

TEST_F(TreesTest, OnesThatLieInEachOtherAreRefused) {
  write("../other/inner/c.py", "def c(): pass\n");
  ASSERT_EQ(with_db("index -q .").status, 0);
  ASSERT_EQ(with_db("index -q '" + other_.string() + "'").status, 0);
  auto refused = with_db("index -q '" + (other_ / "inner").string() + "'");
  EXPECT_EQ(refused.status, 2);
  EXPECT_TRUE(contains(refused.err, "lies in the other")) << refused.err;
}

TEST_F(TreesTest, ACheckJudgesItsOwnAndKeepsReferences) {
  write("../other/b.py", "def rack(): shelf_of()\n");
  ASSERT_EQ(with_db("index -q --references '" + other_.string() + "'").status, 0);
  ASSERT_EQ(with_db("index -q .").status, 0);
  auto judged = with_db("check '" + other_.string() + "' --json");
  EXPECT_NE(judged.status, 2) << judged.err;
  EXPECT_FALSE(contains(judged.out, "a.py")) << judged.out;
  EXPECT_TRUE(contains(with_db("references shelf_of").out, "b.py")) << "references are still there";
  // The first is gone; nobody has looked at what takes its place.
  fs::remove_all(other_);
  fs::create_directory(scratch_ / "third");
  auto never = with_db("check --no-update '" + (scratch_ / "third").string() + "'");
  EXPECT_EQ(never.status, 2) << never.out;
}

}  // namespace
}  // namespace froe::cli
