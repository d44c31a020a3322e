// Parses source with tree-sitter and hands out views of the tree. The sole home of tree-sitter; this module
// does not know chunks.
//
// A Node is a view into a Tree and must not outlive it. Nothing here is portable (froe/portable.hpp): what
// leaves a worker is made plain first. A Grammar is constant and may be shared; a Tree with its nodes and
// cursors belongs to the thread that parsed it.
#pragma once

#include <tree_sitter/api.h>

#include <boost/container/small_vector.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "froe/language.hpp"
#include "froe/record.hpp"
#include "froe/support.hpp"

namespace froe::syntax {

class ArenaScope;
class Cursor;

class Node {
 public:
  explicit Node(TSNode node) : node_(node) {
    if (ts_node_is_null(node)) return;
    end_ = ts_node_end_byte(node);
    symbol_ = ts_node_symbol(node);
    leaf_ = ts_node_child_count(node) == 0;
  }

  [[nodiscard]] ByteRange range() const { return {ts_node_start_byte(node_), end_}; }
  [[nodiscard]] Position begin() const { return position(ts_node_start_point(node_)); }
  [[nodiscard]] Position end() const { return position(ts_node_end_point(node_)); }
  [[nodiscard]] TSSymbol symbol() const { return symbol_; }
  [[nodiscard]] bool is_null() const { return ts_node_is_null(node_); }
  [[nodiscard]] bool is_named() const { return ts_node_is_named(node_); }
  [[nodiscard]] bool is_error() const { return ts_node_is_error(node_); }
  [[nodiscard]] bool is_missing() const { return ts_node_is_missing(node_); }
  // Whether this node or one below it is an error or missing.
  [[nodiscard]] bool has_error() const { return ts_node_has_error(node_); }
  [[nodiscard]] bool is_leaf() const { return leaf_; }
  [[nodiscard]] std::string_view text(std::string_view source) const {
    return source.substr(range().begin, range().size());
  }
  [[nodiscard]] TSNode raw() const { return node_; }
  // What the parser made, wherever it stands: a tree that takes it over from another has the same.
  [[nodiscard]] const void* identity() const;

 private:
  friend class Cursor;
  Node(TSNode node, std::uint32_t end, TSSymbol symbol, bool leaf)
      : node_(node), end_(end), symbol_(symbol), leaf_(leaf) {}

  static Position position(TSPoint point) { return {point.row, point.column}; }

  TSNode node_;
  // What is asked of nearly every node.
  std::uint32_t end_ = 0;
  TSSymbol symbol_ = 0;
  bool leaf_ = true;
};

// A path from a node to others below it (language::PathStep), in the grammar's own numbers.
class Path {
 public:
  Path() = default;
  Path(const TSLanguage* language, std::string_view text);

  [[nodiscard]] bool empty() const { return steps_.empty() && !itself_; }
  // Where the path leads from `node` of a tree of `source`; nothing if nowhere.
  [[nodiscard]] std::optional<Node> find(Node node, std::string_view source) const;
  // Everywhere that it leads, as in `int a, b;`; from a step on that says which child is meant, as `find`.
  [[nodiscard]] std::vector<Node> find_all(Node node, std::string_view source) const;

