#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "froe/language.hpp"
#include "froe/syntax.hpp"

namespace froe::syntax {

struct Source {
  const language::Language* language;
  std::string path;
  std::string text;
};

// The inputs of the golden cases, at least one for each language, in order of path.
std::vector<Source> golden_cases();
// What of a folder of the project and below it is in a language.
std::vector<Source> own_sources(std::string_view folder);

// Without a few pieces somewhere, so that there are errors.
std::string torn(std::string text, std::mt19937& random);
Position position_of(std::string_view source, std::size_t offset);
// The first third of a source, and the last.
std::vector<Extent> thirds_of(std::string_view source);
// A byte more, there.
Edit edit_at(std::string_view source, std::size_t offset);

}  // namespace froe::syntax
