// The cursor against tree-sitter's own: the golden cases of every language, whole and with pieces torn out so
// that there are errors, walked in order and at random.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "froe/language.hpp"
#include "froe/syntax.hpp"
#include "syntax/golden_cases.hpp"

namespace froe::syntax {
namespace {

// Both cursors, which do the same and must see the same.
class Pair {
 public:
  explicit Pair(Node node) : cursor_(node), reference_(ts_tree_cursor_new(node.raw())) {}
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() { ts_tree_cursor_delete(&reference_); }

  bool to_first_child() {
    return both(cursor_.to_first_child(), ts_tree_cursor_goto_first_child(&reference_));
  }
  bool to_next_sibling() {
    return both(cursor_.to_next_sibling(), ts_tree_cursor_goto_next_sibling(&reference_));
  }
  bool to_parent() { return both(cursor_.to_parent(), ts_tree_cursor_goto_parent(&reference_)); }
  bool to_child_behind(std::uint32_t offset) {
    return both(cursor_.to_child_behind(offset),
                ts_tree_cursor_goto_first_child_for_byte(&reference_, offset) >= 0);
  }
  [[nodiscard]] Node node() const { return cursor_.node(); }
  [[nodiscard]] bool agree() const { return agree_; }

 private:
  bool both(bool moved, bool reference_moved) {
    const auto node = cursor_.node();
    const auto raw = node.raw();
    const auto expected = ts_tree_cursor_current_node(&reference_);
    const bool same =
        ts_node_eq(raw, expected) && raw.tree == expected.tree &&
        std::equal(std::begin(raw.context), std::end(raw.context), std::begin(expected.context));
    const bool says_the_same = node.symbol() == ts_node_symbol(expected) &&
                               node.range().end == ts_node_end_byte(expected) &&
                               node.is_leaf() == (ts_node_child_count(expected) == 0) &&
                               cursor_.field() == ts_tree_cursor_current_field_id(&reference_);
    agree_ = agree_ && moved == reference_moved && same && says_the_same;
    return moved;
  }

