// The names that a source uses: what it calls, the types that it mentions, what it imports.
#pragma once

#include <string_view>
#include <vector>

#include "froe/record.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

// Adds those that one node of a source names by a rule, itself or below it, without their symbols.
void add_references(std::vector<Reference>& references, const syntax::Rule& rule, syntax::Node node,
                    std::string_view source);

// Puts them in order, leaves out the names of definitions and what was found twice, and says of each in which
// symbol it stands. `symbols` are all of the source.
void settle_references(std::vector<Reference>& references, const std::vector<Symbol>& symbols);

}  // namespace froe::chunk
