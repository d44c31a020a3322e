// `froe check --since` over histories that the tests make.
#include <algorithm>

#include "cli/check_fixture.hpp"

namespace froe::cli {
namespace {

using Strings = std::vector<std::string>;

class CheckSinceTest : public CheckTest {
 protected:
  CheckSinceTest() {
    git("init -q .");
    write("froe.toml",
          "[check]\nfail-on = \"new\"\n[check.rules]\nduplicated-code = { limit = 40 }\n"
          "too-many-parameters = { limit = 1 }\nfile-too-large = { limit = 18 }\n");
    write("a.py", "# First.\n" + function("first") + "\n\n" + function("second", "sum"));
    write("b.py", "def other(a, b):\n    return a - b\n");
    commit("one");
  }

  // What is new is never what the whole tree has not; of clones, another place may come first.
  Strings found_since(const std::string& revision) const {
    auto all = fingerprints("--fail-on never");
    for (const auto& each : fingerprints("--since " + revision)) {
      EXPECT_TRUE(all.contains(each)) << each << " is not in the whole";
    }
    return found("--since " + revision);
  }
};

TEST_F(CheckSinceTest, NothingIsNewIfNothingChanged) {
  EXPECT_EQ(found("--fail-on never").size(), 5U);
  EXPECT_EQ(found_since("HEAD"), Strings{});
  EXPECT_EQ(froe("check --since HEAD").status, 0);
}

TEST_F(CheckSinceTest, OnlyNewLinesAreCounted) {
  write("b.py", "def other(a, b):\n    return a - b\n\n\n" + function("third") + "\n\nprint(third)\n");
  EXPECT_TRUE(contains(froe("check --since HEAD").out, " 90.0 % of 10 lines of code duplicated\n"))
      << froe("check --since HEAD").out;
}

TEST_F(CheckSinceTest, MovedCodeIsNotNew) {
  write("a.py", function("first"));
  write("lib/moved.py", "import os\n\n\n" + function("second", "sum"));
  git("mv b.py lib/c.py");
  commit("moves");
  EXPECT_EQ(found_since("HEAD~1"), Strings{});
  EXPECT_EQ(froe("check --since HEAD~1").status, 0);
  // Down the file, which is what an edit above does.
  write("lib/moved.py", "import os\nimport sys\n\n\nprint(os, sys)\n\n\n" + function("second", "sum"));
  EXPECT_EQ(found_since("HEAD"), Strings{});
}

TEST_F(CheckSinceTest, ALargeFileThatIsRenamedAndEditedIsNotNew) {
  // Larger than a chunk many times, and git is told to look for no renamed files.
  std::string large;
  auto add = [&](const std::string& number) {
    large += "def f" + number + "(a, b):\n    return a + " + number + " * b\n\n\n";
  };
  for (int i = 0; i < 400; ++i) add(std::to_string(i));
  git("config diff.renames false");
  git("config diff.renameLimit 1");
  write("large.py", large);
  commit("large");
  fs::rename(tree_ / "large.py", tree_ / "renamed.py");
  write("renamed.py", "import os\n\n\n" + large + "def last(a, b):\n    return os\n");
  EXPECT_EQ(found_since("HEAD"), (Strings{"too-many-parameters renamed.py:1604 last"}));
  git("add -A");
  EXPECT_EQ(found_since("HEAD"), (Strings{"too-many-parameters renamed.py:1604 last"}));
  commit("renamed");
  EXPECT_EQ(found_since("HEAD~1"), (Strings{"too-many-parameters renamed.py:1604 last"}));
  // A copy of it is new: the other is still there.
  write("copy.py", large + "print()\n");
  auto fresh = found_since("HEAD");
  EXPECT_TRUE(std::ranges::count(fresh, "file-too-large copy.py:1") == 1) << fresh.size();
}

TEST_F(CheckSinceTest, ACopyOfOldCodeIsNew) {
  write("c.py", function("third"));
  auto fresh = found_since("HEAD");
  EXPECT_EQ(fresh, (Strings{"too-many-parameters c.py:1 third", "duplicated-code c.py:1 third"}));
  EXPECT_EQ(froe("check --since HEAD").status, 1);
  commit("copy");
  EXPECT_EQ(found_since("HEAD~1"), fresh);
  EXPECT_EQ(found_since("HEAD"), Strings{});
}

TEST_F(CheckSinceTest, AFileThatIsCopiedAsItIsIsNew) {
  git("mv b.py d.py");
  write("b.py", "def other(a, b):\n    return a - b\n");
  write("copy.py", read_all(tree_ / "a.py"));
  auto fresh = found_since("HEAD");
  EXPECT_TRUE(std::ranges::count(fresh, "duplicated-code copy.py:2") == 1) << fresh.size();
  EXPECT_TRUE(std::ranges::count(fresh, "file-too-large copy.py:1") == 1);
}

TEST_F(CheckSinceTest, AFileThatGrewBeforeIsNotNew) {
  write("a.py", read_all(tree_ / "a.py") + "\n\nprint(first)\n");
  EXPECT_EQ(found_since("HEAD"), Strings{});
  write("b.py", read_all(tree_ / "b.py") + std::string(20, '\n') + "print(1)\n");
  EXPECT_EQ(found_since("HEAD"), (Strings{"file-too-large b.py:1"}));
}

TEST_F(CheckSinceTest, ChangesOfAnotherBranchAreNotMine) {
  git("checkout -qb mine");
  write("mine.py", "def mine(a, b):\n    return a\n");
  commit("mine");
  git("checkout -q -");
  write("b.py", "def other(a, b):\n    return a - b - 1\n");
  commit("theirs");
  git("checkout -q mine");
  EXPECT_EQ(found_since("main@{0}").size() + found_since("main").size(), 2U);
  EXPECT_EQ(found_since("main"), (Strings{"too-many-parameters mine.py:1 mine"}));
}

TEST_F(CheckSinceTest, WorksBelowTheTopOfTheRepository) {
  write("sub/c.py", "def c(a, b):\n    return a\n");
  EXPECT_EQ(found("sub --since HEAD"), (Strings{"too-many-parameters c.py:1 c"}));
  commit("two");
  EXPECT_EQ(found("sub --since HEAD"), Strings{});
}

TEST_F(CheckSinceTest, WhatIsNewInSubmodulesIsNew) {
  const auto library = (scratch_ / "library").string();
  const std::string there = "-C '" + library + "' ";
  ASSERT_EQ(shell("mkdir '" + library + "'").status, 0);
  git(there + "init -q .");
  write("../library/lib.py", "def lib(a, b):\n    return a\n");
  git(there + "add -A");
  git(there + "commit -qm one");
  git("-c protocol.file.allow=always submodule add -q '" + library + "' deps/library");
  commit("submodule");
  EXPECT_EQ(found_since("HEAD"), Strings{});
  EXPECT_EQ(found_since("HEAD~1"), (Strings{"too-many-parameters deps/library/lib.py:1 lib"})) << "all of it";
  // Not committed, then committed there, then here.
  write("deps/library/lib.py",
        "import os\n\n\ndef lib(a, b):\n    return a\n\n\ndef more(a, b):\n    return os\n");
  const Strings more{"too-many-parameters deps/library/lib.py:8 more"};
  EXPECT_EQ(found_since("HEAD"), more);
  git("-C deps/library add -A");
  git("-C deps/library commit -qm two");
  EXPECT_EQ(found_since("HEAD"), more);
  commit("update");
  EXPECT_EQ(found_since("HEAD"), Strings{});
  EXPECT_EQ(found_since("HEAD~1"), more);
  EXPECT_EQ(found("deps --since HEAD~1"), (Strings{"too-many-parameters library/lib.py:8 more"}));
  // One that is not checked out has nothing.
  git("submodule -q deinit -f deps/library");
  EXPECT_EQ(found_since("HEAD~1"), Strings{});
}

TEST_F(CheckSinceTest, AHintIsAboutTheSubmoduleThatIsMeantHoweverDeepItLies) {
  const std::string file = "-c protocol.file.allow=always ";
  auto add_submodule = [&](const std::string& to, const std::string& name) {
    git("-C '" + to + "' " + file + "submodule add -q 'file://" + (scratch_ / name).string() + "' deps/" +
        name);
  };
  auto commit_in = [&](const std::string& name) {
    const std::string there = "-C '" + (scratch_ / name).string() + "' ";
    git(there + "add -A");
    git(there + "commit -qm one");
  };
  // Each in the next.
  git("init -q ../inner");
  git("init -q ../middle");
  write("../inner/inner.py", "def inner(a):\n    return a\n");
  write("../middle/middle.py", "def middle(a):\n    return a\n");
  commit_in("inner");
  add_submodule("../middle", "inner");
  commit_in("middle");
  add_submodule(".", "middle");
  git(file + "submodule update -q --init --recursive");
  commit("one");
  git("-C deps/middle/deps/inner commit -q --allow-empty -m two");
  git("-C deps/middle commit -qam two");
  commit("two");
  EXPECT_EQ(found_since("HEAD~1"), Strings{});

  const auto inner = tree_ / "deps/middle/deps/inner";
  const auto git_file = read_all(inner / ".git");
  write("deps/middle/deps/inner/.git", "gitdir: /nowhere\n");
  auto told = froe("check --since HEAD~1");
  EXPECT_EQ(told.status, 2);
  EXPECT_TRUE(contains(told.err, inner.string() + " is in no git repository; it is a submodule: "))
      << told.err;
  EXPECT_TRUE(contains(told.err, " in " + (tree_ / "deps/middle").string() + " brings it anew\n"))
      << told.err;
  // As it says.
  fs::remove(inner / ".git");
  git(file + "-C deps/middle submodule update -q --init");
  EXPECT_EQ(found_since("HEAD~1"), Strings{});
  EXPECT_EQ(read_all(inner / ".git"), git_file);

  // Without its history.
  git("-C deps/middle/deps/inner push -q origin HEAD:refs/heads/two");
  fs::remove_all(inner);
  git(file + "clone -q --depth 1 --branch two 'file://" + (scratch_ / "inner").string() +
      "' deps/middle/deps/inner");
  const auto id = shell("git -C '" + (scratch_ / "inner").string() + "' rev-parse main").out.substr(0, 40);
  told = froe("check --since HEAD~1");
  EXPECT_EQ(told.status, 2);
  const auto hint = "git fetch origin " + id;
  EXPECT_TRUE(contains(told.err, "the submodule " + inner.string() + " has not the commit " + id))
      << told.err;
  EXPECT_TRUE(contains(told.err, '`' + hint + "` in it may bring it\n")) << told.err;
  ASSERT_EQ(shell("cd '" + inner.string() + "' && " + hint).status, 0);
  EXPECT_EQ(found_since("HEAD~1"), Strings{}) << "it did";
}

TEST_F(CheckSinceTest, WhatCannotBeComparedIsRefused) {
  auto unknown = froe("check --since nobody");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_TRUE(contains(unknown.err, "there is no commit 'nobody'")) << unknown.err;
  git("checkout -q --orphan alone");
  commit("alone");
  auto apart = froe("check --since HEAD@{1}");
  auto main = shell("git branch --list --format='%(refname:short)' | head -n 1").out;
  main.pop_back();
  apart = froe("check --since " + main);
  if (main != "alone") {
    EXPECT_EQ(apart.status, 2);
    EXPECT_TRUE(contains(apart.err, "have nothing in common")) << apart.err;
  }
}

TEST_F(CheckSinceTest, AShallowCloneSaysWhatToFetch) {
  for (const auto* name : {"two", "three"}) {
    write("b.py", std::string("def ") + name + "(a):\n    return a\n");
    commit(name);
  }
  ASSERT_EQ(shell("git clone -q --depth 1 'file://" + tree_.string() + "' '" +
                  (scratch_ / "shallow").string() + "'")
                .status,
            0);
  auto told = shell(std::string("cd '") + (scratch_ / "shallow").string() + "' && " + FROE_PROGRAM +
                    " check --since HEAD~2");
  EXPECT_EQ(told.status, 2);
  EXPECT_TRUE(contains(told.err, "git fetch --unshallow")) << told.err;
}

}  // namespace
}  // namespace froe::cli
