#include "generate/description.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "generate/habits.hpp"
#include "generate/toml_values.hpp"

namespace froe::language::generate {
namespace {

using Path = std::filesystem::path;

Kind read_kind(const Path& file, const std::string& where, const toml::table& table, std::string_view key,
               bool required) {
  auto text = read_string(file, where, table, key, required);
  return text.empty() ? Kind::code : to_kind(file, where + std::string(key), text);
}

Joins read_joins(const Path& file, const std::string& where, const toml::table& table) {
  auto text = read_string(file, where, table, "joins", false);
  if (text.empty()) return Joins::none;
  if (text == "same") return Joins::same;
  if (text == "previous") return Joins::previous;
  if (text == "next") return Joins::next;
  throw InputError(file, where + "joins", "must be \"same\", \"previous\" or \"next\"");
}

// Which nodes a rule is about.
void read_conditions(const Path& file, const std::string& where, const toml::table& table,
                     RuleDescription& rule) {
  rule.node = read_string(file, where, table, "node", true);
  rule.parents = read_strings(file, where, table, "parents");
  rule.contains = read_string(file, where, table, "contains", false);
  rule.texts = read_strings(file, where, table, "texts");
  if (!rule.texts.empty() && rule.contains.empty()) {
    throw InputError(file, where + "texts", "says nothing without contains");
  }
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
                         "head", "owner", "doc", "local", "crumb", "rest", "joins", "absolute"});
    rule.kind = read_kind(file, where, *table, "kind", true);
    rule.member_kind = read_kind(file, where, *table, "member_kind", false);
    if (rule.member_kind == Kind::code) rule.member_kind = rule.kind;
    rule.name = read_string(file, where, *table, "name", false);
    rule.body = read_string(file, where, *table, "body", false);
    rule.head = read_string(file, where, *table, "head", false);
    rule.owner = read_string(file, where, *table, "owner", false);
    rule.doc = read_string(file, where, *table, "doc", false);
    rule.local = read_bool(file, where, *table, "local", true);
    rule.crumb = read_bool(file, where, *table, "crumb", false);
    rule.rest = read_bool(file, where, *table, "rest", false);
    rule.joins = read_joins(file, where, *table);
    rule.absolute = read_bool(file, where, *table, "absolute", false);
  } else {
    refuse_unknown_keys(file, where, *table, {"node", "parents", "contains", "texts", "doc"});
    rule.doc = read_string(file, where, *table, "doc", false);
    if (!rule.doc.empty() && role != Role::comment)
      throw InputError(file, where + "doc", "says something of definitions and comments alone");
  }
  read_conditions(file, where, *table, rule);
  return rule;
}

RuleDescription read_imported(const Path& file, const std::string& key, const toml::node& node) {
  const auto* table = node.as_table();
  if (!table) throw InputError(file, key, "must be a table");
  auto where = key + '.';
  refuse_unknown_keys(file, where, *table, {"node", "parents", "contains", "texts", "name", "after"});
  RuleDescription rule;
  rule.key = key;
  rule.role = Role::import;
  read_conditions(file, where, *table, rule);
  rule.name = read_string(file, where, *table, "name", false);
  rule.after = read_string(file, where, *table, "after", false);
  if (!rule.after.empty() && rule.name.empty()) {
    throw InputError(file, where + "after", "says nothing without name");
  }
  return rule;
}

RuleDescription read_reference(const Path& file, const std::string& key, const toml::node& node) {
  const auto* table = node.as_table();
  if (!table) throw InputError(file, key, "must be a table");
  auto where = key + '.';
  refuse_unknown_keys(file, where, *table,
                      {"node", "parents", "contains", "texts", "kind", "name", "except"});
  RuleDescription rule;
  rule.key = key;
  rule.role = Role::container;
  rule.except = read_strings(file, where, *table, "except");
  read_conditions(file, where, *table, rule);
  rule.name = read_string(file, where, *table, "name", true);
  auto kind = read_string(file, where, *table, "kind", true);
  auto reference = reference_kind_from_string(kind);
  if (!reference) throw InputError(file, where + "kind", "must be call, type, import or other");
  rule.reference = *reference;
  return rule;
}

RuleDescription read_measure(const Path& file, const std::string& key, const toml::node& node) {
  const auto* table = node.as_table();
  if (!table) throw InputError(file, key, "must be a table");
  auto where = key + '.';
  refuse_unknown_keys(file, where, *table,
                      {"node", "parents", "contains", "texts", "field", "is", "name", "head"});
  RuleDescription rule;
  rule.key = key;
  rule.role = Role::container;
  read_conditions(file, where, *table, rule);
  rule.field = read_string(file, where, *table, "field", false);
  rule.body = read_string(file, where, *table, "head", false);
  auto is = read_string(file, where, *table, "is", true);
  const auto* found = std::ranges::find(measure_names, is);
  if (found == measure_names.end()) throw InputError(file, where + "is", "there is no measure \"" + is + '"');
  rule.measure = static_cast<Measure>(found - measure_names.begin());
  rule.name = read_string(file, where, *table, "name", rule.measure == Measure::parameters);
  if (!rule.name.empty() && rule.measure != Measure::parameters)
    throw InputError(file, where + "name", "says something of parameters alone");
  return rule;
}

RuleDescription read_embedded(const Path& file, const std::string& key, const toml::node& node) {
  const auto* table = node.as_table();
  if (!table) throw InputError(file, key, "must be a table");
  auto where = key + '.';
  refuse_unknown_keys(file, where, *table,
                      {"node", "parents", "contains", "texts", "content", "named", "language", "quoted"});
  RuleDescription rule;
  rule.key = key;
  rule.role = Role::container;
  read_conditions(file, where, *table, rule);
  rule.body = read_string(file, where, *table, "content", true);
  rule.name = read_string(file, where, *table, "named", false);
  rule.language = read_string(file, where, *table, "language", false);
  rule.quoted = read_bool(file, where, *table, "quoted", false);
  return rule;
}