  Cursor cursor_;
  TSTreeCursor reference_;
  bool agree_ = true;
};

// Returns the nodes that it came to.
std::vector<Node> walk_in_order(Pair& pair) {
  std::vector<Node> nodes;
  for (;;) {
    nodes.push_back(pair.node());
    if (pair.to_first_child()) continue;
    while (!pair.to_next_sibling()) {
      if (!pair.to_parent()) return nodes;
    }
  }
}

void walk_at_random(Pair& pair, std::size_t size, std::mt19937& random) {
  for (int i = 0; i < 300; ++i) {
    switch (random() % 5) {
      case 0: pair.to_parent(); break;
      case 1: pair.to_child_behind(static_cast<std::uint32_t>(random() % (size + 1))); break;
      case 2: pair.to_next_sibling(); break;
      default: pair.to_first_child();
    }
  }
}

using Way = std::vector<std::pair<const void*, const void*>>;  // nodes, each with its parent

Way walk(Node root, Cursor::Goes goes) {
  Way way;
  std::vector<const void*> above{nullptr};
  Cursor cursor(root, goes);
  for (;;) {
    const auto* id = cursor.node().raw().id;
    way.emplace_back(id, above.back());
    if (cursor.to_first_child()) {
      above.push_back(id);
      continue;
    }
    while (!cursor.to_next_sibling()) {
      if (!cursor.to_parent()) return way;
      above.pop_back();
    }
  }
}

bool is_token(Node node) {
  return !node.is_named() && node.is_leaf();
}

TEST(CursorTest, GoesPastTokensAndPastNothingElse) {
  std::mt19937 random(2);
  for (const auto& [language, path, text] : golden_cases()) {
    SCOPED_TRACE(path);
    Grammar grammar(*language);
    for (const auto& source : {text, torn(text, random), torn(text, random)}) {
      Tree tree(grammar, source);
      if (tree.given_up() != GivenUp::no) continue;
      std::set<const void*> tokens;
      Pair whole(tree.root());
      for (auto node : walk_in_order(whole)) {
        if (is_token(node)) tokens.insert(node.raw().id);
      }
      auto expected = walk(tree.root(), Cursor::Goes::everywhere);
      std::erase_if(expected,
                    [&](const auto& step) { return step.second != nullptr && tokens.contains(step.first); });
      ASSERT_EQ(walk(tree.root(), Cursor::Goes::past_tokens), expected);
    }
  }
}

// How many nodes both came to. Lasting trees and others cannot be on one thread.
std::size_t expect_agreement(const Tree& tree, std::size_t size, std::mt19937& random) {
  if (tree.given_up() != GivenUp::no) return 0;
  Pair whole(tree.root());
  const auto nodes = walk_in_order(whole);
  EXPECT_TRUE(whole.agree());
  for (int i = 0; i < 10; ++i) {
    // From inside: an alias belongs to where a cursor begins as well.
    Pair part(nodes[random() % nodes.size()]);
    walk_at_random(part, size, random);
    EXPECT_TRUE(part.agree());
  }
  return nodes.size();
}

TEST(CursorTest, GoesWhereTheRuntimesOwnGoes) {
  std::mt19937 random(1);
  std::map<std::string_view, std::size_t> nodes_of;
  for (const auto& [language, path, text] : golden_cases()) {
    SCOPED_TRACE(path);
    const Grammar grammar(*language);
    for (const auto& source : {text, torn(text, random), torn(text, random)}) {
      nodes_of[language->name] += expect_agreement(Tree(grammar, source), source.size(), random);
      const auto parts = thirds_of(source);
      expect_agreement(Tree(grammar, source, {.steps = 0, .time = {}, .parts = parts}), source.size(),
                       random);
      if (HasFailure()) return;
    }
  }
  for (const auto& language : language::languages()) EXPECT_GT(nodes_of[language.name], 20U) << language.name;
}

TEST(CursorTest, GoesThroughWhatOtherTreesHaveToo) {
  std::mt19937 random(3);
  for (const auto& [language, path, text] : golden_cases()) {
    SCOPED_TRACE(path);
    const Grammar grammar(*language);
    Tree before(grammar, text, {.steps = 0, .time = {}, .parts = {}, .lasting = true});
    if (before.given_up() != GivenUp::no) continue;
    const auto at = random() % (text.size() + 1);
    auto source = text;
    source.insert(at, " ");
    before.edit(edit_at(text, at));
    const Tree after(grammar, source,
                     {.steps = 0, .time = {}, .parts = {}, .lasting = true, .before = &before});
    expect_agreement(after, source.size(), random);
    if (HasFailure()) return;
  }
}

TEST(NodeTest, IsTheSameInATreeThatTookItOver) {
  const Grammar grammar(*language::find("c"));
  const std::string text = "int f(void)\n{\n  return 1;\n}\nint g(void)\n{\n  return 2;\n}\n";
  auto source = text;
  const auto at = text.find("2");
  source.insert(at, " ");
  auto functions = [](const Tree& tree) {
    std::vector<const void*> found;
    Cursor cursor(tree.root());
    for (bool more = cursor.to_first_child(); more; more = cursor.to_next_sibling())
      found.push_back(cursor.node().identity());
    return found;
  };
  Tree before(grammar, text, {.steps = 0, .time = {}, .parts = {}, .lasting = true});
  const auto old = functions(before);
  const auto* root = before.root().identity();
  before.edit(edit_at(text, at));
  const Tree after(grammar, source,
                   {.steps = 0, .time = {}, .parts = {}, .lasting = true, .before = &before});
  const auto now = functions(after);
  ASSERT_EQ(now.size(), 2U);
  EXPECT_EQ(now[0], old[0]);
  EXPECT_NE(now[1], old[1]);
  EXPECT_NE(after.root().identity(), root);
}

}  // namespace
}  // namespace froe::syntax
