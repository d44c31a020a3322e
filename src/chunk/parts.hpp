// What of a node is read in another language.
#pragma once

#include <string_view>
#include <vector>

#include "froe/syntax.hpp"

namespace froe::chunk {

// A part in another language, from its first line that is not blank to its last character, less the nodes
// that its host sees inside. None if it is blank.
[[nodiscard]] std::vector<syntax::Extent> parts_of(syntax::Node content, std::string_view source);

}  // namespace froe::chunk
