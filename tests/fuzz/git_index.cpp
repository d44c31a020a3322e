// The reader of git's index. The first line is the path that is asked about, the rest an index.
#include "discovery/git_index.hpp"

#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace froe;
  std::string_view input = fuzz::as_text(data, size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view path = input.substr(0, line);
  const std::string_view bytes = input.substr(std::min(line + 1, input.size()));
  auto index = discovery::GitIndex::parse(bytes);
  if (!index) return 0;
  const bool held = index->holds(path);
  const std::string directory = std::string(path.substr(0, path.rfind('/') + 1));  // npos + 1 is 0
  if (held && !directory.empty()) fuzz::require(index->holds_below(directory), "its directory holds a path");
  fuzz::require(index->holds(path) == held, "the answer does not depend on what was asked before");
  return 0;
}
