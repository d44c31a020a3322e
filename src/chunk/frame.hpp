// What a walk over a syntax tree knows of the nodes on its way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "chunk/outline.hpp"
#include "froe/record.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

// What a walk came through on its way to a node, as far as what it finds there depends on it.
struct Surrounded {
  const syntax::Rule* definition = nullptr;  // of the definition that the node is or is a part of
  Kind kind{};                               // of that
  bool in_error = false;
  friend bool operator==(const Surrounded&, const Surrounded&) = default;
};

// A node on the way from the root to where the walk stands.
struct Frame {
  TSSymbol symbol = 0;
  std::uint32_t definition = no_definition;  // innermost one around the node's children
  bool wrapper = false;
  bool container = false;
  bool is_definition = false;  // the node itself, not only something around it
  bool in_lead = false;        // a comment or an attribute, or inside of one
  bool in_error = false;
  bool in_import = false;  // whose names have been looked for already
  ByteRange section;       // in force for the node's children
  // For a wrapper: the definition directly inside it, if there is exactly one.
  std::uint32_t wrapped = no_definition;
  bool wraps_several = false;
  // The definition among its children that the rest of them belongs to.
  std::uint32_t rest = no_definition;
  // The definition among its children that the next of them may join.
  std::uint32_t joins = no_definition;
  // How much had been found when the walk came to it, and surrounded by what; nothing: it does not matter.
  std::optional<std::size_t> found_before;
  Surrounded found_in;
  bool may_be_item = false;  // the last of those that are open
  bool reaches_out = false;  // a definition that is more than its node, or a part of one
};

// What the node's children are surrounded by.
[[nodiscard]] inline Surrounded surrounded(const Frame& frame, const Outline& outline) {
  if (frame.definition == no_definition) return {nullptr, {}, frame.in_error};
  const auto& definition = outline.definitions[frame.definition];
  return {definition.rule, definition.kind, frame.in_error};
}

}  // namespace froe::chunk
