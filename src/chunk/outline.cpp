#include "chunk/outline.hpp"

#include <algorithm>
#include <utility>

#include "chunk/frame.hpp"
#include "chunk/head.hpp"
#include "chunk/imports.hpp"
#include "chunk/measure.hpp"
#include "chunk/opener_search.hpp"
#include "chunk/parts.hpp"
#include "chunk/walked.hpp"

namespace froe::chunk {
namespace {

class Walk {
 public:
  Walk(const syntax::Grammar& grammar, syntax::Node root, std::string_view source, Walked* walked)
      : grammar_(grammar), source_(source), cursor_(root), before_(walked) {}

  Outline run() {
    bool errors = cursor_.node().has_error();
    if (before_ != nullptr) {
      now_.items.reserve(before_->items.size());
      outline_.definitions.reserve(before_->definitions.size());
    }
    walk(errors);
    if (before_ != nullptr) {
      now_.definitions = outline_.definitions;
      *before_ = std::move(now_);
    }
    for (std::uint32_t i = 0; i < outline_.definitions.size(); ++i) {
      outline_.definitions[i].visibility = visibility_of(outline_, i, habits_, source_);
    }
    return std::move(outline_);
  }

 private:
  struct OpenItem {
    Item item;
    std::size_t others;  // that had been found when the walk came to it
    bool led;            // whether something leads up to it
  };

  void walk(bool errors) {
    for (;;) {
      auto node = cursor_.node();
      auto item =
          before_ == nullptr || frames_.empty() ? std::nullopt : item_at(node, frames_.back(), outline_);
      if (item && is_known_item(node, *item)) {
        if (!go_on()) return;
        continue;
      }
      if (item) open_items_.push_back({*item, found_others(), !leads_.empty()});
      Frame frame = visit(node, errors);
      frame.may_be_item = item.has_value();
      // Half the nodes of a tree are leaves or little more; asking the cursor to descend into them costs most
      // of a walk.
      if (!is_known_barren(node, frame) && may_hold_definition(node, frame, errors) &&
          cursor_.to_first_child()) {
        frames_.push_back(frame);
        continue;
      }
      leave(node, frame);
      remember(node, frame);
      if (!go_on()) return;
    }
  }

  // To the next node, by way of those that are done with. false: there is none.
  bool go_on() {
    while (!cursor_.to_next_sibling()) {
      if (frames_.empty() || !cursor_.to_parent()) return false;
      Frame done = frames_.back();
      frames_.pop_back();
      auto node = cursor_.node();
      if (done.found_before == found()) now_.barren.emplace(node.identity(), done.found_in);
      leave(node, done);
      remember(node, done);
    }
    return true;
  }

  [[nodiscard]] std::size_t found_others() const {
    return outline_.imports.size() + outline_.embedded.size() + outline_.errors.size();
  }
  [[nodiscard]] std::size_t found() const { return outline_.definitions.size() + found_others(); }

  // Takes the definitions in a node from the walk before, if that knew it as an item.
  bool is_known_item(syntax::Node node, Item& now) {
    auto known = before_->items.find(node.identity());
    if (known == before_->items.end()) return false;
    const auto& item = known->second;
    if (!alike(item, now)) return false;
    if (item.is_definition) {
      // What stood behind it was a part of it.
      if (before_->definitions[item.first].joined) return false;
    } else if (!leads_.empty()) {
      // It leads up to a definition inside.
      return false;
    }
    auto& above = frames_.back();
    auto& definitions = outline_.definitions;
    take_over(definitions, before_->definitions, item, now, above.definition, above.section);
    now.count = item.count;
    now.is_definition = item.is_definition;
    above.joins = item.is_definition ? now.first : no_definition;
    for (auto i = now.first; item.is_definition && i < definitions.size() && definitions[i].node == now.node;
         ++i)
      lead_up_to(definitions[i], leads_, now.begin, habits_, source_);
    leads_.clear();
    if (has_all_decorators(now)) now_.items.emplace(known->first, now);
    return true;
  }

