// `froe diff` over real repositories.
#include <string>

#include "cli/git_fixture.hpp"

namespace froe::cli {
namespace {

class DiffTest : public GitTest {};

TEST_F(DiffTest, TellsDefinitions) {
  write("lib/shelf.py", "def put(book):\n    shelf.append(book)\n    return len(shelf)\n");
  write("gone.py", "def gone(): pass\n");
  commit("one");
  write("lib/shelf.py",
        "def put(book):\n    shelf.insert(0, book)\n    return len(shelf)\n\n\ndef take():\n    return "
        "shelf.pop()\n");
  git("rm -q gone.py");
  commit("two");
  auto expected =
      "removed  function gone  gone.py:1\nchanged  function put  lib/shelf.py:1-3\nadded    function take  "
      "lib/shelf.py:6-7\n";
  for (const std::string executor : {"inline", "threads", "processes"}) {
    auto told = froe("diff HEAD~1 HEAD --executor " + executor);
    EXPECT_EQ(told.status, 0) << told.err;
    EXPECT_EQ(told.out, expected);
  }
  // The same from below and from elsewhere.
  EXPECT_EQ(shell(std::string("cd lib && ") + FROE_PROGRAM + " diff HEAD~1 HEAD").out, expected);
  EXPECT_EQ(
      shell(std::string("cd / && ") + FROE_PROGRAM + " diff HEAD~1 HEAD -C '" + tree_.string() + "'").out,
      expected);
  EXPECT_EQ(froe("diff HEAD HEAD").out, "");
  EXPECT_TRUE(contains(froe("diff HEAD~1 HEAD --json").out, "\"change\":\"added\"")) << "in JSON too";
}

TEST_F(DiffTest, TellsOfTheWorkTree) {
  write("a.py", "def a(): pass\n");
  write(".gitignore", "ignored.py\n");
  commit("one");
  write("a.py", "def a(): return 1\n");
  write("untracked.py", "def u(): pass\n");
  write("ignored.py", "def i(): pass\n");
  EXPECT_EQ(froe("diff HEAD").out, "changed  function a  a.py:1\nadded    function u  untracked.py:1\n");
}

TEST_F(DiffTest, TellsWhatNoDefinitionCovers) {
  write("a.py", "def a():\n    return 1\n\n\nregister(a)\n");
  write("b.go", "package b\n\n// Old words.\nfunc B() int {\n\treturn 1\n}\n");
  commit("one");
  write("a.py", "def a():\n    return 1\n\n\nregister(a, 2)\n");
  write("b.go", "package b\n\n// New words.\nfunc B() int {\n\treturn 1\n}\n");
  auto told = froe("diff HEAD").out;
  EXPECT_TRUE(contains(told, "a.py:")) << told;
  EXPECT_TRUE(contains(told, "b.go:")) << told;
}

TEST_F(DiffTest, WhatASparseCheckoutLeavesOutIsNotRemoved) {
  write("in/a.py", "def a(): pass\n");
  write("out/b.py", "def b(): pass\n");
  commit("one");
  git("sparse-checkout set in");
  ASSERT_FALSE(fs::exists(tree_ / "out/b.py"));
  EXPECT_EQ(froe("diff HEAD").out, "");
}

TEST_F(DiffTest, ReadsBareRepositories) {
  write("a.py", "def a(): pass\n");
  commit("one");
  write("a.py", "def a(): return 1\n");
  commit("two");
  ASSERT_EQ(shell("git clone -q --bare . '" + (scratch_ / "bare.git").string() + "'").status, 0);
  auto bare = " -C '" + (scratch_ / "bare.git").string() + "'";
  EXPECT_EQ(froe("diff HEAD~1 HEAD" + bare).out, "changed  function a  a.py:1\n");
  auto no_tree = froe("diff HEAD" + bare);
  EXPECT_EQ(no_tree.status, 2);
  EXPECT_TRUE(contains(no_tree.err, "no work tree")) << no_tree.err;
}

TEST_F(DiffTest, SaysWhatItCannotDo) {
  write("a.py", "def a(): pass\n");
  commit("one");
  auto unknown = froe("diff nosuch");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_TRUE(contains(unknown.err, "there is no commit 'nosuch'")) << unknown.err;
  auto nowhere = froe("diff HEAD -C /");
  EXPECT_EQ(nowhere.status, 2);
  EXPECT_TRUE(contains(nowhere.err, "no git repository")) << nowhere.err;
  write("image.bin", std::string("\0\0\0\0\0", 5));
  auto binary = froe("diff HEAD");
  EXPECT_EQ(binary.status, 0);
  EXPECT_TRUE(contains(binary.err, "image.bin is binary")) << binary.err;
  // A state that cannot be read is not one without definitions.
  write("a.py", std::string("\0\0\0\0\0", 5));
  auto unread = froe("diff HEAD");
  EXPECT_EQ(unread.out, "");
  EXPECT_TRUE(contains(unread.err, "a.py is binary")) << unread.err;
}

}  // namespace
}  // namespace froe::cli
