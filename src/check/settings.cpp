#include <fnmatch.h>
#include <toml++/toml.h>

#include <algorithm>
#include <initializer_list>
#include <limits>

#include "froe/check.hpp"

namespace froe::check {
namespace {

// What is wrong, for whoever wrote the file; caught where reading begins.
struct Wrong {
  std::uint32_t line = 0;
  std::string message;
};

// `at`: what has a place in the file, a value or a key.
template <class Sourced>
[[noreturn]] void refuse(const Sourced& at, const std::string& key, const std::string& message) {
  throw Wrong{static_cast<std::uint32_t>(at.source().begin.line), key + ": " + message};
}

void refuse_unknown(const toml::table& table, const std::string& where,
                    std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : table) {
    if (std::ranges::find(known, key.str()) != known.end()) continue;
    std::string names;
    for (auto name : known) names += (names.empty() ? "" : ", ") + std::string(name);
    refuse(key, where + std::string(key.str()), "there is no such key; there are " + names);
  }
}

std::vector<std::string> strings(const toml::node& node, const std::string& key) {
  std::vector<std::string> found;
  const auto* array = node.as_array();
  if (array == nullptr) refuse(node, key, "must be a list of strings");
  for (const auto& each : *array) {
    const auto* text = each.as_string();
    if (text == nullptr || text->get().empty())
      refuse(each, key, "must be a list of strings that are not empty");
    found.push_back(text->get());
  }
  return found;
}

// A pattern as paths are: "./a//b/" is "a/b", "." is everything. What no path can be is refused.
std::string normal_pattern(const toml::node& node, const std::string& key, std::string_view given) {
  auto wrong = [&](const std::string& why) {
    refuse(node, key, '"' + std::string(given) + "\" matches no path: " + why);
  };
  if (given.starts_with('/')) wrong("patterns are about relative paths, which do not begin with \"/\"");
  std::string pattern;
  for (std::size_t begin = 0; begin <= given.size();) {
    auto end = std::min(given.find('/', begin), given.size());
    auto part = given.substr(begin, end - begin);
    begin = end + 1;
    if (part == "..") wrong("patterns lead down, not up by \"..\"");
    if (part.empty() || part == ".") continue;
    pattern += (pattern.empty() ? "" : "/") + std::string(part);
  }
  return pattern.empty() ? "*" : pattern;
}

// `key` must outlive the settings.
std::vector<Pattern> patterns(const toml::node& node, std::string_view key) {
  std::vector<Pattern> found;
  const std::string name(key);
  auto given = strings(node, name);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto& each = *node.as_array()->get(i);
    found.push_back(
        {normal_pattern(each, name, given[i]), key, static_cast<std::uint32_t>(each.source().begin.line)});
  }
  return found;
}

std::string word(const toml::node& node, const std::string& key) {
  const auto* text = node.as_string();
  if (text == nullptr) refuse(node, key, "must be a string");
  return text->get();
}

Level read_level(const toml::node& node, const std::string& key) {
  auto level = level_from_string(word(node, key));
  if (!level) refuse(node, key, "must be off, note, warning or error");
  return *level;
}

// `RULE = "LEVEL"` or `RULE = { level = "LEVEL", limit = N }`.
Scope::Change read_rule(const toml::node& node, const std::string& key, std::string_view id) {
  auto rule = rule_called(id);
  if (!rule) refuse(node, key, "there is no such rule; `froe check --list-rules` prints them");
  Scope::Change change{*rule, std::nullopt, std::nullopt};
  const auto* table = node.as_table();
  if (table == nullptr) {
    change.level = read_level(node, key);
    return change;
  }
  refuse_unknown(*table, key + '.', {"level", "limit"});
  if (const auto* level = table->get("level")) change.level = read_level(*level, key + ".level");
  if (const auto* limit = table->get("limit")) {
    const auto* number = limit->as_integer();
    if (info(*rule).unit.empty()) refuse(*limit, key + ".limit", "this rule has no limit");
    if (number == nullptr || number->get() < 0 || number->get() > std::numeric_limits<std::int32_t>::max())
      refuse(*limit, key + ".limit", "must be a whole number that is not negative");
    constexpr std::int64_t least_tokens = 20;
    if (*rule == Rule::duplicated_code && number->get() < least_tokens)
      refuse(*limit, key + ".limit", "must be 20 or more: shorter pieces are alike by chance");
    change.limit = static_cast<std::uint32_t>(number->get());
  }
  return change;
}

std::vector<Scope::Change> read_rules(const toml::node& node, const std::string& key) {
  const auto* table = node.as_table();
  if (table == nullptr) refuse(node, key, "must be a table");
  std::vector<Scope::Change> changes;
  for (const auto& [id, value] : *table) {
    changes.push_back(read_rule(value, key + '.' + std::string(id.str()), id.str()));
  }
  return changes;
}