  // Of more decorators some may have been left out for those that lead up to it.
  [[nodiscard]] bool has_all_decorators(const Item& item) const {
    return !item.is_definition || outline_.definitions[item.first].decorators.size() < max_decorators;
  }

  // Keeps what was found in a node for the walk to come, if it is all that there was to find.
  void remember(syntax::Node node, const Frame& frame) {
    if (!frame.may_be_item) return;
    auto [item, others, led] = open_items_.back();
    open_items_.pop_back();
    const auto& above = frames_.back();
    item.is_definition = frame.is_definition;
    item.count = static_cast<std::uint32_t>(outline_.definitions.size()) - item.first;
    const bool reaches_out = frame.reaches_out || frame.container || frame.in_lead || frame.in_import ||
                             above.section == node.range() || (led && !item.is_definition);
    if (reaches_out || others != found_others() || !has_all_decorators(item)) return;
    now_.items.emplace(node.identity(), item);
  }

  // Whether nothing was found in the node when it was, or was a part of, such a definition in the tree
  // before. Asked only where nothing else reaches out from inside: what leads up to something ends with it,
  // and it means nothing to what is around it.
  bool is_known_barren(syntax::Node node, Frame& frame) {
    if (before_ == nullptr || frames_.empty()) return false;
    const auto& above = frames_.back();
    bool means_something =
        frame.wrapper || frame.container || frame.in_lead || frame.in_import || above.wrapper;
    if (means_something || !node.is_named() || !(frame.is_definition || above.is_definition)) return false;
    const auto in = surrounded(frame, outline_);
    auto known = before_->barren.find(node.identity());
    if (known != before_->barren.end() && known->second == in) {
      now_.barren.insert(*known);
      return true;
    }
    frame.found_before = found();
    frame.found_in = in;
    return false;
  }

  // Most nodes of a tree stand inside of functions, imports and what leads up to definitions, and few of
  // them hold a definition worth an entry. What holds an error is searched for it in any case.
  bool may_hold_definition(syntax::Node node, const Frame& frame, bool errors) {
    if (node.is_leaf()) return false;
    if (errors && node.has_error()) return true;
    bool in_body =
        frame.definition != no_definition && is_callable(outline_.definitions[frame.definition].kind);
    bool needs_opener = in_body || frame.in_import || frame.in_lead;
    return !needs_opener || openers_.any_in(node.range());
  }

  Frame visit(syntax::Node node, bool errors) {
    Frame frame;
    frame.symbol = node.symbol();
    const Frame* above = frames_.empty() ? nullptr : &frames_.back();
    if (above) {
      frame.definition = above->definition;
      frame.in_error = above->in_error;
      frame.in_import = above->in_import && !grammar_.has_body(node);
      frame.in_lead = above->in_lead;
      frame.section = above->section;
    }
    if (errors && !frame.in_error && (node.is_error() || node.is_missing())) {
      outline_.errors.push_back(node.range());
      // The root of a file that makes no sense as a whole still has errors worth telling apart.
      frame.in_error = above != nullptr;
    }
    syntax::Surroundings around;
    if (above) around.parent = above->symbol;
    around.in_callable =
        frame.definition != no_definition && is_callable(outline_.definitions[frame.definition].kind);
    if (const auto* rule = grammar_.rule(node, around, source_)) apply(*rule, node, frame);
    if (const auto* rule = grammar_.embedded(node, around, source_)) add_embedded(*rule, node, frame);
    return frame;
  }

  void apply(const syntax::Rule& rule, syntax::Node node, Frame& frame) {
    switch (rule.role) {
      case language::Role::wrapper:
        frame.wrapper = true;
        wrappers_.push_back({doc_in(leads_, node.range().begin, habits_, source_), {}});
        add_decorators(wrappers_.back().decorators, leads_);
        leads_.clear();
        return;
      case language::Role::comment: add_lead(node, false, frame, rule.doc.find(node, source_)); return;
      case language::Role::attribute:
        add_lead(node, true, frame);
        if (!frames_.empty()) frames_.back().joins = no_definition;
        return;
      case language::Role::container: frame.container = true; return;
      case language::Role::section:
        if (!frames_.empty()) frames_.back().section = node.range();
        return;
      case language::Role::prose: return;
      case language::Role::import: {
        if (std::exchange(frame.in_import, true)) return;
        // Of what goes on among its neighbours (Perl's `package A;`) the end is not known yet.
        auto inside = frame.definition;
        while (inside != no_definition && outline_.definitions[inside].rule->rest)
          inside = outline_.definitions[inside].parent;
        ByteRange scope{0, static_cast<std::uint32_t>(source_.size())};
        if (inside != no_definition) scope = outline_.definitions[inside].range;
        add_imported(outline_.imports, grammar_, node, scope, source_);
        return;
      }
      case language::Role::definition: define(rule, node, frame); return;
    }
  }

