#include <algorithm>

#include "froe/json.hpp"
#include "froe/language.hpp"
#include "froe/report.hpp"

namespace froe::report {
namespace {

// Of a line, before and behind the name: a line may be a whole minified file.
constexpr std::size_t most_around = 120;

// The symbol's name behind those of the ones around it; empty: there is no symbol.
std::string path_of(const store::FoundReference& found) {
  const auto* language = language::find(found.language);
  std::string_view separator = language != nullptr ? language->scope_separator : ".";
  std::string path;
  for (auto i = found.reference.symbol; i; i = found.symbols[*i].parent) {
    path = found.symbols[*i].name + (path.empty() ? std::string() : std::string(separator) + path);
  }
  return path;
}

// What stands on the name's line, without the white space around it.
std::string_view line_of(const store::FoundReference& found) {
  constexpr std::string_view white = " \t\r\v\f";
  const auto& [begin, end] = found.reference.range;
  auto first = found.content.rfind('\n', begin) + 1;  // npos + 1 is 0
  if (found.content[begin] == '\n') first = begin;
  auto last = std::min(found.content.find('\n', begin), found.content.size());
  first = std::max(first, begin - std::min<std::size_t>(begin, most_around));
  last = std::min(last, end + most_around);
  auto line = found.content.substr(first, last - first);
  line.remove_prefix(std::min(line.find_first_not_of(white), line.size()));
  return line.substr(0, line.find_last_not_of(white) + 1);
}

}  // namespace

std::string reference_json(const store::FoundReference& found) {
  const auto& reference = found.reference;
  const auto* symbol = reference.symbol ? &found.symbols[*reference.symbol] : nullptr;
  auto column = reference.begin.column;
  std::string line;
  JsonObject(line)
      .add("path", found.path)
      .add("language", found.language)
      .add("kind", reference.kind)
      .add("name", reference.name)
      .add("start_byte", reference.range.begin)
      .add("end_byte", reference.range.end)
      .add("line", reference.begin.row + 1)
      .add("column", column)
      .add("column_utf16", utf16_length(found.content.substr(reference.range.begin - column, column)))
      .add("symbol", reference.symbol)
      .add("symbol_kind", symbol ? std::optional(symbol->kind) : std::nullopt)
      .add("symbol_path", symbol ? std::optional(path_of(found)) : std::nullopt)
      .add("symbol_start_line", symbol ? std::optional(symbol->begin.row + 1) : std::nullopt)
      .add("text", line_of(found));
  return line + '\n';
}

std::string reference_text(const store::FoundReference& found, const Style& style) {
  const auto& reference = found.reference;
  std::string line = style.path(printable(found.path)) + ':' + std::to_string(reference.begin.row + 1) + ':' +
                     std::to_string(reference.begin.column + 1) + "  " +
                     std::string(to_string(reference.kind));
  if (reference.symbol) {
    line += " in " + std::string(to_string(found.symbols[*reference.symbol].kind)) + ' ' +
            style.name(printable(path_of(found)));
  }
  return line + "\n    " + printable(line_of(found)) + '\n';
}

}  // namespace froe::report
