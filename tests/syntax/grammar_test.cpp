// The rules of every language against its grammar: each name in them is one that the grammar knows.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "froe/language.hpp"
#include "froe/syntax.hpp"

namespace froe::syntax {
namespace {

bool has_node(const TSLanguage* grammar, std::string_view type) {
  for (std::uint32_t i = 0; i < ts_language_symbol_count(grammar); ++i) {
    auto symbol = static_cast<TSSymbol>(i);
    bool named = ts_language_symbol_type(grammar, symbol) == TSSymbolTypeRegular;
    if (named && type == ts_language_symbol_name(grammar, symbol)) return true;
  }
  return false;
}

bool has_token(const TSLanguage* grammar, std::string_view token) {
  return ts_language_symbol_for_name(grammar, token.data(), static_cast<std::uint32_t>(token.size()),
                                     false) != 0;
}

// A node type or, in quotes, a token.
bool has_type(const TSLanguage* grammar, std::string_view type) {
  auto token = language::token_of(type);
  return token ? has_token(grammar, *token) : has_node(grammar, type);
}

bool has_field(const TSLanguage* grammar, std::string_view field) {
  return ts_language_field_id_for_name(grammar, field.data(), static_cast<std::uint32_t>(field.size())) != 0;
}

class EveryGrammar : public testing::TestWithParam<const language::Language*> {};

TEST_P(EveryGrammar, KnowsTheNodesOfItsRules) {
  const auto* grammar = GetParam()->load();
  for (const auto& rule : GetParam()->rules) {
    EXPECT_TRUE(has_node(grammar, rule.node)) << rule.node;
    for (auto parent : rule.parents) EXPECT_TRUE(has_node(grammar, parent)) << rule.node << ": " << parent;
  }
}

// A field that does not exist would have number 0, which a path takes for "any child".
TEST_P(EveryGrammar, KnowsTheFieldsAndTypesOfItsPaths) {
  const auto* grammar = GetParam()->load();
  for (const auto& rule : GetParam()->rules) {
    for (auto text : {rule.name, rule.body, rule.head, rule.contains, rule.owner, rule.doc}) {
      if (text.empty()) continue;
      SCOPED_TRACE(std::string(rule.node) + ": " + std::string(text));
      auto path = language::parse_path(text);
      ASSERT_TRUE(path);
      for (const auto& step : *path) {
        EXPECT_TRUE(step.field.empty() || has_field(grammar, step.field)) << step.field;
        EXPECT_FALSE(step.field.empty() && step.types.empty() && step.place == 0);
        for (auto type : step.types) EXPECT_TRUE(has_type(grammar, type)) << type;
      }
    }
  }
}

TEST_P(EveryGrammar, ResolvesAndParses) {
  Grammar grammar(*GetParam());
  std::string text = "x\n";
  Tree tree(grammar, text);
  EXPECT_FALSE(tree.root().is_null());
  EXPECT_EQ(grammar.rule(tree.root(), {}, text), nullptr);
  EXPECT_EQ(&grammar.language(), GetParam());
}

// What a scanner leaves in variables of the whole program, another thread's parse would find. Under the
// thread sanitizer once is enough; elsewhere it takes luck to see it, hence ScannerGlobals below.
TEST_P(EveryGrammar, ParsesInManyThreads) {
  Grammar grammar(*GetParam());
  const std::string text(GetParam()->sample);
  auto nodes = [&] {
    Tree tree(grammar, text);
    return tree.root().is_null() ? 0 : ts_node_descendant_count(tree.root().raw());
  };
  const auto expected = nodes();
  ASSERT_GT(expected, 0U);
  std::atomic<int> different{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 50; ++round) different += nodes() == expected ? 0 : 1;
      });
    }
  }
  EXPECT_EQ(different, 0);
}

std::vector<const language::Language*> all_languages() {
  std::vector<const language::Language*> all;
  for (const auto& language : language::languages()) all.push_back(&language);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Languages, EveryGrammar, testing::ValuesIn(all_languages()),
                         [](const auto& language) { return std::string(language.param->name); });

}  // namespace
}  // namespace froe::syntax
