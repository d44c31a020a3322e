#include "store/occurrences.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace froe::store {

Occurrences::Occurrences(Connection& connection, const Filter& filter)
    : statement_(connection, "SELECT path, language, mark FROM file WHERE blob = ? ORDER BY path"),
      filter_(filter) {}

const Occurrences::Files& Occurrences::files(std::int64_t blob) {
  auto [entry, is_new] = known_.try_emplace(blob);
  if (!is_new) return entry->second;
  statement_.with(blob);
  while (statement_.step()) {
    std::string_view path = statement_.bytes(0);
    if (!path.starts_with(filter_.path_prefix)) continue;
    auto mark = statement_.is_null(2) ? std::nullopt : mark_from_string(statement_.bytes(2));
    entry->second.push_back({std::string(path), std::string(statement_.bytes(1)), mark});
  }
  return entry->second;
}

bool passes(const Filter& filter, const Chunk& chunk, const std::string& file_language) {
  return !filter.language || *filter.language == (chunk.language.empty() ? file_language : chunk.language);
}

void sort_and_cut(std::vector<FoundChunk>& found, std::size_t limit) {
  std::ranges::sort(found, [](const FoundChunk& a, const FoundChunk& b) {
    return std::tuple(-a.score, std::string_view(a.path), a.chunk.ordinal) <
           std::tuple(-b.score, std::string_view(b.path), b.chunk.ordinal);
  });
  if (found.size() > limit) found.erase(found.begin() + static_cast<std::ptrdiff_t>(limit), found.end());
}

}  // namespace froe::store
