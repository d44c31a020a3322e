#include "chunk/recovery.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "chunk/measure.hpp"
#include "chunk/word.hpp"

namespace froe::chunk {
namespace {

constexpr std::uint32_t tab_stop = 8;

struct Line {
  std::uint32_t begin = 0;
  std::uint32_t text = 0;  // where white space ends
  std::uint32_t end = 0;   // without white space behind the text
  std::uint32_t indentation = 0;

  [[nodiscard]] bool is_blank() const { return text == end; }
};

// A line that a definition may begin on.
struct Start {
  std::size_t line = 0;
  std::optional<std::size_t> last = std::nullopt;  // its last line
  bool has_inner = false;                          // others that have a last line
  bool lost = false;
  std::uint32_t sound_up_to = 0;  // the tree has it up to there, without an error
};

std::vector<Line> lines_of(std::string_view source) {
  std::vector<Line> lines;
  for (std::size_t at = 0; at < source.size();) {
    auto feed = std::min(source.find('\n', at), source.size());
    Line line;
    line.begin = line.text = static_cast<std::uint32_t>(at);
    line.end = static_cast<std::uint32_t>(feed);
    while (line.end > line.begin && is_space(source[line.end - 1])) --line.end;
    for (; line.text < line.end && is_space(source[line.text]); ++line.text)
      line.indentation =
          source[line.text] == '\t' ? (line.indentation / tab_stop + 1) * tab_stop : line.indentation + 1;
    lines.push_back(line);
    at = feed + 1;
  }
  return lines;
}

// Ranges in order, asked in order of where they begin.
class Ranges {
 public:
  explicit Ranges(std::vector<ByteRange> ranges) : ranges_(std::move(ranges)) {
    std::sort(ranges_.begin(), ranges_.end(), [](ByteRange a, ByteRange b) { return a.begin < b.begin; });
  }
  // Whether one that begins before the place holds it.
  bool around(std::uint32_t place) {
    for (; next_ < ranges_.size() && ranges_[next_].begin < place; ++next_)
      end_ = std::max(end_, ranges_[next_].end);
    return place < end_;
  }

 private:
  std::vector<ByteRange> ranges_;
  std::size_t next_ = 0;
  std::uint32_t end_ = 0;  // of those that began
};

// Comments of several lines: their lines are no code, whatever they look like.
std::vector<ByteRange> comments_of(const syntax::Grammar& grammar, const syntax::Tree& tree,
                                   std::string_view source) {
  std::vector<ByteRange> comments;
  std::vector<TSSymbol> above{0};
  syntax::Cursor cursor(tree.root());
  for (;;) {
    auto node = cursor.node();
    if (node.end().row > node.begin().row) {
      const auto* rule = grammar.rule(node, {above.back(), false}, source);
      if (rule && rule->role == language::Role::comment) {
        comments.push_back(node.range());
      } else if (cursor.to_first_child()) {
        above.push_back(node.symbol());
        continue;
      }
    }
    while (!cursor.to_next_sibling()) {
      if (!cursor.to_parent()) return comments;
      above.pop_back();
    }
  }
}

// Definitions without an error inside or a missing end, but for what goes on behind its node.
std::vector<ByteRange> sound_definitions(const Outline& outline) {
  std::vector<std::uint32_t> errors;
  for (auto error : outline.errors) errors.push_back(error.begin);
  std::sort(errors.begin(), errors.end());
  std::vector<ByteRange> sound;
  for (const auto& definition : outline.definitions) {
    if (definition.rule->rest) continue;
    auto first = std::lower_bound(errors.begin(), errors.end(), definition.range.begin);
    if (first == errors.end() || *first > definition.range.end) sound.push_back(definition.range);
  }
  return sound;
}

class Search {
 public:
  Search(const language::Recovery& recovery, const Outline& outline, std::vector<ByteRange> comments,
         std::string_view source)
      : recovery_(recovery),
        source_(source),
        lines_(lines_of(source)),
        comments_(comments),
        sound_(sound_definitions(outline)) {
    find_starts(std::move(comments), outline);
  }

  Lost run() {
    Lost lost;
    auto is_lost = [](const Start& start) { return start.lost; };
    lost.definitions = static_cast<std::size_t>(std::count_if(starts_.begin(), starts_.end(), is_lost));
    if (lost.definitions == 0) return lost;
    auto first = std::find_if(starts_.begin(), starts_.end(), is_lost);
    auto last = std::find_if(starts_.rbegin(), starts_.rend(), is_lost);
    // What made the grammar stumble stands behind the last that it read well.
    std::uint32_t from = 0;
    for (auto range : sound_) {
      if (range.end <= lines_[first->line].begin) from = std::max(from, range.end);
    }
    auto line = static_cast<std::size_t>(
        std::lower_bound(lines_.begin(), lines_.end(), from,
                         [](const Line& one, std::uint32_t at) { return one.begin < at; }) -
        lines_.begin());
    add_suspects(line, last->last.value_or(last->line) + 1, lost);
    return lost;
  }

