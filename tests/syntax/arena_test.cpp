#include "syntax/arena.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "froe/language.hpp"
#include "froe/syntax.hpp"

namespace froe::syntax {
namespace {

std::string source_of(int functions) {
  std::string text;
  for (int i = 0; i < functions; ++i)
    text += "int f" + std::to_string(i) + "(int a) { return a * " + std::to_string(i) + "; }\n";
  return text;
}

std::size_t children(const Tree& tree) {
  std::size_t count = 0;
  Cursor cursor(tree.root());
  for (bool more = cursor.to_first_child(); more; more = cursor.to_next_sibling()) ++count;
  return count;
}

struct Memory {
  std::size_t mapped = 0;
  std::size_t resident = 0;
};

Memory of_the_process() {
  std::ifstream stat("/proc/self/statm");
  Memory bytes;
  stat >> bytes.mapped >> bytes.resident;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return {bytes.mapped * page, bytes.resident * page};
}

TEST(Arena, OneTreeAfterAnother) {
  Grammar grammar(*language::find("c"));
  for (int functions : {1, 500, 3}) {
    auto text = source_of(functions);
    Tree tree(grammar, text);
    EXPECT_EQ(children(tree), static_cast<std::size_t>(functions));
    EXPECT_FALSE(tree.root().has_error());
  }
}

TEST(Arena, OneTreeInsideAnother) {
  Grammar grammar(*language::find("c"));
  auto outer = source_of(300);
  Tree first(grammar, outer);
  for (int functions : {1, 2000, 3}) {
    auto text = source_of(functions);
    Tree second(grammar, text);
    EXPECT_EQ(children(second), static_cast<std::size_t>(functions));
  }
  EXPECT_EQ(children(first), 300U);  // none the worse
  EXPECT_FALSE(first.root().has_error());
}

TEST(Arena, EachThreadHasItsOwn) {
  Grammar grammar(*language::find("c"));
  auto text = source_of(2000);
  std::vector<std::size_t> counts(4);
  std::vector<std::thread> threads;
  for (auto& count : counts) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        Tree tree(grammar, text);
        count = children(tree);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (auto count : counts) EXPECT_EQ(count, 2000U);
}

TEST(Arena, MemoryStaysFlat) {
  if (!ArenaScope::frees_everything) GTEST_SKIP() << "no arena in this build";
  Grammar grammar(*language::find("cpp"));
  auto small = source_of(20);
  auto large = source_of(20'000);  // more than the arena keeps
  auto parse = [&](const std::string& text) { return Tree(grammar, text).root().has_error(); };
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(parse(large) || parse(small));
  auto before = of_the_process().resident;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(parse(small));
    if (i % 500 == 0) {
      ASSERT_FALSE(parse(large));
    }
  }
  auto after = of_the_process().resident;
  EXPECT_LT(after, before + (8U << 20U));
}

// tree-sitter drops most of what it builds while it follows several readings of a source.
TEST(Arena, WhatIsFreedIsUsedAgain) {
  if (!ArenaScope::frees_everything) GTEST_SKIP() << "no arena in this build";
  Grammar grammar(*language::find("cpp"));
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "void f(){a<b>(c);}\n";
  auto before = of_the_process().resident;
  Tree tree(grammar, text);
  EXPECT_EQ(children(tree), 20'000U);
  EXPECT_LT(of_the_process().resident, before + 200 * text.size());
}

TEST(TreeMemoryTest, KeepsItsSizeWhileDocumentsAreEdited) {
  if (!ArenaScope::frees_everything) GTEST_SKIP() << "no arena in this build";
  const Grammar grammar(*language::find("c"));
  const TreeMemory memory;
  std::size_t early = 0;
  for (int i = 0; i < 400; ++i) {
    // Sizes on both sides of what fits a block of the small kind, and of a step.
    const auto text = source_of(i % 4 == 0 ? 20'000 : 10 + i);
    const Tree tree(grammar, text, {.steps = 0, .time = {}, .parts = {}, .lasting = true});
    ASSERT_FALSE(tree.root().has_error());
    if (i == 40) early = memory.taken();
  }
  EXPECT_GT(early, 16U << 20U);
  EXPECT_LE(memory.taken(), early + (16U << 20U));
}

TEST(TreeMemoryTest, GivesAllBackInTheEnd) {
  if (!ArenaScope::frees_everything) GTEST_SKIP() << "no arena in this build";
  const Grammar grammar(*language::find("c"));
  const auto text = source_of(20'000);
  auto taken_by_a_tree = [&] {
    const TreeMemory memory;
    const Tree tree(grammar, text, {.steps = 0, .time = {}, .parts = {}, .lasting = true});
    return memory.taken();
  };
  taken_by_a_tree();  // what a first parse keeps
  const auto before = of_the_process();
  for (int i = 0; i < 10; ++i) EXPECT_GT(taken_by_a_tree(), 32U << 20U);
  const auto after = of_the_process();
  EXPECT_LT(after.mapped, before.mapped + (8U << 20U));
  EXPECT_LT(after.resident, before.resident + (8U << 20U));
  EXPECT_EQ(TreeMemory().taken(), 16U << 20U);
}

}  // namespace
}  // namespace froe::syntax
