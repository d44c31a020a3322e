#include "generate/toml_values.hpp"

#include <algorithm>

namespace froe::language::generate {

void refuse_unknown_keys(const std::filesystem::path& file, const std::string& where,
                         const toml::table& table, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : table) {
    if (std::ranges::find(known, key.str()) == known.end()) {
      throw InputError(file, where + std::string(key.str()), "unknown key");
    }
  }
}

std::string read_string(const std::filesystem::path& file, const std::string& where, const toml::table& table,
                        std::string_view key, bool required) {
  const auto* node = table.get(key);
  auto name = where + std::string(key);
  if (!node && required) throw InputError(file, name, "missing");
  if (!node) return {};
  if (!node->is_string()) throw InputError(file, name, "must be a string");
  auto text = node->as_string()->get();
  if (text.empty()) throw InputError(file, name, "must not be empty");
  return text;
}

bool read_bool(const std::filesystem::path& file, const std::string& where, const toml::table& table,
               std::string_view key, bool otherwise) {
  const auto* node = table.get(key);
  if (!node) return otherwise;
  if (!node->is_boolean()) throw InputError(file, where + std::string(key), "must be true or false");
  return node->as_boolean()->get();
}

Strings read_strings(const std::filesystem::path& file, const std::string& where, const toml::table& table,
                     std::string_view key) {
  const auto* node = table.get(key);
  if (!node) return {};
  const auto* array = node->as_array();
  Strings strings;
  if (array) {
    for (const auto& element : *array) {
      if (const auto* text = element.as_string(); text && !text->get().empty())
        strings.push_back(text->get());
    }
  }
  if (!array || strings.size() != array->size()) {
    throw InputError(file, where + std::string(key), "must be an array of strings that are not empty");
  }
  return strings;
}

Kind to_kind(const std::filesystem::path& file, const std::string& key, const std::string& name) {
  auto kind = kind_from_string(name);
  if (!kind) throw InputError(file, key, "unknown kind \"" + name + '"');
  if (*kind < Kind::module) throw InputError(file, key, "\"" + name + "\" is not a kind of definition");
  return *kind;
}

}  // namespace froe::language::generate
