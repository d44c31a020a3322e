// The names that a source uses: what it calls, the types that it mentions, what it imports.
#pragma once

#include <string_view>
#include <vector>

#include "froe/record.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

// A name where it is used, as the walk finds it: small, as putting them in order moves it.
struct Use {
  ReferenceKind kind = ReferenceKind::call;
  ByteRange range;
  Position begin;
};

// Adds those that one node of a source names by a rule, itself or below it.
void add_references(std::vector<Use>& uses, const syntax::Rule& rule, syntax::Node node,
                    std::string_view source);

// In order, without the names of definitions and what was found twice; says of each in which symbol it
// stands. `symbols` are all of the source.
[[nodiscard]] std::vector<Reference> settle_references(std::vector<Use> uses,
                                                       const std::vector<Symbol>& symbols,
                                                       std::string_view source);

}  // namespace froe::chunk
