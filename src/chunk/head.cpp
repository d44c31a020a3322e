#include "chunk/head.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "chunk/measure.hpp"
#include "chunk/word.hpp"

namespace froe::chunk {
namespace {

// As far as a head is searched for words; what is longer is generated.
constexpr std::uint32_t max_head = 400;

std::string_view text_of(ByteRange range, std::string_view source) {
  return source.substr(range.begin, range.size());
}

// Some grammars count the line break to a comment.
ByteRange without_trailing_space(ByteRange range, std::string_view source) {
  while (range.end > range.begin && is_space(source[range.end - 1])) --range.end;
  return range;
}

bool starts_line(std::uint32_t offset, std::string_view source) {
  while (offset > 0 && source[offset - 1] != '\n' && is_space(source[offset - 1])) --offset;
  return offset == 0 || source[offset - 1] == '\n';
}

// Whether a comment begins with the mark, which is not the beginning of a longer one: "///" of a line of
// slashes, "/**" of a line of stars or of nothing at all.
bool has_mark(std::string_view comment, std::string_view mark) {
  if (!comment.starts_with(mark)) return false;
  auto rest = comment.substr(mark.size());
  return rest.empty() || (rest.front() != mark.back() && !(mark.back() == '*' && rest.front() == '/'));
}

bool documents(std::string_view comment, const language::Habits& habits) {
  auto begins = [&](std::string_view start) { return comment.starts_with(start); };
  if (std::any_of(habits.directives.begin(), habits.directives.end(), begins)) return false;
  return habits.doc_comments.empty() ||
         std::any_of(habits.doc_comments.begin(), habits.doc_comments.end(),
                     [&](std::string_view mark) { return has_mark(comment, mark); });
}

bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    auto end = at + word.size();
    bool begins = at == 0 || !is_word(word.front()) || !is_word(text[at - 1]);
    bool ends = end == text.size() || !is_word(word.back()) || !is_word(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

bool has_word(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return has_word(text, word); });
}

// The head up to the name or the body, decorators left out.
std::string head_words(const Definition& definition, std::string_view source) {
  auto at = definition.head;
  auto end = definition.range.end;
  if (definition.body) end = std::min(end, *definition.body);
  if (definition.name && definition.name->begin >= at) end = std::min(end, definition.name->begin);
  std::string words;
  auto add = [&](std::uint32_t until) {
    auto room = max_head - std::min<std::size_t>(max_head, words.size());
    if (at < until) words += source.substr(at, std::min<std::size_t>(until - at, room));
  };
  for (auto decorator : definition.decorators) {
    if (decorator.end <= at || decorator.begin >= end) continue;
    add(decorator.begin);
    words += ' ';
    at = decorator.end;
  }
  add(end);
  return words;
}

// The head behind the name.
std::string_view words_behind_name(const Definition& definition, std::string_view source) {
  if (!definition.name) return {};
  auto end = std::min(definition.body.value_or(definition.range.end), definition.name->end + max_head);
  return source.substr(definition.name->end, end > definition.name->end ? end - definition.name->end : 0);
}

bool matches(std::string_view name, std::string_view pattern) {
  auto star = pattern.find('*');
  if (star == std::string_view::npos) return name == pattern;
  auto head = pattern.substr(0, star);
  auto tail = pattern.substr(star + 1);
  return name.size() >= head.size() + tail.size() && name.starts_with(head) && name.ends_with(tail);
}

bool has(std::span<const Kind> kinds, Kind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

std::optional<ByteRange> doc_in(const std::vector<Lead>& leads, std::uint32_t begin,
                                const language::Habits& habits, std::string_view source) {
  std::optional<ByteRange> doc;
  for (auto lead = leads.rbegin(); lead != leads.rend(); ++lead) {
    auto range = without_trailing_space(lead->range, source);
    if (!lead->attribute) {
      auto gap = source.substr(range.end, begin - range.end);
      auto breaks = std::count(gap.begin(), gap.end(), '\n');
      // A comment at the end of a line of code is about that code.
      if (breaks > 1 || (breaks == 1 && !starts_line(range.begin, source))) break;
    }
    if (lead->doc || (!lead->attribute && documents(text_of(range, source), habits))) {
      auto said = lead->doc.value_or(range);
      doc = {said.begin, doc ? doc->end : said.end};
    } else if (doc) {
      break;
    }
    begin = range.begin;
  }
  return doc;
}

std::optional<ByteRange> doc_inside(const syntax::Rule& rule, syntax::Node node, std::string_view source) {
  auto found = rule.doc.find(node, source);
  return found && found->range().size() > 0 ? std::optional(found->range()) : std::nullopt;
}

void add_decorators(std::vector<ByteRange>& decorators, const std::vector<Lead>& leads) {
  for (const auto& lead : leads) {
    if (lead.attribute && lead.range.size() > 0 && decorators.size() < max_decorators)
      decorators.push_back(lead.range);
  }
}

void add_decorators(std::vector<ByteRange>& decorators, const syntax::Grammar& grammar, syntax::Node node,
                    std::uint32_t end) {
  const auto& types = grammar.decorators();
  auto add = [&](syntax::Node child) {
    bool is_decorator = std::binary_search(types.begin(), types.end(), child.symbol());
    if (is_decorator && decorators.size() < max_decorators) decorators.push_back(child.range());
    return is_decorator;
  };
  syntax::Cursor cursor(node);
  for (bool more = cursor.to_first_child(); more && cursor.node().range().begin < end;
       more = cursor.to_next_sibling()) {
    if (add(cursor.node()) || !cursor.node().is_named() || !cursor.to_first_child()) continue;
    do {
      if (cursor.node().range().begin < end) add(cursor.node());
    } while (cursor.to_next_sibling());
    cursor.to_parent();
  }
}

Visibility visibility_of(const Outline& outline, std::uint32_t index, const language::Habits& habits,
                         std::string_view source) {
  const auto& definition = outline.definitions[index];
  // What has no name nobody can use.
  if (habits.visibility.empty() || !definition.name) return Visibility::unknown;
  const auto* around = definition.parent == no_definition ? nullptr : &outline.definitions[definition.parent];
  auto name = definition.name ? text_of(*definition.name, source) : std::string_view();
  auto holds = [&](const language::VisibilityRule& rule, std::string_view words) {
    if (!rule.words.empty() && !has_word(words, rule.words)) return false;
    if (!rule.behind.empty() && !has_word(words_behind_name(definition, source), rule.behind)) return false;
    if (!rule.name.empty() && !matches(name, rule.name)) return false;
    if (rule.capital && (name.empty() || name.front() < 'A' || name.front() > 'Z')) return false;
    if (!rule.kinds.empty() && !has(rule.kinds, definition.kind)) return false;
    if (!rule.in.empty() && !(around && has(rule.in, around->kind))) return false;
    if (!rule.in_words.empty() && !(around && has_word(head_words(*around, source), rule.in_words)))
      return false;
    return !rule.owned || definition.owner.has_value();
  };
  auto first = [&](std::string_view words) {
    return std::find_if(habits.visibility.begin(), habits.visibility.end(),
                        [&](const auto& rule) { return holds(rule, words); });
  };
  auto rule = first(head_words(definition, source));
  if (rule == habits.visibility.end() || rule->words.empty()) {
    // The head says nothing.
    if (around && is_callable(around->kind) && !definition.owner) return Visibility::private_;
    if (definition.section.size() > 0) rule = first(text_of(definition.section, source));
  }
  return rule == habits.visibility.end() ? Visibility::unknown : rule->is;
}

std::optional<std::uint32_t> body_of(const syntax::Rule& rule, syntax::Node node, std::string_view source) {
  if (auto body = rule.body.find(node, source)) return body->range().begin;
  auto head = rule.head.find(node, source);
  if (!head) return std::nullopt;
  auto at = head->range().end;
  auto end = node.range().end;
  while (at < end && is_space(source[at])) ++at;
  return at < end ? std::optional(at) : std::nullopt;
}

std::optional<ByteRange> owner_of(const syntax::Rule& rule, syntax::Node node, std::optional<ByteRange> name,
                                  const language::Language& language, std::string_view source) {
  auto owner = rule.owner.find(node, source);
  if (!owner) return std::nullopt;
  auto range = owner->range();
  if (name && name->begin >= range.begin && name->end <= range.end) {
    range.end = name->begin;
    auto separator = language.scope_separator;
    if (text_of(range, source).ends_with(separator))
      range.end -= static_cast<std::uint32_t>(separator.size());
  }
  return range.size() == 0 ? std::nullopt : std::optional(range);
}

std::uint32_t head_in(const syntax::Grammar& grammar, syntax::Node wrapper, std::uint32_t inner,
                      std::string_view source) {
  syntax::Cursor cursor(wrapper);
  for (bool more = cursor.to_first_child(); more; more = cursor.to_next_sibling()) {
    auto child = cursor.node();
    if (child.range().begin >= inner) break;
    const auto* rule = grammar.rule(child, {wrapper.symbol(), false}, source);
    bool leads = rule && (rule->role == language::Role::attribute || rule->role == language::Role::comment);
    if (!leads) return child.range().begin;
  }
  return inner;
}

void wrap(Definition& definition, syntax::Node node, Wrapper wrapper, const syntax::Grammar& grammar,
          std::string_view source) {
  if (!grammar.decorators().empty())
    add_decorators(wrapper.decorators, grammar, node, definition.range.begin);
  definition.head = head_in(grammar, node, definition.head, source);
  bool doc_inside = definition.doc && definition.doc->begin >= definition.range.begin;
  definition.range = node.range();
  definition.begin = node.begin();
  definition.end = node.end();
  if (wrapper.doc && !doc_inside) definition.doc = wrapper.doc;
  auto decorators = std::move(wrapper.decorators);
  for (auto decorator : definition.decorators) {
    bool known = std::find(decorators.begin(), decorators.end(), decorator) != decorators.end();
    if (!known && decorators.size() < max_decorators) decorators.push_back(decorator);
  }
  definition.decorators = std::move(decorators);
}

void share_head(std::vector<Definition>& definitions, std::uint32_t first) {
  const auto& from = definitions[first];
  for (auto i = first + 1; i < definitions.size() && definitions[i].node == from.node; ++i) {
    auto& definition = definitions[i];
    definition.head = from.head;
    definition.range = from.range;
    definition.begin = from.begin;
    definition.end = from.end;
    definition.doc = from.doc;
    definition.decorators = from.decorators;
  }
}

void lead_up_to(Definition& definition, const std::vector<Lead>& leads, std::uint32_t begin,
                const language::Habits& habits, std::string_view source) {
  // What is in front of it wraps around to beyond its end.
  auto is_inside = [&](ByteRange part) { return part.begin - begin < definition.range.size(); };
  if (!definition.doc || !is_inside(*definition.doc))
    definition.doc = doc_in(leads, definition.head, habits, source);
  auto own = std::move(definition.decorators);
  definition.decorators.clear();
  add_decorators(definition.decorators, leads);
  for (auto decorator : own) {
    if (is_inside(decorator) && definition.decorators.size() < max_decorators)
      definition.decorators.push_back(decorator);
  }
}

}  // namespace froe::chunk