 private:
  struct Step {
    TSFieldId field = 0;  // 0: any named child
    bool repeat = false;
    bool first = false;
    bool last = false;
    std::uint32_t place = 0;            // among the named children that are no extras, from 1; 0: any
    std::vector<TSSymbol> types;        // sorted; empty: any
    std::vector<TSSymbol> transparent;  // of a repeated step: stand for their last named child
    std::vector<std::string> texts;     // empty: any
    bool none_of = false;               // it must have none of them
    std::vector<Path> where;            // at most one; leads on from the end of the step
    // Whether nothing but its field says which child is meant, so that the runtime can find it.
    [[nodiscard]] bool is_plain() const;
    [[nodiscard]] bool accepts(Node node) const;
    // Whether the child stands at the step's place; `counted` is how many before it did count, and goes on.
    [[nodiscard]] bool is_at(std::uint32_t& counted, Node child) const;
    [[nodiscard]] bool takes(TSFieldId field_of_child, Node child) const;
    // The end of a step that went from some node to `child`.
    [[nodiscard]] std::optional<Node> finish(Node child) const;
    // Whether the step may end at this node, by its text and by what is below it.
    [[nodiscard]] bool passes(Node end, std::string_view source) const;
    // Takes the step to the child at which a cursor stands.
    [[nodiscard]] std::optional<Node> take(const Cursor& at, std::string_view source) const;
  };
  // Where the steps from `step` on lead below `node`.
  [[nodiscard]] std::optional<Node> descend(Node node, std::size_t step, std::string_view source) const;
  // The same for every such place, added to `found`.
  void collect(Node node, std::size_t step, std::string_view source, std::vector<Node>& found) const;

  std::vector<Step> steps_;
  bool itself_ = false;  // leads to where it starts
};

// A node rule resolved against the grammar's own numbers.
struct Rule {
  language::Role role{};
  Kind kind{};
  Kind member_kind{};
  bool local = true;
  bool crumb = false;
  bool absolute = false;
  bool rest = false;
  language::Joins joins{};
  bool spaced_name = false;
  std::string_view name_trim;
  std::vector<TSSymbol> parents;  // sorted; empty: any
  Path name;
  Path body;
  Path head;
  Path contains;
  std::vector<std::string> texts;
  Path owner;
  Path doc;
  ReferenceKind reference{};
  std::vector<std::string> except;  // sorted
  std::string after;
  std::string_view language;
  bool quoted = false;
  language::Measure measure{};
  TSFieldId field = 0;
};

// Where a node stands, as far as rules ask.
struct Surroundings {
  TSSymbol parent = 0;
  bool in_callable = false;  // the nearest enclosing definition is a function, method or constructor
  TSFieldId field = 0;       // of the parent, in which it stands; 0: none
};

// Rules in a table by symbol number.
class RuleTable {
 public:
  RuleTable(const language::Language& language, const TSLanguage* raw,
            std::span<const language::NodeRule> rules);

  // Whether there is a rule for nodes of this type.
  [[nodiscard]] bool has(TSSymbol symbol) const {
    // An error node's number lies outside the table, and no rules have no table.
    return symbol < slots_.size() && slots_[symbol].count > 0;
  }
  // The first rule whose conditions hold for the node; nullptr: none.
  [[nodiscard]] const Rule* find(Node node, Surroundings around, std::string_view source) const {
    return has(node.symbol()) ? find_in(slots_[node.symbol()], node, around, source) : nullptr;
  }

 private:
  struct Slot {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  const Rule* find_in(Slot slot, Node node, Surroundings around, std::string_view source) const;

  std::vector<Rule> rules_;  // grouped by symbol, in the order of the data
  std::vector<Slot> slots_;  // by symbol
};

// What a language's data says, in the numbers of its grammar.
class Grammar {
 public:
  explicit Grammar(const language::Language& language);