RecoveryDescription read_recovery(const Path& file, const toml::table& description) {
  RecoveryDescription recovery;
  const auto* node = description.get("recovery");
  if (!node) return recovery;
  const auto* table = node->as_table();
  if (!table) throw InputError(file, "recovery", "must be a table");
  const std::string where = "recovery.";
  refuse_unknown_keys(file, where, *table, {"starts", "opens", "closes"});
  recovery.starts = read_strings(file, where, *table, "starts");
  if (recovery.starts.empty()) throw InputError(file, where + "starts", "missing");
  recovery.opens = read_string(file, where, *table, "opens", true);
  recovery.closes = read_string(file, where, *table, "closes", true);
  return recovery;
}

// Whether some node of this type may be left to the rules that follow.
bool is_conditional(const RuleDescription& rule) {
  return !rule.parents.empty() || !rule.contains.empty() || !rule.name.empty() || !rule.local ||
         !rule.field.empty();
}

// Reads the list under `key` and adds what `read` makes of each element.
template <class Read>
void read_rules(const toml::table& table, std::string_view key, const Path& file,
                std::vector<RuleDescription>& rules, Read read) {
  const auto* node = table.get(key);
  if (!node) return;
  const auto* array = node->as_array();
  if (!array) throw InputError(file, std::string(key), "must be an array");
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto where = std::string(key) + '[' + std::to_string(i) + ']';
    RuleDescription rule = read(where, *array->get(i));
    for (const auto& earlier : rules) {
      if (earlier.node == rule.node && !is_conditional(earlier)) {
        throw InputError(file, where, "never applies: " + earlier.key + " takes every \"" + rule.node + '"');
      }
    }
    rules.push_back(std::move(rule));
  }
}

void read_rules(const toml::table& table, std::string_view key, Role role, Description& description) {
  read_rules(table, key, description.file, description.rules,
             [&](const std::string& where, const toml::node& node) {
               return read_rule(description.file, where, role, node);
             });
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
      {"name",        "title",        "package",     "directory",  "function",        "scope_separator",
       "sample",      "spaced_names", "name_trim",   "extensions", "file_names",      "interpreters",
       "line_starts", "body_openers", "rules_of",    "imports",    "definitions",     "wrappers",
       "containers",  "attributes",   "prose",       "comments",   "sections",        "doc_comments",
       "directives",  "decorators",   "visibility",  "imported",   "embedded",        "file_kind",
       "references",  "measures",     "identifiers", "literals",   "scanner_globals", "recovery"});
  Description description;
  description.file = file;
  description.name = read_string(file, "", table, "name", true);
  description.title = read_string(file, "", table, "title", true);
  description.package = read_string(file, "", table, "package", true);
  description.directory = read_string(file, "", table, "directory", true);
  description.function = read_string(file, "", table, "function", true);
  description.scope_separator = read_string(file, "", table, "scope_separator", true);
  if (auto text = read_string(file, "", table, "file_kind", false); !text.empty()) {
    auto kind = file_kind_from_string(text);
    if (!kind) throw InputError(file, "file_kind", "must be code, config, data, docs or other");
    description.file_kind = *kind;
  }
  description.spaced_names = read_bool(file, "", table, "spaced_names", false);
  description.scanner_globals = read_bool(file, "", table, "scanner_globals", false);
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
  description.body_openers = read_strings(file, "", table, "body_openers");
  if (std::ranges::find(description.body_openers, "*") != description.body_openers.end()) {
    throw InputError(file, "body_openers", "\"*\" goes behind the beginning of a word");
  }
  description.rules_of = read_string(file, "", table, "rules_of", false);
  // The order in which the roles of a node type are tried: what is conditional as a rule before what is not.
  read_rules(table, "imports", Role::import, description);
  read_rules(table, "definitions", Role::definition, description);
  read_rules(table, "wrappers", Role::wrapper, description);
  read_rules(table, "containers", Role::container, description);
  read_rules(table, "attributes", Role::attribute, description);
  read_rules(table, "prose", Role::prose, description);
  read_rules(table, "comments", Role::comment, description);
  read_rules(table, "sections", Role::section, description);
  read_rules(
      table, "imported", file, description.imported,
      [&](const std::string& where, const toml::node& node) { return read_imported(file, where, node); });
  read_rules(
      table, "references", file, description.references,
      [&](const std::string& where, const toml::node& node) { return read_reference(file, where, node); });
  read_rules(
      table, "measures", file, description.measures,
      [&](const std::string& where, const toml::node& node) { return read_measure(file, where, node); });
  description.identifiers = read_strings(file, "", table, "identifiers");
  description.literals = read_strings(file, "", table, "literals");
  read_rules(
      table, "embedded", file, description.embedded,
      [&](const std::string& where, const toml::node& node) { return read_embedded(file, where, node); });
  description.habits = read_habits(file, table);
  description.recovery = read_recovery(file, table);
  if (!description.rules_of.empty() && !description.has_no_rules()) {
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
    description.imported = other->imported;
    if (description.references.empty()) description.references = other->references;
    description.embedded = other->embedded;
    description.measures = other->measures;
    description.identifiers = other->identifiers;
    description.literals = other->literals;
    description.habits = other->habits;
    if (description.recovery.starts.empty()) description.recovery = other->recovery;
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
    for (const auto& rule : description.embedded) {
      bool known =
          rule.language.empty() || std::ranges::count(descriptions, rule.language, &Description::name);
      if (!known) throw InputError(description.file, rule.key, "no language \"" + rule.language + '"');
    }
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
