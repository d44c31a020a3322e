#include "check/judge.hpp"

#include <algorithm>
#include <utility>

namespace froe::check {
namespace {

// Long enough for a line of code; a minified file has longer ones.
constexpr std::size_t most_text = 300;
constexpr std::size_t longest_name = 200;
// A file that the grammar makes nothing of has thousands.
constexpr std::size_t most_errors = 20;

class Judge {
 public:
  Judge(const File& file, const Lines& lines, std::uint32_t number, const Settings& settings,
        const Newness& newness, std::vector<Candidate>& found)
      : file_(file), lines_(lines), number_(number), settings_(settings), newness_(newness), found_(found) {}

  void run() {
    outcome();
    if (!is_indexed(file_.outcome)) return;
    size();
    conflicts();
    errors();
    for (const auto& metrics : file_.metrics) function(metrics);
    documentation();
  }

 private:
  // The rule's level and limit for this file; the level is off if nobody asks.
  [[nodiscard]] RuleSetting setting(Rule rule) const { return settings_.setting(rule, file_.path); }

  Finding& add(Rule rule, Level level, Location at, std::string message, bool is_new, std::string key) {
    auto& candidate = found_.emplace_back();
    candidate.file = number_;
    candidate.key = std::move(key);
    auto& finding = candidate.finding;
    finding.rule = rule;
    finding.level = level;
    finding.at = std::move(at);
    finding.message = std::move(message);
    finding.is_new = is_new;
    return finding;
  }

  void outcome() {
    // What is no text, or no file, is left out on purpose.
    const auto is = file_.outcome;
    bool degraded = lost_tree(is) || is == Outcome::oversized;
    bool on_purpose = is == Outcome::binary || is == Outcome::not_regular;
    if (!degraded && (is_indexed(is) || on_purpose)) return;
    auto rule = degraded ? Rule::file_degraded : Rule::file_left_out;
    auto level = setting(rule).level;
    if (level == Level::off) return;
    std::string message = degraded ? "indexed as text, without a syntax tree: " : "not in the index: ";
    message += to_string(is);
    if (!file_.detail.empty()) message += ", " + std::string(file_.detail);
    Location at;
    at.path = file_.path;
    if (!file_.content.empty()) at = locate(file_.path, lines_, {0, 0});
    add(rule, level, std::move(at), std::move(message), newness_.file(), std::string(to_string(is)));
  }

  void size() {
    const auto [level, limit] = setting(Rule::file_too_large);
    if (level == Level::off || file_.tokens.empty() || lines_.count() <= limit) return;
    add(Rule::file_too_large, level, locate(file_.path, lines_, {0, 0}),
        "the file has " + std::to_string(lines_.count()) + " lines; " + std::to_string(limit) +
            " are allowed",
        newness_.growth(limit), {});
  }

  void conflicts() {
    const auto level = setting(Rule::merge_conflict_marker).level;
    if (level == Level::off) return;
    constexpr std::string_view ours = "<<<<<<< ";
    constexpr std::string_view theirs = ">>>>>>> ";
    for (std::uint32_t line = 1; line <= lines_.count(); ++line) {
      auto text = lines_.text(line);
      if (!text.starts_with(ours) && !text.starts_with(theirs)) continue;
      auto begin = lines_.begin(line);
      const ByteRange range{begin, begin + static_cast<std::uint32_t>(text.size())};
      add(Rule::merge_conflict_marker, level, locate(file_.path, lines_, range),
          "a conflict of a merge was not resolved here", newness_.piece(range), std::string(text));
    }
  }

  void errors() {
    const auto level = setting(Rule::syntax_error).level;
    if (level == Level::off) return;
    for (std::size_t i = 0; i < std::min(file_.errors.size(), most_errors); ++i) {
      auto range = file_.errors[i];
      std::string message =
          range.size() == 0 ? "the grammar misses something here" : "the grammar cannot read this";
      auto rest = file_.errors.size() - most_errors;
      if (i + 1 == most_errors && file_.errors.size() > most_errors) {
        message += ", nor " + std::to_string(rest) + " places that follow";
      }
      auto at = locate(file_.path, lines_, range);
      auto key = at.text;
      // What is missing stands nowhere; its line is what may be new.
      auto around = range;
      if (around.size() == 0) around = {around.begin > 0 ? around.begin - 1 : 0, around.end + 1};
      add(Rule::syntax_error, level, std::move(at), std::move(message), newness_.piece(around),
          std::move(key));
    }
  }

  // Points at the name, which is on the line of the signature.
  void about(const Symbol& symbol, Rule rule, Level level, const std::string& message) {
    auto at = locate(file_.path, lines_, symbol.name_range.size() > 0 ? symbol.name_range : symbol.range);
    at.last_line = std::max(at.line, lines_.line_of(symbol.range.end > 0 ? symbol.range.end - 1 : 0));
    auto name = qualified_name(file_.symbols, symbol);
    auto& finding = add(
        rule, level, std::move(at),
        std::string(to_string(symbol.kind)) + ' ' + (name.empty() ? "without a name" : name) + ' ' + message,
        newness_.definition(symbol.range), {});
    finding.symbol = std::move(name);
  }