  [[nodiscard]] const language::Language& language() const { return *language_; }
  [[nodiscard]] const TSLanguage* raw() const { return raw_; }
  // The first rule whose conditions hold for the node; nullptr: ordinary code.
  [[nodiscard]] const Rule* rule(Node node, Surroundings around, std::string_view source) const {
    return rules_.find(node, around, source);
  }
  // The same of the rules that say what names an import statement brings.
  [[nodiscard]] const Rule* imported(Node node, Surroundings around, std::string_view source) const {
    return imported_.find(node, around, source);
  }
  // The same of the rules that say what names are used.
  [[nodiscard]] const Rule* reference(Node node, Surroundings around, std::string_view source) const {
    return references_.find(node, around, source);
  }
  [[nodiscard]] bool has_references() const { return !language_->references.empty(); }
  // Whether there is such a rule for nodes of this type.
  [[nodiscard]] bool refers(TSSymbol symbol) const { return references_.has(symbol); }
  // The same of the rules for what makes functions involved, of a node at which a cursor stands in a node of
  // type `parent`; these may be about tokens.
  [[nodiscard]] const Rule* measure(const Cursor& at, Node node, TSSymbol parent,
                                    std::string_view source) const;
  [[nodiscard]] bool has_measures() const { return !language_->measures.empty(); }
  // What a node is to whoever wants the tokens of code.
  enum class Lexeme : std::uint8_t { other, identifier, literal, no_code };
  [[nodiscard]] Lexeme lexeme(Node node) const {
    return node.symbol() < lexemes_.size() ? lexemes_[node.symbol()] : Lexeme::other;
  }
  // The same of the rules for parts in other languages.
  [[nodiscard]] const Rule* embedded(Node node, Surroundings around, std::string_view source) const {
    return embedded_.find(node, around, source);
  }
  // Whether something stands in the field `body` of the node.
  [[nodiscard]] bool has_body(Node node) const;
  // Node types that are decorators where they stand in the head of a definition, in ascending order.
  [[nodiscard]] const std::vector<TSSymbol>& decorators() const { return decorators_; }

 private:
  const language::Language* language_;
  const TSLanguage* raw_;
  RuleTable rules_;
  RuleTable imported_;
  RuleTable references_;
  RuleTable measures_;
  RuleTable embedded_;
  std::vector<Lexeme> lexemes_;  // by symbol
  std::vector<TSSymbol> decorators_;
  TSFieldId body_ = 0;
};

// How many hundreds of the parser's operations a source of so many bytes is worth. Counted, not timed, so
// that the same content is given up on every machine and in every executor, unless its steps are so slow that
// time ends it first. Of the trees that froe is measured on, no large file takes more than one for 40 bytes;
// one-letter statements that are ambiguous take one for 9. Two seconds' worth for 2 MiB.
[[nodiscard]] std::uint64_t most_steps(std::size_t size);

// Why there is no tree.
enum class GivenUp : std::uint8_t { no, steps, time };

// Where a piece of a source begins and ends.
struct Extent {
  ByteRange range;
  Position begin;
  Position end;
};

// Where a source was changed: [begin, old_end) of it became [begin, new_end).
struct Edit {
  std::uint32_t begin = 0;
  std::uint32_t old_end = 0;
  std::uint32_t new_end = 0;
  Position begin_at;
  Position old_end_at;
  Position new_end_at;
};

class Tree;

struct ParseOptions {
  // Steps that may be taken, in hundreds of operations; 0: `most_steps` of the source.
  std::uint64_t steps = 0;
  // On the processor, for the few inputs on which single operations take long; 0: without end.
  std::chrono::milliseconds time{};
  // What alone is read of the source, in order; empty: all of it. Nodes are where they are in the source.
  std::span<const Extent> parts;
  // The tree may outlive others. It must be made, edited and destroyed while there is no other kind on its
  // thread, unless all of them are in a `TreeMemory`; without one it comes from the heap and is slower to
  // make.
  bool lasting = false;
  // A lasting tree of an earlier state of the source, told of what was changed since: what the changes do not
  // touch is taken over.
  const Tree* before = nullptr;
};

// Memory of the thread that makes it, for the lasting trees that are made there while it lives. It must
// outlive them. What they free is used again, and given back when the memory goes. Of several on one thread
// the last made must be the first to go.
class TreeMemory {
 public:
  TreeMemory();
  TreeMemory(const TreeMemory&) = delete;
  TreeMemory& operator=(const TreeMemory&) = delete;
  ~TreeMemory();

  // In bytes; 0 under a sanitizer, where trees come from the heap.
  [[nodiscard]] std::size_t taken() const;

