// Our runtime (grammars/runtime.c) against the one of tree-sitter's package, which is loaded beside it, with
// some languages whose lexers are as they were generated (not under grammars/lexing.h): the same trees in
// every field after as many steps, of every language, whatever way the text comes.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern "C" {
#include <subtree.h>
#include <tree.h>
}

#include "froe/language.hpp"
#include "froe/syntax.hpp"
#include "syntax/golden_cases.hpp"

namespace froe::syntax {
namespace {

struct Runtime {
  decltype(&ts_parser_new) parser_new;
  decltype(&ts_parser_delete) parser_delete;
  decltype(&ts_parser_set_language) set_language;
  decltype(&ts_parser_set_included_ranges) set_included_ranges;
  decltype(&ts_parser_parse_with_options) parse;
  decltype(&ts_tree_edit) edit;
  decltype(&ts_tree_delete) tree_delete;
  decltype(&ts_language_next_state) next_state;
  void* module = nullptr;  // that has languages of its own

  [[nodiscard]] const TSLanguage* own(std::string_view name) const {
    void* address = module == nullptr ? nullptr : dlsym(module, ("tree_sitter_" + std::string(name)).c_str());
    if (address == nullptr) return nullptr;
    const TSLanguage* (*load)() = nullptr;
    std::memcpy(&load, &address, sizeof load);
    return load();
  }
};

const Runtime& ours() {
  static const Runtime runtime{ts_parser_new,
                               ts_parser_delete,
                               ts_parser_set_language,
                               ts_parser_set_included_ranges,
                               ts_parser_parse_with_options,
                               ts_tree_edit,
                               ts_tree_delete,
                               ts_language_next_state};
  return runtime;
}

const Runtime& stock() {
  static const Runtime runtime = [] {
    void* module = dlopen(FROE_STOCK_RUNTIME, RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) throw std::runtime_error(dlerror());
    auto find = [&]<typename Function>(Function& function, const char* name) {
      void* address = dlsym(module, name);
      if (address == nullptr) throw std::runtime_error(name);
      std::memcpy(&function, &address, sizeof function);
    };
    Runtime found{};
    find(found.parser_new, "ts_parser_new");
    find(found.parser_delete, "ts_parser_delete");
    find(found.set_language, "ts_parser_set_language");
    find(found.set_included_ranges, "ts_parser_set_included_ranges");
    find(found.parse, "ts_parser_parse_with_options");
    find(found.edit, "ts_tree_edit");
    find(found.tree_delete, "ts_tree_delete");
    find(found.next_state, "ts_language_next_state");
    found.module = module;
    return found;
  }();
  return runtime;
}

// How a text comes: all of it at once, or in pieces of some bytes.
struct Text {
  std::string_view text;
  std::size_t piece = std::string_view::npos;
  TSInputEncoding encoding = TSInputEncodingUTF8;
};

const char* read(void* payload, std::uint32_t at, TSPoint, std::uint32_t* size) {
  const auto& from = *static_cast<const Text*>(payload);
  if (at >= from.text.size()) {
    *size = 0;
    return "";
  }
  const auto piece = from.text.substr(at, from.piece);
  *size = static_cast<std::uint32_t>(piece.size());
  return piece.data();
}

struct Parsed {
  std::unique_ptr<TSTree, void (*)(TSTree*)> tree;
  std::size_t steps = 0;
  // Perl's scanner writes structures whole, with what lies between their members.
  bool states_have_gaps = false;
};

class Parser {
 public:
  Parser(const Runtime& runtime, const language::Language& language)
      : runtime_(&runtime), parser_(runtime.parser_new(), runtime.parser_delete) {
    const auto* own = runtime.own(language.name);
    if (!runtime.set_language(parser_.get(), own == nullptr ? language.load() : own))
      throw std::runtime_error("language");
    states_have_gaps_ = language.name == "perl";
  }

