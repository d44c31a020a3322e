#include "report/documentation.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace froe::report {
namespace {

struct Pair {
  std::string_view open;
  std::string_view close;
};
// Block comments, longer marks before the shorter ones that they begin with.
constexpr std::array blocks{Pair{"/*", "*/"},   Pair{"<!--", "-->"},    Pair{"{-", "-}"}, Pair{"(*", "*)"},
                            Pair{"--[[", "]]"}, Pair{"=begin", "=end"}, Pair{"<#", "#>"}, Pair{"#|", "|#"}};
// Of a comment to the end of the line; a run of them is one.
constexpr std::array<std::string_view, 6> line_marks{"//", "#", "--", ";", "%", "\""};
constexpr std::array<std::string_view, 4> quotes{"\"\"\"", "'''", "\"", "'"};

constexpr std::string_view blank = " \t\r\v\f";

std::string_view trim_front(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
  return text;
}

std::string_view trim_back(std::string_view text) {
  return text.substr(0, text.find_last_not_of(blank) + 1);  // npos + 1 is 0
}

void drop_while(std::string_view& text, std::string_view set) {
  text.remove_prefix(std::min(text.find_first_not_of(set), text.size()));
}

// What Haskell writes between a mark and the words: `-- | Sorts.`
void drop_bar(std::string_view& line) {
  auto begin = trim_front(line);
  if (begin.starts_with("| ") || begin.starts_with("^ ")) line = begin.substr(2);
}

// What stands between the quotes, if the text is a string.
bool unquote(std::string_view& text) {
  auto prefix = std::min(text.find_first_of("\"'"), text.size());
  if (prefix > 2 || text.find_first_not_of("rRuUbBfF") < prefix) return false;
  for (auto quote : quotes) {
    auto inner = text.substr(prefix);
    if (!inner.starts_with(quote) || !inner.ends_with(quote) || inner.size() < 2 * quote.size()) continue;
    text = inner.substr(quote.size(), inner.size() - 2 * quote.size());
    return true;
  }
  return false;
}

// Takes the marks of comments off lines, one after the other.
class Unmark {
 public:
  std::string_view operator()(std::string_view line) {
    if (close_.empty() && !open(line)) return of_line(line);
    return of_block(line);
  }

 private:
  bool open(std::string_view& line) {
    auto begin = trim_front(line);
    const auto* block =
        std::find_if(blocks.begin(), blocks.end(), [&](Pair pair) { return begin.starts_with(pair.open); });
    if (block == blocks.end()) return false;
    close_ = block->close;
    line = begin.substr(block->open.size());
    if (!line.starts_with(close_)) drop_while(line, "*!|");
    drop_bar(line);
    // What follows the mark at once is no more indented than what follows on the next lines.
    line = trim_front(line);
    return true;
  }

  std::string_view of_block(std::string_view line) {
    auto end = trim_back(line);
    bool closes = end.ends_with(close_);
    if (closes) {
      end.remove_suffix(close_.size());
      if (close_ == "*/") end = end.substr(0, end.find_last_not_of('*') + 1);
      line = end;
    }
    if (close_ == "*/") {
      auto begin = trim_front(line);
      auto star = begin;
      drop_while(star, "*");
      if (star.size() < begin.size() && (star.empty() || star.front() == ' ' || star.front() == '\t'))
        line = star;
    }
    if (closes) close_ = {};
    return line;
  }

  static std::string_view of_line(std::string_view line) {
    auto begin = trim_front(line);
    for (auto mark : line_marks) {
      if (!begin.starts_with(mark)) continue;
      drop_while(begin, mark.substr(0, 1));
      drop_while(begin, "!:|<");
      drop_bar(begin);
      if (begin.starts_with(' ')) begin.remove_prefix(1);
      return begin;
    }
    return line;
  }

  std::string_view close_;  // of the block that is open; empty: none is
};

// `behind_mark`: the first line begins behind a mark or a quote, wherever that is, and its indentation says
// nothing.
std::string join(std::vector<std::string_view> lines, bool behind_mark) {
  for (auto& line : lines) line = trim_back(line);
  behind_mark = behind_mark && !lines.empty() && !trim_front(lines.front()).empty();
  auto is_empty = [](std::string_view line) { return line.empty(); };
  lines.erase(lines.begin(), std::find_if_not(lines.begin(), lines.end(), is_empty));
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  auto indent = std::string_view::npos;
  for (std::size_t i = behind_mark ? 1 : 0; i < lines.size(); ++i) {
    if (!lines[i].empty()) indent = std::min(indent, lines[i].find_first_not_of(blank));
  }
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) text += '\n';
    text += i == 0 && behind_mark ? trim_front(lines[i]) : lines[i].substr(std::min(indent, lines[i].size()));
  }
  return text;
}

}  // namespace

std::string plain_documentation(std::string_view text) {
  bool quoted = unquote(text);
  auto start = trim_front(text);
  bool behind_mark = quoted || std::any_of(blocks.begin(), blocks.end(),
                                           [&](Pair pair) { return start.starts_with(pair.open); });
  Unmark unmark;
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    lines.push_back(quoted ? line : unmark(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return join(std::move(lines), behind_mark);
}

std::string summary(std::string_view documentation) {
  auto paragraph = documentation.substr(0, documentation.find("\n\n"));
  std::string sentence;
  for (std::size_t i = 0; i < paragraph.size(); ++i) {
    char c = paragraph[i];
    bool space = c == '\n' || c == ' ' || c == '\t';
    // "e.g. this" goes on.
    auto next = std::min(paragraph.find_first_not_of(" \t\n", i), paragraph.size());
    bool goes_on = next < paragraph.size() && paragraph[next] >= 'a' && paragraph[next] <= 'z';
    bool stops = sentence.ends_with('.') || sentence.ends_with('!') || sentence.ends_with('?');
    if (space && stops && !goes_on) break;
    if (!space) {
      sentence += c;
    } else if (!sentence.empty() && !sentence.ends_with(' ')) {
      sentence += ' ';
    }
  }
  return std::string(trim_back(sentence));
}

}  // namespace froe::report
