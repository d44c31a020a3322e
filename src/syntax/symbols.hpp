// Sets of node types as tree-sitter numbers them.
#pragma once

#include <tree_sitter/api.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "froe/language.hpp"

namespace froe::syntax {

using Symbols = std::vector<TSSymbol>;  // ascending

inline bool has(const Symbols& symbols, TSSymbol symbol) {
  return std::binary_search(symbols.begin(), symbols.end(), symbol);
}

// Numbers of the named node types, or of the tokens, that `wanted` accepts; aliases give a type more than
// one.
template <class Wanted>
Symbols symbols_where(const TSLanguage* raw, Wanted wanted, TSSymbolType type = TSSymbolTypeRegular) {
  Symbols symbols;
  for (std::uint32_t i = 0; i < ts_language_symbol_count(raw); ++i) {
    auto symbol = static_cast<TSSymbol>(i);
    if (ts_language_symbol_type(raw, symbol) != type) continue;
    if (wanted(std::string_view(ts_language_symbol_name(raw, symbol)))) symbols.push_back(symbol);
  }
  return symbols;
}

template <class Names>
Symbols symbols_named(const TSLanguage* raw, const Names& names) {
  return symbols_where(
      raw, [&](std::string_view type) { return std::find(names.begin(), names.end(), type) != names.end(); });
}

// The same where the names may be tokens too, in quotes.
template <class Names>
Symbols symbols_of(const TSLanguage* raw, const Names& names) {
  Symbols symbols = symbols_named(raw, names);
  auto is_meant = [&](std::string_view token) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return language::token_of(name) == token; });
  };
  auto tokens = symbols_where(raw, is_meant, TSSymbolTypeAnonymous);
  symbols.insert(symbols.end(), tokens.begin(), tokens.end());
  std::sort(symbols.begin(), symbols.end());
  return symbols;
}

}  // namespace froe::syntax
