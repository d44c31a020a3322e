// Judges code by rules: what is too long, too involved, written twice, or missing from the index; what of
// that is new; and whether it fails a gate. This module knows records, not where they come from (an index,
// git), nor how findings are shown. The rules, their numbers and where these come from: docs/check.md.
//
// Lines count from 1, columns in bytes from 0. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "froe/record.hpp"
#include "froe/support.hpp"

namespace froe::check {

enum class Level : std::uint8_t { off, note, warning, error };
inline constexpr std::array all_levels{Level::off, Level::note, Level::warning, Level::error};
[[nodiscard]] std::string_view to_string(Level level);
[[nodiscard]] std::optional<Level> level_from_string(std::string_view name);

enum class Rule : std::uint8_t {
  function_too_long,
  too_many_parameters,
  nesting_too_deep,
  cyclomatic_complexity,
  cognitive_complexity,
  file_too_large,
  syntax_error,
  duplicated_code,
  merge_conflict_marker,
  file_degraded,
  file_left_out,
  undocumented_public_definition,
  unused_suppression,
  bad_suppression,
};
inline constexpr std::size_t rule_count = 14;

struct RuleInfo {
  Rule rule{};
  std::string_view id;     // stable: what configurations, suppressions and platforms know it by
  std::string_view title;  // one sentence
  std::string_view help;   // what it means and what to do about it
  Level level{};           // unless told otherwise
  std::string_view unit;   // of the limit; empty: it has none
  std::uint32_t limit = 0;
};
// In order of Rule.
[[nodiscard]] std::span<const RuleInfo> rules();
[[nodiscard]] const RuleInfo& info(Rule rule);
[[nodiscard]] std::optional<Rule> rule_called(std::string_view id);

enum class FailOn : std::uint8_t { never, error, warning, note, fresh };
// "never", "error", "warning", "note", "new".
[[nodiscard]] std::optional<FailOn> fail_on_from_string(std::string_view name);

struct RuleSetting {
  Level level{};
  std::uint32_t limit = 0;
};
// Of paths: docs/check.md. Relative, with neither "./" before it nor "/" behind it.
struct Pattern {
  std::string text;
  std::string_view key;    // that it is given under: "check.exclude"
  std::uint32_t line = 0;  // of the settings
};
// What holds for some paths in place of what holds for all.
struct Scope {
  std::vector<Pattern> paths;
  struct Change {
    Rule rule{};
    std::optional<Level> level;
    std::optional<std::uint32_t> limit;
  };
  std::vector<Change> changes;
};
struct Settings {
  Settings();  // the rules' own
  std::array<RuleSetting, rule_count> rules{};
  std::string file;    // that they were read from; empty: none
  std::string prefix;  // of paths, before they are held against patterns: the tree, from where those are
  std::vector<Scope> scopes;     // later ones win
  std::vector<Pattern> exclude;  // of paths that are not judged
  std::set<Mark> skip;           // files so marked are not judged
  FailOn fail_on = FailOn::error;
  std::optional<double> max_duplication;  // percent

  [[nodiscard]] RuleSetting setting(Rule rule, std::string_view path) const;
  [[nodiscard]] bool is_excluded(std::string_view path) const;
};
// Of a froe.toml. ErrorKind::invalid_argument: not TOML, an unknown key or word, a pattern that no path can
// match; the message names `file`, the line, the key and what is allowed.
[[nodiscard]] Result<Settings> read_settings(std::string_view text, const std::string& file);
// Whether a path is the pattern, lies below it, or matches it, where `*` stands for anything, `/` too.
[[nodiscard]] bool matches(const std::string& pattern, const std::string& path);

// One file of the index. Only `path`, `outcome` and `detail` are there for one that was left out.
struct File {
  std::string_view path;
  Outcome outcome = Outcome::parsed;
  std::string_view detail;
  std::optional<Mark> mark;
  std::string_view content;
  std::span<const Symbol> symbols;
  std::span<const ByteRange> errors;
  std::span<const Metrics> metrics;
  std::string_view tokens;  // as froe/token_stream.hpp writes them
};

struct Location {
  std::string path;
  std::uint32_t line = 1;
  std::uint32_t column = 0;      // of what is marked on that line
  std::uint32_t end_column = 0;  // greater than `column`, unless the line is empty
  std::uint32_t last_line = 1;   // of what the finding is about
  std::string text;              // the line, cut at a fixed length
};
struct Finding {
  Rule rule{};
  Level level{};
  Location at;
  std::string symbol;  // the definition, with those around it; empty: none
  std::string message;
  std::vector<Location> related;
  std::string fingerprint;  // hexadecimal; the same wherever in its file the code stands; unique in a report
  bool is_new = true;
};

// What a change of the tree touched, in definitions and chunks: a finding is new if it is about one of these.
struct Touched {
  struct InFile {
    std::vector<ByteRange> symbols;  // added or changed, not moved
    std::vector<ByteRange> chunks;
    std::optional<std::uint64_t> lines_before;  // nothing: there was no such file
    bool entire = false;                        // nobody could tell what is new, so all is
  };
  std::map<std::string, InFile, std::less<>> files;  // those that differ, unless they are another's content
  std::set<std::string, std::less<>> directories;    // in which all is new
};

// Findings that are known.
struct Baseline {
  struct Known {
    std::string about;         // for people
    std::uint64_t places = 1;  // of a class of clones: one more is new
  };
  std::map<std::string, Known, std::less<>> findings;  // by fingerprint
  [[nodiscard]] bool knows(const Finding& finding) const;
  void add(const Finding& finding);
  [[nodiscard]] std::string to_json() const;
  // ErrorKind::corrupt or too_new; the message names `file`.
  static Result<Baseline> parse(std::string_view json, const std::string& file);
};

struct Duplication {
  std::uint64_t lines = 0;       // with code, in all files that are judged, or of those what is new
  std::uint64_t duplicated = 0;  // of these, in clones
  [[nodiscard]] double percent() const {
    return lines == 0 ? 0 : 100.0 * static_cast<double>(duplicated) / static_cast<double>(lines);
  }
};

struct Report {
  std::vector<Finding> findings;  // in order of path, line and rule; of known ones none
  std::uint64_t files = 0;        // judged
  std::uint64_t known = 0;        // findings that are not new
  std::uint64_t suppressed = 0;
  Duplication duplication;
  std::vector<Pattern> unmatched;  // of the settings: no file that was added matches
  [[nodiscard]] std::uint64_t count(Level level) const;
};

// Files are added one at a time and need not be kept; what has to be looked at again is asked for.
class Checker {
 public:
  // Shows a file that was added once more; false: it cannot be had, and there is no report.
  using Revisit = std::function<bool(const std::string& path, const std::function<void(const File&)>& visit)>;

  // `touched`: null if everything is new; it must outlive the checker.
  Checker(const Settings& settings, const Touched* touched, Revisit revisit);
  Checker(Checker&&) noexcept;
  Checker& operator=(Checker&&) noexcept;
  ~Checker();

  // In order of path. Nothing that the file points at is kept.
  void add(const File& file);
  // Once. `baseline`: null if there is none. ErrorKind::io: a file could not be had again.
  [[nodiscard]] Result<Report> finish(const Baseline* baseline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Whether findings fail the gate, and why: sentences.
[[nodiscard]] std::vector<std::string> gate(const Settings& settings, const Report& report);

}  // namespace froe::check
