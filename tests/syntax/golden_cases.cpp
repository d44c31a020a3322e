#include "syntax/golden_cases.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace froe::syntax {
namespace {

namespace fs = std::filesystem;

std::vector<Source> sources_below(const fs::path& folder, bool (*wanted)(const fs::path&)) {
  std::vector<Source> sources;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file() || !wanted(file.path())) continue;
    std::ifstream stream(file.path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    const auto* language = language::detect(file.path().filename().string(), text);
    if (language != nullptr) sources.push_back({language, file.path().string(), std::move(text)});
  }
  std::sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return sources;
}

}  // namespace

std::vector<Source> golden_cases() {
  return sources_below(fs::path(FROE_SOURCE_DIR) / "tests/cases/chunk",
                       [](const fs::path& path) { return path.stem() == "input"; });
}

std::vector<Source> own_sources(std::string_view folder) {
  return sources_below(fs::path(FROE_SOURCE_DIR) / folder, [](const fs::path&) { return true; });
}

std::string torn(std::string text, std::mt19937& random) {
  for (int i = 0; i < 3 && text.size() > 8; ++i) {
    auto at = random() % text.size();
    text.erase(at, 1 + random() % 8);
  }
  return text;
}

Position position_of(std::string_view source, std::size_t offset) {
  const auto before = source.substr(0, offset);
  const auto rows = static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
  return {rows, static_cast<std::uint32_t>(before.size() - (before.rfind('\n') + 1))};
}

std::vector<Extent> thirds_of(std::string_view source) {
  const auto third = source.size() / 3;
  auto extent = [&](std::size_t begin, std::size_t end) {
    return Extent{{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)},
                  position_of(source, begin),
                  position_of(source, end)};
  };
  return {extent(0, third), extent(2 * third, source.size())};
}

Edit edit_at(std::string_view source, std::size_t offset) {
  const auto at = static_cast<std::uint32_t>(offset);
  const auto begin = position_of(source, offset);
  return {at, at, at + 1, begin, begin, {begin.row, begin.column + 1}};
}

}  // namespace froe::syntax
