#include "chunk/difference.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "chunk/measure.hpp"

namespace froe::chunk {
namespace {

// Two places lie that far apart before it pays to tell them from one: less is parsed in no time.
constexpr std::size_t worth_telling_apart = 2048;
// What is alike from the beginning of a line on and this long is taken for the same.
constexpr std::size_t alike = 64;
// So many lines are tried on each side. Who types does not write more between two questions.
constexpr std::size_t most_lines = 32;
constexpr std::size_t most_edits = 100;

// How many bytes the beginnings of two texts have in common. By blocks, at the speed of memory.
std::size_t common_prefix(std::string_view a, std::string_view b) {
  constexpr std::size_t block = 4096;
  const auto size = std::min(a.size(), b.size());
  std::size_t at = 0;
  while (at + block <= size && std::memcmp(a.data() + at, b.data() + at, block) == 0) at += block;
  while (at < size && a[at] == b[at]) ++at;
  return at;
}
std::size_t common_suffix(std::string_view a, std::string_view b) {
  constexpr std::size_t block = 4096;
  const auto size = std::min(a.size(), b.size());
  std::size_t at = 0;
  auto same = [&](std::size_t count) {
    return std::memcmp(a.data() + a.size() - at - count, b.data() + b.size() - at - count, count) == 0;
  };
  while (at + block <= size && same(block)) at += block;
  while (at < size && a[a.size() - at - 1] == b[b.size() - at - 1]) ++at;
  return at;
}

struct Places {
  std::size_t before = 0;
  std::size_t after = 0;
};

// Where the next lines begin.
class LineStarts {
 public:
  explicit LineStarts(std::string_view text) {
    for (std::size_t at = text.find('\n'); at != std::string_view::npos && count_ < most_lines;
         at = text.find('\n', at + 1))
      starts_[count_++] = at + 1;
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  std::size_t operator[](std::size_t i) const { return starts_[i]; }

 private:
  std::array<std::size_t, most_lines> starts_{};
  std::size_t count_ = 0;
};

// Where two texts that begin otherwise are the same again, by the fewest lines.
std::optional<Places> meet(std::string_view before, std::string_view after) {
  const LineStarts old_lines(before);
  const LineStarts new_lines(after);
  if (old_lines.count() == 0 || new_lines.count() == 0) return std::nullopt;
  const auto most = old_lines.count() + new_lines.count() - 2;
  for (std::size_t lines = 0; lines <= most; ++lines) {
    auto first = lines < new_lines.count() ? 0 : lines - new_lines.count() + 1;
    for (auto i = first; i <= std::min(lines, old_lines.count() - 1); ++i) {
      auto rest = before.substr(old_lines[i], alike);
      if (rest.size() == alike && rest == after.substr(new_lines[lines - i], alike))
        return Places{old_lines[i], new_lines[lines - i]};
    }
  }
  return std::nullopt;
}

class Comparison {
 public:
  Comparison(std::string_view before, std::string_view after) : before_(before), after_(after) {}

  std::vector<syntax::Edit> run() {
    Places at{common_prefix(before_, after_), 0};
    at.after = at.before;
    auto suffix = common_suffix(before_.substr(at.before), after_.substr(at.after));
    const Places end{before_.size() - suffix, after_.size() - suffix};
    while (at.before < end.before || at.after < end.after) {
      auto old_rest = before_.substr(at.before, end.before - at.before);
      auto new_rest = after_.substr(at.after, end.after - at.after);
      bool is_large = std::min(old_rest.size(), new_rest.size()) >= worth_telling_apart;
      auto next = is_large && edits_.size() + 1 < most_edits ? meet(old_rest, new_rest) : std::nullopt;
      if (!next) {
        add(at, end);
        break;
      }
      next->before += at.before;
      next->after += at.after;
      add(at, *next);
      auto same = common_prefix(before_.substr(next->before, end.before - next->before),
                                after_.substr(next->after, end.after - next->after));
      at = {next->before + same, next->after + same};
    }
    return std::move(edits_);
  }

 private:
  // [from, to) of the old text became [from, to) of the new one; the beginnings differ.
  void add(Places from, Places to) {
    auto old_text = before_.substr(from.before, to.before - from.before);
    auto new_text = after_.substr(from.after, to.after - from.after);
    auto same = common_suffix(old_text, new_text);
    old_text.remove_suffix(same);
    new_text.remove_suffix(same);
    syntax::Edit edit;
    edit.begin = static_cast<std::uint32_t>(from.before);
    edit.old_end = edit.begin + static_cast<std::uint32_t>(old_text.size());
    edit.new_end = edit.begin + static_cast<std::uint32_t>(new_text.size());
    edit.begin_at = behind(counted_at_, before_.substr(counted_, edit.begin - counted_));
    edit.old_end_at = behind(edit.begin_at, old_text);
    edit.new_end_at = behind(edit.begin_at, new_text);
    counted_ = edit.old_end;
    counted_at_ = edit.old_end_at;
    edits_.push_back(edit);
  }

  std::string_view before_;
  std::string_view after_;
  std::vector<syntax::Edit> edits_;
  // Behind the last edit, in the old text.
  std::size_t counted_ = 0;
  Position counted_at_;
};

}  // namespace

std::vector<syntax::Edit> differences(std::string_view before, std::string_view after) {
  return Comparison(before, after).run();
}

}  // namespace froe::chunk