 private:
  [[nodiscard]] std::string_view text(const Line& line) const {
    return source_.substr(line.text, line.end - line.text);
  }
  // Whether one of the words stands there and, behind it, a name.
  [[nodiscard]] bool starts(const Line& line) const {
    return std::any_of(recovery_.starts.begin(), recovery_.starts.end(), [&](std::string_view word) {
      auto at = text(line);
      if (!at.starts_with(word)) return false;
      auto name = std::find_if_not(at.begin() + static_cast<std::ptrdiff_t>(word.size()), at.end(), is_space);
      return name != at.end() && is_space(at[word.size()]) && is_word(*name);
    });
  }
  // Whether a body begins on this line or the next.
  [[nodiscard]] bool opens(std::size_t line) const {
    return text(lines_[line]).find(recovery_.opens) != std::string_view::npos ||
           (line + 1 < lines_.size() && text(lines_[line + 1]).starts_with(recovery_.opens));
  }
  [[nodiscard]] bool closes(const Line& line) const { return text(line).starts_with(recovery_.closes); }

  void find_starts(std::vector<ByteRange> comments, const Outline& outline) {
    Ranges in_comments(std::move(comments));
    Ranges in_sound(sound_);
    std::vector<std::uint32_t> names;
    for (const auto& definition : outline.definitions) {
      if (definition.name) names.push_back(definition.name->begin);
    }
    std::sort(names.begin(), names.end());
    std::map<std::uint32_t, std::uint32_t> ends;
    for (auto range : sound_) ends[range.begin] = std::max(ends[range.begin], range.end);
    std::vector<std::size_t> open;  // indices of starts, each indented more than the one before
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto& line = lines_[i];
      if (line.is_blank() || in_comments.around(line.text)) continue;
      bool is_start = starts(line);
      bool has_body = is_start && opens(i);
      if (has_body || closes(line)) {
        while (!open.empty() && indentation(open.back()) > line.indentation) close(open);
        if (!open.empty() && indentation(open.back()) == line.indentation) {
          if (!is_start) starts_[open.back()].last = i;
          close(open);
        }
      }
      if (!is_start) {
        if (closes(line)) last_closing_ = i;
        continue;
      }
      auto name = std::lower_bound(names.begin(), names.end(), line.text);
      bool known = name != names.end() && *name < line.end;
      auto end = ends.find(line.text);
      starts_.push_back({.line = i,
                         .lost = !known && !in_sound.around(line.text),
                         .sound_up_to = end == ends.end() ? 0 : end->second});
      if (!has_body) continue;
      open.push_back(starts_.size() - 1);
      if (!text(line).ends_with(recovery_.closes)) continue;
      starts_.back().last = i;
      close(open);
    }
    while (!open.empty()) close(open);
    // What has a head and no body is not sound.
    std::erase_if(sound_, [&](ByteRange range) {
      auto at = std::lower_bound(
          starts_.begin(), starts_.end(), range.begin,
          [&](const Start& start, std::uint32_t begin) { return lines_[start.line].text < begin; });
      return at != starts_.end() && lines_[at->line].text == range.begin && !is_sound(*at);
    });
  }

  [[nodiscard]] bool is_sound(const Start& start) const {
    return !start.last || start.sound_up_to > lines_[*start.last].text;
  }

  // What is not indented as one would think ends with the last line that could be its end.
  void close(std::vector<std::size_t>& open) {
    auto& start = starts_[open.back()];
    open.pop_back();
    if (!start.last && last_closing_ > start.line) start.last = last_closing_;
    if (!open.empty() && (start.last || start.has_inner)) starts_[open.back()].has_inner = true;
  }

  [[nodiscard]] std::uint32_t indentation(std::size_t start) const {
    return lines_[starts_[start].line].indentation;
  }

