// What a language.toml says of how its people document and mark what they define.
#pragma once

#include <toml++/toml.h>

#include "generate/description.hpp"

namespace froe::language::generate {

[[nodiscard]] HabitsDescription read_habits(const std::filesystem::path& file, const toml::table& table);

}  // namespace froe::language::generate