  void add_lead(syntax::Node node, bool attribute, Frame& frame, std::optional<syntax::Node> doc = {}) {
    if (std::exchange(frame.in_lead, true)) return;
    // What is in the head of a definition is found from there.
    if (attribute && !frames_.empty() && frames_.back().is_definition) return;
    leads_.push_back({node.range(), attribute, doc ? std::optional(doc->range()) : std::nullopt});
  }

  void define(const syntax::Rule& rule, syntax::Node node, Frame& frame) {
    auto& definitions = outline_.definitions;
    frame.reaches_out = rule.joins != language::Joins::none || rule.rest;
    auto names = rule.name.find_all(node, source_);
    if (join(rule, node, names, frame) || rule.joins == language::Joins::previous) return;
    Definition definition;
    definition.node = node.raw().id;
    definition.language = &grammar_.language();
    definition.rule = &rule;
    definition.kind = rule.kind;
    definition.parent = frame.definition;
    definition.range = node.range();
    definition.begin = node.begin();
    definition.end = node.end();
    definition.head = definition.range.begin;
    definition.section = frame.section;
    if (!names.empty()) definition.name = names.front().range();
    definition.owner = owner_of(rule, node, definition.name, grammar_.language(), source_);
    bool goes_on = rule.rest && !frames_.empty();
    if (goes_on) definition.parent = end_rest(frames_.back(), node.range().begin, node.begin());
    definition.body = body_of(rule, node, source_);
    definition.doc = doc_inside(rule, node, source_);
    if (!definition.doc) definition.doc = doc_in(leads_, definition.head, habits_, source_);
    add_decorators(definition.decorators, leads_);
    leads_.clear();
    if (!grammar_.decorators().empty()) {
      auto end = std::min(definition.name ? definition.name->begin : definition.range.end,
                          definition.body.value_or(definition.range.end));
      add_decorators(definition.decorators, grammar_, node, end);
    }
    if (definition.parent != no_definition) {
      const auto& around = definitions[definition.parent];
      definition.depth = around.depth + 1;
      if (has_members(around.kind)) definition.kind = rule.member_kind;
    }
    if (definition.owner) definition.kind = rule.member_kind;
    frame.definition = static_cast<std::uint32_t>(definitions.size());
    frame.wrapped = frame.definition;
    frame.is_definition = true;
    frame.section = {};
    definitions.push_back(definition);
    if (goes_on) frames_.back().rest = frames_.back().definition = frame.definition;
    if (!frames_.empty()) frames_.back().joins = frame.definition;
    add_names(names, definition);
  }

  // A definition with several names is as many, one behind the other.
  void add_names(const std::vector<syntax::Node>& names, Definition definition) {
    for (std::size_t i = 1; i < names.size(); ++i) {
      definition.name = names[i].range();
      outline_.definitions.push_back(definition);
    }
  }

