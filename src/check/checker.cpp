#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "check/clones.hpp"
#include "check/judge.hpp"
#include "check/lines.hpp"
#include "check/newness.hpp"
#include "check/suppressions.hpp"
#include "froe/check.hpp"
#include "froe/digest.hpp"

namespace froe::check {
namespace {

constexpr std::size_t duplicated = static_cast<std::size_t>(Rule::duplicated_code);

// What is kept of a file until all have been seen.
struct Kept {
  std::string path;
  std::vector<Suppression> suppressions;
  std::vector<bool> lines;  // by number: code that counts as new begins there
};

// Where a piece of a clone stands.
struct Piece {
  Location at;
  std::uint32_t file = 0;
  std::uint32_t tokens = 0;
  std::string symbol;
  bool is_new = true;
  bool is_allowed = false;
  bool counts = true;  // it is neither allowed nor smaller than its file may have
};

// The shortest clone that some file may not have.
std::uint32_t least_clone(const Settings& settings) {
  auto least = settings.rules.at(duplicated).limit;
  for (const auto& scope : settings.scopes) {
    for (const auto& change : scope.changes) {
      if (change.rule == Rule::duplicated_code && change.limit) least = std::min(least, *change.limit);
    }
  }
  return least;
}

std::string lines_of(const Location& at) {
  return at.path + ':' + std::to_string(at.line) + '-' + std::to_string(at.last_line);
}

Candidate to_candidate(const CloneClass& clone, std::vector<Piece> pieces, Level level) {
  // What is new is what somebody is about to answer for.
  std::stable_partition(pieces.begin(), pieces.end(), [](const Piece& piece) { return piece.is_new; });
  auto first = std::move(pieces.front());
  Candidate candidate;
  candidate.file = first.file;
  candidate.key = std::to_string(clone.hash);
  auto& finding = candidate.finding;
  finding.rule = Rule::duplicated_code;
  finding.level = level;
  finding.symbol = std::move(first.symbol);
  finding.is_new = first.is_new;
  const auto lines = first.at.last_line - first.at.line + 1;
  finding.message = std::to_string(lines) + (lines == 1 ? " line (" : " lines (") +
                    std::to_string(first.tokens) + (lines == 1 ? " tokens) stands " : " tokens) stand ") +
                    (clone.exact ? "also" : "with other names or literals also") + " in " +
                    lines_of(pieces[1].at);
  if (pieces.size() > 2) {
    auto more = pieces.size() - 2;
    finding.message += " and " + std::to_string(more) + (more == 1 ? " other place" : " other places");
  }
  finding.at = std::move(first.at);
  for (std::size_t i = 1; i < pieces.size(); ++i) finding.related.push_back(std::move(pieces[i].at));
  return candidate;
}

// The same for the same finding wherever it stands in its file. Of several that are alike, each has its own.
void add_fingerprints(std::vector<Candidate>& found) {
  std::map<StableId, std::uint32_t> seen;
  for (auto& each : found) {
    auto& finding = each.finding;
    // The same clones are the same finding, whichever place comes first.
    const bool anywhere = finding.rule == Rule::duplicated_code;
    const auto id = info(finding.rule).id;
    auto named = [&](const std::string& text) {
      return stable_id(id, anywhere ? "" : finding.at.path, Kind::code, anywhere ? "" : finding.symbol, text);
    };
    auto first = named(each.key);
    auto earlier = seen[first]++;
    if (earlier > 0) first = named(each.key + '#' + std::to_string(earlier));
    finding.fingerprint = to_hex(first);
  }
}

}  // namespace

struct Checker::State {
  Settings settings;
  const Touched* touched;
  Revisit revisit;
  Clones clones;
  std::vector<Kept> kept;  // files that are judged, by number
  std::vector<Candidate> found;
  Report report;
  bool lost = false;

  State(const Settings& given, const Touched* what_is_new, Revisit again)
      : settings(given), touched(what_is_new), revisit(std::move(again)), clones(least_clone(given)) {
    report.unmatched = given.exclude;
    for (const auto& scope : given.scopes)
      report.unmatched.insert(report.unmatched.end(), scope.paths.begin(), scope.paths.end());
  }