std::set<Mark> read_marks(const toml::node& node, const std::string& key) {
  std::set<Mark> marks;
  for (const auto& name : strings(node, key)) {
    auto mark = mark_from_string(name);
    if (!mark) refuse(node, key, "must be of minified, generated and vendored");
    marks.insert(*mark);
  }
  return marks;
}

double read_percent(const toml::node& node, const std::string& key) {
  auto value = node.value<double>();
  constexpr double most = 100;
  // Also what is no number at all, such as nan, is not within.
  if (!node.is_number() || !value || !(*value >= 0 && *value <= most))
    refuse(node, key, "must be a number from 0 to 100");
  return *value;
}

void apply(const Scope::Change& change, RuleSetting& setting) {
  if (change.level) setting.level = *change.level;
  if (change.limit) setting.limit = *change.limit;
}

void read_check(const toml::table& check, Settings& settings) {
  refuse_unknown(check, "check.", {"rules", "scope", "exclude", "skip", "fail-on", "max-duplication"});
  if (const auto* rules = check.get("rules")) {
    for (const auto& change : read_rules(*rules, "check.rules")) {
      apply(change, settings.rules.at(static_cast<std::size_t>(change.rule)));
    }
  }
  if (const auto* exclude = check.get("exclude")) settings.exclude = patterns(*exclude, "check.exclude");
  if (const auto* skip = check.get("skip")) settings.skip = read_marks(*skip, "check.skip");
  if (const auto* fail_on = check.get("fail-on")) {
    auto named = fail_on_from_string(word(*fail_on, "check.fail-on"));
    if (!named) refuse(*fail_on, "check.fail-on", "must be never, error, warning, note or new");
    settings.fail_on = *named;
  }
  if (const auto* most = check.get("max-duplication")) {
    settings.max_duplication = read_percent(*most, "check.max-duplication");
  }
  const auto* scopes = check.get("scope");
  if (scopes == nullptr) return;
  if (!scopes->is_array()) refuse(*scopes, "check.scope", "must be written [[check.scope]]");
  for (const auto& each : *scopes->as_array()) {
    const auto* table = each.as_table();
    if (table == nullptr) refuse(each, "check.scope", "must be written [[check.scope]]");
    refuse_unknown(*table, "check.scope.", {"paths", "rules"});
    const auto* paths = table->get("paths");
    const auto* rules = table->get("rules");
    if (paths == nullptr || rules == nullptr) refuse(each, "check.scope", "must have paths and rules");
    settings.scopes.push_back(
        {patterns(*paths, "check.scope.paths"), read_rules(*rules, "check.scope.rules")});
  }
}

}  // namespace

Settings::Settings() : skip(all_marks.begin(), all_marks.end()) {
  for (const auto& rule : check::rules()) {
    rules.at(static_cast<std::size_t>(rule.rule)) = {rule.level, rule.limit};
  }
}

RuleSetting Settings::setting(Rule rule, std::string_view path) const {
  auto setting = rules.at(static_cast<std::size_t>(rule));
  const auto name = prefix + std::string(path);
  for (const auto& scope : scopes) {
    bool holds =
        std::ranges::any_of(scope.paths, [&](const Pattern& pattern) { return matches(pattern.text, name); });
    if (!holds) continue;
    for (const auto& change : scope.changes) {
      if (change.rule == rule) apply(change, setting);
    }
  }
  return setting;
}

bool Settings::is_excluded(std::string_view path) const {
  const auto name = prefix + std::string(path);
  return std::ranges::any_of(exclude, [&](const Pattern& pattern) { return matches(pattern.text, name); });
}

Result<Settings> read_settings(std::string_view text, const std::string& file) {
  Settings settings;
  settings.file = file;
  try {
    auto table = toml::parse(text);
    refuse_unknown(table, "", {"check"});
    if (const auto* check = table.get("check")) {
      if (!check->is_table()) refuse(*check, "check", "must be a table");
      read_check(*check->as_table(), settings);
    }
  } catch (const toml::parse_error& error) {
    return failure(ErrorKind::invalid_argument, file + ":" + std::to_string(error.source().begin.line) +
                                                    ": " + std::string(error.description()));
  } catch (const Wrong& wrong) {
    return failure(ErrorKind::invalid_argument,
                   file + ':' + std::to_string(wrong.line) + ": " + wrong.message);
  }
  return settings;
}

bool matches(const std::string& pattern, const std::string& path) {
  if (path.starts_with(pattern) && (path.size() == pattern.size() || path[pattern.size()] == '/'))
    return true;
  return ::fnmatch(pattern.c_str(), path.c_str(), 0) == 0;
}

}  // namespace froe::check
