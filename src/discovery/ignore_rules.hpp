// The rules of one ignore file: parsing and matching. Does not know which files there are or how they rank.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "discovery/glob.hpp"

namespace froe::discovery {

// One line of an ignore file.
struct IgnoreRule {
  enum class Form : std::uint8_t {
    name,         // equals the last component
    name_suffix,  // `*` and then no more wildcards, on the last component
    name_glob,    // on the last component
    path,         // a slash inside: on the path from the file's directory
  };
  std::string text;        // the pattern as written, for people
  std::uint32_t line = 0;  // from 1
  Form form = Form::name;
  bool negated = false;
  bool directory_only = false;
  int last_byte = -1;   // every match ends in it: most rules are dismissed on this alone
  std::string literal;  // name, suffix, or the part before the first wildcard
  Glob glob;            // what follows `literal`; unused for name and name_suffix
};

// Immutable once built; any thread.
class IgnoreRules {
 public:
  IgnoreRules() = default;
  // `source` is what people are shown as the file's name.
  IgnoreRules(std::string_view content, std::string source, bool fold_case);

  // The last rule that matches, negated or not; null if none. `path` is relative to the directory of the
  // ignore file; its last component begins at `name_at`.
  [[nodiscard]] const IgnoreRule* match(std::string_view path, std::size_t name_at, bool is_directory) const;
  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] bool empty() const { return rules_.empty(); }

 private:
  [[nodiscard]] bool matches(const IgnoreRule& rule, std::string_view path, std::string_view name) const;

  std::vector<IgnoreRule> rules_;
  std::string source_;
  bool fold_case_ = false;
};

}  // namespace froe::discovery