  void show(std::uint32_t file, const std::function<void(const File&)>& visit) {
    if (!lost && !revisit(kept[file].path, visit)) lost = true;
  }
  bool allows(std::uint32_t file, Rule rule, std::uint32_t first, std::uint32_t last) {
    bool allowed = false;
    for (auto& suppression : kept[file].suppressions) {
      if (suppression.covers(rule, first, last)) suppression.used = allowed = true;
    }
    return allowed;
  }
  void add_clones();
  std::vector<std::vector<Piece>> pieces_of(const std::vector<CloneClass>& classes);
  void count_duplicated(const std::vector<std::vector<Piece>>& pieces);
  void add_suppressions();
};

Checker::Checker(const Settings& settings, const Touched* touched, Revisit revisit)
    : state_(std::make_unique<State>(settings, touched, std::move(revisit))) {}
Checker::Checker(Checker&&) noexcept = default;
Checker& Checker::operator=(Checker&&) noexcept = default;
Checker::~Checker() = default;

void Checker::add(const File& file) {
  auto& state = *state_;
  const auto name = state.settings.prefix + std::string(file.path);
  std::erase_if(state.report.unmatched, [&](const Pattern& each) { return matches(each.text, name); });
  if (state.settings.is_excluded(file.path) || (file.mark && state.settings.skip.contains(*file.mark)))
    return;
  const auto number = static_cast<std::uint32_t>(state.kept.size());
  const Lines lines(file.content);
  const Newness newness(state.touched, file.path, file.symbols);
  const auto tokens = lex(file.content, file.tokens);
  auto& kept = state.kept.emplace_back();
  kept.path = file.path;
  if (!tokens.empty()) kept.suppressions = find_suppressions(lines, tokens);
  kept.lines.resize(lines.count() + 1);
  std::uint32_t line = 0;
  for (const auto& token : tokens) {
    const auto before = line;
    while (line < lines.count() && lines.begin(line + 1) <= token.range.begin) ++line;
    if (line == before || !newness.piece(token.range)) continue;
    kept.lines[line] = true;
    ++state.report.duplication.lines;
  }
  judge(file, lines, number, state.settings, newness, state.found);
  bool looks_for_clones = state.settings.setting(Rule::duplicated_code, file.path).level != Level::off;
  if (looks_for_clones) state.clones.add(number, tokens);
}

// By class and fragment, in the order of these.
std::vector<std::vector<Piece>> Checker::State::pieces_of(const std::vector<CloneClass>& classes) {
  std::map<std::uint32_t, std::vector<std::pair<std::size_t, std::size_t>>> in_file;
  std::vector<std::vector<Piece>> pieces(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    pieces[i].resize(classes[i].fragments.size());
    for (std::size_t j = 0; j < pieces[i].size(); ++j)
      in_file[classes[i].fragments[j].file].emplace_back(i, j);
  }
  for (const auto& [number, all] : in_file) {
    show(number, [&, number = number, &all = all](const File& file) {
      const Lines lines(file.content);
      const Newness newness(touched, file.path, file.symbols);
      const auto limit = settings.setting(Rule::duplicated_code, file.path).limit;
      for (auto [i, j] : all) {
        const auto& fragment = classes[i].fragments[j];
        auto& piece = pieces[i][j];
        piece.file = number;
        piece.tokens = fragment.count;
        piece.at = locate(file.path, lines, fragment.range);
        piece.is_new = newness.piece(fragment.range);
        auto signature = piece.at.line;
        if (const auto* around = symbol_around(file.symbols, fragment.range)) {
          piece.symbol = qualified_name(file.symbols, *around);
          signature = std::min(signature, lines.line_of(around->name_range.begin));
        }
        // Beside the clone, or at the head of the function that it stands in.
        bool here = allows(number, Rule::duplicated_code, piece.at.line, piece.at.line);
        piece.is_allowed = allows(number, Rule::duplicated_code, signature, signature) || here;
        piece.counts = !piece.is_allowed && fragment.count >= limit;
      }
    });
  }
  return pieces;
}

// Lines with code that lie in clones.
void Checker::State::count_duplicated(const std::vector<std::vector<Piece>>& pieces) {
  for (const auto& clone : pieces) {
    for (const auto& piece : clone) {
      auto& lines = kept[piece.file].lines;
      for (auto line = piece.at.line; line <= piece.at.last_line; ++line) {
        report.duplication.duplicated += lines[line] ? 1 : 0;
        lines[line] = false;
      }
    }
  }
}

void Checker::State::add_clones() {
  auto tokens_of = [&](std::uint32_t number) {
    std::vector<Lex> tokens;
    show(number, [&](const File& file) { tokens = lex(file.content, file.tokens); });
    return tokens;
  };
  const auto classes = clones.find(tokens_of);
  if (lost) return;
  auto pieces = pieces_of(classes);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    bool allowed = std::ranges::any_of(pieces[i], &Piece::is_allowed);
    std::erase_if(pieces[i], [](const Piece& piece) { return !piece.counts; });
    if (pieces[i].size() < 2) {
      pieces[i].clear();
      report.suppressed += allowed ? 1 : 0;
    }
  }
  count_duplicated(pieces);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (pieces[i].empty()) continue;
    auto level = settings.setting(Rule::duplicated_code, pieces[i].front().at.path).level;
    found.push_back(to_candidate(classes[i], std::move(pieces[i]), level));
  }
}

