// An index stays cut as it is until somebody asks for something else: froes with different tasks on one index
// must not cut everything anew in turn.
#include "cli/git_fixture.hpp"

namespace froe::cli {
namespace {

class KeptOptionsTest : public GitTest {
 protected:
  KeptOptionsTest() {
    write(".gitignore", ".froe\n");
    write("lib/shelf.py", python_file);
    write("go/a.go", "package a\n\nfunc f() { join(1) }\n");
    write("notes.txt", "Words.\n");
  }

  // What an index has that is made anew.
  std::string fresh(const std::string& options) const {
    fs::remove(scratch_ / "fresh.db");
    EXPECT_EQ(froe("index -q --db ../fresh.db " + options).status, 0);
    return froe("dump --db ../fresh.db").out;
  }
  // Whether the index is that; an EXPECT_EQ would print both.
  testing::AssertionResult is(const std::string& expected) const {
    if (froe("dump").out == expected) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "the index is another one: " << froe("stats").out;
  }
  // Of the content that came last: unchanged as long as nothing is cut.
  std::string last_blob() const { return shell("sqlite3 .froe/index.db 'SELECT max(id) FROM blob'").out; }
};

TEST_F(KeptOptionsTest, GoesOnGatheringUntilToldNotTo) {
  for (const std::string executor : {"inline", "threads", "processes"}) {
    SCOPED_TRACE(executor);
    fs::remove_all(tree_ / ".froe");
    write("lib/shelf.py", python_file);
    const std::string index = "index --executor " + executor + ' ';
    ASSERT_EQ(froe(index + "-q --metrics --references").status, 0);
    EXPECT_TRUE(contains(froe(index + "--json").out, R"("cut":0,"reused":)"));
    write("lib/shelf.py", std::string(python_file) + "\n\ndef more():\n    return len(Shelf)\n");
    EXPECT_TRUE(contains(froe(index + "--dry-run").out, "to cut: 1 contents"));
    EXPECT_TRUE(contains(froe(index + "--json").out, R"("cut":1,)"));
    EXPECT_TRUE(is(fresh("--metrics --references")));

    EXPECT_TRUE(contains(froe(index + "--dry-run --no-metrics").out, "2 options; to cut: 2 contents"));
    ASSERT_EQ(froe(index + "-q --no-metrics").status, 0);
    EXPECT_TRUE(is(fresh("--references")));
    EXPECT_TRUE(contains(froe(index + "--dry-run").out, "to cut: 0 contents"));
    EXPECT_TRUE(contains(froe(index + "--dry-run --metrics").out, "2 options; to cut: 2 contents"));
    ASSERT_EQ(froe(index + "-q --no-references").status, 0);
    EXPECT_TRUE(is(fresh("")));
    EXPECT_EQ(froe("verify").status, 0);
  }
}

TEST_F(KeptOptionsTest, CheckAndIndexDoNotUndoEachOther) {
  ASSERT_EQ(froe("index -q --references --max-size 60 --min-size 10").status, 0);
  ASSERT_EQ(froe("check").status, 0);
  EXPECT_TRUE(is(fresh("--references --metrics --max-size 60 --min-size 10")));
  auto last = last_blob();
  for (const std::string command : {"index -q", "check", "index -q --references", "check --no-update"}) {
    EXPECT_EQ(froe(command).status, 0) << command;
    EXPECT_EQ(last_blob(), last) << command;
  }
  ASSERT_EQ(froe("check --no-references").status, 0);
  EXPECT_TRUE(is(fresh("--metrics --max-size 60 --min-size 10")));
}

TEST_F(KeptOptionsTest, SizesAreKeptTogether) {
  ASSERT_EQ(froe("index -q --size-unit lines --max-size 20").status, 0);
  EXPECT_TRUE(contains(froe("index --json").out, R"("cut":0,"reused":)"));
  EXPECT_TRUE(is(fresh("--size-unit lines --max-size 20")));
  // One of them said: the others are the usual ones, not those of another unit.
  ASSERT_EQ(froe("index -q --min-size 5").status, 0);
  EXPECT_TRUE(is(fresh("--min-size 5")));
}

TEST_F(KeptOptionsTest, RevisionsAreCutAsThoseBefore) {
  commit("one");
  write("lib/shelf.py", std::string(python_file) + "\n\ndef more():\n    return len(Shelf)\n");
  commit("two");
  ASSERT_EQ(froe("index -q --references --rev HEAD~1").status, 0);
  ASSERT_EQ(froe("index -q --rev HEAD").status, 0);
  EXPECT_TRUE(contains(froe("references --rev HEAD len").out, "lib/shelf.py"));
  // And the work tree as they are.
  ASSERT_EQ(froe("index -q").status, 0);
  EXPECT_TRUE(contains(froe("references len").out, "lib/shelf.py"));
}

TEST_F(KeptOptionsTest, WhoWaitedLooksAgain) {
  ASSERT_EQ(froe("index -q --metrics").status, 0);
  fs::rename(tree_ / ".froe/index.db", scratch_ / "with.db");
  ASSERT_EQ(froe("index -q").status, 0);
  // While it waits, somebody else makes the index one with metrics.
  write(
      "../makes.sh",
      "touch ../locked; until grep -q waiting ../told; do sleep 0.01; done; cp ../with.db .froe/index.db\n");
  auto told = shell(
      "flock .froe/index.db.lock timeout 60 sh ../makes.sh & until test -e ../locked; "
      "do sleep 0.01; done; timeout 60 " FROE_PROGRAM " index --json >../waited 2>../told");
  ASSERT_EQ(told.status, 0) << told.err;
  EXPECT_TRUE(contains(read_all(scratch_ / "waited"), R"("cut":0,"reused":)"))
      << read_all(scratch_ / "waited");
  EXPECT_TRUE(is(fresh("--metrics")));
}

TEST_F(KeptOptionsTest, BothWordsAtOnceAreRefused) {
  for (const std::string arguments : {"index --metrics --no-metrics", "check --references --no-references",
                                      "watch --no-references --references", "check --no-metrics"}) {
    EXPECT_EQ(froe(arguments).status, 2) << arguments;
  }
}

}  // namespace
}  // namespace froe::cli
