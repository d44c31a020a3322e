#include "chunk/atoms.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "chunk/atom_list.hpp"
#include "chunk/split_text.hpp"

namespace froe::chunk {
namespace {

bool is_major(Kind kind) {
  return kind == Kind::module || is_callable(kind) || has_members(kind);
}

// Whether a definition may hold others. What without a body only declares is left out: a prototype, a forward
// declaration.
bool is_major_with_body(const Definition& definition) {
  return is_major(definition.kind) && definition.body.has_value();
}

// Whether a definition that fits is a chunk of its own: one with a body, and any that is no crumb.
bool stands_alone(const Definition& definition, std::uint32_t size, const ChunkOptions& options) {
  return size >= options.min_size || (!definition.rule->crumb && is_major_with_body(definition));
}

// Descends into what does not fit, and only there.
class Flattener {
 public:
  Flattener(const syntax::Grammar& grammar, const syntax::Tree& tree, const Outline& outline,
            const std::vector<std::vector<Atom>>& embedded, const Measure& measure,
            const ChunkOptions& options)
      : grammar_(grammar),
        cursor_(tree.root()),
        outline_(outline),
        embedded_(embedded),
        measure_(measure),
        options_(options),
        list_(measure, &outline, options.max_size),
        by_range_(outline.definitions.size()) {
    std::iota(by_range_.begin(), by_range_.end(), 0U);
    std::stable_sort(by_range_.begin(), by_range_.end(), [&](std::uint32_t a, std::uint32_t b) {
      auto x = outline_.definitions[a].range;
      auto y = outline_.definitions[b].range;
      return x.begin != y.begin ? x.begin < y.begin : x.end > y.end;
    });
    next_apart_.assign(by_range_.size() + 1, by_range_.size());
    for (auto i = by_range_.size(); i-- > 0;) {
      const auto& definition = outline_.definitions[by_range_[i]];
      bool apart = !definition.quoted && is_major_with_body(definition) &&
                   stands_alone(definition, measure.size(definition.range), options);
      next_apart_[i] = apart ? i : next_apart_[i + 1];
    }
  }

  std::vector<Atom> run() {
    open_.push_back({cursor_.node().symbol(), no_definition, 0});
    if (!cursor_.to_first_child()) {
      add_text(cursor_.node().range());
      return std::move(list_).take();
    }
    for (;;) {
      cut_depth_ =
          std::min(cut_depth_, std::min<std::uint32_t>(max_depth, static_cast<std::uint32_t>(open_.size())));
      if (visit()) continue;
      while (!cursor_.to_next_sibling()) {
        open_.pop_back();
        if (open_.empty() || !cursor_.to_parent()) break;
      }
      if (open_.empty()) break;
    }
    open_.push_back({cursor_.node().symbol(), no_definition, 0});
    add_left_out(std::numeric_limits<std::uint32_t>::max());
    return std::move(list_).take();
  }

 private:
  struct Open {
    TSSymbol symbol;
    std::uint32_t definition;  // innermost opened
    std::uint32_t end;         // of the node; 0 of the whole file, which nothing closes
    // While a definition of several nodes among its children is open: where it ends, and what is around it.
    std::uint32_t joined_end = 0;
    std::uint32_t around = no_definition;
  };

  // True if the cursor went down into the node.
  bool visit() {
    auto node = cursor_.node();
    auto range = node.range();
    if (range.size() == 0 || range.begin < done_) return false;
    add_left_out(range.begin);
    if (visit_joined(range)) return false;
    auto definition = definition_at(range);
    auto size = measure_.size(range);
    bool fits = size <= options_.max_size;
    if (auto part = part_in(range); part != no_part && outline_.embedded[part].content == range &&
                                    (!fits || holds_apart(range, outline_.embedded[part].definition))) {
      add(embedded_[part]);
      return false;
    }
    if (fits && (node.is_leaf() || !has_to_open(node, range, definition))) {
      add(node, range, definition, size);
      return false;
    }
    // An error node that spans definitions which are whole is opened for their sake.
    bool is_text =
        node.is_leaf() || is_prose(node) || (node.is_error() && !holds_apart(range, open_.back().definition));
    if (!fits && is_text) {
      add_text(range);
      return false;
    }
    open_.push_back(
        {node.symbol(), definition == no_definition ? open_.back().definition : definition, range.end});
    if (pending_head_ == no_definition) pending_head_ = definition;
    return cursor_.to_first_child();
  }

