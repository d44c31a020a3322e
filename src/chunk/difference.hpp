// What changed between two states of a text that somebody types in.
#pragma once

#include <string_view>
#include <vector>

#include "froe/syntax.hpp"

namespace froe::chunk {

// The changes that make `after` of `before`, in order, none touching the next; each counts from the beginning
// of the old text, but its `new_end`, which is where it ends if those before it are left out. To be applied
// from the last to the first. They are exact, and few and small where a few places were edited; nothing is
// promised of texts that have little in common.
[[nodiscard]] std::vector<syntax::Edit> differences(std::string_view before, std::string_view after);

}  // namespace froe::chunk