  void function(const Metrics& metrics) {
    const auto& symbol = file_.symbols[metrics.symbol];
    auto over = [&](Rule rule, std::uint32_t value, const std::string& verb, std::string_view what) {
      const auto [level, limit] = setting(rule);
      if (level == Level::off || value <= limit) return;
      about(symbol, rule, level,
            verb + ' ' + std::to_string(value) + ' ' + std::string(what) + "; " + std::to_string(limit) +
                (limit == 1 ? " is" : " are") + " allowed");
    };
    auto last = lines_.line_of(symbol.range.end > 0 ? symbol.range.end - 1 : 0);
    over(Rule::function_too_long, last - lines_.line_of(symbol.range.begin) + 1, "has", "lines");
    over(Rule::too_many_parameters, metrics.parameters, "declares", "parameters");
    over(Rule::nesting_too_deep, metrics.nesting, "nests", "levels deep");
    over(Rule::cyclomatic_complexity, metrics.cyclomatic, "has a cyclomatic complexity of", "paths");
    over(Rule::cognitive_complexity, metrics.cognitive, "has a cognitive complexity of", "points");
  }

  void documentation() {
    const auto level = setting(Rule::undocumented_public_definition).level;
    if (level == Level::off) return;
    std::vector<bool> is_open(file_.symbols.size());
    for (std::size_t i = 0; i < file_.symbols.size(); ++i) {
      const auto& symbol = file_.symbols[i];
      is_open[i] = symbol.visibility == Visibility::public_ && (!symbol.parent || is_open[*symbol.parent]);
      const auto kind = symbol.kind;
      bool is_type = kind == Kind::type || (has_members(kind) && kind != Kind::impl);
      if (!is_type && !is_callable(kind) && kind != Kind::macro) continue;
      if (is_open[i] && !symbol.doc) {
        about(symbol, Rule::undocumented_public_definition, level, "is public and not documented");
      }
    }
  }

  const File& file_;
  const Lines& lines_;
  std::uint32_t number_;
  const Settings& settings_;
  const Newness& newness_;
  std::vector<Candidate>& found_;
};

}  // namespace

void judge(const File& file, const Lines& lines, std::uint32_t number, const Settings& settings,
           const Newness& newness, std::vector<Candidate>& found) {
  Judge(file, lines, number, settings, newness, found).run();
}

void judge(const Suppression& suppression, const std::string& path, const Lines& lines, std::uint32_t number,
           const Settings& settings, const Newness& newness, std::vector<Candidate>& found) {
  if (suppression.is_good() && suppression.used) return;
  const auto rule = suppression.is_good() ? Rule::unused_suppression : Rule::bad_suppression;
  const auto level = settings.setting(rule, path).level;
  if (level == Level::off) return;
  std::string message = "nothing is found here that this comment allows";
  if (!suppression.unknown.empty()) {
    message = "this comment allows " + suppression.unknown + ", which is no rule";
  } else if (!suppression.has_reason) {
    message = "this comment does not say why, so it allows nothing";
  }
  auto text = lines.text(suppression.line);
  auto end = lines.begin(suppression.line) + static_cast<std::uint32_t>(text.size());
  const ByteRange range{suppression.at, end};
  Candidate candidate;
  candidate.file = number;
  candidate.key = text;
  candidate.finding.rule = rule;
  candidate.finding.level = level;
  candidate.finding.at = locate(path, lines, range);
  candidate.finding.message = std::move(message);
  candidate.finding.is_new = newness.piece(range);
  found.push_back(std::move(candidate));
}

const Symbol* symbol_around(std::span<const Symbol> symbols, ByteRange range) {
  const Symbol* innermost = nullptr;
  for (const auto& symbol : symbols) {
    if (symbol.range.begin <= range.begin && range.end <= symbol.range.end) innermost = &symbol;
  }
  return innermost;
}

std::string qualified_name(std::span<const Symbol> symbols, const Symbol& symbol) {
  std::string name = symbol.name;
  for (auto parent = symbol.parent; parent && name.size() < longest_name; parent = symbols[*parent].parent) {
    if (!symbols[*parent].name.empty()) name.insert(0, symbols[*parent].name + '.');
  }
  return name;
}

Location locate(std::string_view path, const Lines& lines, ByteRange range) {
  Location at;
  at.path = path;
  at.line = lines.line_of(range.begin);
  auto text = lines.text(at.line);
  if (text.size() > most_text) {
    auto end = most_text;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text = text.substr(0, end);
  }
  const auto begin = lines.begin(at.line);
  const auto size = static_cast<std::uint32_t>(text.size());
  at.column = std::min(range.begin - begin, size);
  at.end_column = std::min(std::max(range.end, range.begin + 1) - begin, size);
  // Past the end of a line there is nothing to point at but its last character.
  if (at.end_column <= at.column && size > 0) {
    at.column = size - 1;
    at.end_column = size;
  }
  at.last_line = range.size() == 0 ? at.line : std::max(at.line, lines.line_of(range.end - 1));
  at.text = text;
  return at;
}

}  // namespace froe::check
