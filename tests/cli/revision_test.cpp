// Revisions in the index, from real repositories, held against checkouts of them.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "cli/git_fixture.hpp"

namespace froe::cli {
namespace {

const std::vector<std::string> all_executors{"inline", "threads", "processes"};

class RevisionTest : public GitTest {
 protected:
  RevisionTest() { write(".gitignore", ".froe\n"); }

  // What an index of a clean checkout says of each file.
  std::string checked_out(const std::string& commit) const {
    auto place = (scratch_ / "checkout").string();
    auto database = (scratch_ / "checkout.db").string();
    git("worktree add -q --detach '" + place + "' " + commit);
    auto indexed = froe("index -q '" + place + "' --db '" + database + "'");
    EXPECT_EQ(indexed.status, 0) << indexed.err;
    auto ledger = froe("ledger --json --db '" + database + "'").out;
    git("worktree remove --force '" + place + "'");
    fs::remove(database);
    return ledger;
  }
  std::string ledger(const std::string& commit) const { return froe("ledger --json --rev " + commit).out; }
  void expect_proved() const {
    auto proved = froe("verify");
    EXPECT_EQ(proved.status, 0) << proved.out << proved.err;
  }
};

TEST_F(RevisionTest, IsWhatACheckoutOfItIs) {
  write("lib/shelf.py", python_file);
  write("run", "#!/bin/sh\necho run\n");
  write("data.bin", std::string("\x7f"
                                "ELF\0\0\0\0\0\0\0\0\0\0\0\0",
                                16));
  write("b\xff.c", "int b;\n");
  fs::create_symlink("lib", tree_ / "link");
  commit("one");
  git("mv lib/shelf.py lib/rack.py");
  git("rm -q run");
  fs::remove(tree_ / "link");
  write("link", "no longer a link\n");
  write("lib/new.go", "package lib\n");
  commit("two");
  for (const auto& executor : all_executors) {
    SCOPED_TRACE(executor);
    fs::remove_all(tree_ / ".froe");
    auto first = froe("index --executor " + executor + " --rev HEAD~1");
    EXPECT_EQ(first.status, 0) << first.err;
    auto second = froe("index --json --executor " + executor + " --rev HEAD");
    EXPECT_TRUE(contains(second.out, "\"cut\":2,\"reused\":1")) << second.out;
    EXPECT_TRUE(contains(second.out, "\"removed\":2")) << second.out;
    for (const std::string commit : {"HEAD~1", "HEAD"}) EXPECT_EQ(ledger(commit), checked_out(commit));
    expect_proved();
  }
}

TEST_F(RevisionTest, TheWorkTreeAndRevisionsShareContent) {
  write("a.py", python_file);
  write("b.py", "def b(): pass\n");
  commit("one");
  EXPECT_EQ(froe("index -q").status, 0);
  auto same = froe("index --json --rev HEAD");
  EXPECT_TRUE(contains(same.out, "\"cut\":0,\"reused\":3")) << same.out;
  auto again = froe("index --rev HEAD");
  EXPECT_TRUE(contains(again.out, "0 revisions")) << again.out;
  EXPECT_TRUE(contains(again.out, "1 known already")) << again.out;
  write("a.py", "def changed(): pass\n");
  EXPECT_EQ(froe("index -q").status, 0);
  EXPECT_TRUE(contains(froe("show a.py").out, "changed"));
  EXPECT_TRUE(contains(froe("show --rev HEAD a.py").out, "Shelf")) << "it is still there for the revision";
  expect_proved();
}

TEST_F(RevisionTest, QueriesLookAtOne) {
  write("a.py", "import os\n\n\ndef shelf():\n    return os.path.join()\n");
  commit("one");
  git("tag -m annotated v1");
  write("a.py", "def rack():\n    return 1\n");
  write("b.py", "def bracket(): pass\n");
  commit("two");
  ASSERT_EQ(froe("index -q --references --rev v1 --rev main").status, 0);
  EXPECT_TRUE(contains(froe("search shelf --rev v1").out, "a.py:"));
  EXPECT_EQ(froe("search shelf --rev main").status, 1);
  EXPECT_TRUE(contains(froe("outline a.py --rev main").out, "rack"));
  EXPECT_EQ(froe("outline b.py --rev v1").status, 2);
  EXPECT_TRUE(contains(froe("references join --rev v1").out, "a.py:"));
  EXPECT_EQ(froe("references join --rev main").status, 1);
  EXPECT_TRUE(contains(froe("stats --json --rev main").out, "\"files\":3,\"revisions\":2"));
  EXPECT_EQ(froe("search shelf").status, 1) << "the work tree is not in the index";
  auto listed = froe("revisions");
  EXPECT_TRUE(contains(listed.out, git("rev-parse 'v1^{commit}'") + "  v1\n")) << listed.out;
  EXPECT_TRUE(contains(froe("outline a.py --rev @").out, "rack"));
  // Without the repository, by what is known: the name as it was then, the beginning of the id.
  fs::rename(tree_ / ".git", scratch_ / "elsewhere");
  EXPECT_TRUE(contains(froe("search shelf --rev v1").out, "a.py:"));
  auto id = listed.out.substr(0, 8);
  EXPECT_TRUE(contains(froe("search shelf --rev " + id).out, "a.py:"));
}

TEST_F(RevisionTest, ABranchThatMovedIsNotTheOneThatWasIndexed) {
  write("a.py", "def a(): pass\n");
  commit("one");
  ASSERT_EQ(froe("index -q --rev main").status, 0);
  write("a.py", "def b(): pass\n");
  commit("two");
  auto moved = froe("outline a.py --rev main");
  EXPECT_EQ(moved.status, 2);
  EXPECT_TRUE(contains(moved.err, git("rev-parse main").substr(0, 12))) << moved.err;
  EXPECT_TRUE(contains(moved.err, "froe index --rev main")) << moved.err;
  ASSERT_EQ(froe("index -q --rev main").status, 0);
  EXPECT_TRUE(contains(froe("outline a.py --rev main").out, "b"));
}

TEST_F(RevisionTest, ReadsBareRepositoriesAndPartsOfThem) {
  write("lib/a.py", "def a(): pass\n");
  write("other.py", "def o(): pass\n");
  commit("one");
  auto bare = (scratch_ / "bare.git").string();
  ASSERT_EQ(shell("git clone -q --bare . '" + bare + "'").status, 0);
  auto database = " --db '" + (scratch_ / "bare.db").string() + "'";
  ASSERT_EQ(froe("index -q --rev HEAD '" + bare + "'" + database).status, 0);
  EXPECT_TRUE(contains(froe("ledger --rev HEAD" + database).out, " other.py\n"));
  EXPECT_TRUE(contains(froe("outline lib/a.py --rev HEAD" + database).out, "a"));
  // A directory of a repository: paths are relative to it.
  auto part = " --db '" + (scratch_ / "part.db").string() + "'";
  ASSERT_EQ(froe("index -q --rev HEAD lib" + part).status, 0);
  EXPECT_TRUE(contains(froe("ledger --rev HEAD" + part).out, " a.py\n"));
  EXPECT_FALSE(contains(froe("ledger --rev HEAD" + part).out, "other"));
}

TEST_F(RevisionTest, WorktreesAndSubmodulesOfGit) {
  write("a.py", "def a(): pass\n");
  commit("one");
  auto other = (scratch_ / "other").string();
  git("worktree add -q '" + other + "'");
  ASSERT_TRUE(fs::is_regular_file(other + "/.git"));
  ASSERT_EQ(froe("index -q --rev HEAD '" + other + "'").status, 0);
  EXPECT_EQ(shell("cd '" + other + "' && " + FROE_PROGRAM + " ledger --rev HEAD").out,
            shell("cd '" + other + "' && " + FROE_PROGRAM + " index -q && " + FROE_PROGRAM + " ledger").out);
  git("clone -q . '" + (scratch_ / "inner").string() + "'");
  git("-c protocol.file.allow=always submodule -q add '" + (scratch_ / "inner").string() + "' lib");
  commit("two");
  ASSERT_EQ(froe("index -q --rev HEAD").status, 0);
  auto told = froe("ledger --rev HEAD --outcome not_regular").out;
  EXPECT_TRUE(contains(told, "lib  submodule")) << told;
}

TEST_F(RevisionTest, SaysWhatItCannotDo) {
  write("a.py", "def a(): pass\n");
  commit("one");
  auto says = [&](const std::string& arguments, const std::string& what) {
    auto refused = froe(arguments);
    EXPECT_EQ(refused.status, 2) << arguments;
    EXPECT_TRUE(contains(refused.err, what)) << arguments << ": " << refused.err;
  };
  says("index --rev nowhere", "there is no commit 'nowhere'");
  says("index --rev HEAD..nowhere", "there is no commit 'nowhere'");
  says("index --rev HEAD --dry-run", "excludes");
  fs::create_directory(tree_ / "untracked");
  says("index --rev HEAD untracked", "has no directory untracked");
  ASSERT_EQ(froe("index -q").status, 0);
  says("search a --rev HEAD", "froe index --rev HEAD");
  says("gc --forget HEAD", "not in the index");
  EXPECT_EQ(froe("revisions").status, 1);
  fs::create_directory(scratch_ / "plain");
  says("index --rev HEAD '" + (scratch_ / "plain").string() + "'", "no git repository");
#ifndef __SANITIZE_ADDRESS__  // libgit2 1.5 forgets some memory on this way
  shell("git init -q --object-format=sha256 '" + (scratch_ / "sha256").string() + "'");
  says("index --rev HEAD '" + (scratch_ / "sha256").string() + "'", "SHA-256");
#endif
  ASSERT_EQ(shell("git commit -q --allow-empty -m x; git clone -q --depth 1 file://$PWD '" +
                  (scratch_ / "shallow").string() + "'")
                .status,
            0);
  says("index --rev HEAD~1 '" + (scratch_ / "shallow").string() + "'", "shallow");
}

TEST_F(RevisionTest, OtherOptionsReplaceIt) {
  write("a.py", python_file);
  write("b.py", "def b(): pass\n");
  commit("one");
  ASSERT_EQ(froe("index -q --rev HEAD").status, 0);
  git("rm -q b.py");
  commit("two");
  auto other = froe("index --json --max-size 40 --min-size 0 --rev HEAD~1 --rev HEAD");
  EXPECT_TRUE(contains(other.out, "\"revisions\":2")) << other.out;
  EXPECT_EQ(shell(std::string(FROE_PROGRAM) + " revisions | wc -l").out, "2\n");
  EXPECT_TRUE(contains(froe("ledger --rev HEAD~1").out, "b.py"));
  EXPECT_FALSE(contains(froe("ledger --rev HEAD").out, "b.py"));
  expect_proved();
  ASSERT_EQ(froe("gc").status, 0);
  expect_proved();
}

TEST_F(RevisionTest, GcKeepsWhatIsNamed) {
  std::vector<std::string> commits;
  for (int i = 0; i < 4; ++i) {
    write("a.py", "def version_" + std::to_string(i) + "(): pass\n");
    write("only" + std::to_string(i) + ".py", "def only(): return " + std::to_string(i) + "\n");
    commit("c" + std::to_string(i));
    commits.push_back(git("rev-parse HEAD"));
  }
  ASSERT_EQ(froe("index -q").status, 0);
  ASSERT_EQ(froe("index -q --rev " + commits[0] + " --rev " + commits[0] + "..HEAD").status, 0);
  std::vector<std::string> before;
  for (const auto& commit : commits) before.push_back(ledger(commit));
  auto blobs = [&] { return shell("sqlite3 .froe/index.db 'SELECT count(*) FROM blob'").out; };
  EXPECT_EQ(blobs(), "9\n");
  // The middle, then the last, then the first: each of the rest stays as it was.
  for (std::size_t gone : {1U, 3U, 0U}) {
    auto collected = froe("gc --forget " + commits[gone]);
    EXPECT_EQ(collected.status, 0) << collected.err;
    EXPECT_EQ(froe("ledger --rev " + commits[gone]).status, 2);
    if (gone != 0) {
      EXPECT_EQ(ledger(commits[0]), before[0]);
    }
    EXPECT_EQ(ledger(commits[2]), before[2]);
    expect_proved();
  }
  // .gitignore, the last three of `only` and two of a.py: of the work tree and of the one that is left.
  EXPECT_EQ(blobs(), "7\n");
  // It goes on from what is left.
  ASSERT_EQ(froe("index -q --rev " + commits[1] + " --rev HEAD").status, 0);
  EXPECT_EQ(ledger(commits[1]), before[1]);
  EXPECT_EQ(ledger("HEAD"), before[3]);
  expect_proved();
}

// Random histories with branches, in random order, with runs that are killed on the way.
TEST_F(RevisionTest, IsWhatACheckoutIsWhateverCameBefore) {
  std::mt19937 random(20'26);
  auto below = [&](unsigned most) { return static_cast<unsigned>(random() % most); };
  std::vector<std::string> commits;
  for (int i = 0; i < 12; ++i) {
    if (i > 0 && below(3) == 0)
      git("checkout -q --detach " + commits[below(static_cast<unsigned>(commits.size()))]);
    for (unsigned edits = 1 + below(4); edits > 0; --edits) {
      auto path = std::string(1, static_cast<char>('a' + below(3))) + "/f" + std::to_string(below(6)) +
                  (below(2) == 0 ? ".py" : ".go");
      if (below(4) == 0) {
        fs::remove(tree_ / path);
      } else {
        write(path, "// " + std::to_string(below(9)) + "\ndef f" + std::to_string(below(9)) + "(): pass\n");
      }
    }
    git("add -A");
    git("commit -q --allow-empty -m c");
    commits.push_back(git("rev-parse HEAD"));
  }
  std::vector<std::string> expected;
  for (const auto& commit : commits) expected.push_back(checked_out(commit));
  for (const auto& executor : all_executors) {
    SCOPED_TRACE(executor);
    fs::remove_all(tree_ / ".froe");
    auto order = commits;
    std::shuffle(order.begin(), order.end(), random);
    for (const auto& commit : order) {
      if (below(3) == 0) {
        shell("timeout -s KILL 0." + std::to_string(10 + below(50)) + " " + FROE_PROGRAM +
              " index -q --executor " + executor + " --rev " + commit);
      }
      if (below(4) == 0) {
        ASSERT_EQ(froe("index -q --executor " + executor).status, 0);
      }
      auto indexed = froe("index -q --executor " + executor + " --rev " + commit);
      ASSERT_EQ(indexed.status, 0) << indexed.err;
    }
    for (std::size_t i = 0; i < commits.size(); ++i) EXPECT_EQ(ledger(commits[i]), expected[i]) << i;
    expect_proved();
  }
}

TEST_F(RevisionTest, ARangeAfterGcForgotSomeOfIt) {
  std::vector<std::string> commits;
  for (int i = 0; i < 5; ++i) {
    write("a.py", "def version_" + std::to_string(i) + "(): pass\n");
    write("only" + std::to_string(i) + ".py", "def only(): return " + std::to_string(i) + "\n");
    if (i == 3) fs::remove(tree_ / "only1.py");
    commit("c" + std::to_string(i));
    commits.push_back(git("rev-parse HEAD"));
  }
  std::vector<std::string> expected;
  for (const auto& commit : commits) expected.push_back(checked_out(commit));
  const std::string range = commits[0] + ".." + commits[4];
  for (const auto& executor : all_executors) {
    // The last, one in the middle, the first of the range, and all of it.
    for (const std::vector<std::size_t>& gone :
         {std::vector<std::size_t>{4}, {2}, {1}, {1, 2, 3, 4}, {3, 4}}) {
      SCOPED_TRACE(executor + " without " + std::to_string(gone.front()) + " and " +
                   std::to_string(gone.size() - 1) + " more");
      fs::remove_all(tree_ / ".froe");
      ASSERT_EQ(froe("index -q --executor " + executor + " --rev " + commits[0] + " --rev " + range).status,
                0);
      std::string forget;
      for (auto each : gone) forget += " --forget " + commits[each];
      ASSERT_EQ(froe("gc" + forget).status, 0);
      auto again = froe("index --json --executor " + executor + " --rev " + range);
      EXPECT_EQ(again.status, 0) << again.err;
      EXPECT_TRUE(contains(again.out, "\"revisions\":" + std::to_string(gone.size()) + ',')) << again.out;
      for (std::size_t i = 0; i < commits.size(); ++i) EXPECT_EQ(ledger(commits[i]), expected[i]) << i;
      expect_proved();
    }
  }
}

// Killed wherever it may be, an index is what it was or what it is to be.
TEST_F(RevisionTest, AGcThatIsKilledLeavesAWholeIndex) {
  std::mt19937 random(20'27);
  std::vector<std::string> commits;
  for (int i = 0; i < 3; ++i) {
    for (int file = 0; file < 60; ++file) {
      std::string text = "# " + std::to_string(i) + "\n";
      for (int line = 0; line < 60; ++line) {
        auto number = std::to_string(i) + '_' + std::to_string(file) + '_' + std::to_string(line);
        text += "def f_" + number + "(): return word_" + number + "\n";
      }
      write("f" + std::to_string(file) + ".py", text);
    }
    commit("c" + std::to_string(i));
    commits.push_back(git("rev-parse HEAD"));
  }
  ASSERT_EQ(froe("index -q").status, 0);
  ASSERT_EQ(froe("index -q --rev " + commits[0] + " --rev " + commits[0] + "..HEAD").status, 0);
  const auto whole = scratch_ / "whole.db";
  fs::copy_file(tree_ / ".froe/index.db", whole);
  auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(froe("gc --forget " + commits[1]).status, 0);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const auto collected = froe("dump").out;
  const auto first = ledger(commits[0]);

  int killed = 0;
  for (int round = 0; round < 20; ++round) {
    fs::remove_all(tree_ / ".froe");
    fs::create_directory(tree_ / ".froe");
    fs::copy_file(whole, tree_ / ".froe/index.db");
    auto after = took.count() * 1.2 * static_cast<double>(random() % 1000) / 1000;
    auto told =
        shell("timeout -s KILL " + std::to_string(after) + " " + FROE_PROGRAM + " gc --forget " + commits[1]);
    killed += told.status == 128 + SIGKILL ? 1 : 0;
    SCOPED_TRACE("killed after " + std::to_string(after) + " s");
    expect_proved();
    EXPECT_EQ(ledger(commits[0]), first);
    // What was forgotten already need not be there to be forgotten.
    auto known = froe("ledger --rev " + commits[1]).status == 0;
    auto next = froe("gc" + (known ? " --forget " + commits[1] : std::string()));
    EXPECT_EQ(next.status, 0) << next.err;
    EXPECT_TRUE(froe("dump").out == collected) << "it is another index than one that nobody disturbed";
    auto index = froe("index --json");
    EXPECT_TRUE(contains(index.out, "\"cut\":0,")) << index.out << index.err;
    expect_proved();
  }
  EXPECT_GT(killed, 3) << "of 20";
}

// A run over revisions that stopped half-way, and goes on with other options.
TEST_F(RevisionTest, AHalfRevisionGivesWayToOtherOptions) {
  for (int file = 0; file < 300; ++file) {
    std::string text;
    for (int line = 0; line < 30; ++line) {
      auto number = std::to_string(file) + '_' + std::to_string(line);
      text += "def f_" + number + "(): return word_" + number + "()\n";
    }
    write("f" + std::to_string(file) + ".py", text);
  }
  commit("one");
  write("f7.py", "def seven(): return other()\n");
  fs::remove(tree_ / "f8.py");
  commit("two");
  for (const auto& executor : all_executors) {
    SCOPED_TRACE(executor);
    auto fresh = (scratch_ / (executor + ".db")).string();
    const std::string both = " --rev HEAD~1 --rev HEAD --executor " + executor;
    const std::string other = "index -q --references --max-size 200 --min-size 20";
    ASSERT_EQ(froe(other + both + " --db " + fresh).status, 0);
    int stopped = 0;
    for (int milliseconds : {40, 110, 240}) {
      fs::remove_all(tree_ / ".froe");
      auto told = shell("timeout -s INT " + std::to_string(milliseconds / 1000.0) + " " + FROE_PROGRAM +
                        " index -q" + both);
      stopped += told.status == 124 ? 1 : 0;  // of timeout
      if (milliseconds % 20 == 0) {
        // The same revisions once more, and stopped again, by the other rules.
        shell("timeout -s KILL " + std::to_string(milliseconds / 1000.0) + " " + FROE_PROGRAM + ' ' + other +
              both);
      }
      auto done = froe(other + both);
      ASSERT_EQ(done.status, 0) << done.err;
      EXPECT_TRUE(contains(froe("references --rev HEAD other").out, "f7.py"));
      for (const std::string revision : {"HEAD~1", "HEAD"}) {
        EXPECT_TRUE(ledger(revision) == froe("ledger --json --db " + fresh + " --rev " + revision).out)
            << revision;
      }
      EXPECT_EQ(shell(std::string(FROE_PROGRAM) + " revisions | wc -l").out, "2\n");
      expect_proved();
      ASSERT_EQ(froe("gc").status, 0);
      EXPECT_EQ(
          shell("sqlite3 .froe/index.db 'SELECT count(DISTINCT with_references) FROM blob JOIN recipe ON "
                "recipe.id = recipe WHERE language <> char()'")
              .out,
          "1\n")
          << "what was cut by the first rules is still there";
      expect_proved();
    }
    EXPECT_GT(stopped, 0);
  }
}

TEST_F(RevisionTest, TheDumpIsThatOfAnyExecutor) {
  write("a.py", python_file);
  commit("one");
  write("b.go", "package b\n\nfunc B() {}\n");
  commit("two");
  std::vector<std::string> dumps;
  for (const auto& executor : all_executors) {
    fs::remove_all(tree_ / ".froe");
    ASSERT_EQ(froe("index -q --executor " + executor + " --rev HEAD~1 --rev HEAD").status, 0);
    dumps.push_back(froe("dump --row-ids").out);
    EXPECT_EQ(dumps.back(), dumps.front()) << executor;
  }
  EXPECT_TRUE(contains(dumps.front(), "\"type\":\"revision\"")) << dumps.front().substr(0, 2000);
}

}  // namespace
}  // namespace froe::cli
