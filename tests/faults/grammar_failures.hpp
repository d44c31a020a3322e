// Inputs of the kinds that have crashed or stalled tree-sitter grammars.
#pragma once

#include <map>
#include <string>

namespace froe::faults {

// By name. `full`: as large as they were reported; else large enough to meet the same paths in a moment.
[[nodiscard]] std::map<std::string, std::string> grammar_failures(bool full);

}  // namespace froe::faults
