// What a difference is said to be, of code that the real chunker has cut.
#include "froe/compare.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "froe/chunk.hpp"

namespace froe::compare {
namespace {

using Tree = std::map<std::string, std::string>;

// "what kind scope.name path", of symbols; chunks with a "chunk" in front.
std::vector<std::string> told(const Tree& before, const Tree& after, bool chunks = false) {
  chunk::Chunker chunker;
  auto cut = [&](const std::string& path, const std::string& content) {
    FileTask task;
    task.path = path;
    task.language = "python";
    task.content = content;
    return chunker.chunk(task);
  };
  std::map<std::string, FilePair> pairs;
  for (const auto& [path, content] : before) {
    pairs[path].before = cut(path, content);
    pairs[path].before_content = content;
  }
  for (const auto& [path, content] : after) {
    pairs[path].after = cut(path, content);
    pairs[path].after_content = content;
  }
  std::vector<FilePair> files;
  for (auto& [path, pair] : pairs) {
    pair.path = path;
    files.push_back(pair);
  }
  std::vector<std::string> lines;
  for (const auto& change : compare(files)) {
    if (change.is_chunk != chunks) continue;
    const auto& place = change.after ? *change.after : *change.before;
    auto name = place.scope.empty() ? place.name : place.scope + '.' + place.name;
    lines.push_back(std::string(to_string(change.what)) + ' ' + std::string(to_string(change.kind)) + ' ' +
                    name + ' ' + place.path);
  }
  return lines;
}

using Lines = std::vector<std::string>;

const std::string first = "def first(a):\n    total = a + 1\n    return total * 2\n";
const std::string second = "def second(b):\n    count = b - 1\n    return count // 2\n";

TEST(Compare, EqualStatesDifferInNothing) {
  Tree tree{{"a.py", first + "\n\n" + second}};
  EXPECT_EQ(told(tree, tree), Lines{});
  EXPECT_EQ(told(tree, tree, true), Lines{});
  EXPECT_EQ(told({}, {}), Lines{});
}

TEST(Compare, WhatOnlyStandsElsewhereInTheFileIsTheSame) {
  EXPECT_EQ(told({{"a.py", first + "\n\n" + second}}, {{"a.py", "\n\n\n" + second + "\n\n" + first}}),
            Lines{});
}

TEST(Compare, AddedRemovedAndChanged) {
  auto changed = first;
  changed.replace(changed.find("+ 1"), 3, "+ 7");
  EXPECT_EQ(
      told({{"a.py", first + "\n\n" + second}}, {{"a.py", changed + "\n\ndef third(): return 3\n"}}),
      (Lines{"changed function first a.py", "added function third a.py", "removed function second a.py"}));
}

TEST(Compare, MovedToAnotherFile) {
  EXPECT_EQ(told({{"a.py", first + "\n\n" + second}}, {{"a.py", second}, {"b.py", first}}),
            Lines{"moved function first b.py"});
  EXPECT_EQ(told({{"a.py", first}}, {{"b.py", first}}, true), Lines{"moved function first b.py"});
}

TEST(Compare, Renamed) {
  auto renamed = first;
  renamed.replace(renamed.find("first"), 5, "primary");
  EXPECT_EQ(told({{"a.py", first}}, {{"a.py", renamed}}), Lines{"renamed function primary a.py"});
  // As a word only.
  EXPECT_EQ(told({{"a.py", "def x(limit):\n    return max(limit, exact(limit), 7)\n"}},
                 {{"a.py", "def y(limit):\n    return max(limit, exact(limit), 7)\n"}}),
            Lines{"renamed function y a.py"});
  // Short ones are alike by chance.
  EXPECT_EQ(told({{"a.py", "def f(): pass\n"}}, {{"a.py", "def g(): pass\n"}}),
            (Lines{"removed function f a.py", "added function g a.py"}));
}

TEST(Compare, AMemberDoesNotChangeItsClass) {
  const std::string head =
      "class Shelf:\n    size = 3\n\n    def put(self, book):\n        self.books.append(book)\n";
  EXPECT_EQ(
      told({{"a.py", head}}, {{"a.py", head + "\n    def take(self):\n        return self.books.pop()\n"}}),
      Lines{"added method Shelf.take a.py"});
  EXPECT_EQ(told({{"a.py", head}}, {{"a.py", "class Shelf(Base):" + head.substr(head.find('\n'))}}),
            Lines{"changed class Shelf a.py"});
}

TEST(Compare, EachIsPairedOnce) {
  EXPECT_EQ(told({{"a.py", first}}, {{"a.py", first}, {"b.py", first}, {"c.py", first}}),
            (Lines{"added function first b.py", "added function first c.py"}));
  EXPECT_EQ(told({{"a.py", first}, {"b.py", first}}, {{"c.py", first}}),
            (Lines{"removed function first b.py", "moved function first c.py"}));
}

}  // namespace
}  // namespace froe::compare
