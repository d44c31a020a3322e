// Findings in the formats of platforms, one function each.
#pragma once

#include <string>
#include <string_view>

#include "froe/report.hpp"

namespace froe::report {

[[nodiscard]] std::string findings_text(const Findings& findings, const Style& style);
[[nodiscard]] std::string findings_jsonl(const Findings& findings);
[[nodiscard]] std::string findings_sarif(const Findings& findings);
[[nodiscard]] std::string findings_gitlab(const Findings& findings);
[[nodiscard]] std::string findings_github(const Findings& findings);
[[nodiscard]] std::string findings_rdjsonl(const Findings& findings);
[[nodiscard]] std::string findings_junit(const Findings& findings);

// A path as a relative reference of RFC 3986, whatever its bytes.
[[nodiscard]] std::string uri_of(std::string_view path);

}  // namespace froe::report
