// git is the judge: what froe lists is compared with what git lists.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>

#include "discovery/scratch.hpp"

namespace froe::discovery::test {
namespace {

using Paths = std::vector<std::string>;

class IgnoreTest : public ::testing::Test {
 protected:
  void SetUp() override { scratch_.git({"init", "-q"}); }
  void touch(std::initializer_list<std::string> files) {
    for (const std::string& file : files) scratch_.write(file);
  }
  void expect_as_git() {
    const Paths files = paths(walk(scratch_.root()));
    EXPECT_EQ(files, git_files(scratch_));
    // And one path at a time: explain_ignore must agree with the walk.
    for (const std::string& file : split_at_nul(
             run({"find", ".", "-name", ".git", "-prune", "-o", "!", "-type", "d", "-printf", "%P\\0"},
                 scratch_.root()))) {
      const auto why = explain_ignore(scratch_.root(), file, {});
      ASSERT_TRUE(why) << why.error().message;
      EXPECT_EQ(!why->has_value(), std::ranges::binary_search(files, file))
          << file << ": " << why->value_or("");
    }
  }
  std::string explain(const std::string& path, Options options = {}) {
    const auto why = explain_ignore(scratch_.root(), path, options);
    return why ? why->value_or("included") : why.error().message;
  }

  Scratch scratch_;
};

TEST_F(IgnoreTest, AnchoredNestedAndNegated) {
  scratch_.write(".gitignore", "*.o\n!keep.o\n/build\ndocs/*.txt\n**/cache/\n/a/**/z\nlogs/**\n!logs/why\n");
  scratch_.write("src/.gitignore", "!*.o\n/only-here\nkeep.o\n");
  touch({"a.o", "keep.o", "build", "sub/build", "docs/a.txt", "docs/b/a.txt", "x/cache/f", "cache", "a/z",
         "a/b/c/z", "a/zz", "logs/a/b", "logs/why", "src/a.o", "src/keep.o", "src/only-here",
         "src/deep/only-here"});
  expect_as_git();
}

TEST_F(IgnoreTest, NothingComesBackBelowAnIgnoredDirectory) {
  scratch_.write(".gitignore", "out/\n!out/keep\nvendor/*\n!vendor/ours/\n");
  scratch_.write("out/.gitignore", "!*\n");
  touch({"out/keep", "out/other", "vendor/theirs/a", "vendor/ours/a", "vendor/file"});
  expect_as_git();
}

TEST_F(IgnoreTest, EscapesSpacesAndLineEnds) {
  scratch_.write(
      ".gitignore",
      "\xEF\xBB\xBF\\#hash\r\n\\!bang\ntrail   \nkept\\ \n  lead\na\\*b\n[[:digit:]]x\n[!a-c]y\n[]z]w"
      "\n[\nunclosed[a\nlone\\\n\\\\ \n#c\n\n/\n!\nlast");
  touch({"#hash", "!bang",      "trail",  "trail   ", "kept ", "kept", "  lead", "lead",
         "a*b",   "axb",        "1x",     "ax",       "ay",    "dy",   "]w",     "zw",
         "[",     "unclosed[a", "lone\\", "lone",     "\\",    "\\ ",  "#c",     "last"});
  expect_as_git();
}

TEST_F(IgnoreTest, DirectoryOnlyRulesSpareFilesAndLinks) {
  scratch_.write(".gitignore", "target/\n");
  touch({"a/target/f", "b/target", "real/f"});
  std::filesystem::create_directory_symlink("real", scratch_.root() / "target");
  expect_as_git();
}

TEST_F(IgnoreTest, TrackedFilesAreSeenWhateverTheRulesSay) {
  touch({"a.log", "b.log", "deep/er/kept", "deep/er/other", "deep/lost"});
  scratch_.git({"add", "a.log", "deep/er/kept"});
  scratch_.write(".gitignore", "*.log\ndeep/\n");
  expect_as_git();
  EXPECT_EQ(paths(walk(scratch_.root())), (Paths{".gitignore", "a.log", "deep/er/kept"}));
  EXPECT_EQ(explain("deep/er/other"), ".gitignore:2:deep/");
  // A `.ignore` file is not git's, so that being tracked does not count against it.
  scratch_.write(".ignore", "a.log\n");
  EXPECT_EQ(paths(walk(scratch_.root())), (Paths{".gitignore", ".ignore", "deep/er/kept"}));
}

TEST_F(IgnoreTest, InfoExcludeAndTheUsersOwnFile) {
  std::filesystem::create_directories(scratch_.home() / ".config/git");
  std::ofstream(scratch_.home() / ".config/git/ignore") << "*.swp\n*.bak\n*.tmp\n";
  std::ofstream(scratch_.root() / ".git/info/exclude") << "!a.bak\nsecret\n";
  scratch_.write("d/.gitignore", "!x.tmp\n");
  touch({"a.swp", "a.bak", "b.bak", "secret", "d/secret", "d/x.tmp", "y.tmp"});
  expect_as_git();
  EXPECT_EQ(explain("b.bak"), (scratch_.home() / ".config/git/ignore").string() + ":2:*.bak");

  std::ofstream(scratch_.home() / "mine") << "y.*\n";
  scratch_.git({"config", "core.excludesFile", "~/mine"});
  expect_as_git();
}

TEST_F(IgnoreTest, IgnoreCase) {
  scratch_.git({"config", "core.ignorecase", "true"});
  scratch_.write(".gitignore", "*.OBJ\nReadme\n/Sub/File*\n[A-C]1\n[[:upper:]]2\n\\Q\n");
  touch({"x.obj", "README", "sub/fileX", "sub/other", "b1", "B1x", "b2", "Q3", "q"});
  expect_as_git();
}

TEST_F(IgnoreTest, ExplainNamesTheRule) {
  scratch_.write(".gitignore", "# first\n*.o\n");
  scratch_.write("sub/.gitignore", "\n\n/gen/\n");
  touch({"sub/gen/x", "sub/a.c"});
  EXPECT_EQ(explain("sub/a.o"), ".gitignore:2:*.o");  // need not exist
  EXPECT_EQ(explain("sub/gen/x"), "sub/.gitignore:3:/gen/");
  EXPECT_EQ(explain("sub/gen"), "sub/.gitignore:3:/gen/");
  EXPECT_EQ(explain("sub/none/gen"), "included");
  EXPECT_EQ(explain("sub/a.c"), "included");
  EXPECT_EQ(explain(".git/config"), "'.git' is never indexed");
  EXPECT_EQ(explain("sub/.gitignore", {.hidden = false}), "'.gitignore' is hidden");
  EXPECT_EQ(explain("sub/a.o", {.git_ignore = false}), "included");
}

TEST_F(IgnoreTest, ARootInsideARepositoryObeysTheRulesAboveIt) {
  scratch_.write(".gitignore", "*.o\n/pkg/gen\n/ignored/\n");
  scratch_.write("pkg/.gitignore", "!keep.o\n");
  touch({"pkg/sub/a.o", "pkg/sub/keep.o", "pkg/gen/x", "pkg/a.c", "ignored/a.c", "ignored/a.o"});
  scratch_.git({"add", "-f", "pkg/gen/x"});
  EXPECT_EQ(paths(walk(scratch_.root() / "pkg")), (Paths{".gitignore", "a.c", "gen/x", "sub/keep.o"}));
  EXPECT_EQ(paths(walk(scratch_.root() / "pkg/sub")), (Paths{"keep.o"}));
  // Asked for by name, an ignored directory is walked; the rules for what is in it still count.
  EXPECT_EQ(paths(walk(scratch_.root() / "ignored")), (Paths{"a.c"}));
}

TEST_F(IgnoreTest, ANestedRepositoryHasRulesOfItsOwn) {
  scratch_.write(".gitignore", "*.o\n/gone/\n");
  touch({"inner/a.o", "inner/a.log", "inner/kept.log", "gone/x", "fake/a.o", "after.o"});
  scratch_.git({"init", "-q"}, "inner");
  scratch_.git({"add", "kept.log"}, "inner");
  scratch_.write("inner/.gitignore", "*.log\n");
  scratch_.git({"init", "-q"}, "gone");
  scratch_.make_directory("fake/.git");  // not a repository, to git either
  EXPECT_EQ(paths(walk(scratch_.root())),
            (Paths{".gitignore", "inner/.gitignore", "inner/a.o", "inner/kept.log"}));
}

TEST_F(IgnoreTest, AWorkTreeWhoseGitDirectoryIsElsewhere) {
  touch({"a.c", "b.log"});
  scratch_.write(".gitignore", "*.log\n");
  scratch_.git({"add", "-f", "."});
  scratch_.git({"commit", "-qm", "one"});
  scratch_.git({"worktree", "add", "-q", "../linked"});
  std::ofstream(scratch_.root() / ".git/info/exclude") << "excluded\n";
  const auto linked = scratch_.root() / "../linked";
  std::ofstream(linked / "excluded");
  std::ofstream(linked / "c.log");
  EXPECT_TRUE(std::filesystem::is_regular_file(linked / ".git"));
  EXPECT_EQ(paths(walk(linked)), (Paths{".gitignore", "a.c", "b.log"}));
}

TEST_F(IgnoreTest, APartialCloneIsStillARepository) {
  scratch_.git({"config", "core.repositoryformatversion", "1"});
  scratch_.git({"config", "extensions.partialClone", "origin"});
  scratch_.write(".gitignore", "*.o\n");
  touch({"a.o", "b.o"});
  scratch_.git({"add", "-f", "b.o"});
  expect_as_git();
}

TEST_F(IgnoreTest, WhatCannotBeReadIsSaid) {
  scratch_.write("a/.gitignore.real", "*\n");
  std::filesystem::create_symlink(".gitignore.real", scratch_.root() / "a/.gitignore");
  scratch_.write(".gitignore", "x\n");
  touch({"x"});
  std::ofstream(scratch_.root() / ".git/index") << "this is no index";
  auto opened = Walk::open(scratch_.root(), {});
  ASSERT_TRUE(opened);
  Paths found;
  while (auto entry = opened->next()) found.push_back(entry->path);
  EXPECT_EQ(found, (Paths{".gitignore", "a/.gitignore", "a/.gitignore.real"}));
  ASSERT_EQ(opened->problems().size(), 2U);
  EXPECT_EQ(opened->problems()[0], "cannot read the ignore file 'a/.gitignore': is a symbolic link");
  EXPECT_NE(opened->problems()[1].find("cannot read the git index of '"), std::string::npos);
  EXPECT_EQ(opened->ignored(), 1U);
}

// libgit2 1.5 cannot read it; that must not go unsaid.
TEST_F(IgnoreTest, AnIndexInTwoPartsIsSaid) {
  scratch_.write(".gitignore", "x\n");
  touch({"x", "y"});
  scratch_.git({"add", "-A", "-f"});
  scratch_.git({"update-index", "--split-index"});
  auto opened = Walk::open(scratch_.root(), {});
  ASSERT_TRUE(opened);
  Paths found;
  while (auto entry = opened->next()) found.push_back(entry->path);
  EXPECT_EQ(found, (Paths{".gitignore", "y"}));
  ASSERT_EQ(opened->problems().size(), 1U);
  EXPECT_NE(opened->problems()[0].find("cannot read the git index of '"), std::string::npos);
}

TEST_F(IgnoreTest, IgnoreFilesAsRipgrepReadsThem) {
  if (std::system("rg --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "ripgrep is not installed";
  scratch_.write(".gitignore", "*.gen\n*.o\n");
  scratch_.write(".ignore", "!*.gen\n/big/\n*.data\n");
  scratch_.write("sub/.ignore", "!x.data\nlocal\n");
  scratch_.write("sub/.gitignore", "x.data\n*.gen\n");
  touch(
      {"a.gen", "a.o", "big/f", "a.data", "sub/x.data", "sub/y.data", "sub/local", "sub/b.gen", "sub/big/f"});
  auto expected = split_at_nul(run({"rg", "--files", "--hidden", "-0", "-g", "!/.git"}, scratch_.root()));
  std::ranges::sort(expected);
  EXPECT_EQ(paths(walk(scratch_.root())), expected);
  EXPECT_EQ(explain("a.data"), ".ignore:3:*.data");
}

TEST(WithoutRepository, GitignoreFilesMeanNothingAndIgnoreFilesCount) {
  const Scratch scratch;
  scratch.write(".gitignore", "/*\n!/debian/\n");
  scratch.write("a.c");
  scratch.write("b.o");
  scratch.write(".ignore", "*.o\n");
  EXPECT_EQ(paths(walk(scratch.root())), (Paths{".gitignore", ".ignore", "a.c"}));
  EXPECT_EQ(paths(walk(scratch.root(), {.hidden = false})), (Paths{"a.c"}));
  scratch.git({"init", "-q", "--template="});
  EXPECT_EQ(paths(walk(scratch.root())), Paths{});
}

// Random trees and rules made of what is awkward, judged by git. Seeds are fixed; a failure names its seed.
class RandomTrees {
 public:
  explicit RandomTrees(unsigned seed) : random_(seed) {}

  void fill(const Scratch& scratch) {
    scratch.git({"init", "-q", "--template="});
    const bool fold_case = chance(20);
    if (fold_case) scratch.git({"config", "core.ignorecase", "true"});
    fill_directory(scratch, "", 0);
    if (chance(30)) write_rules(scratch, ".git/info/exclude");
    if (!chance(50)) return;
    Paths add = {"--literal-pathspecs", "add", "-f", "--"};
    for (int i = 0; i < 3; ++i) add.push_back(files_[pick(files_.size())]);
    scratch.git(add);
  }

 private:
  bool chance(unsigned percent) { return pick(100) < percent; }
  std::size_t pick(std::size_t count) { return random_() % count; }

  void write_rules(const Scratch& scratch, const std::string& path) {
    static const Paths patterns = {"*.o",         "/foo",        "foo",         "foo/",
                                   "/foo/",       "foo/*",       "!foo/bar",    "!foo",
                                   "!*.o",        "**/foo",      "foo/**",      "a/*",
                                   "!a/b",        "/a/**",       "!/a/b/",      "[a-c]*",
                                   "[!a]*",       "\\!x",        "\\#x",        "# c",
                                   "x\\ ",        "x  ",         "*",           "!*/",
                                   "/*",          "!/a",         "**",          "a**b",
                                   "b?r",         "*/foo",       "a/b",         "!a/b/",
                                   "foo\\",       "[",           "b[a-",        "**/",
                                   "/**/bar",     "bar/**",      "a/**/",       "!bar",
                                   "/",           "!",           "\\a",         "?",
                                   "*/",          "a//b",        "x y",         "!x*",
                                   "*.O",         "[]-]a",       "[^a]x",       "foo/**/",
                                   "a/b*",        "x*y",         "**/a/**/b",   "a/**/**/x",
                                   "a\\/b",       "**\\/a",      "[\\]]",       "*.",
                                   ".*",          "*?o",         "/a**",        "!**/",
                                   "/a/b**/c",    "*[!o]",       "foo/*/",      "x \\ ",
                                   "[--z]",       "[a-]",        "*\\ ",        "!foo/*/bar",
                                   "[[:alpha:]]", "[[:upper:]]", "[[:foo:]]",   "[[:alpha:][:digit:]]*",
                                   "/[!a-m]*",    "foo/**/bar",  "[[:space:]]*"};
    std::string text;
    for (std::size_t i = 1 + pick(6); i > 0; --i)
      text += patterns[pick(patterns.size())] + (chance(90) ? "\n" : "\r\n");
    if (chance(30)) text.pop_back();
    scratch.write(path, text);
  }

  void fill_directory(const Scratch& scratch, const std::string& path, int depth) {
    Paths names = {"foo", "bar", "a",  "b",   "c",     "x",   "x ", "!x",
                   "#x",  "m.o", ".h", "x y", "foo\\", "a-b", "Q"};
    std::ranges::shuffle(names, random_);
    names.resize(2 + pick(5));
    for (const std::string& name : names) {
      if (depth < 3 && chance(50)) {
        fill_directory(scratch, path + name + "/", depth + 1);
      } else {
        files_.push_back(path + name);
        scratch.write(files_.back());
      }
    }
    if (depth == 0 || chance(30)) write_rules(scratch, path + ".gitignore");
  }

  std::mt19937 random_;
  Paths files_;
};

TEST(RandomRules, AgreeWithGit) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Scratch scratch;
    RandomTrees(seed).fill(scratch);
    ASSERT_EQ(paths(walk(scratch.root())), git_files(scratch)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace froe::discovery::test
