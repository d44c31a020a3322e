#include <unistd.h>

#include <string>

#include "cli/commands.hpp"
#include "cli/doctor.hpp"
#include "cli/output.hpp"
#include "froe/json.hpp"
#include "froe/report.hpp"

namespace froe::cli {
namespace {

std::string text_of(const Finding& finding, const report::Style& style) {
  auto padded = [](std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text + ' ';
  };
  std::string line = (finding.ok ? std::string("ok   ") : style.bad("FAIL") + ' ') +
                     padded(finding.check, 8) + padded(style.name(report::printable(finding.subject)), 16) +
                     report::printable(finding.detail) + '\n';
  if (!finding.advice.empty()) line += "     " + finding.advice + '\n';
  return line;
}

}  // namespace

int run(const CommonArguments& common, const DoctorArguments&) {
  Output output;
  auto style = style_for(common.color, STDOUT_FILENO);
  bool ok = true;
  auto report = [&](const Findings& findings) {
    for (const auto& finding : findings) {
      std::string line;
      if (common.json) {
        append_json(line, finding);
        line += '\n';
      } else {
        line = text_of(finding, style);
      }
      output.write(line);
      ok = ok && finding.ok;
    }
    output.flush();  // what comes next may take a while
  };
  for (auto check : {check_records, check_executors, check_store}) {
    Findings findings;
    check(findings);
    report(findings);
  }
  Findings findings;
  check_index(common, findings);
  report(findings);
  return finish(output, ok ? 0 : exit_findings);
}

}  // namespace froe::cli
