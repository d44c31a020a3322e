#include <algorithm>
#include <stdexcept>

#include "froe/syntax.hpp"
#include "syntax/symbols.hpp"

namespace froe::syntax {
namespace {

std::optional<Node> last_named_child(Node node) {
  auto count = ts_node_named_child_count(node.raw());
  if (count == 0) return std::nullopt;
  return Node(ts_node_named_child(node.raw(), count - 1));
}

}  // namespace

Path::Path(const TSLanguage* language, std::string_view text) {
  if (text.empty()) return;
  auto parsed = language::parse_path(text);
  if (!parsed) throw std::logic_error("malformed path " + std::string(text));  // the build checks the data
  itself_ = parsed->empty();
  for (const auto& part : *parsed) {
    Step step;
    step.field = part.field.empty()
                     ? TSFieldId{0}
                     : ts_language_field_id_for_name(language, part.field.data(),
                                                     static_cast<std::uint32_t>(part.field.size()));
    step.repeat = part.repeat;
    step.first = part.first;
    step.last = part.last;
    step.place = part.place;
    step.types = symbols_of(language, part.types);
    if (step.repeat) {
      step.transparent =
          symbols_where(language, [&](std::string_view type) { return type.ends_with(part.field); });
    }
    step.texts.assign(part.texts.begin(), part.texts.end());
    step.none_of = part.none_of;
    if (!part.where.empty()) step.where.emplace_back(language, part.where);
    steps_.push_back(std::move(step));
  }
}

bool Path::Step::accepts(Node node) const {
  return types.empty() || has(types, node.symbol());
}

bool Path::Step::is_at(std::uint32_t& counted, Node child) const {
  return child.is_named() && !ts_node_is_extra(child.raw()) && ++counted == place;
}

bool Path::Step::takes(TSFieldId field_of_child, Node child) const {
  if (field != 0) return field_of_child == field && (repeat || accepts(child));
  return types.empty() ? child.is_named() : accepts(child);
}

std::optional<Node> Path::Step::finish(Node child) const {
  if (!repeat) return child;
  for (;;) {
    if (!types.empty() && accepts(child)) return child;
    std::optional<Node> next;
    TSNode deeper = ts_node_child_by_field_id(child.raw(), field);
    if (!ts_node_is_null(deeper)) {
      next = Node(deeper);
    } else if (has(transparent, child.symbol())) {
      next = last_named_child(child);
    }
    if (!next) return types.empty() ? std::optional(child) : std::nullopt;
    child = *next;
  }
}

bool Path::Step::passes(Node end, std::string_view source) const {
  auto is_text = [text = end.text(source)](std::string_view wanted) {
    if (!wanted.ends_with('*')) return text == wanted;
    return text.starts_with(wanted.substr(0, wanted.size() - 1));
  };
  if (!texts.empty() && std::any_of(texts.begin(), texts.end(), is_text) == none_of) return false;
  return where.empty() || where.front().find(end, source);
}

std::optional<Node> Path::Step::take(const Cursor& at, std::string_view source) const {
  if (!takes(at.field(), at.node())) return std::nullopt;
  auto end = finish(at.node());
  return end && passes(*end, source) ? end : std::nullopt;
}

bool Path::Step::is_plain() const {
  return field != 0 && place == 0 && !last && types.empty() && texts.empty() && where.empty();
}

std::optional<Node> Path::descend(Node node, std::size_t step, std::string_view source) const {
  if (step + 1 == steps_.size() && steps_[step].is_plain()) {
    TSNode child = ts_node_child_by_field_id(node.raw(), steps_[step].field);
    return ts_node_is_null(child) ? std::nullopt : steps_[step].finish(Node(child));
  }
  std::optional<Node> found;
  std::uint32_t place = 0;
  Cursor cursor(node);
  for (bool more = cursor.to_first_child(); more; more = cursor.to_next_sibling()) {
    if (steps_[step].place != 0 && !steps_[step].is_at(place, cursor.node())) continue;
    auto end = steps_[step].take(cursor, source);
    if (end && step + 1 < steps_.size()) end = descend(*end, step + 1, source);
    if (!end) continue;
    found = end;
    if (!steps_[step].last) break;
  }
  return found;
}

void Path::collect(Node node, std::size_t step, std::string_view source, std::vector<Node>& found) const {
  const auto begin = static_cast<std::ptrdiff_t>(found.size());
  std::uint32_t place = 0;
  Cursor cursor(node);
  for (bool more = cursor.to_first_child(); more; more = cursor.to_next_sibling()) {
    if (steps_[step].place != 0 && !steps_[step].is_at(place, cursor.node())) continue;
    auto end = steps_[step].take(cursor, source);
    if (!end) continue;
    const auto before = static_cast<std::ptrdiff_t>(found.size());
    if (step + 1 < steps_.size()) {
      collect(*end, step + 1, source, found);
    } else {
      found.push_back(*end);
    }
    if (std::ssize(found) == before) continue;
    if (steps_[step].last) found.erase(found.begin() + begin, found.begin() + before);
    if (steps_[step].first) break;
  }
}

std::optional<Node> Path::find(Node node, std::string_view source) const {
  if (steps_.empty()) return itself_ ? std::optional(node) : std::nullopt;
  return descend(node, 0, source);
}

std::vector<Node> Path::find_all(Node node, std::string_view source) const {
  std::vector<Node> found;
  if (itself_) found.push_back(node);
  if (!steps_.empty()) collect(node, 0, source, found);
  return found;
}

}  // namespace froe::syntax
