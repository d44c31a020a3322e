#include "froe/language.hpp"

namespace froe::language {
namespace {

// The first `wanted` outside of quotes and braces, or the end.
std::size_t find_outside(std::string_view text, char wanted) {
  int depth = 0;
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == wanted && depth == 0 && !quoted) break;
    if (c == '\'') quoted = !quoted;
    if (c == '{' && !quoted) ++depth;
    if (c == '}' && !quoted) --depth;
  }
  return at;
}

// What comes before the first such `separator`; `rest` becomes what comes after it, and `found` says whether
// there is one.
std::string_view take_until(std::string_view& rest, char separator, bool& found) {
  auto at = find_outside(rest, separator);
  found = at < rest.size();
  auto part = rest.substr(0, at);
  rest = found ? rest.substr(at + 1) : std::string_view();
  return part;
}

bool is_identifier(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
             std::string_view::npos;
}

// Takes the condition in braces off the end of a step. False: it is malformed.
bool take_where(std::string_view& step, std::string_view& where) {
  auto open = find_outside(step, '{');
  if (open == step.size()) return !step.ends_with('}');
  if (!step.ends_with('}')) return false;
  where = step.substr(open + 1, step.size() - open - 2);
  step = step.substr(0, open);
  return where != "." && parse_path(where);
}

std::optional<PathStep> parse_step(std::string_view text) {
  PathStep step;
  if (!take_where(text, step.where)) return std::nullopt;
  bool with_texts = false;
  auto rest = take_until(text, ':', with_texts);
  step.none_of = text.starts_with('!');
  if (step.none_of) text.remove_prefix(1);
  for (bool more = with_texts; more;) {
    step.texts.push_back(take_until(text, '|', more));
    if (step.texts.back().empty()) return std::nullopt;
  }
  bool typed = false;
  step.field = take_until(rest, '=', typed);
  step.repeat = step.field.ends_with('+');
  step.first = step.field.ends_with('^');
  step.last = step.field.ends_with('$');
  if (step.repeat || step.first || step.last) step.field.remove_suffix(1);
  if (step.field.size() == 1 && step.field[0] >= '1' && step.field[0] <= '9') {
    if (step.repeat || step.first || step.last) return std::nullopt;
    step.place = static_cast<std::uint32_t>(step.field[0] - '0');
    step.field = {};
  }
  if (!step.field.empty() && !is_identifier(step.field)) return std::nullopt;
  if (step.field.empty() && (step.repeat || (!typed && step.place == 0))) return std::nullopt;
  for (bool more = typed; more;) {
    step.types.push_back(take_until(rest, '|', more));
    if (!is_identifier(step.types.back()) && !token_of(step.types.back())) return std::nullopt;
  }
  return step;
}

}  // namespace

std::optional<std::string_view> token_of(std::string_view type) {
  bool quoted = type.size() > 2 && type.starts_with('\'') && type.ends_with('\'');
  if (!quoted) return std::nullopt;
  return type.substr(1, type.size() - 2);
}

std::optional<std::vector<PathStep>> parse_path(std::string_view path) {
  std::vector<PathStep> steps;
  if (path == ".") return steps;
  for (bool more = true; more;) {
    auto step = parse_step(take_until(path, '/', more));
    if (!step) return std::nullopt;
    steps.push_back(std::move(*step));
  }
  return steps;
}

}  // namespace froe::language
