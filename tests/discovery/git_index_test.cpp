// Held against `git ls-files`, for every kind of index that git writes; the rest is left to libgit2.
#include "discovery/git_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "discovery/scratch.hpp"

namespace froe::discovery::test {
namespace {

std::string read_index(const Scratch& scratch) {
  std::ifstream file(scratch.root() / ".git/index", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> tracked(const Scratch& scratch) {
  const auto names = split_at_nul(scratch.git({"ls-files", "-z", "--cached"}));
  return {names.begin(), names.end()};
}

void expect_same(GitIndex index, const std::set<std::string>& names, std::mt19937& random) {
  std::vector<std::string> questions(names.begin(), names.end());
  std::set<std::string> directories;
  for (const std::string& name : names) {
    for (std::size_t end = name.find('/'); end != std::string::npos; end = name.find('/', end + 1)) {
      directories.insert(name.substr(0, end + 1));
    }
    for (const std::string& other : {name + "0", name + "/", name.substr(0, name.size() - 1)})
      questions.push_back(other);
  }
  std::vector<std::string> below(directories.begin(), directories.end());
  for (const std::string& directory : directories) below.push_back(directory + "0/");
  // In order as a walk asks, then anyhow.
  std::ranges::sort(questions);
  for (int round = 0; round < 2; ++round) {
    for (const std::string& name : questions) EXPECT_EQ(index.holds(name), names.contains(name)) << name;
    for (const std::string& name : below)
      EXPECT_EQ(index.holds_below(name), directories.contains(name)) << name;
    std::ranges::shuffle(questions, random);
    std::ranges::shuffle(below, random);
  }
}

class GitIndexTest : public testing::Test {
 protected:
  // Files in directories whose names begin alike, one with a name of 5,000 bytes.
  void fill() {
    scratch_.git({"init", "-q"});
    std::uniform_int_distribution<int> pick(0, 3);
    for (int i = 0; i < 150; ++i) {
      std::string path;
      for (int depth = pick(random_); depth >= 0; --depth) {
        path += std::string("a.b-\xC3\xA9 ").substr(static_cast<std::size_t>(pick(random_)), 3) + '/';
      }
      scratch_.write(path + "file" + std::to_string(i));
    }
    scratch_.git({"add", "-A"});
    std::string longest;
    while (longest.size() < 5000) longest += std::string(100, 'l') + '/';
    scratch_.git({"update-index", "--add", "--cacheinfo", "100644," + empty_blob_ + ',' + longest + 'x'});
  }
  void expect_read(const std::string& why) {
    SCOPED_TRACE(why);
    auto index = GitIndex::parse(read_index(scratch_));
    ASSERT_TRUE(index);
    expect_same(std::move(*index), tracked(scratch_), random_);
  }

  const std::string empty_blob_ = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
  Scratch scratch_;
  std::mt19937 random_{1};
};

TEST_F(GitIndexTest, HoldsWhatGitTracks) {
  fill();
  expect_read("version 2");
  // An entry that has more flags than version 2 has room for.
  scratch_.write("later/file");
  scratch_.git({"add", "-N", "later/file"});
  expect_read("version 3");
  scratch_.git({"update-index", "--index-version", "4"});
  expect_read("version 4");
  std::string three;
  for (const char* stage : {"1", "2", "3"})
    three += "100644 " + empty_blob_ + ' ' + stage + "\tboth/changed\n";
  scratch_.write("conflict", three);
  run({"sh", "-c", "git update-index --index-info < conflict"}, scratch_.root());
  expect_read("a conflict");
  scratch_.git({"rm", "-q", "-r", "--cached", "."});
  expect_read("nothing");
}

TEST_F(GitIndexTest, LeavesToLibgit2WhatSaysMore) {
  fill();
  ASSERT_TRUE(GitIndex::parse(read_index(scratch_)));
  scratch_.git({"update-index", "--split-index"});
  EXPECT_FALSE(GitIndex::parse(read_index(scratch_)));
  scratch_.git({"update-index", "--no-split-index"});
  ASSERT_TRUE(GitIndex::parse(read_index(scratch_)));
  scratch_.git({"-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "-q", "-m", "all"});
  scratch_.git({"sparse-checkout", "init", "--cone", "--sparse-index"});
  EXPECT_FALSE(GitIndex::parse(read_index(scratch_)));
}

TEST_F(GitIndexTest, SurvivesAnyDamage) {
  fill();
  for (const char* version : {"2", "4"}) {
    scratch_.git({"update-index", "--index-version", version});
    const std::string whole = read_index(scratch_);
    const auto tracked_names = tracked(scratch_);
    // What is cut off is refused, unless it was extensions only.
    for (std::size_t size = 0; size < whole.size(); size += 7) {
      if (auto cut = GitIndex::parse(std::string_view(whole).substr(0, size))) {
        SCOPED_TRACE(size);
        expect_same(std::move(*cut), tracked(scratch_), random_);
      }
    }
    std::uniform_int_distribution<std::size_t> at(0, whole.size() - 1);
    std::uniform_int_distribution<int> byte(0, 255);
    int read = 0;
    std::size_t held = 0;
    for (int i = 0; i < 3000; ++i) {
      std::string damaged = whole;
      for (int flips = 1 + i % 3; flips > 0; --flips) damaged[at(random_)] = static_cast<char>(byte(random_));
      if (auto index = GitIndex::parse(damaged)) {
        ++read;
        for (const auto& name : tracked_names) held += index->holds(name) ? 1 : 0;
      }
    }
    // Most of the bytes are ids and times.
    EXPECT_GT(read, 0);
    EXPECT_LT(read, 3000);
    EXPECT_GT(held, tracked_names.size() * static_cast<std::size_t>(read) / 2);
  }
}

TEST_F(GitIndexTest, RefusesWhatIsOutOfOrder) {
  scratch_.git({"init", "-q"});
  scratch_.write("a1");
  scratch_.write("b1");
  scratch_.git({"add", "-A"});
  std::string index = read_index(scratch_);
  ASSERT_TRUE(GitIndex::parse(index));
  index[index.find("a1")] = 'c';
  EXPECT_FALSE(GitIndex::parse(index));
}

}  // namespace
}  // namespace froe::discovery::test
