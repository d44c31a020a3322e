#include "froe/language.hpp"

namespace froe::language {
namespace {

// What comes before the first `separator`; `rest` becomes what comes after it, and `found` says whether there
// is one.
std::string_view take_until(std::string_view& rest, char separator, bool& found) {
  auto at = rest.find(separator);
  found = at != std::string_view::npos;
  auto part = rest.substr(0, at);
  rest = found ? rest.substr(at + 1) : std::string_view();
  return part;
}

bool is_identifier(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
             std::string_view::npos;
}

std::optional<PathStep> parse_step(std::string_view text) {
  PathStep step;
  bool typed = false;
  step.field = take_until(text, '=', typed);
  if (step.field.ends_with('+')) {
    step.repeat = true;
    step.field.remove_suffix(1);
  }
  if (!step.field.empty() && !is_identifier(step.field)) return std::nullopt;
  if (step.field.empty() && (step.repeat || !typed)) return std::nullopt;
  for (bool more = typed; more;) {
    step.types.push_back(take_until(text, '|', more));
    if (!is_identifier(step.types.back())) return std::nullopt;
  }
  return step;
}

}  // namespace

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
