#include "chunk/walked.hpp"

#include <optional>

namespace froe::chunk {
namespace {

// From where an item stood to where it stands. Wraps around as unsigned numbers do.
struct Shift {
  std::uint32_t bytes;
  std::uint32_t rows;

  void operator()(std::uint32_t& offset) const { offset += bytes; }
  void operator()(ByteRange& range) const {
    range.begin += bytes;
    range.end += bytes;
  }
  void operator()(Position& position) const { position.row += rows; }
  template <typename T>
  void operator()(std::optional<T>& value) const {
    if (value) (*this)(*value);
  }
};

}  // namespace

std::optional<Item> item_at(syntax::Node node, const Frame& above, const Outline& outline) {
  constexpr std::uint32_t least = 32;
  constexpr std::uint32_t most = 16U << 10U;
  if (node.is_leaf() || !node.is_named()) return std::nullopt;
  const auto size = node.range().size();
  if (size < least || size > most) return std::nullopt;
  Item item;
  item.in = surrounded(above, outline);
  if (above.wrapper || above.in_lead || above.in_import || above.in_error || is_callable(item.in.kind))
    return std::nullopt;
  // A definition that waits for its other half.
  if (above.joins != no_definition && outline.definitions[above.joins].rule->joins != language::Joins::none)
    return std::nullopt;
  item.symbol = node.symbol();
  item.parent = above.symbol;
  item.begin = node.range().begin;
  item.at = node.begin();
  item.node = node.raw().id;
  item.depth = above.definition == no_definition ? 0 : outline.definitions[above.definition].depth + 1;
  item.first = static_cast<std::uint32_t>(outline.definitions.size());
  return item;
}

bool alike(const Item& before, const Item& now) {
  return before.symbol == now.symbol && before.parent == now.parent && before.in == now.in &&
         (before.count == 0 || before.at.column == now.at.column);
}

void take_over(std::vector<Definition>& definitions, const std::vector<Definition>& before, const Item& item,
               const Item& now, std::uint32_t around, ByteRange section) {
  const Shift shift{now.begin - item.begin, now.at.row - item.at.row};
  for (auto i = item.first; i < item.first + item.count; ++i) {
    auto& definition = definitions.emplace_back(before[i]);
    if (definition.node == item.node) definition.node = now.node;
    const bool is_outermost = definition.depth == item.depth;
    definition.parent = is_outermost ? around : definition.parent - item.first + now.first;
    definition.depth += now.depth - item.depth;
    const bool has_section = definition.section.size() > 0 && definition.section.begin >= item.begin;
    if (has_section) {
      shift(definition.section);
    } else if (is_outermost) {
      definition.section = section;
    }
    shift(definition.range);
    shift(definition.begin);
    shift(definition.end);
    shift(definition.head);
    shift(definition.name);
    shift(definition.owner);
    shift(definition.body);
    shift(definition.doc);
    for (auto& decorator : definition.decorators) shift(decorator);
  }
}

}  // namespace froe::chunk
