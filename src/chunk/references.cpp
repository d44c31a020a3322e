#include "chunk/references.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <tuple>

#include "chunk/measure.hpp"

namespace froe::chunk {
namespace {

// What stands around a name in an import: `"net/http"`, `<vector>`.
constexpr std::string_view marks = "\"'<>`";

void add(std::vector<Reference>& references, const syntax::Rule& rule, syntax::Node name,
         std::string_view source) {
  auto range = name.range();
  auto position = name.begin();
  while (range.begin < range.end && marks.find(source[range.begin]) != std::string_view::npos) {
    ++range.begin;
    ++position.column;
  }
  while (range.begin < range.end && marks.find(source[range.end - 1]) != std::string_view::npos) --range.end;
  auto text = source.substr(range.begin, range.size());
  // What has white space in it is an expression that the grammar takes for a name.
  bool is_name =
      !text.empty() && text.size() <= longest_reference && std::none_of(text.begin(), text.end(), is_space);
  bool is_wanted = is_name && !std::binary_search(rule.except.begin(), rule.except.end(), text);
  if (is_wanted) references.push_back({rule.reference, std::string(text), range, position, std::nullopt});
}

}  // namespace

void add_references(std::vector<Reference>& references, const syntax::Rule& rule, syntax::Node node,
                    std::string_view source) {
  for (auto name : rule.name.find_all(node, source)) add(references, rule, name, source);
}

void settle_references(std::vector<Reference>& references, const std::vector<Symbol>& symbols) {
  auto at = [](const Reference& reference) { return std::tuple(reference.range.begin, reference.range.end); };
  std::stable_sort(references.begin(), references.end(),
                   [&](const Reference& a, const Reference& b) { return at(a) < at(b); });
  // Of names inside each other the first counts.
  auto last = std::unique(references.begin(), references.end(), [](const Reference& a, const Reference& b) {
    return b.range.begin < a.range.end || a.range == b.range;
  });
  references.erase(last, references.end());
  std::vector<std::uint32_t> names;
  names.reserve(symbols.size());
  for (const auto& symbol : symbols) names.push_back(symbol.name_range.begin);
  std::sort(names.begin(), names.end());
  std::erase_if(references, [&](const Reference& reference) {
    return std::binary_search(names.begin(), names.end(), reference.range.begin);
  });
  std::vector<std::uint32_t> open;  // symbols around the reference, outermost first
  std::uint32_t next = 0;
  for (auto& reference : references) {
    for (; next < symbols.size() && symbols[next].range.begin <= reference.range.begin; ++next) {
      // Of those that one node defines, the first.
      bool again = !open.empty() && symbols[open.back()].range == symbols[next].range;
      if (!again) open.push_back(next);
    }
    while (!open.empty() && symbols[open.back()].range.end < reference.range.end) open.pop_back();
    if (!open.empty()) reference.symbol = open.back();
  }
}

}  // namespace froe::chunk