  void restrict(const std::vector<TSRange>& ranges) {
    runtime_->set_included_ranges(parser_.get(), ranges.data(), static_cast<std::uint32_t>(ranges.size()));
  }
  Parsed parse(Text text, const TSTree* before = nullptr) {
    std::size_t steps = 0;
    const TSParseOptions count{&steps, [](TSParseState* state) {
                                 ++*static_cast<std::size_t*>(state->payload);
                                 return false;
                               }};
    auto* tree = runtime_->parse(parser_.get(), before, {&text, read, text.encoding, nullptr}, count);
    return {{tree, runtime_->tree_delete}, steps, states_have_gaps_};
  }

 private:
  const Runtime* runtime_;
  std::unique_ptr<TSParser, void (*)(TSParser*)> parser_;
  bool states_have_gaps_ = false;
};

bool same(Length a, Length b) {
  return a.bytes == b.bytes && a.extent.row == b.extent.row && a.extent.column == b.extent.column;
}

bool same_inline(Subtree a, Subtree b) {
  return std::memcmp(&a.data, &b.data, sizeof a.data) == 0;
}

bool same_leaf(const SubtreeHeapData& a, const SubtreeHeapData& b, bool states_have_gaps) {
  if (a.has_external_tokens) {
    const auto* data = ts_external_scanner_state_data(&b.external_scanner_state);
    const auto length = b.external_scanner_state.length;
    return states_have_gaps ? a.external_scanner_state.length == length
                            : ts_external_scanner_state_eq(&a.external_scanner_state, data, length);
  }
  return a.symbol != ts_builtin_sym_error || a.lookahead_char == b.lookahead_char;
}

bool same_inner(const SubtreeHeapData& a, const SubtreeHeapData& b) {
  return a.visible_child_count == b.visible_child_count && a.named_child_count == b.named_child_count &&
         a.visible_descendant_count == b.visible_descendant_count &&
         a.dynamic_precedence == b.dynamic_precedence && a.repeat_depth == b.repeat_depth &&
         a.production_id == b.production_id && a.first_leaf.symbol == b.first_leaf.symbol &&
         a.first_leaf.parse_state == b.first_leaf.parse_state;
}

bool same_marks(const SubtreeHeapData& a, const SubtreeHeapData& b) {
  return a.visible == b.visible && a.named == b.named && a.extra == b.extra &&
         a.fragile_left == b.fragile_left && a.fragile_right == b.fragile_right &&
         a.has_changes == b.has_changes && a.has_external_tokens == b.has_external_tokens &&
         a.has_external_scanner_state_change == b.has_external_scanner_state_change &&
         a.depends_on_column == b.depends_on_column && a.is_missing == b.is_missing &&
         a.is_keyword == b.is_keyword;
}

bool same_node(Subtree left, Subtree right, bool states_have_gaps) {
  if (left.data.is_inline || right.data.is_inline) return same_inline(left, right);
  const auto& a = *left.ptr;
  const auto& b = *right.ptr;
  return same(a.padding, b.padding) && same(a.size, b.size) && a.lookahead_bytes == b.lookahead_bytes &&
         a.error_cost == b.error_cost && a.child_count == b.child_count && a.symbol == b.symbol &&
         a.parse_state == b.parse_state && a.ref_count == b.ref_count && same_marks(a, b) &&
         (a.child_count > 0 ? same_inner(a, b) : same_leaf(a, b, states_have_gaps));
}

// How many nodes they have, or 0 where they differ.
std::size_t same_trees(const Parsed& left, const Parsed& right) {
  if (left.steps != right.steps) return 0;
  std::vector<std::pair<Subtree, Subtree>> open{{left.tree->root, right.tree->root}};
  std::size_t nodes = 0;
  while (!open.empty()) {
    const auto [a, b] = open.back();
    open.pop_back();
    if (!same_node(a, b, left.states_have_gaps)) return 0;
    ++nodes;
    for (std::uint32_t i = 0; i < ts_subtree_child_count(a); ++i) {
      open.emplace_back(ts_subtree_children(a)[i], ts_subtree_children(b)[i]);
    }
  }
  return nodes;
}

std::size_t parse_by_both(const Source& source, Text text, const std::vector<TSRange>& ranges = {}) {
  Parser our_parser(ours(), *source.language);
  Parser stock_parser(stock(), *source.language);
  if (!ranges.empty()) {
    our_parser.restrict(ranges);
    stock_parser.restrict(ranges);
  }
  return same_trees(our_parser.parse(text), stock_parser.parse(text));
}

TSPoint point(Position position) {
  return {position.row, position.column};
}

std::vector<TSRange> ranges_of(const std::vector<Extent>& extents) {
  std::vector<TSRange> ranges;
  for (const auto& extent : extents)
    ranges.push_back({point(extent.begin), point(extent.end), extent.range.begin, extent.range.end});
  return ranges;
}

std::vector<std::string> variants(const std::string& text, std::mt19937& random) {
  return {text, torn(text, random), torn(text, random)};
}

TEST(RuntimeTest, TheStockRuntimeIsAnother) {
  EXPECT_NE(stock().parse, ours().parse);
  EXPECT_NE(stock().parser_new, ours().parser_new);
}

TEST(RuntimeTest, SomeLexersAreAsGenerated) {
  for (const auto* name : {"c", "cpp", "go", "java", "javascript", "json", "nix", "python", "rust"}) {
    const auto* own = stock().own(name);
    ASSERT_NE(own, nullptr) << name;
    EXPECT_NE(own, language::find(name)->load()) << name;
  }
}

TEST(RuntimeTest, LooksUpNothingForSymbolsThatALanguageHasNot) {
  const auto* c = language::find("c")->load();
  const auto last = static_cast<TSStateId>(ts_language_state_count(c) - 1);
  for (TSSymbol symbol = 1000; symbol < 60'000; symbol = static_cast<TSSymbol>(symbol + 7)) {
    ASSERT_EQ(ours().next_state(c, last, symbol), 0) << symbol;
  }
}

TEST(RuntimeTest, LooksUpInTurnsOfLanguagesWhatTheStockRuntimeDoes) {
  std::mt19937 random(6);
  const auto languages = language::languages();
  for (int i = 0; i < 2'000; ++i) {
    const auto* language = languages[random() % languages.size()].load();
    const auto* other = languages[random() % languages.size()].load();
    const auto states = std::min(ts_language_state_count(language), ts_language_state_count(other));
    // Not all: aliases are counted too, and have no actions.
    const auto symbols = std::min(ts_language_symbol_count(language), ts_language_symbol_count(other)) / 2;
    const auto state = static_cast<TSStateId>(random() % states);
    const auto first = static_cast<TSSymbol>(random() % symbols);
    const auto last =
        std::min<TSSymbol>(static_cast<TSSymbol>(first + random() % 4), static_cast<TSSymbol>(symbols));
    for (const auto* each : {language, other, language}) {
      for (auto symbol = first; symbol < last; ++symbol)
        ASSERT_EQ(ours().next_state(each, state, symbol), stock().next_state(each, state, symbol));
    }
  }
}

TEST(RuntimeTest, ParsesEveryLanguageAsTheStockRuntimeDoes) {
  std::mt19937 random(1);
  std::set<std::string_view> languages;
  for (const auto& source : golden_cases()) {
    SCOPED_TRACE(source.path);
    for (const auto& text : variants(source.text, random)) {
      ASSERT_GT(parse_by_both(source, {text}), 0U);
      // Parts begin where a character may have begun before, and positions jump there.
      ASSERT_GT(parse_by_both(source, {text}, ranges_of(thirds_of(text))), 0U);
    }
    languages.insert(source.language->name);
  }
  EXPECT_EQ(languages.size(), language::languages().size());
}

TEST(RuntimeTest, ParsesLongSourcesAsTheStockRuntimeDoes) {
  std::mt19937 random(2);
  std::size_t nodes = 0;
  for (const auto* folder : {"src", "bench", "scripts", "docs", "editors"}) {
    for (const auto& source : own_sources(folder)) {
      SCOPED_TRACE(source.path);
      for (const auto& text : variants(source.text, random)) {
        const auto found = parse_by_both(source, {text});
        ASSERT_GT(found, 0U);
        nodes += found;
      }
    }
  }
  EXPECT_GT(nodes, 100'000U);
}

TEST(RuntimeTest, ParsesTextInPiecesAsTheStockRuntimeDoes) {
  std::mt19937 random(3);
  for (const auto& source : golden_cases()) {
    SCOPED_TRACE(source.path);
    const auto text = torn(source.text, random);
    ASSERT_GT(parse_by_both(source, {text, 1 + random() % 7}), 0U);
    ASSERT_GT(parse_by_both(source, {text, 1 + random() % 7}, ranges_of(thirds_of(text))), 0U);
  }
}

TEST(RuntimeTest, ParsesOtherEncodingsAsTheStockRuntimeDoes) {
  for (const auto& source : golden_cases()) {
    SCOPED_TRACE(source.path);
    std::string wide;
    for (const char byte : source.text) wide.append({byte, '\0'});
    ASSERT_GT(parse_by_both(source, {wide, std::string_view::npos, TSInputEncodingUTF16LE}), 0U);
  }
}

TEST(RuntimeTest, ParsesCharactersBeyondAsciiAsTheStockRuntimeDoes) {
  std::mt19937 random(4);
  const std::vector<std::string> pieces{"\xEF\xBB\xBF", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\xA6\x86",
                                        "\xFF",         "\xE2\x82", "\xC2\x80",     std::string(1, '\0'),
                                        "\r\n",         "\r"};
  for (const auto& source : golden_cases()) {
    SCOPED_TRACE(source.path);
    auto text = source.text;
    for (int i = 0; i < 12; ++i) text.insert(random() % (text.size() + 1), pieces[random() % pieces.size()]);
    ASSERT_GT(parse_by_both(source, {text}), 0U);
    ASSERT_GT(parse_by_both(source, {pieces.front() + text}), 0U);
    ASSERT_GT(parse_by_both(source, {text, 1 + random() % 3}), 0U);
  }
}

TEST(RuntimeTest, ParsesAgainAfterEditsAsTheStockRuntimeDoes) {
  std::mt19937 random(5);
  const std::string_view typed = "(){};\"'\n a0=,/*";
  for (const auto& source : golden_cases()) {
    // Two parses of the stock runtime differ here: what nobody sets in a state decides what is taken over.
    if (source.language->name == "perl") continue;
    SCOPED_TRACE(source.path);
    Parser our_parser(ours(), *source.language);
    Parser stock_parser(stock(), *source.language);
    auto text = source.text;
    auto our_tree = our_parser.parse({text});
    auto stock_tree = stock_parser.parse({text});
    for (int i = 0; i < 8; ++i) {
      const auto at = random() % (text.size() + 1);
      const auto edit = edit_at(text, at);
      const TSInputEdit input{edit.begin,           edit.old_end,           edit.new_end,
                              point(edit.begin_at), point(edit.old_end_at), point(edit.new_end_at)};
      text.insert(at, 1, typed[random() % typed.size()]);
      ours().edit(our_tree.tree.get(), &input);
      stock().edit(stock_tree.tree.get(), &input);
      auto our_next = our_parser.parse({text}, our_tree.tree.get());
      auto stock_next = stock_parser.parse({text}, stock_tree.tree.get());
      ASSERT_GT(same_trees(our_next, stock_next), 0U);
      our_tree = std::move(our_next);
      stock_tree = std::move(stock_next);
    }
  }
}

}  // namespace
}  // namespace froe::syntax
