#include "chunk/references.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>

#include "chunk/measure.hpp"

namespace froe::chunk {
namespace {

// What stands around a name in an import: `"net/http"`, `<vector>`.
constexpr std::string_view marks = "\"'<>`";

void add(std::vector<Use>& uses, const syntax::Rule& rule, syntax::Node name, std::string_view source) {
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
  if (is_wanted) uses.push_back({rule.reference, range, position});
}

}  // namespace

void add_references(std::vector<Use>& uses, const syntax::Rule& rule, syntax::Node node,
                    std::string_view source) {
  for (auto name : rule.name.find_all(node, source)) add(uses, rule, name, source);
}

std::vector<Reference> settle_references(std::vector<Use> uses, const std::vector<Symbol>& symbols,
                                         std::string_view source) {
  auto at = [](const Use& use) { return std::tuple(use.range.begin, use.range.end); };
  std::stable_sort(uses.begin(), uses.end(), [&](const Use& a, const Use& b) { return at(a) < at(b); });
  // Of names inside each other the first counts.
  auto last = std::unique(uses.begin(), uses.end(), [](const Use& a, const Use& b) {
    return b.range.begin < a.range.end || a.range == b.range;
  });
  uses.erase(last, uses.end());
  std::vector<std::uint32_t> names;
  names.reserve(symbols.size());
  for (const auto& symbol : symbols) names.push_back(symbol.name_range.begin);
  std::sort(names.begin(), names.end());
  auto name = names.begin();        // the first that does not lie before the use
  std::vector<std::uint32_t> open;  // symbols around it, outermost first
  std::uint32_t next = 0;
  std::vector<Reference> references;
  references.reserve(uses.size());
  for (const auto& [kind, range, begin] : uses) {
    while (name != names.end() && *name < range.begin) ++name;
    if (name != names.end() && *name == range.begin) continue;
    for (; next < symbols.size() && symbols[next].range.begin <= range.begin; ++next) {
      // Of those that one node defines, the first.
      bool again = !open.empty() && symbols[open.back()].range == symbols[next].range;
      if (!again) open.push_back(next);
    }
    while (!open.empty() && symbols[open.back()].range.end < range.end) open.pop_back();
    auto symbol = open.empty() ? std::nullopt : std::optional(open.back());
    references.push_back({kind, std::string(source.substr(range.begin, range.size())), range, begin, symbol});
  }
  return references;
}

}  // namespace froe::chunk
