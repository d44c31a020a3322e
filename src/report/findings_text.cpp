#include <algorithm>
#include <array>

#include "report/findings.hpp"

namespace froe::report {
namespace {

std::string count(std::uint64_t number, const std::string& what) {
  return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

// How many columns of a terminal a printable text takes, as far as one character takes one.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string shown(std::string_view text) {
  std::string line(text);
  std::ranges::replace(line, '\t', ' ');
  return printable(line);
}

std::string percent(double value) {
  constexpr std::size_t decimals = 2;
  auto text = std::to_string(value);
  return text.substr(0, text.find('.') + decimals) + " %";
}

// The line with a mark below what it is about.
std::string source_lines(const check::Location& at, const Style& style) {
  std::string_view text = at.text;
  if (text.empty()) return {};
  auto number = std::to_string(at.line);
  constexpr std::size_t least = 5;
  if (number.size() < least) number.insert(0, least - number.size(), ' ');
  auto before = width(shown(text.substr(0, at.column)));
  auto marked = std::max<std::size_t>(1, width(shown(text.substr(at.column, at.end_column - at.column))));
  return style.dim(number + " | ") + shown(text) + '\n' + style.dim(std::string(number.size(), ' ') + " | ") +
         std::string(before, ' ') + style.bad('^' + std::string(marked - 1, '~')) + '\n';
}

std::string one(const check::Finding& finding, const Style& style) {
  const auto& at = finding.at;
  auto level = std::string(to_string(finding.level));
  std::string text =
      style.path(printable(at.path) + ':' + std::to_string(at.line) + ':' + std::to_string(at.column + 1)) +
      ": " + (finding.level == check::Level::error ? style.bad(level) : style.name(level)) + ": " +
      printable(finding.message) + style.dim(" [" + std::string(info(finding.rule).id) + ']') + '\n';
  text += source_lines(at, style);
  constexpr std::size_t most = 10;
  for (std::size_t i = 0; i < std::min(most, finding.related.size()); ++i) {
    const auto& other = finding.related[i];
    text += style.dim("        also ") +
            style.path(printable(other.path) + ':' + std::to_string(other.line) + '-' +
                       std::to_string(other.last_line)) +
            '\n';
  }
  if (finding.related.size() > most) {
    text += style.dim("        and " + count(finding.related.size() - most, "place") + " more") + '\n';
  }
  return text;
}

}  // namespace

std::string findings_text(const Findings& findings, const Style& style) {
  const auto& report = findings.report;
  std::string text;
  for (const auto& finding : report.findings) text += one(finding, style);
  if (!text.empty()) text += '\n';
  text += count(report.findings.size(), "finding");
  if (!report.findings.empty()) {
    std::string parts;
    for (auto level : {check::Level::error, check::Level::warning, check::Level::note}) {
      auto number = report.count(level);
      if (number > 0) parts += (parts.empty() ? "" : ", ") + count(number, std::string(to_string(level)));
    }
    text += " (" + parts + ')';
  }
  text += " in " + count(report.files, "file");
  if (report.known > 0) text += "; " + std::to_string(report.known) + " not new";
  if (report.suppressed > 0) text += "; " + std::to_string(report.suppressed) + " suppressed";
  text += "; " + percent(report.duplication.percent()) + " of " + count(report.duplication.lines, "line") +
          " of code duplicated\n";
  std::string why;
  for (const auto& reason : findings.failures) why += (why.empty() ? "" : "; ") + reason;
  text += findings.failures.empty() ? "passed\n" : style.bad("failed") + ": " + why + '\n';
  return text;
}

std::string rule_text(const check::RuleInfo& rule, const check::RuleSetting& setting, bool with_help,
                      const Style& style) {
  constexpr std::size_t column = 32;
  std::string id(rule.id);
  std::string level(to_string(setting.level));
  if (!rule.unit.empty()) level += ", " + std::to_string(setting.limit) + ' ' + std::string(rule.unit);
  if (!with_help) {
    return style.name(id) + std::string(id.size() < column ? column - id.size() : 1, ' ') + level + '\n' +
           "    " + std::string(rule.title) + '\n';
  }
  return style.name(id) + " (" + level + ")\n\n" + std::string(rule.title) + '\n' + std::string(rule.help) +
         '\n';
}

std::optional<FindingsFormat> findings_format_from_string(std::string_view name) {
  const auto* found = std::ranges::find(findings_formats, name);
  if (found == findings_formats.end()) return std::nullopt;
  return static_cast<FindingsFormat>(found - findings_formats.begin());
}

std::string findings_report(const Findings& findings, FindingsFormat format, const Style& style) {
  switch (format) {
    case FindingsFormat::text: return findings_text(findings, style);
    case FindingsFormat::jsonl: return findings_jsonl(findings);
    case FindingsFormat::sarif: return findings_sarif(findings);
    case FindingsFormat::gitlab: return findings_gitlab(findings);
    case FindingsFormat::github: return findings_github(findings);
    case FindingsFormat::rdjsonl: return findings_rdjsonl(findings);
    case FindingsFormat::junit: return findings_junit(findings);
  }
  return {};
}

}  // namespace froe::report
