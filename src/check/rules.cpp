#include <algorithm>

#include "froe/check.hpp"

namespace froe::check {
namespace {

constexpr std::array<RuleInfo, rule_count> all{{
    {Rule::function_too_long, "function-too-long", "A function has too many lines.",
     "Counts the lines of the definition, from its first to its last. A function that does not fit on a "
     "screen is hard to keep in mind: move what it does in steps into functions with names of their own.",
     Level::warning, "lines", 100},
    {Rule::too_many_parameters, "too-many-parameters", "A function declares too many parameters.",
     "Counts what the definition declares, `self` and the like included. Many parameters mostly belong "
     "together: give them a type of their own, or split what the function does.",
     Level::warning, "parameters", 7},
    {Rule::nesting_too_deep, "nesting-too-deep", "Control structures go too deep into each other.",
     "Counts branches, loops, switches, handlers and closures around the innermost one, itself included. "
     "Return early, or move what is inside into a function.",
     Level::warning, "levels", 5},
    {Rule::cyclomatic_complexity, "cyclomatic-complexity", "A function has too many paths through it.",
     "McCabe's number: decisions and one. Each wants a test of its own. Split the function, or let a table "
     "decide.",
     Level::warning, "paths", 20},
    {Rule::cognitive_complexity, "cognitive-complexity", "A function is hard to follow.",
     "Campbell's number: each break of the linear flow counts, and the more the deeper it is nested. Return "
     "early, move what is nested into functions, join conditions.",
     Level::warning, "points", 25},
    {Rule::file_too_large, "file-too-large", "A file of code has too many lines.",
     "What is in one file is read, reviewed and changed together. Split it by what its parts are about.",
     Level::warning, "lines", 1000},
    {Rule::syntax_error, "syntax-error", "The grammar cannot read a part of the file.",
     "Either the code is broken, or it uses what the grammar does not know, such as a macro. What is around "
     "it is indexed all the same; its functions may be measured wrongly.",
     Level::warning, "", 0},
    {Rule::duplicated_code, "duplicated-code", "The same code stands in several places.",
     "Compares the tokens of code: comments and white space do not count, and names and literals may differ "
     "if they do so consistently. The limit is how many tokens a clone has at least. Give it one home.",
     Level::warning, "tokens", 100},
    {Rule::merge_conflict_marker, "merge-conflict-marker", "A conflict of a merge was not resolved.",
     "A line begins with seven `<` or `>` and a space, as git writes them around the sides of a conflict. "
     "Resolve it.",
     Level::error, "", 0},
    {Rule::file_degraded, "file-degraded", "A file of code was indexed without its syntax tree.",
     "It is larger than the limit for parsing, or its parser took too long or died; nothing in it is "
     "measured. `froe ledger` says more.",
     Level::error, "", 0},
    {Rule::file_left_out, "file-left-out", "A file is not in the index.",
     "It could not be read, kept changing, is too large or in an encoding that froe does not read: nothing "
     "in it is judged. Files that are no text are not counted. `froe ledger` says more.",
     Level::error, "", 0},
    {Rule::undocumented_public_definition, "undocumented-public-definition",
     "A definition that others can use says nothing about itself.",
     "It is public by the habits of its language, and so is all around it, and no comment or string "
     "documents it. Say what it is for.",
     Level::off, "", 0},
    {Rule::unused_suppression, "unused-suppression", "A comment allows what nobody finds.",
     "The code was mended, or the comment stands in the wrong place. Remove it, so that it cannot hide what "
     "comes.",
     Level::warning, "", 0},
    {Rule::bad_suppression, "bad-suppression", "A comment allows something without saying why, or nothing.",
     "Write `froe: allow(RULE) REASON`, where RULE is an id that `froe check --list-rules` prints, or "
     "several with commas. Without a reason it allows nothing.",
     Level::warning, "", 0},
}};

constexpr std::array<std::string_view, all_levels.size()> level_names{"off", "note", "warning", "error"};
constexpr std::array<std::string_view, 5> fail_on_names{"never", "error", "warning", "note", "new"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto* found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view to_string(Level level) {
  return level_names.at(static_cast<std::size_t>(level));
}
std::optional<Level> level_from_string(std::string_view name) {
  return find<Level>(level_names, name);
}
std::optional<FailOn> fail_on_from_string(std::string_view name) {
  return find<FailOn>(fail_on_names, name);
}

std::span<const RuleInfo> rules() {
  return all;
}
const RuleInfo& info(Rule rule) {
  return all.at(static_cast<std::size_t>(rule));
}
std::optional<Rule> rule_called(std::string_view id) {
  const auto* found = std::ranges::find(all, id, &RuleInfo::id);
  if (found == all.end()) return std::nullopt;
  return found->rule;
}

std::uint64_t Report::count(Level level) const {
  return static_cast<std::uint64_t>(std::ranges::count(findings, level, &Finding::level));
}

}  // namespace froe::check