  // Adds the definition of several nodes that begins with this one, if there is one and it fits. What does
  // not fit is open for as long as its nodes last.
  bool visit_joined(ByteRange range) {
    auto& open = open_.back();
    if (open.joined_end != 0 && range.begin >= open.joined_end) {
      open.joined_end = 0;
      open.definition = open.around;
    }
    auto definition = joined_at(range);
    if (definition == no_definition) return false;
    auto whole = outline_.definitions[definition].range;
    if (auto size = measure_.size(whole); size <= options_.max_size) {
      Atom atom;
      atom.range = whole;
      atom.definition = definition;
      atom.role = AtomRole::definition;
      atom.alone = stands_alone(outline_.definitions[definition], size, options_);
      push(atom);
      return true;
    }
    open.joined_end = whole.end;
    open.around = std::exchange(open.definition, definition);
    if (pending_head_ == no_definition) pending_head_ = definition;
    return false;
  }

  std::uint32_t joined_at(ByteRange range) const {
    for (auto i = next_; i < by_range_.size(); ++i) {
      const auto& definition = outline_.definitions[by_range_[i]];
      if (definition.range.begin > range.begin) break;
      bool begins =
          definition.joined && definition.range.begin == range.begin && definition.range.end > range.end;
      if (begins && definition.parent == open_.back().definition) return by_range_[i];
    }
    return no_definition;
  }

  // The first part in another language, with atoms, that lies in a range at or after the last one asked for.
  std::size_t part_in(ByteRange range) {
    auto passed = [&](std::size_t i) {
      return outline_.embedded[i].content.begin < range.begin || embedded_[i].empty();
    };
    while (next_part_ < embedded_.size() && passed(next_part_)) ++next_part_;
    bool inside = next_part_ < embedded_.size() && outline_.embedded[next_part_].content.end <= range.end;
    return inside ? next_part_ : no_part;
  }

  bool is_prose(syntax::Node node) const {
    const auto* rule = grammar_.rule(node, {open_.back().symbol, false}, measure_.source());
    return rule && rule->role == language::Role::prose;
  }

  // What fits is opened all the same if it only holds definitions together (a namespace, an include guard, a
  // group of types, the body of a class that is open, a page around its scripts), or if a block would be torn
  // from the line that it begins on.
  bool has_to_open(syntax::Node node, ByteRange range, std::uint32_t definition) {
    bool ordinary = definition == no_definition;
    if (!ordinary && outline_.definitions[definition].kind != Kind::module) return false;
    auto outer = ordinary ? open_.back().definition : definition;
    if (holds_apart(range, outer) && (holds_together(node, outer) || part_in(range) != no_part)) return true;
    return ordinary && measure_.line_feeds(range) > 0 && list_.breaks_line(range);
  }

  // Whether a definition that is to stand alone, directly below `outer`, lies in the range of a node.
  bool holds_apart(ByteRange range, std::uint32_t outer) const {
    for (auto i = next_apart_[next_]; i < by_range_.size(); i = next_apart_[i + 1]) {
      const auto& inner = outline_.definitions[by_range_[i]];
      if (inner.range.begin >= range.end) return false;
      if (inner.range.end <= range.end && inner.parent == outer) return true;
    }
    return false;
  }

  bool holds_together(syntax::Node node, std::uint32_t outer) const {
    if (outer != no_definition) {
      auto kind = outline_.definitions[outer].kind;
      return kind == Kind::module || has_members(kind);
    }
    const auto* rule = grammar_.rule(node, {open_.back().symbol, false}, measure_.source());
    return rule && (rule->role == language::Role::container || rule->role == language::Role::wrapper);
  }

  void add(syntax::Node node, ByteRange range, std::uint32_t definition, std::uint32_t size) {
    Atom atom;
    atom.range = range;
    atom.definition = definition;
    atom.closes = !node.is_named() && range.end == open_.back().end;
    if (definition != no_definition) {
      atom.role = AtomRole::definition;
      atom.alone = stands_alone(outline_.definitions[definition], size, options_);
    } else if (const auto* rule = grammar_.rule(node, {open_.back().symbol, false}, measure_.source())) {
      switch (rule->role) {
        case language::Role::comment: atom.role = AtomRole::comment; break;
        case language::Role::import: atom.role = AtomRole::import; break;
        case language::Role::attribute: atom.role = AtomRole::attribute; break;
        default: break;
      }
    }
    push(atom);
  }

  // What has no nodes, up to where a node begins.
  void add_left_out(std::uint32_t end) {
    const auto& left_out = outline_.left_out;
    for (; next_left_out_ < left_out.size() && left_out[next_left_out_].begin < end; ++next_left_out_) {
      if (left_out[next_left_out_].begin >= done_) add_text(left_out[next_left_out_]);
    }
  }