  // Definitions, and paragraphs at the margin that hold none, among the lines from `line` up to `end`.
  void add_suspects(std::size_t line, std::size_t end, Lost& lost) const {
    Ranges in_comments(comments_);
    constexpr auto none = std::numeric_limits<std::size_t>::max();
    std::size_t paragraph = none;  // where it began
    auto end_paragraph = [&](std::size_t behind) {
      if (paragraph != none) lost.paragraphs.push_back(whole(paragraph, behind));
      paragraph = none;
    };
    auto start = starts_.begin();
    std::size_t inside = line;  // up to this line there is a definition
    bool apart = true;          // the next line at the margin begins a paragraph
    for (; line < end; ++line) {
      const auto& at = lines_[line];
      while (start != starts_.end() && start->line < line) ++start;
      if (start != starts_.end() && start->line == line) {
        if (at.indentation == 0) {
          end_paragraph(line);
        } else if (start->last) {
          paragraph = none;
        }
        if (at.indentation == 0 || start->last) inside = std::max(inside, start->last.value_or(line) + 1);
        bool suspect = start->last && !start->has_inner && !is_sound(*start);
        if (suspect) add_body(*start, lost.bodies);
      }
      bool in_comment = in_comments.around(at.text);
      if (in_comment) end_paragraph(line);
      bool is_code = line >= inside && !at.is_blank() && !in_comment;
      if (is_code && apart && at.indentation == 0 && !closes(at)) {
        end_paragraph(line);
        paragraph = line;
      }
      apart = !is_code;
    }
    end_paragraph(end);
  }

  // Of what opens in a line, the first that the line does not close: others belong to a parameter, or to a
  // comment behind the head. Where it ends, from the beginning of the text.
  [[nodiscard]] std::optional<std::size_t> opened_in(std::string_view text) const {
    std::vector<std::size_t> open;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text.substr(at).starts_with(recovery_.opens)) {
        open.push_back(at + recovery_.opens.size());
      } else if (text.substr(at).starts_with(recovery_.closes) && !open.empty()) {
        open.pop_back();
      }
    }
    return open.empty() ? std::nullopt : std::optional(open.front());
  }

  void add_body(const Start& start, std::vector<Suspect>& suspects) const {
    auto last = *start.last;
    for (auto line = start.line; line < last; ++line) {
      auto opener = opened_in(text(lines_[line]));
      if (!opener) continue;
      auto begin = lines_[line].text + static_cast<std::uint32_t>(*opener);
      auto end = lines_[last].text;
      suspects.push_back({extent(lines_[start.line].begin, start.line, lines_[last].end, last),
                          extent(begin, line, end, last)});
      return;
    }
  }

  [[nodiscard]] Suspect whole(std::size_t first, std::size_t behind) const {
    auto last = behind - 1;
    while (lines_[last].is_blank()) --last;
    auto piece = extent(lines_[first].begin, first, lines_[last].end, last);
    return {piece, piece};
  }

  [[nodiscard]] syntax::Extent extent(std::uint32_t begin, std::size_t first, std::uint32_t end,
                                      std::size_t last) const {
    return {{begin, end},
            {static_cast<std::uint32_t>(first), begin - lines_[first].begin},
            {static_cast<std::uint32_t>(last), end - lines_[last].begin}};
  }

  const language::Recovery& recovery_;
  std::string_view source_;
  std::vector<Line> lines_;
  std::vector<ByteRange> comments_;
  std::vector<ByteRange> sound_;
  std::vector<Start> starts_;
  std::size_t last_closing_ = 0;  // of the lines seen
};

}  // namespace

Lost lost_in(const syntax::Grammar& grammar, const syntax::Tree& tree, const Outline& outline,
             std::string_view source) {
  const auto& recovery = grammar.language().recovery;
  if (recovery.starts.empty() || outline.errors.empty()) return {};
  return Search(recovery, outline, comments_of(grammar, tree, source), source).run();
}

std::vector<syntax::Extent> united(std::vector<syntax::Extent> extents) {
  std::sort(extents.begin(), extents.end(),
            [](const syntax::Extent& a, const syntax::Extent& b) { return a.range.begin < b.range.begin; });
  std::vector<syntax::Extent> apart;
  for (const auto& each : extents) {
    if (apart.empty() || each.range.begin >= apart.back().range.end) {
      apart.push_back(each);
    } else if (each.range.end > apart.back().range.end) {
      apart.back().range.end = each.range.end;
      apart.back().end = each.end;
    }
  }
  return apart;
}

std::vector<syntax::Extent> without(const std::vector<syntax::Extent>& left_out, std::string_view source) {
  std::vector<syntax::Extent> parts;
  syntax::Extent part;
  for (const auto& each : left_out) {
    if (each.range.begin < part.range.begin) throw std::logic_error("what is left out is not apart");
    part.range.end = each.range.begin;
    part.end = each.begin;
    if (part.range.size() > 0) parts.push_back(part);
    part.range.begin = each.range.end;
    part.begin = each.end;
  }
  part.range.end = static_cast<std::uint32_t>(source.size());
  part.end = behind(part.begin, source.substr(part.range.begin));
  if (part.range.size() > 0) parts.push_back(part);
  return parts;
}

}  // namespace froe::chunk
