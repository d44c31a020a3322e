#include <algorithm>

#include "report/findings.hpp"

namespace froe::report {
namespace {

// As GitHub's runner takes back what its commands may not hold.
std::string command_value(std::string_view text, bool property) {
  std::string escaped;
  for (char c : text) {
    switch (c) {
      case '%': escaped += "%25"; break;
      case '\r': escaped += "%0D"; break;
      case '\n': escaped += "%0A"; break;
      case ':': escaped += property ? "%3A" : ":"; break;
      case ',': escaped += property ? "%2C" : ","; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string xml(std::string_view text) {
  std::string escaped;
  for (char c : printable(text)) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string(name) + "=\"" + xml(value) + '"';
}

std::string where(const check::Location& at) {
  return at.path + ':' + std::to_string(at.line);
}

}  // namespace

std::string findings_github(const Findings& findings) {
  std::string text;
  for (const auto& finding : findings.report.findings) {
    const auto& at = finding.at;
    std::string command(to_string(finding.level));
    if (finding.level == check::Level::note) command = "notice";
    text += "::" + command + " file=" + command_value(printable(at.path), true) +
            ",line=" + std::to_string(at.line) + ",endLine=" + std::to_string(at.line) +
            ",col=" + std::to_string(at.column + 1) + ",endColumn=" + std::to_string(at.end_column + 1) +
            ",title=" + command_value(info(finding.rule).id, true) +
            "::" + command_value(printable(finding.message), false) + '\n';
  }
  return text;
}

// A suite for each rule that is on, a case for each finding; one that passes where a rule found nothing.
std::string findings_junit(const Findings& findings) {
  const auto& all = findings.report.findings;
  std::string suites;
  std::size_t cases = 0;
  for (const auto& rule : check::rules()) {
    auto count = static_cast<std::size_t>(std::ranges::count(all, rule.rule, &check::Finding::rule));
    bool is_off = findings.settings.rules.at(static_cast<std::size_t>(rule.rule)).level == check::Level::off;
    if (is_off && count == 0) continue;
    auto tests = std::max<std::size_t>(1, count);
    cases += tests;
    suites += "  <testsuite" + attribute("name", rule.id) + attribute("tests", std::to_string(tests)) +
              attribute("failures", std::to_string(count)) + " errors=\"0\" skipped=\"0\">\n";
    if (count == 0) {
      suites += "    <testcase" + attribute("name", rule.title) + attribute("classname", rule.id) + "/>\n";
    }
    for (const auto& finding : all) {
      if (finding.rule != rule.rule) continue;
      suites += "    <testcase" + attribute("name", where(finding.at) + ' ' + finding.symbol) +
                attribute("classname", rule.id) + attribute("file", finding.at.path) +
                attribute("line", std::to_string(finding.at.line)) + ">\n      <failure" +
                attribute("message", finding.message) + attribute("type", to_string(finding.level)) + '>' +
                xml(where(finding.at) + ": " + finding.message);
      for (const auto& other : finding.related) suites += "\nalso " + xml(where(other));
      suites += "</failure>\n    </testcase>\n";
    }
    suites += "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"froe check\"" +
         attribute("tests", std::to_string(cases)) + attribute("failures", std::to_string(all.size())) +
         ">\n" + suites + "</testsuites>\n";
}

}  // namespace froe::report
