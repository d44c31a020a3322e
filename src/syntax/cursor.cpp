// Reads syntax trees where the runtime keeps them, by its own headers. They are no interface: the runtime is
// pinned by hash, and `CursorTest` holds this cursor against the runtime's own, step by step.
extern "C" {
#include <language.h>
#include <subtree.h>
#include <tree.h>
}

#include "froe/syntax.hpp"

namespace froe::syntax {
namespace {

// Every node ends behind it.
constexpr std::int64_t anywhere = -1;

Subtree subtree_of(const void* at) {
  return *static_cast<const Subtree*>(at);
}

// As `ts_node_symbol` says it.
TSSymbol public_symbol(const TSLanguage* language, TSSymbol symbol) {
  return symbol == ts_builtin_sym_error ? symbol : language->public_symbol_map[symbol];
}

// What a step to a node asks of it, read at once: small leaves are kept in place of the pointer.
struct Look {
  Length padding;
  Length size;
  std::uint32_t shown_children;
  TSSymbol symbol;
  bool visible;
  bool named;
  bool extra;

  explicit Look(Subtree subtree) {
    if (subtree.data.is_inline) {
      const auto data = subtree.data;
      padding = {data.padding_bytes, {data.padding_rows, data.padding_columns}};
      size = {data.size_bytes, {0, data.size_bytes}};
      shown_children = 0;
      symbol = data.symbol;
      visible = data.visible;
      named = data.named;
      extra = data.extra;
    } else {
      const auto& data = *subtree.ptr;
      padding = data.padding;
      size = data.size;
      shown_children = data.child_count > 0 ? data.visible_child_count : 0;
      symbol = data.symbol;
      visible = data.visible;
      named = data.named;
      extra = data.extra;
    }
  }
};

// As `ts_node_is_named` says it.
bool is_named(const TSLanguage* language, const Look& look, TSSymbol alias) {
  return alias != 0 ? language->symbol_metadata[alias].named : look.named;
}

// Of a node with children: a shown one with a name, or one without that has children of its own.
bool holds_more_than_tokens(Subtree subtree) {
  const auto& data = *subtree.ptr;
  return data.named_child_count > 0 || data.visible_descendant_count > data.visible_child_count;
}

}  // namespace

const void* Node::identity() const {
  // Where the runtime keeps a node is a place in its parent; what is there, unless it is a small leaf, may be
  // had by several trees.
  const auto subtree = subtree_of(node_.id);
  return subtree.data.is_inline ? node_.id : subtree.ptr;
}

Cursor::Cursor(Node node, Goes goes) : tree_(node.raw().tree), goes_(goes) {
  const auto raw = node.raw();
  auto& step = step_at(0);
  step.subtree = raw.id;
  step.begin = {node.range().begin, ts_node_start_point(raw)};
  step.end = {node.range().end, ts_node_end_point(raw)};
  step.index = step.counted = 0;
  step.alias = static_cast<TSSymbol>(raw.context[3]);
  step.symbol = node.symbol();
  step.shown = true;
  step.extra = ts_node_is_extra(raw);
  step.leaf = node.is_leaf();
}

Node Cursor::node() const {
  const auto& step = steps_[depth_];
  const auto& [byte, point] = step.begin;
  return {TSNode{{byte, point.row, point.column, step.alias}, step.subtree, tree_}, step.end.byte,
          step.symbol, step.leaf};
}

bool Cursor::to_first_child() {
  return go_down(anywhere);
}

bool Cursor::to_child_behind(std::uint32_t offset) {
  return go_down(offset);
}

bool Cursor::to_next_sibling() {
  for (auto depth = depth_; depth > 0; --depth) {
    const auto& step = steps_[depth];
    if (step.shown && depth < depth_) return false;
    if (step.index + 1 == steps_[depth - 1].count) continue;
    const auto counted = step.counted + (step.extra ? 0U : 1U);
    if (go_to_child(depth - 1, step.index + 1, counted, step.end, anywhere))
      return steps_[depth_].shown || go_down(anywhere);
  }
  return false;
}

bool Cursor::to_parent() {
  for (auto depth = depth_; depth-- > 0;) {
    if (!steps_[depth].shown) continue;
    depth_ = depth;
    return true;
  }
  return false;
}

TSFieldId Cursor::field() const {
  for (auto depth = depth_; depth > 0; --depth) {
    const auto& step = steps_[depth];
    // What is hidden hands its field on to what it shows.
    if (step.shown && depth < depth_) break;
    if (step.extra) break;
    const TSFieldMapEntry* entry = nullptr;
    const TSFieldMapEntry* end = nullptr;
    const auto production = subtree_of(steps_[depth - 1].subtree).ptr->production_id;
    ts_language_field_map(tree_->language, production, &entry, &end);
    for (; entry < end; ++entry) {
      if (!entry->inherited && entry->child_index == step.counted) return entry->field_id;
    }
  }
  return 0;
}

bool Cursor::go_down(std::int64_t behind) {
  const auto depth = depth_;
  do {
    auto& step = steps_[depth_];
    const auto subtree = subtree_of(step.subtree);
    step.count = ts_subtree_child_count(subtree);
    if (step.count > 0) {
      step.children = ts_subtree_children(subtree);
      step.aliases = ts_language_alias_sequence(tree_->language, subtree.ptr->production_id);
    }
    if (!go_to_child(depth_, 0, 0, step.begin, behind)) {
      depth_ = depth;
      return false;
    }
  } while (!steps_[depth_].shown);
  return true;
}

inline bool Cursor::go_to_child(std::size_t depth, std::uint32_t index, std::uint32_t counted, Place at,
                                std::int64_t behind) {
  const auto& parent = steps_[depth];
  const auto* children = static_cast<const Subtree*>(parent.children);
  Length begin{at.byte, at.point};
  for (; index < parent.count; ++index) {
    const Look child(children[index]);
    // What is before a first child is before its parent.
    if (index > 0) begin = length_add(begin, child.padding);
    const auto end = length_add(begin, child.size);
    const auto alias = child.extra || parent.aliases == nullptr ? TSSymbol{0} : parent.aliases[counted];
    bool shown = child.visible || alias != 0;
    bool leads_on = shown || child.shown_children > 0;
    if (goes_ == Goes::past_tokens) {
      if (child.shown_children == 0) leads_on = shown = shown && is_named(tree_->language, child, alias);
      if (!shown && child.shown_children > 0) leads_on = holds_more_than_tokens(children[index]);
    }
    if (leads_on && end.bytes > behind) {
      auto& step = step_at(depth + 1);
      step.subtree = &children[index];
      step.begin = {begin.bytes, begin.extent};
      step.end = {end.bytes, end.extent};
      step.index = index;
      step.counted = counted;
      step.alias = alias;
      step.symbol = shown ? public_symbol(tree_->language, alias != 0 ? alias : child.symbol) : TSSymbol{0};
      step.shown = shown;
      step.extra = child.extra;
      step.leaf = child.shown_children == 0;
      depth_ = depth + 1;
      return true;
    }
    begin = end;
    if (!child.extra) ++counted;
  }
  return false;
}

// What was written there before is of no use.
inline Cursor::Step& Cursor::step_at(std::size_t depth) {
  if (depth == steps_.size()) steps_.emplace_back();
  return steps_[depth];
}

}  // namespace froe::syntax
