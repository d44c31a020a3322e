// Results for people and for programs: one line of JSON an item, or text for a terminal. This module does not
// know where results come from, nor where the lines go.
//
// JSON positions: bytes from 0, half open; lines from 1, both ends included; columns in bytes from 0.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "froe/check.hpp"
#include "froe/record.hpp"
#include "froe/store.hpp"
#include "froe/support.hpp"

namespace froe::report {

// Colours of the terminal, or nothing.
struct Style {
  bool color = false;

  [[nodiscard]] std::string path(std::string_view text) const { return paint("35", text); }
  [[nodiscard]] std::string name(std::string_view text) const { return paint("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return paint("2", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return paint("31", text); }

 private:
  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const;
};

// What is known of the file that a chunk is from, in order and all of it.
struct FileView {
  Outcome outcome = Outcome::parsed;
  std::string_view content;
  std::span<const Chunk> chunks{};
  std::span<const Symbol> symbols{};
  std::span<const Import> imports{};
  std::span<const ByteRange> errors{};
  std::span<const std::uint32_t>
      overlaps{};  // for each chunk where the text before it begins; empty: not asked for
};

// What follows from the chunks and symbols of a file and is not kept. What the view points at must outlive
// it.
class File {
 public:
  explicit File(const FileView& view);

  [[nodiscard]] const FileView& view() const { return view_; }
  [[nodiscard]] std::string_view text(ByteRange range) const {
    return view_.content.substr(range.begin, range.size());
  }
  // The chunk that holds the head of the definition around this one; nullptr: none.
  [[nodiscard]] const Chunk* parent_of(const Chunk& chunk) const;
  // The names of the definitions beside the one that the chunk is or is a part of, each once, in order: of
  // those in the same definition the nearest, at most eight on each side or sixteen together.
  [[nodiscard]] std::vector<std::string> siblings_of(const Chunk& chunk) const;
  // The names of the imports that the chunk uses, in order.
  [[nodiscard]] std::vector<std::string> imports_of(const Chunk& chunk) const;
  // The definition's decorators, each on one line.
  [[nodiscard]] std::vector<std::string> decorators_of(const Chunk& chunk) const;
  // The definition's documentation without its marks; empty: none.
  [[nodiscard]] std::string documentation_of(const Chunk& chunk) const;
  // The column of the position at `offset`, which is `column` in bytes, in the units of UTF-16. What is not
  // valid UTF-8 counts one a byte.
  [[nodiscard]] std::uint32_t utf16_column(std::uint32_t offset, std::uint32_t column) const;

 private:
  [[nodiscard]] std::optional<std::uint32_t> symbol_of(const Chunk& chunk) const;

  FileView view_;
  bool is_utf8_;
  std::vector<std::vector<std::uint32_t>> inside_;  // by symbol, those directly in it; last: at the top
};

// How many units of UTF-16 a text takes; what is not valid UTF-8 counts one a byte.
[[nodiscard]] std::uint32_t utf16_length(std::string_view text);

// What the chunk is called where it stands alone: kind, scope and name, as in "method Shelf.put".
[[nodiscard]] std::string title_of(const store::FoundChunk& found);

// The head of a chunk for a reader who has nothing else of its file, made from a template. docs/chunks.md has
// the placeholders and what a template means.
class Template {
 public:
  // ErrorKind::invalid_argument: a placeholder that there is not; the message lists those that there are.
  static Result<Template> parse(std::string_view text);
  // Lines, each with its line break; values as they are in the file.
  [[nodiscard]] std::string render(const store::FoundChunk& found, const File& file) const;

 private:
  struct Piece {
    std::string literal;    // comes first
    std::size_t value = 0;  // of the placeholder that follows; beyond the last: none does
  };
  using Line = std::vector<Piece>;
  std::vector<Line> lines_;
};
extern const std::string_view default_template;

struct ChunkJson {
  bool text = true;                   // the chunk's own
  const Template* context = nullptr;  // null: none
};

// JSON Lines, with the line break.
[[nodiscard]] std::string chunk_json(const store::FoundChunk& found, const File& file,
                                     const ChunkJson& options);
[[nodiscard]] std::string symbol_json(std::string_view path, const Symbol& symbol, const File& file);
[[nodiscard]] std::string reference_json(const store::FoundReference& found);
[[nodiscard]] std::string ledger_json(const store::LedgerEntry& entry);
[[nodiscard]] std::string quarantine_json(const store::Quarantined& entry);
[[nodiscard]] std::string statistics_json(const store::Statistics& statistics);
[[nodiscard]] std::string last_run_json(const store::LastRun& run);

// First line of a chunk: where it is and what it is.
[[nodiscard]] std::string chunk_heading(const store::FoundChunk& found, const Style& style);
// Lines of a terminal, each indented: what a template made.
[[nodiscard]] std::string context_text(std::string_view context, const Style& style);
// The chunk's text indented, at most `lines` lines of it.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t lines, const Style& style);
// Where a name is used, in which definition, and its line.
[[nodiscard]] std::string reference_text(const store::FoundReference& found, const Style& style);
[[nodiscard]] std::string outline_text(std::span<const Symbol> symbols, const Style& style);
[[nodiscard]] std::string ledger_text(const store::LedgerEntry& entry, const Style& style);
// A line for each file, or one with the blob's id if no file has it any more.
[[nodiscard]] std::string quarantine_text(const store::Quarantined& entry, const Style& style);
[[nodiscard]] std::string statistics_text(const store::Statistics& statistics, const Style& style);
[[nodiscard]] std::string last_run_text(const store::LastRun& run, const Style& style);

// How platforms take what `froe check` found. docs/ci.md says which wants what.
enum class FindingsFormat : std::uint8_t {
  text,     // for people, with the line of the source
  jsonl,    // an object a line, the summary last
  sarif,    // SARIF 2.1.0, as GitHub takes it
  gitlab,   // GitLab's Code Quality
  github,   // commands of a GitHub workflow that annotate
  rdjsonl,  // reviewdog's
  junit,    // JUnit's XML
};
inline constexpr std::array<std::string_view, 7> findings_formats{"text",   "jsonl",   "sarif", "gitlab",
                                                                  "github", "rdjsonl", "junit"};
[[nodiscard]] std::optional<FindingsFormat> findings_format_from_string(std::string_view name);

// What is found is never repeated to the letter where it is no UTF-8, which these formats demand: such bytes
// are escaped. All but `jsonl`, which has paths as they are.
struct Findings {
  const check::Report& report;
  const check::Settings& settings;
  const std::vector<std::string>& failures;  // why the gate is failed
  std::string_view version;                  // of froe
};
[[nodiscard]] std::string findings_report(const Findings& findings, FindingsFormat format,
                                          const Style& style);
// A rule for people: what it means and what it allows here.
[[nodiscard]] std::string rule_text(const check::RuleInfo& rule, const check::RuleSetting& setting,
                                    bool with_help, const Style& style);

// The row that the last byte of a range is on, whose end is `end`.
[[nodiscard]] std::uint32_t last_row(Position begin, Position end);
// The text on one line: every run of white space is one space, none at the ends.
[[nodiscard]] std::string on_one_line(std::string_view text);
// "12.3 MB": powers of 1000.
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);
// A name of the file system made safe for a terminal: control characters and invalid UTF-8 escaped as \xHH.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace froe::report
