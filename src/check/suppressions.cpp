#include "check/suppressions.hpp"

#include <algorithm>

namespace froe::check {
namespace {

constexpr std::string_view mark = "froe: allow";
constexpr std::string_view of_file = "-file";
constexpr std::string_view blank = " \t";
// What ends a comment of some language, and is no reason.
constexpr std::string_view ends = " \t\r*/->#}%";

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// What begins a comment of some language, and goes on with it on the next line.
constexpr std::string_view begins = " \t*/<!-#;%({\"'";

// Whether nothing but the beginning of a comment stands before the mark, on its line or behind the code
// there: what speaks of such comments is none.
bool begins_comment(std::string_view before) {
  return before.find_first_not_of(begins) == std::string_view::npos;
}

// The rules between the brackets.
void read_rules(std::string_view list, Suppression& suppression) {
  while (!list.empty()) {
    auto comma = list.find(',');
    auto id = trimmed(list.substr(0, comma));
    if (auto rule = rule_called(id)) {
      suppression.rules.push_back(*rule);
    } else if (suppression.unknown.empty()) {
      suppression.unknown = id.empty() ? "nothing" : std::string(id);
    }
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
}

}  // namespace

bool Suppression::covers(Rule rule, std::uint32_t first_line, std::uint32_t last_line) const {
  if (!is_good() || std::ranges::find(rules, rule) == rules.end()) return false;
  return whole_file || (first_line <= until && last_line >= line);
}

std::vector<Suppression> find_suppressions(const Lines& lines, const std::vector<Lex>& tokens) {
  std::vector<Suppression> found;
  const auto content = lines.content();
  for (auto at = content.find(mark); at != std::string_view::npos; at = content.find(mark, at + 1)) {
    auto next = std::ranges::upper_bound(tokens, at, {}, [](const Lex& token) { return token.range.end; });
    bool in_token = next != tokens.end() && next->range.begin <= at;
    if (in_token) continue;
    const auto line = lines.line_of(static_cast<std::uint32_t>(at));
    auto from = std::size_t{lines.begin(line)};
    if (next != tokens.begin()) from = std::max<std::size_t>(from, (next - 1)->range.end);
    if (!begins_comment(content.substr(from, at - from))) continue;
    Suppression suppression;
    suppression.at = static_cast<std::uint32_t>(at);
    suppression.line = line;
    auto rest = lines.text(suppression.line).substr(at - lines.begin(suppression.line) + mark.size());
    if (rest.starts_with(of_file)) {
      suppression.whole_file = true;
      rest.remove_prefix(of_file.size());
    }
    auto close = rest.find(')');
    if (!rest.starts_with('(') || close == std::string_view::npos) {
      suppression.unknown = "nothing";
    } else {
      read_rules(rest.substr(1, close - 1), suppression);
      suppression.has_reason = rest.find_first_not_of(ends, close + 1) != std::string_view::npos;
    }
    // Beside code it is about its line; alone, about the code that follows.
    bool beside = next != tokens.begin() && lines.line_of((next - 1)->range.begin) == suppression.line;
    suppression.until = beside || next == tokens.end() ? suppression.line : lines.line_of(next->range.begin);
    found.push_back(std::move(suppression));
  }
  return found;
}

}  // namespace froe::check
