#include "check/clones.hpp"

#include <gtest/gtest.h>

#include <random>

namespace froe::check {
namespace {

// A file of tokens that are numbers; those from 1000 on are names.
std::vector<Lex> tokens_of(const std::vector<std::uint32_t>& numbers) {
  std::vector<Lex> tokens;
  for (auto number : numbers) {
    Lex token;
    token.range = {static_cast<std::uint32_t>(tokens.size()), static_cast<std::uint32_t>(tokens.size() + 1)};
    token.exact = number;
    token.is_name = number >= 1000;
    token.normal = token.is_name ? 1000 : number;
    tokens.push_back(token);
  }
  return tokens;
}

std::vector<std::uint32_t> noise(std::mt19937& random, std::size_t count) {
  std::vector<std::uint32_t> numbers(count);
  for (auto& each : numbers) each = 1 + random() % 900;
  return numbers;
}

std::vector<CloneClass> find(const std::vector<std::vector<std::uint32_t>>& files, std::uint32_t least) {
  Clones clones(least);
  for (std::uint32_t i = 0; i < files.size(); ++i) clones.add(i, tokens_of(files[i]));
  return clones.find([&](std::uint32_t file) { return tokens_of(files[file]); });
}

void append(std::vector<std::uint32_t>& to, const std::vector<std::uint32_t>& what) {
  to.insert(to.end(), what.begin(), what.end());
}

// Winnowing promises that nothing of the least size is missed; here, wherever it stands.
TEST(Clones, OfTheLeastSizeAreFoundWhereverTheyStandAndShorterOnesNever) {
  std::mt19937 random(1);
  for (std::uint32_t least : {20U, 21U, 50U}) {
    for (int round = 0; round < 60; ++round) {
      auto piece = noise(random, least);
      auto shorter = noise(random, least - 1);
      auto a = noise(random, random() % 70);
      auto at = a.size();
      append(a, piece);
      append(a, noise(random, random() % 70));
      append(a, shorter);
      auto b = noise(random, 1 + random() % 70);
      auto at_b = b.size();
      append(b, piece);
      append(b, noise(random, 1 + random() % 70));
      append(b, shorter);
      auto classes = find({a, b}, least);
      ASSERT_EQ(classes.size(), 1U) << least << ' ' << round;
      EXPECT_TRUE(classes[0].exact);
      ASSERT_EQ(classes[0].fragments.size(), 2U);
      // What stands around it may be alike by chance.
      EXPECT_LE(classes[0].fragments[0].first, at);
      EXPECT_LE(classes[0].fragments[1].first, at_b);
      EXPECT_GE(classes[0].fragments[1].first + classes[0].fragments[1].count, at_b + least);
    }
  }
}

TEST(Clones, InManyPlacesAreOneClass) {
  std::mt19937 random(2);
  auto piece = noise(random, 60);
  std::vector<std::vector<std::uint32_t>> files;
  for (int i = 0; i < 30; ++i) {
    auto file = noise(random, 10 + i);
    append(file, piece);
    append(file, noise(random, 5));
    files.push_back(file);
  }
  // And twice in one file, right behind each other.
  append(files[7], piece);
  append(files[7], piece);
  auto classes = find(files, 40);
  ASSERT_EQ(classes.size(), 1U);
  EXPECT_EQ(classes[0].fragments.size(), 32U);
  for (std::size_t i = 1; i < classes[0].fragments.size(); ++i) {
    const auto& before = classes[0].fragments[i - 1];
    const auto& here = classes[0].fragments[i];
    EXPECT_TRUE(before.file < here.file || before.first + before.count <= here.first) << "they overlap";
  }
}

TEST(Clones, WithOtherNamesCorrespond) {
  std::mt19937 random(3);
  std::vector<std::uint32_t> a;
  std::vector<std::uint32_t> renamed;
  std::vector<std::uint32_t> mixed;
  for (int i = 0; i < 80; ++i) {
    bool is_name = i % 2 == 0;
    std::uint32_t number = is_name ? 1000 + random() % 5 : 1 + random() % 900;
    a.push_back(number);
    renamed.push_back(is_name ? number + 100 : number);
    mixed.push_back(is_name ? 1000 + random() % 50 : number);
  }
  auto classes = find({a, renamed}, 40);
  ASSERT_EQ(classes.size(), 1U);
  EXPECT_FALSE(classes[0].exact);
  EXPECT_TRUE(find({a, mixed}, 40).empty()) << "names that do not correspond are chance";
}

TEST(Clones, AreNoTables) {
  std::vector<std::uint32_t> table;
  for (int i = 0; i < 100; ++i) append(table, {1, 2, 1000U + static_cast<std::uint32_t>(i) % 7, 3});
  EXPECT_TRUE(find({table}, 40).empty());
  EXPECT_TRUE(find({table, table}, 40).empty()) << "whatever it holds, it has one shape";
}

}  // namespace
}  // namespace froe::check
