// What a walk over a syntax tree found, for the walk over the tree that the parser makes from it next: nodes
// that the second took over from the first mean what they meant, wherever they stand now.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "chunk/frame.hpp"
#include "chunk/outline.hpp"
#include "froe/record.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

// A node outside of functions, with all the definitions that were found in it, if any. Nothing else was, and
// none of them is one with what stands beside the node.
struct Item {
  TSSymbol symbol = 0;
  TSSymbol parent = 0;
  Surrounded in;
  std::uint32_t begin = 0;
  Position at;                 // where it begins
  const void* node = nullptr;  // as Definition has it
  std::uint32_t depth = 0;     // how many definitions are around it
  std::uint32_t first = 0;     // its definitions, in the outline
  std::uint32_t count = 0;
  bool is_definition = false;  // the first is the node's own
};

// By the identity of nodes.
struct Walked {
  // Definitions, and parts of them (a body, a list of parameters), in which nothing worth an entry was found.
  std::unordered_map<const void*, Surrounded> barren;
  std::unordered_map<const void*, Item> items;
  std::vector<Definition> definitions;  // of the outline
};

// What the node would be as an item, directly below the last frame of a walk that has found this outline so
// far; nothing if it is none. What is small is walked in no time, and of what is inside of an item nothing is
// known by itself any more.
[[nodiscard]] std::optional<Item> item_at(syntax::Node node, const Frame& above, const Outline& outline);

// Whether the definitions of the one are those of the other, but for where they stand.
[[nodiscard]] bool alike(const Item& before, const Item& now);

// Adds the definitions that the item had to those of an outline in which it is `now`. `around`: index of the
// definition around it; `section`: in force where it stands.
void take_over(std::vector<Definition>& definitions, const std::vector<Definition>& before, const Item& item,
               const Item& now, std::uint32_t around, ByteRange section);

}  // namespace froe::chunk
