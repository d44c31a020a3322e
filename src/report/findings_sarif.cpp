#include <algorithm>

#include "froe/json.hpp"
#include "report/findings.hpp"

namespace froe::report {
namespace {

constexpr std::string_view level_of(check::Level level) {
  switch (level) {
    case check::Level::error: return "error";
    case check::Level::warning: return "warning";
    case check::Level::note: return "note";
    case check::Level::off: break;
  }
  return "none";
}

// "function-too-long" as "FunctionTooLong".
std::string name_of(std::string_view id) {
  std::string name;
  bool begins = true;
  for (char c : id) {
    if (c == '-') {
      begins = true;
      continue;
    }
    name += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins = false;
  }
  return name;
}

void add_text(JsonObject& object, std::string_view key, std::string_view text) {
  JsonObject(object.key(key)).add("text", text);
}

void add_rules(std::string& out, const check::Settings& settings) {
  out += '[';
  for (const auto& rule : check::rules()) {
    if (&rule != &check::rules().front()) out += ',';
    const auto& setting = settings.rules.at(static_cast<std::size_t>(rule.rule));
    JsonObject object(out);
    object.add("id", rule.id).add("name", name_of(rule.id));
    add_text(object, "shortDescription", rule.title);
    add_text(object, "fullDescription", rule.help);
    add_text(object, "help", rule.help);
    JsonObject(object.key("defaultConfiguration"))
        .add("enabled", setting.level != check::Level::off)
        .add("level", level_of(setting.level));
    auto& properties = object.key("properties");
    properties += R"({"tags":["maintainability"],"precision":"high"})";
  }
  out += ']';
}

// Columns count from 1, in units of UTF-16, and the end is the one behind. GitHub wants all four.
void add_physical(JsonObject& object, const check::Location& at) {
  JsonObject location(object.key("physicalLocation"));
  JsonObject(location.key("artifactLocation")).add("uri", uri_of(at.path)).add("uriBaseId", "SRCROOT");
  std::string_view text = at.text;
  auto begin = utf16_length(text.substr(0, at.column)) + 1;
  auto end = utf16_length(text.substr(0, at.end_column)) + 1;
  JsonObject(location.key("region"))
      .add("startLine", at.line)
      .add("startColumn", begin)
      .add("endLine", at.line)
      .add("endColumn", std::max(end, begin));
}

void add_result(std::string& out, const check::Finding& finding) {
  JsonObject object(out);
  object.add("ruleId", info(finding.rule).id)
      .add("ruleIndex", static_cast<std::size_t>(finding.rule))
      .add("level", level_of(finding.level));
  add_text(object, "message", printable(finding.message) + '.');
  auto& locations = object.key("locations");
  locations += '[';
  {
    JsonObject location(locations);
    add_physical(location, finding.at);
  }
  locations += ']';
  if (!finding.related.empty()) {
    auto& related = object.key("relatedLocations");
    related += '[';
    for (std::size_t i = 0; i < finding.related.size(); ++i) {
      if (i > 0) related += ',';
      JsonObject location(related);
      location.add("id", i + 1);
      add_physical(location, finding.related[i]);
      add_text(location, "message", "The same code.");
    }
    related += ']';
  }
  JsonObject(object.key("partialFingerprints")).add("primaryLocationLineHash", finding.fingerprint);
}

}  // namespace

std::string uri_of(std::string_view path) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri;
  for (char c : path) {
    if (plain.find(c) != std::string_view::npos) {
      uri += c;
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    uri += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return uri;
}

std::string findings_sarif(const Findings& findings) {
  std::string text;
  {
    JsonObject log(text);
    log.add("$schema", "https://json.schemastore.org/sarif-2.1.0.json").add("version", "2.1.0");
    auto& runs = log.key("runs");
    runs += '[';
    {
      JsonObject run(runs);
      {
        JsonObject tool(run.key("tool"));
        JsonObject driver(tool.key("driver"));
        driver.add("name", "froe").add("version", findings.version).add("semanticVersion", findings.version);
        add_rules(driver.key("rules"), findings.settings);
      }
      JsonObject(run.key("automationDetails")).add("id", "froe/check/");
      run.add("columnKind", "utf16CodeUnits");
      auto& results = run.key("results");
      results += '[';
      bool first = true;
      for (const auto& finding : findings.report.findings) {
        if (!first) results += ',';
        first = false;
        add_result(results, finding);
      }
      results += ']';
    }
    runs += ']';
  }
  return text + '\n';
}

}  // namespace froe::report
