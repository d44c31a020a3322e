#include <algorithm>

#include "froe/json.hpp"
#include "froe/language.hpp"
#include "froe/report.hpp"
#include "report/documentation.hpp"

namespace froe::report {
namespace {

// On each side of the definition.
constexpr std::size_t most_beside = 8;

}  // namespace

File::File(const FileView& view)
    : view_(view), is_utf8_(is_utf8(view.content)), inside_(view.symbols.size() + 1) {
  for (std::uint32_t i = 0; i < view.symbols.size(); ++i) {
    inside_[view.symbols[i].parent.value_or(static_cast<std::uint32_t>(view.symbols.size()))].push_back(i);
  }
}

const Chunk* File::parent_of(const Chunk& chunk) const {
  return chunk.parent ? &view_.chunks[*chunk.parent] : nullptr;
}

// A chunk that is a whole definition holds its beginning. One that is a part lies in it.
std::optional<std::uint32_t> File::symbol_of(const Chunk& chunk) const {
  if (chunk.name.empty()) return std::nullopt;
  const auto& symbols = view_.symbols;
  auto is_it = [&](std::uint32_t i) {
    return symbols[i].kind == chunk.kind && symbols[i].name == chunk.name &&
           symbols[i].range.end > chunk.range.begin;
  };
  auto first =
      std::lower_bound(symbols.begin(), symbols.end(), chunk.range.begin,
                       [](const Symbol& symbol, std::uint32_t at) { return symbol.range.begin < at; });
  auto index = static_cast<std::uint32_t>(first - symbols.begin());
  if (chunk.partial && index > 0) {
    for (std::optional<std::uint32_t> i = index - 1; i; i = symbols[*i].parent) {
      if (is_it(*i)) return i;
    }
  }
  for (auto i = index; i < symbols.size() && symbols[i].range.begin < chunk.range.end; ++i) {
    if (is_it(i)) return i;
  }
  return std::nullopt;
}

std::vector<std::string> File::siblings_of(const Chunk& chunk) const {
  std::vector<std::string> names;
  auto self = symbol_of(chunk);
  if (!self) return names;
  const auto& beside =
      inside_[view_.symbols[*self].parent.value_or(static_cast<std::uint32_t>(view_.symbols.size()))];
  auto at = static_cast<std::size_t>(std::lower_bound(beside.begin(), beside.end(), *self) - beside.begin());
  // What one side has too few of, the other may have more of.
  auto width = std::min(beside.size(), 2 * most_beside + 1);
  auto begin = std::min(at - std::min(at, most_beside), beside.size() - width);
  for (auto i = begin; i < begin + width; ++i) {
    const auto& name = view_.symbols[beside[i]].name;
    if (name != chunk.name && std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

std::vector<std::string> File::imports_of(const Chunk& chunk) const {
  std::vector<std::string> names;
  for (auto index : chunk.imports) names.push_back(view_.imports[index].name);
  return names;
}

std::vector<std::string> File::decorators_of(const Chunk& chunk) const {
  std::vector<std::string> decorators;
  for (auto range : chunk.decorators) decorators.push_back(on_one_line(text(range)));
  return decorators;
}

std::string File::documentation_of(const Chunk& chunk) const {
  return chunk.doc ? plain_documentation(text(*chunk.doc)) : std::string();
}

std::uint32_t File::utf16_column(std::uint32_t offset, std::uint32_t column) const {
  auto line = view_.content.substr(offset - column, column);
  if (!is_utf8_) return utf16_length(line);
  // A file may be one line: a loop that a compiler makes wide.
  std::uint32_t units = 0;
  for (char c : line) {
    auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xc0U) != 0x80U ? 1U : 0U;
    units += byte >= 0xf0U ? 1U : 0U;
  }
  return units;
}

std::uint32_t utf16_length(std::string_view text) {
  std::uint32_t units = 0;
  for (std::size_t at = 0; at < text.size(); ++units) {
    auto length = std::max<std::size_t>(1, utf8_sequence(text, at));
    if (length == 4) ++units;  // a pair of surrogates
    at += length;
  }
  return units;
}

std::string title_of(const store::FoundChunk& found) {
  const auto& chunk = found.chunk;
  std::string title(to_string(chunk.kind));
  if (chunk.name.empty() && chunk.scope.empty()) return title;
  if (chunk.name.empty()) return title + " in " + chunk.scope;
  title += ' ';
  if (!chunk.scope.empty()) {
    const auto* language = language::find(chunk.language.empty() ? found.language : chunk.language);
    title += chunk.scope;
    title += language != nullptr ? language->scope_separator : std::string_view(".");
  }
  return title + chunk.name;
}

}  // namespace froe::report