  void add_text(ByteRange range) {
    split_text(measure_, range, options_.max_size, [&](ByteRange piece) {
      Atom atom;
      atom.range = piece;
      atom.role = AtomRole::text;
      push(atom);
      // Inside, every line is as deep as the next.
      cut_depth_ = std::min<std::uint32_t>(max_depth, static_cast<std::uint32_t>(open_.size()) + 1);
    });
  }

  void add(const std::vector<Atom>& embedded) {
    for (Atom atom : embedded) {
      atom.depth =
          std::min(cut_depth_,
                   std::min<std::uint32_t>(max_depth, atom.depth + static_cast<std::uint32_t>(open_.size())));
      if (atom.head_of == no_definition) atom.head_of = pending_head_;
      list_.add(atom);
      pending_head_ = no_definition;
      cut_depth_ = max_depth;
      done_ = atom.range.end;
    }
  }

  void push(Atom atom) {
    atom.enclosing = open_.back().definition;
    atom.head_of = pending_head_;
    atom.opens = pending_head_ != no_definition && outline_.definitions[pending_head_].kind != Kind::module;
    atom.depth = cut_depth_;
    list_.add(atom);
    pending_head_ = no_definition;
    cut_depth_ = max_depth;
    done_ = atom.range.end;
  }

  // The outermost definition with exactly this range that is not open yet.
  std::uint32_t definition_at(ByteRange range) {
    auto range_of = [&](std::size_t i) { return outline_.definitions[by_range_[i]].range; };
    // Outer nodes are visited before inner ones, so that what reaches further has had its turn.
    auto passed = [&](ByteRange one) {
      return one.begin < range.begin || (one.begin == range.begin && one.end > range.end);
    };
    while (next_ < by_range_.size() && passed(range_of(next_))) ++next_;
    for (auto i = next_; i < by_range_.size() && range_of(i) == range; ++i) {
      bool inside = open_.back().definition == no_definition || by_range_[i] > open_.back().definition;
      if (inside) return by_range_[i];
    }
    return no_definition;
  }

  const syntax::Grammar& grammar_;
  syntax::Cursor cursor_;
  static constexpr std::size_t no_part = std::numeric_limits<std::size_t>::max();

  const Outline& outline_;
  const std::vector<std::vector<Atom>>& embedded_;  // by part
  std::size_t next_part_ = 0;
  std::size_t next_left_out_ = 0;
  const Measure& measure_;
  const ChunkOptions& options_;
  AtomList list_;
  std::vector<std::uint32_t> by_range_;  // definitions, outer before inner
  std::size_t next_ = 0;
  std::vector<std::size_t> next_apart_;  // from each place in by_range_, the next one that could stand alone
  std::vector<Open> open_;
  std::uint32_t cut_depth_ = max_depth;  // shallowest boundary passed since the last atom
  std::uint32_t pending_head_ = no_definition;
  std::uint32_t done_ = 0;  // everything before it is in an atom
};

}  // namespace

std::vector<Atom> syntax_atoms(const syntax::Grammar& grammar, const syntax::Tree& tree,
                               const Outline& outline, const std::vector<std::vector<Atom>>& embedded,
                               const Measure& measure, const ChunkOptions& options) {
  return Flattener(grammar, tree, outline, embedded, measure, options).run();
}

void tile(std::vector<Atom>& atoms, const Measure& measure) {
  auto size = static_cast<std::uint32_t>(measure.source().size());
  if (atoms.empty() && size > 0) atoms.push_back({});
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (i == 0) {
      atoms[i].range.begin = 0;
      continue;
    }
    auto end = atoms[i - 1].range.end;
    auto begin = atoms[i].range.begin;
    bool ended = measure.source()[end - 1] == '\n';
    if (end < begin && !ended) end = line_end(measure.source(), end, begin);
    atoms[i - 1].range.end = end;
    atoms[i].range.begin = end;
  }
  if (!atoms.empty()) atoms.back().range.end = size;
}

std::uint32_t common_enclosing(const Outline& outline, std::uint32_t a, std::uint32_t b) {
  // Parents precede their children, so the larger index is never an ancestor of the smaller.
  while (a != b) {
    if (a == no_definition || b == no_definition) return no_definition;
    auto& larger = a > b ? a : b;
    larger = outline.definitions[larger].parent;
  }
  return a;
}

}  // namespace froe::chunk