  // Whether the node is one definition with the one before it.
  bool join(const syntax::Rule& rule, syntax::Node node, const std::vector<syntax::Node>& names,
            Frame& frame) {
    using language::Joins;
    auto index = frames_.empty() ? no_definition : frames_.back().joins;
    if (index == no_definition) return false;
    auto& definition = outline_.definitions[index];
    bool awaits = definition.rule->joins == Joins::next && !definition.name;
    bool ends = rule.joins == Joins::previous && !definition.body;
    if (!awaits && !ends && !has_same_name(definition, rule, names)) return false;
    definition.joined = true;
    definition.range.end = node.range().end;
    definition.end = node.end();
    if (!ends && !definition.body) {
      bool is_member =
          definition.parent != no_definition && has_members(outline_.definitions[definition.parent].kind);
      definition.rule = &rule;
      definition.kind = is_member ? rule.member_kind : rule.kind;
    }
    if (!definition.name && !names.empty()) definition.name = names.front().range();
    if (!definition.body) definition.body = ends ? node.range().begin : body_of(rule, node, source_);
    leads_.clear();
    frame.definition = index;
    frame.is_definition = true;
    frame.section = {};
    if (awaits && index + 1 == outline_.definitions.size()) add_names(names, definition);
    return true;
  }

  bool has_same_name(const Definition& definition, const syntax::Rule& rule,
                     const std::vector<syntax::Node>& names) const {
    bool same = rule.joins == language::Joins::same && definition.rule->joins == language::Joins::same;
    if (!same || names.size() != 1 || !definition.name) return false;
    return names.front().text(source_) == source_.substr(definition.name->begin, definition.name->size());
  }

  void add_embedded(const syntax::Rule& rule, syntax::Node node, const Frame& frame) {
    auto content = rule.body.find(node, source_);
    if (!content) return;
    const auto* language = language::find(rule.language);
    if (auto named = rule.name.find(node, source_)) language = language::find_called(named->text(source_));
    auto parts = parts_of(*content, source_);
    // The lexer looks for its place among all of them, again and again.
    constexpr std::size_t most_parts = 2000;
    if (language == nullptr || parts.empty() || parts.size() > most_parts) return;
    outline_.embedded.push_back(
        {language, frame.definition, rule.quoted, content->range(), std::move(parts)});
  }

  // Ends what goes on among the children of a node, if anything does, and returns the definition around
  // these.
  std::uint32_t end_rest(const Frame& frame, std::uint32_t at, Position position) {
    if (frame.rest == no_definition) return frame.definition;
    auto& definition = outline_.definitions[frame.rest];
    definition.range.end = at;
    definition.end = position;
    return definition.parent;
  }

  // What a node means for the wrapper around it, once everything inside is known.
  void leave(syntax::Node node, const Frame& frame) {
    end_rest(frame, node.range().end, node.end());
    Frame* above = frames_.empty() ? nullptr : &frames_.back();
    // Leads lead up to what follows them at once, but for the words of a head.
    if (!frame.in_lead && node.is_named() && !(above && above->wrapper)) leads_.clear();
    if (!frame.in_lead && node.is_named() && above && above->joins != frame.definition)
      above->joins = no_definition;
    if (frame.container && above) above->section = frame.section;
    Wrapper wrapper;
    if (frame.wrapper) {
      wrapper = std::move(wrappers_.back());
      wrappers_.pop_back();
    }
    if (frame.wrapped == no_definition || frame.wraps_several) return;
    if (frame.wrapper) wrap(outline_.definitions[frame.wrapped], node, std::move(wrapper), grammar_, source_);
    if (!above || !above->wrapper) {
      if (frame.wrapper) share_head(outline_.definitions, frame.wrapped);
      return;
    }
    above->wraps_several = above->wrapped != no_definition;
    above->wrapped = frame.wrapped;
  }

  const syntax::Grammar& grammar_;
  const language::Habits& habits_ = grammar_.language().habits;
  std::string_view source_;
  OpenerSearch openers_{grammar_.language().body_openers, source_};
  syntax::Cursor cursor_;
  std::vector<Frame> frames_;
  std::vector<Lead> leads_;        // since the last node that is neither a comment nor an attribute
  std::vector<Wrapper> wrappers_;  // that are open, outermost first
  Outline outline_;
  std::vector<OpenItem> open_items_;  // outermost first
  Walked* before_;
  Walked now_;
};

}  // namespace

Outline outline(const syntax::Grammar& grammar, const syntax::Tree& tree, std::string_view source,
                Walked* walked) {
  return Walk(grammar, tree.root(), source, walked).run();
}

}  // namespace froe::chunk