 private:
  std::unique_ptr<ArenaScope> scope_;
};

// A parsed source. Unless it is lasting, its memory comes from an arena that belongs to the thread: of
// several trees on one thread the last made must be the first to go.
class Tree {
 public:
  // `source` must outlive the tree and be smaller than 4 GiB. Parsing gives up when the options' steps or
  // time are used up, as soon as tree-sitter asks; it does not while it is inside a scanner or one step of
  // recovery.
  Tree(const Grammar& grammar, std::string_view source, const ParseOptions& options = {});
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree();

  // Unless `no`, there is no root.
  [[nodiscard]] GivenUp given_up() const { return given_up_; }
  // How many steps parsing took.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] Node root() const { return Node(ts_tree_root_node(tree_.get())); }
  // Of a lasting tree: nodes move to where they are after the change. The tree is then that of no source, but
  // good as a tree `before`. What its nodes were lives as long as it: no node of a later tree that is made
  // meanwhile has the identity (`Node::identity`) of one that was not taken over.
  void edit(const Edit& edit);

 private:
  struct Delete {
    void operator()(TSParser* parser) const { ts_parser_delete(parser); }
    void operator()(TSTree* tree) const;
  };
  std::unique_ptr<ArenaScope> arena_;  // first in, last out; none if lasting
  std::unique_ptr<TSParser, Delete> parser_;
  std::unique_ptr<TSTree, Delete> tree_;
  std::unique_ptr<TSTree, Delete> unedited_;
  GivenUp given_up_ = GivenUp::no;
  std::uint64_t steps_ = 0;
};

// Walks a tree without recursion: trees nest deeper than any stack. Does what tree-sitter's own cursor does,
// for fewer instructions (docs/design.md).
class Cursor {
 public:
  // What it comes to: every node, or all but what has neither a name nor children (`{`, `if`): half the nodes
  // of a tree.
  enum class Goes : std::uint8_t { everywhere, past_tokens };
  explicit Cursor(Node node, Goes goes = Goes::everywhere);

  [[nodiscard]] Node node() const;
  // Of the node, for walks that look at few of them.
  [[nodiscard]] TSSymbol symbol() const { return steps_[depth_].symbol; }
  [[nodiscard]] bool is_leaf() const { return steps_[depth_].leaf; }
  // Of the parent, in which the node stands; 0: none.
  [[nodiscard]] TSFieldId field() const;
  bool to_first_child();
  // To the first child that ends behind the offset.
  bool to_child_behind(std::uint32_t offset);
  bool to_next_sibling();
  bool to_parent();

 private:
  struct Place {
    std::uint32_t byte;
    TSPoint point;
  };
  // A node on the way from where the cursor began. Grammars hide some: what is below these counts as children
  // of the next that is shown.
  struct Step {
    const void* subtree;
    Place begin;
    Place end;
    std::uint32_t index;    // among the children of the step before, hidden ones too
    std::uint32_t counted;  // the same without extras: the place that aliases and fields go by
    TSSymbol alias;         // 0: none
    TSSymbol symbol;        // as the grammar calls it in public
    bool shown;
    bool extra;
    bool leaf;  // with hidden children at most
    // Set once the cursor goes down from it.
    std::uint32_t count;
    const void* children;
    const TSSymbol* aliases;  // of the children; nullptr: none
  };
  // To the first child that is shown and ends behind an offset.
  bool go_down(std::int64_t behind);
  // From a step to the first child, from the given one on, that shows something and ends behind an offset.
  // `at`: where the child before it ends, for the first where the parent begins.
  bool go_to_child(std::size_t depth, std::uint32_t index, std::uint32_t counted, Place at,
                   std::int64_t behind);
  Step& step_at(std::size_t depth);

  const TSTree* tree_;
  Goes goes_;
  std::size_t depth_ = 0;  // of the step at which the cursor is
  boost::container::small_vector<Step, 16> steps_;
};

}  // namespace froe::syntax
