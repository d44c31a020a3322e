#include "generate/description.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string_view>

namespace froe::language::generate {
namespace {

using Path = std::filesystem::path;

void refuse_unknown_keys(const Path& file, const std::string& where, const toml::table& table,
                         std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : table) {
    if (std::ranges::find(known, key.str()) == known.end()) {
      throw InputError(file, where + std::string(key.str()), "unknown key");
    }
  }
}

std::string read_string(const Path& file, const std::string& where, const toml::table& table,
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

bool read_bool(const Path& file, const std::string& where, const toml::table& table, std::string_view key,
               bool otherwise) {
  const auto* node = table.get(key);
  if (!node) return otherwise;
  if (!node->is_boolean()) throw InputError(file, where + std::string(key), "must be true or false");
  return node->as_boolean()->get();
}

Strings read_strings(const Path& file, const std::string& where, const toml::table& table,
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

Kind read_kind(const Path& file, const std::string& where, const toml::table& table, std::string_view key,
               bool required) {
  auto text = read_string(file, where, table, key, required);
  auto kind = kind_from_string(text);
  if (!kind && !text.empty())
    throw InputError(file, where + std::string(key), "unknown kind \"" + text + '"');
  if (kind && *kind < Kind::module) {
    throw InputError(file, where + std::string(key), "\"" + text + "\" is not a kind of definition");
  }
  return kind.value_or(Kind::code);
}

RuleDescription read_rule(const Path& file, const std::string& key, Role role, const toml::node& node) {
  RuleDescription rule;
  rule.key = key;
  rule.role = role;
  bool definition = role == Role::definition;
  if (const auto* text = node.as_string(); text && !definition) {
    rule.node = text->get();
    return rule;
  }
  const auto* table = node.as_table();
  if (!table) throw InputError(file, key, definition ? "must be a table" : "must be a node type or a table");
  auto where = key + '.';
  if (definition) {
    refuse_unknown_keys(file, where, *table,
                        {"node", "parents", "contains", "texts", "kind", "member_kind", "name", "body",
                         "owner", "local", "crumb", "rest"});
    rule.kind = read_kind(file, where, *table, "kind", true);
    rule.member_kind = read_kind(file, where, *table, "member_kind", false);
    if (rule.member_kind == Kind::code) rule.member_kind = rule.kind;
    rule.name = read_string(file, where, *table, "name", false);
    rule.body = read_string(file, where, *table, "body", false);
    rule.owner = read_string(file, where, *table, "owner", false);
    rule.local = read_bool(file, where, *table, "local", true);
    rule.crumb = read_bool(file, where, *table, "crumb", false);
    rule.rest = read_bool(file, where, *table, "rest", false);
  } else {
    refuse_unknown_keys(file, where, *table, {"node", "parents", "contains", "texts"});
  }
  rule.node = read_string(file, where, *table, "node", true);
  rule.parents = read_strings(file, where, *table, "parents");
  rule.contains = read_string(file, where, *table, "contains", false);
  rule.texts = read_strings(file, where, *table, "texts");
  if (!rule.texts.empty() && rule.contains.empty()) {
    throw InputError(file, where + "texts", "says nothing without contains");
  }
  return rule;
}

// Whether some node of this type may be left to the rules that follow.
bool is_conditional(const RuleDescription& rule) {
  return !rule.parents.empty() || !rule.contains.empty() || !rule.name.empty() || !rule.local;
}

void read_rules(const toml::table& table, std::string_view key, Role role, Description& description) {
  const auto* node = table.get(key);
  if (!node) return;
  const auto* array = node->as_array();
  if (!array) throw InputError(description.file, std::string(key), "must be an array");
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto where = std::string(key) + '[' + std::to_string(i) + ']';
    auto rule = read_rule(description.file, where, role, *array->get(i));
    for (const auto& earlier : description.rules) {
      if (earlier.node == rule.node && !is_conditional(earlier)) {
        throw InputError(description.file, where,
                         "never applies: " + earlier.key + " takes every \"" + rule.node + '"');
      }
    }
    description.rules.push_back(std::move(rule));
  }
}

}  // namespace

Description read_description(const Path& file) {
  toml::table table;
  try {
    table = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    throw InputError(file, "line " + std::to_string(error.source().begin.line),
                     std::string(error.description()));
  }
  refuse_unknown_keys(
      file, "", table,
      {"name",        "title",        "package",   "directory",  "function",    "scope_separator",
       "sample",      "spaced_names", "name_trim", "extensions", "file_names",  "interpreters",
       "line_starts", "body_opener",  "rules_of",  "imports",    "definitions", "wrappers",
       "containers",  "attributes",   "prose",     "comments"});
  Description description;
  description.file = file;
  description.name = read_string(file, "", table, "name", true);
  description.title = read_string(file, "", table, "title", true);
  description.package = read_string(file, "", table, "package", true);
  description.directory = read_string(file, "", table, "directory", true);
  description.function = read_string(file, "", table, "function", true);
  description.scope_separator = read_string(file, "", table, "scope_separator", true);
  description.spaced_names = read_bool(file, "", table, "spaced_names", false);
  description.name_trim = read_string(file, "", table, "name_trim", false);
  description.sample = read_string(file, "", table, "sample", true);
  description.extensions = read_strings(file, "", table, "extensions");
  description.file_names = read_strings(file, "", table, "file_names");
  description.interpreters = read_strings(file, "", table, "interpreters");
  description.line_starts = read_strings(file, "", table, "line_starts");
  if (file.parent_path().filename() != description.name) {
    throw InputError(file, "name", "must be the name of the folder");
  }
  if (description.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
    throw InputError(file, "name", "must be lower-case letters, digits and underscores");
  }
  description.body_opener = read_string(file, "", table, "body_opener", false);
  description.rules_of = read_string(file, "", table, "rules_of", false);
  // The order in which the roles of a node type are tried: what is conditional as a rule before what is not.
  read_rules(table, "imports", Role::import, description);
  read_rules(table, "definitions", Role::definition, description);
  read_rules(table, "wrappers", Role::wrapper, description);
  read_rules(table, "containers", Role::container, description);
  read_rules(table, "attributes", Role::attribute, description);
  read_rules(table, "prose", Role::prose, description);
  read_rules(table, "comments", Role::comment, description);
  if (!description.rules_of.empty() && !description.rules.empty()) {
    throw InputError(file, "rules_of", "leaves no room for rules of its own");
  }
  return description;
}

void share_rules(std::vector<Description>& descriptions) {
  for (auto& description : descriptions) {
    if (description.rules_of.empty()) continue;
    auto other = std::ranges::find(descriptions, description.rules_of, &Description::name);
    if (other == descriptions.end() || !other->rules_of.empty()) {
      throw InputError(description.file, "rules_of",
                       "no language \"" + description.rules_of + "\" with rules");
    }
    description.rules = other->rules;
  }
}

void check_conflicts(const std::vector<Description>& descriptions) {
  std::map<std::string, const Description*> file_names;
  std::map<std::string, const Description*> interpreters;
  std::map<std::string, const Description*> unmarked;  // by extension: claimed without line_starts
  auto claim = [](auto& owners, const Description& description, const char* key, const std::string& word,
                  const char* advice) {
    auto [owner, first] = owners.emplace(word, &description);
    if (!first) {
      throw InputError(description.file, key,
                       '"' + word + "\" belongs to " + owner->second->file.string() + " already" + advice);
    }
  };
  for (const auto& description : descriptions) {
    for (const auto& word : description.file_names) claim(file_names, description, "file_names", word, "");
    for (const auto& word : description.interpreters)
      claim(interpreters, description, "interpreters", word, "");
    if (!description.line_starts.empty()) continue;
    for (const auto& word : description.extensions) {
      claim(unmarked, description, "extensions", word, "; line_starts in one of them would tell them apart");
    }
  }
}

}  // namespace froe::language::generate
