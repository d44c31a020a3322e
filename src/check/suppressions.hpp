// Comments that allow what a rule would find: `froe: allow(RULE, …) REASON` beside the code or above it, and
// `froe: allow-file(RULE, …) REASON` anywhere in the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/clones.hpp"
#include "check/lines.hpp"
#include "froe/check.hpp"

namespace froe::check {

struct Suppression {
  std::uint32_t at = 0;     // offset of the mark in the file
  std::uint32_t line = 1;   // where it stands
  std::uint32_t until = 1;  // last line that it is about: that of the code which follows
  bool whole_file = false;
  std::vector<Rule> rules;
  std::string unknown;  // a rule that there is not; empty: none
  bool has_reason = false;
  bool used = false;

  [[nodiscard]] bool is_good() const { return has_reason && unknown.empty() && !rules.empty(); }
  [[nodiscard]] bool covers(Rule rule, std::uint32_t first_line, std::uint32_t last_line) const;
};

// Those in the comments of a file of code: where there is no token. In order.
[[nodiscard]] std::vector<Suppression> find_suppressions(const Lines& lines, const std::vector<Lex>& tokens);

}  // namespace froe::check
