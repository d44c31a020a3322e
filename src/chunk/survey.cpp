#include "chunk/survey.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "chunk/measure.hpp"
#include "chunk/metrics.hpp"
#include "chunk/references.hpp"

namespace froe::chunk {
namespace {

// Takes the leaves of a tree for tokens, but a literal as a whole.
class Lexer {
 public:
  Lexer(const syntax::Grammar& grammar, std::string_view source, std::vector<Token>& tokens)
      : grammar_(grammar), source_(source), tokens_(tokens) {}

  void visit(syntax::Node node) {
    const auto range = node.range();
    if (range.begin < end_ || range.size() == 0) return;
    using Lexeme = syntax::Grammar::Lexeme;
    switch (grammar_.lexeme(node)) {
      case Lexeme::no_code: end_ = range.end; return;
      case Lexeme::literal: add(range, TokenClass::literal); return;
      case Lexeme::identifier:
        if (node.is_leaf()) add(range, TokenClass::identifier);
        return;
      case Lexeme::other:
        if (node.is_leaf()) add(range, TokenClass::other);
        return;
    }
  }

 private:
  void add(ByteRange range, TokenClass is) {
    end_ = range.end;
    // The end of a line is a token to some grammars.
    auto text = source_.substr(range.begin, range.size());
    if (!std::all_of(text.begin(), text.end(), is_space)) tokens_.push_back({range, is});
  }

  const syntax::Grammar& grammar_;
  std::string_view source_;
  std::vector<Token>& tokens_;
  std::uint32_t end_ = 0;
};

}  // namespace

Survey survey(const syntax::Grammar& grammar, const syntax::Tree& tree, const Outline& outline,
              std::string_view source, const ChunkOptions& options) {
  Survey found;
  const bool references = options.references && grammar.has_references();
  const bool tokens = options.metrics && grammar.language().file_kind == language::FileKind::code;
  if (!references && !tokens) return found;
  std::optional<Meter> meter;
  if (options.metrics && grammar.has_measures()) meter.emplace(outline, source, found.functions);
  Lexer lexer(grammar, source, found.tokens);
  // No name that is used is a token that the grammar has no name for.
  using Goes = syntax::Cursor::Goes;
  syntax::Cursor cursor(tree.root(), tokens || meter ? Goes::everywhere : Goes::past_tokens);
  std::vector<TSSymbol> above{0};
  for (;;) {
    const auto symbol = cursor.symbol();
    if (references && grammar.refers(symbol)) {
      const auto node = cursor.node();
      const auto* rule = grammar.reference(node, {above.back(), false}, source);
      if (rule != nullptr) add_references(found.references, *rule, node, source);
    }
    if (tokens || meter) {
      const auto node = cursor.node();
      if (tokens) lexer.visit(node);
      if (meter) meter->enter(node, grammar.measure(cursor, node, above.back(), source));
    }
    if (!cursor.is_leaf() && cursor.to_first_child()) {
      above.push_back(symbol);
      continue;
    }
    if (meter) meter->leave();
    while (!cursor.to_next_sibling()) {
      if (!cursor.to_parent()) return found;
      above.pop_back();
      if (meter) meter->leave();
    }
  }
}

void merge(Survey& whole, Survey inner, const Embedded& part) {
  std::move(inner.references.begin(), inner.references.end(), std::back_inserter(whole.references));
  std::move(inner.functions.begin(), inner.functions.end(), std::back_inserter(whole.functions));
  if (inner.tokens.empty()) return;
  auto is_before = [](const Token& a, const Token& b) { return a.range.begin < b.range.begin; };
  std::erase_if(whole.tokens, [&](const Token& token) {
    return std::any_of(part.parts.begin(), part.parts.end(), [&](const syntax::Extent& extent) {
      return token.range.begin < extent.range.end && token.range.end > extent.range.begin;
    });
  });
  auto middle = std::ssize(whole.tokens);
  whole.tokens.insert(whole.tokens.end(), inner.tokens.begin(), inner.tokens.end());
  std::inplace_merge(whole.tokens.begin(), whole.tokens.begin() + middle, whole.tokens.end(), is_before);
}

std::vector<Metrics> settle_metrics(const std::vector<Measured>& functions,
                                    const std::vector<Symbol>& symbols) {
  std::vector<Metrics> settled;
  for (auto [range, metrics] : functions) {
    auto at = std::lower_bound(
        symbols.begin(), symbols.end(), range.begin,
        [](const Symbol& symbol, std::uint32_t begin) { return symbol.range.begin < begin; });
    for (; at != symbols.end() && at->range.begin == range.begin; ++at) {
      if (at->range != range || !is_callable(at->kind)) continue;
      metrics.symbol = static_cast<std::uint32_t>(at - symbols.begin());
      settled.push_back(metrics);
      break;
    }
  }
  auto of_symbol = [](const Metrics& a, const Metrics& b) { return a.symbol < b.symbol; };
  std::stable_sort(settled.begin(), settled.end(), of_symbol);
  auto again = [](const Metrics& a, const Metrics& b) { return a.symbol == b.symbol; };
  settled.erase(std::unique(settled.begin(), settled.end(), again), settled.end());
  return settled;
}

std::string to_stream(const std::vector<Token>& tokens) {
  TokenWriter writer;
  std::uint32_t end = 0;
  for (const auto& token : tokens) {
    // A host's token around what it holds of another language.
    if (token.range.begin < end) continue;
    writer.add(token);
    end = token.range.end;
  }
  return std::move(writer).take();
}

}  // namespace froe::chunk
