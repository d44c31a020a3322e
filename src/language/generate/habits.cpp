#include "generate/habits.hpp"

#include <algorithm>

#include "generate/toml_values.hpp"

namespace froe::language::generate {
namespace {

using Path = std::filesystem::path;

std::vector<Kind> read_kinds(const Path& file, const std::string& where, const toml::table& table,
                             std::string_view key) {
  std::vector<Kind> kinds;
  for (const auto& name : read_strings(file, where, table, key)) {
    kinds.push_back(to_kind(file, where + std::string(key), name));
  }
  return kinds;
}

VisibilityDescription read_visibility_rule(const Path& file, const std::string& key, const toml::node& node) {
  const auto* table = node.as_table();
  if (!table) throw InputError(file, key, "must be a table");
  auto where = key + '.';
  refuse_unknown_keys(file, where, *table,
                      {"is", "words", "behind", "name", "capital", "kinds", "in", "in_words", "owned"});
  VisibilityDescription rule;
  auto is = read_string(file, where, *table, "is", true);
  auto visibility = visibility_from_string(is);
  if (!visibility) throw InputError(file, where + "is", "unknown visibility \"" + is + '"');
  rule.is = *visibility;
  rule.words = read_strings(file, where, *table, "words");
  rule.behind = read_strings(file, where, *table, "behind");
  rule.name = read_string(file, where, *table, "name", false);
  if (std::ranges::count(rule.name, '*') > 1) throw InputError(file, where + "name", "has more than one *");
  rule.capital = read_bool(file, where, *table, "capital", false);
  rule.kinds = read_kinds(file, where, *table, "kinds");
  rule.in = read_kinds(file, where, *table, "in");
  rule.in_words = read_strings(file, where, *table, "in_words");
  rule.owned = read_bool(file, where, *table, "owned", false);
  return rule;
}

bool is_conditional(const VisibilityDescription& rule) {
  return !rule.words.empty() || !rule.behind.empty() || !rule.name.empty() || rule.capital ||
         !rule.kinds.empty() || !rule.in.empty() || !rule.in_words.empty() || rule.owned;
}

}  // namespace

HabitsDescription read_habits(const Path& file, const toml::table& table) {
  HabitsDescription habits;
  habits.doc_comments = read_strings(file, "", table, "doc_comments");
  habits.directives = read_strings(file, "", table, "directives");
  habits.decorators = read_strings(file, "", table, "decorators");
  const auto* node = table.get("visibility");
  if (!node) return habits;
  const auto* array = node->as_array();
  if (!array) throw InputError(file, "visibility", "must be an array");
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto where = "visibility[" + std::to_string(i) + ']';
    if (!habits.visibility.empty() && !is_conditional(habits.visibility.back())) {
      throw InputError(file, where, "never applies: the rule before it takes everything");
    }
    habits.visibility.push_back(read_visibility_rule(file, where, *array->get(i)));
  }
  return habits;
}

}  // namespace froe::language::generate
