// The parser and matcher of ignore rules. The first line is the path that is judged, the rest an ignore file.
#include "discovery/ignore_rules.hpp"
#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace froe;
  std::string_view input = fuzz::as_text(data, size);
  std::uint8_t flags = fuzz::take_byte(input);
  std::size_t line = std::min(input.find('\n'), input.size());
  std::string_view path = input.substr(0, line);
  std::string_view content = input.substr(std::min(line + 1, input.size()));
  discovery::IgnoreRules rules(content, "rules", (flags & 1U) != 0);
  // As the walk does: no path is empty or ends in a slash.
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return 0;
  std::size_t name_at = path.rfind('/') + 1;  // npos + 1 is 0
  const auto* rule = rules.match(path, name_at, (flags & 2U) != 0);
  if (rule == nullptr) return 0;
  fuzz::require(!rules.empty(), "a rule that matches is one of the rules");
  fuzz::require(rule->line >= 1, "lines are counted from 1");
  fuzz::require((flags & 2U) != 0 || !rule->directory_only, "a rule for directories spares files");
  fuzz::require(content.find(rule->text) != std::string_view::npos, "a rule is shown as it was written");
  return 0;
}
