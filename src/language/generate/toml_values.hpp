// Values of a language.toml, read strictly. `where` is what a key is called in messages, with its dot.
#pragma once

#include <toml++/toml.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "generate/description.hpp"

namespace froe::language::generate {

void refuse_unknown_keys(const std::filesystem::path& file, const std::string& where,
                         const toml::table& table, std::initializer_list<std::string_view> known);
// Empty if it is not there and need not be.
[[nodiscard]] std::string read_string(const std::filesystem::path& file, const std::string& where,
                                      const toml::table& table, std::string_view key, bool required);
[[nodiscard]] bool read_bool(const std::filesystem::path& file, const std::string& where,
                             const toml::table& table, std::string_view key, bool otherwise);
[[nodiscard]] Strings read_strings(const std::filesystem::path& file, const std::string& where,
                                   const toml::table& table, std::string_view key);
// A kind of definition.
[[nodiscard]] Kind to_kind(const std::filesystem::path& file, const std::string& key,
                           const std::string& name);

}  // namespace froe::language::generate