// Comments that are about nothing.
void Checker::State::add_suppressions() {
  for (std::uint32_t number = 0; number < kept.size(); ++number) {
    const auto& suppressions = kept[number].suppressions;
    if (suppressions.empty()) continue;
    show(number, [&](const File& file) {
      const Lines lines(file.content);
      const Newness newness(touched, file.path, file.symbols);
      for (const auto& each : suppressions) {
        judge(each, kept[number].path, lines, number, settings, newness, found);
      }
    });
  }
}

Result<Report> Checker::finish(const Baseline* baseline) {
  auto& state = *state_;
  state.report.files = state.kept.size();
  state.report.suppressed = std::erase_if(state.found, [&](const Candidate& each) {
    return state.allows(each.file, each.finding.rule, each.finding.at.line, each.finding.at.line);
  });
  state.add_clones();
  state.add_suppressions();
  if (state.lost) {
    return failure(ErrorKind::io,
                   "a file of the index could not be read a second time; `froe verify` may say why");
  }
  auto order = [](const Candidate& each) {
    const auto& [rule, level, at, symbol, message, related, fingerprint, is_new] = each.finding;
    return std::tuple(std::string_view(at.path), at.line, rule, at.column, std::string_view(message));
  };
  std::ranges::stable_sort(state.found, {}, order);
  add_fingerprints(state.found);
  for (auto& each : state.found) {
    bool known = baseline != nullptr && baseline->knows(each.finding);
    if (known || !each.finding.is_new) {
      ++state.report.known;
    } else {
      state.report.findings.push_back(std::move(each.finding));
    }
  }
  return std::move(state.report);
}

std::vector<std::string> gate(const Settings& settings, const Report& report) {
  std::vector<std::string> reasons;
  auto found = [&](std::uint64_t count, const std::string& what) {
    if (count == 0) return;
    reasons.push_back(std::to_string(count) + ' ' + what + (count == 1 ? "" : "s"));
  };
  // Levels from the worst down to the one that counts.
  if (settings.fail_on == FailOn::fresh) {
    found(report.findings.size(), "new finding");
  } else if (settings.fail_on != FailOn::never) {
    found(report.count(Level::error), "error");
    if (settings.fail_on != FailOn::error) found(report.count(Level::warning), "warning");
    if (settings.fail_on == FailOn::note) found(report.count(Level::note), "note");
  }
  if (settings.max_duplication && report.duplication.percent() > *settings.max_duplication) {
    auto percent = [](double value) {
      auto text = std::to_string(value);
      return text.substr(0, text.find('.') + 3) + " %";
    };
    reasons.push_back(percent(report.duplication.percent()) + " of the lines are duplicated; " +
                      percent(*settings.max_duplication) + " are allowed");
  }
  return reasons;
}

}  // namespace froe::check
