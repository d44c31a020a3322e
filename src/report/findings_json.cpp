#include "froe/json.hpp"
#include "report/findings.hpp"

namespace froe::report {
namespace {

void add_location(JsonObject& object, const check::Location& at) {
  object.add("path", at.path)
      .add("line", at.line)
      .add("last_line", at.last_line)
      .add("column", at.column)
      .add("end_column", at.end_column)
      .add("column_utf16", utf16_length(std::string_view(at.text).substr(0, at.column)))
      .add("end_column_utf16", utf16_length(std::string_view(at.text).substr(0, at.end_column)));
}

// Adds what `write` makes of each to the list under `key`.
template <class Items, class Write>
void add_list(std::string& out, const Items& items, Write write) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    JsonObject object(out);
    write(object, item);
  }
  out += ']';
}

std::string_view severity_of_gitlab(check::Level level) {
  switch (level) {
    case check::Level::error: return "critical";
    case check::Level::warning: return "major";
    default: return "info";
  }
}
std::string_view severity_of_reviewdog(check::Level level) {
  switch (level) {
    case check::Level::error: return "ERROR";
    case check::Level::warning: return "WARNING";
    default: return "INFO";
  }
}

// Columns of reviewdog count from 1, in bytes.
void add_range(JsonObject& location, const check::Location& at) {
  location.add("path", printable(at.path));
  JsonObject range(location.key("range"));
  JsonObject(range.key("start")).add("line", at.line).add("column", at.column + 1);
  JsonObject(range.key("end")).add("line", at.line).add("column", at.end_column + 1);
}

}  // namespace

std::string findings_jsonl(const Findings& findings) {
  const auto& report = findings.report;
  std::string text;
  for (const auto& finding : report.findings) {
    {
      JsonObject object(text);
      object.add("type", "finding").add("rule", info(finding.rule).id).add("level", finding.level);
      add_location(object, finding.at);
      object.add("symbol", finding.symbol)
          .add("message", finding.message)
          .add("fingerprint", finding.fingerprint)
          .add("text", finding.at.text);
      add_list(object.key("related"), finding.related,
               [](JsonObject& inner, const check::Location& at) { add_location(inner, at); });
    }
    text += '\n';
  }
  {
    JsonObject object(text);
    object.add("type", "summary").add("files", report.files).add("findings", report.findings.size());
    for (auto level : {check::Level::error, check::Level::warning, check::Level::note}) {
      object.add(std::string(to_string(level)) + 's', report.count(level));
    }
    object.add("known", report.known).add("suppressed", report.suppressed);
    object.add("lines", report.duplication.lines).add("duplicated_lines", report.duplication.duplicated);
    object.add("passed", findings.failures.empty()).add("failures", findings.failures);
  }
  return text + '\n';
}

std::string findings_gitlab(const Findings& findings) {
  std::string text;
  add_list(text, findings.report.findings, [](JsonObject& object, const check::Finding& finding) {
    object.add("description", printable(finding.message))
        .add("check_name", info(finding.rule).id)
        .add("fingerprint", finding.fingerprint)
        .add("severity", severity_of_gitlab(finding.level));
    JsonObject location(object.key("location"));
    location.add("path", printable(finding.at.path));
    JsonObject(location.key("lines")).add("begin", finding.at.line).add("end", finding.at.last_line);
  });
  return text + '\n';
}

std::string findings_rdjsonl(const Findings& findings) {
  std::string text;
  for (const auto& finding : findings.report.findings) {
    {
      JsonObject object(text);
      object.add("message", printable(finding.message));
      {
        JsonObject location(object.key("location"));
        add_range(location, finding.at);
      }
      object.add("severity", severity_of_reviewdog(finding.level));
      JsonObject(object.key("source")).add("name", "froe");
      JsonObject(object.key("code")).add("value", info(finding.rule).id);
      if (!finding.related.empty()) {
        add_list(object.key("related_locations"), finding.related,
                 [](JsonObject& inner, const check::Location& at) {
                   inner.add("message", "the same code");
                   JsonObject location(inner.key("location"));
                   add_range(location, at);
                 });
      }
    }
    text += '\n';
  }
  return text;
}

}  // namespace froe::report
