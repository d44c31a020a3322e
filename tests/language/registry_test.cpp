#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "froe/language.hpp"

namespace froe::language {
namespace {

TEST(Registry, IsSortedAndComplete) {
  std::vector<std::string> names;
  for (const auto& language : languages()) names.emplace_back(language.name);
  EXPECT_EQ(names, (std::vector<std::string>{
                       "apex",     "awk",      "bash",       "c",          "cpp",        "csharp",
                       "css",      "dart",     "devicetree", "dtd",        "elixir",     "elm",
                       "go",       "haskell",  "hcl",        "html",       "java",       "javascript",
                       "json",     "julia",    "jupyter",    "kotlin",     "latex",      "lua",
                       "make",     "markdown", "nix",        "objc",       "ocaml",      "ocaml_interface",
                       "openscad", "perl",     "php",        "powershell", "properties", "python",
                       "r",        "ruby",     "rust",       "scala",      "solidity",   "sql",
                       "svelte",   "swift",    "tlaplus",    "toml",       "tsx",        "typescript",
                       "verilog",  "vue",      "xml",        "yaml",       "zig"}));
}

TEST(Registry, DescribesEachLanguage) {
  const std::set<std::string_view> permissive{"Apache-2.0", "BSD-3-Clause", "ISC", "MIT"};
  for (const auto& language : languages()) {
    SCOPED_TRACE(language.name);
    EXPECT_FALSE(language.title.empty());
    // With the scope of the package, if it has one, and the version.
    EXPECT_NE(language.grammar.find("tree-sitter-"), std::string_view::npos);
    EXPECT_GT(language.grammar.rfind('@'), language.grammar.find("tree-sitter-"));
    EXPECT_TRUE(permissive.contains(language.license)) << language.license;
    EXPECT_FALSE(language.scope_separator.empty());
    EXPECT_FALSE(language.sample.empty());
    EXPECT_FALSE(language.extensions.empty());
    EXPECT_FALSE(language.rules.empty());
    ASSERT_NE(language.load, nullptr);
    EXPECT_NE(language.load(), nullptr);
  }
}

TEST(Registry, LoadsEachGrammarOfItsOwnPackage) {
  std::map<const TSLanguage*, std::string_view> grammars;
  for (const auto& language : languages()) {
    auto [other, first] = grammars.emplace(language.load(), language.grammar);
    EXPECT_EQ(other->second, language.grammar) << language.name;
  }
  EXPECT_NE(find("typescript")->load(), find("tsx")->load());  // two in one package
  EXPECT_EQ(find("html")->load(), find("vue")->load());        // one for both
}

TEST(Registry, RulesAreWellFormed) {
  for (const auto& language : languages()) {
    for (const auto& rule : language.rules) {
      SCOPED_TRACE(std::string(language.name) + ' ' + std::string(rule.node));
      for (auto path : {rule.name, rule.body, rule.head, rule.contains, rule.owner, rule.doc}) {
        EXPECT_TRUE(path.empty() || parse_path(path));
      }
      if (rule.role != Role::definition) continue;
      EXPECT_GE(rule.kind, Kind::module);
      EXPECT_GE(rule.member_kind, Kind::module);
    }
  }
}

TEST(Registry, EveryLanguageKnowsItsComments) {
  for (const auto& language : languages()) {
    if (language.name == "markdown") continue;  // it has none of its own
    EXPECT_TRUE(std::ranges::any_of(language.rules, [](const NodeRule& rule) {
      return rule.role == Role::comment;
    })) << language.name;
  }
}

TEST(Find, ByName) {
  for (const auto& language : languages()) EXPECT_EQ(find(language.name), &language);
  EXPECT_EQ(find("cobol"), nullptr);
  EXPECT_EQ(find(""), nullptr);
  EXPECT_EQ(find("C"), nullptr);
}

TEST(Path, Steps) {
  auto path = parse_path("declarator+=a|b/=c/name");
  ASSERT_TRUE(path);
  ASSERT_EQ(path->size(), 3U);
  EXPECT_EQ((*path)[0].field, "declarator");
  EXPECT_TRUE((*path)[0].repeat);
  EXPECT_EQ((*path)[0].types, (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ((*path)[1].field, "");
  EXPECT_FALSE((*path)[1].repeat);
  EXPECT_EQ((*path)[1].types, (std::vector<std::string_view>{"c"}));
  EXPECT_EQ((*path)[2].field, "name");
  EXPECT_TRUE((*path)[2].types.empty());
}

TEST(Path, Conditions) {
  auto path = parse_path("^=e/$=a:x|y.z/b$/c{=d/=e:!f|g{h}}");
  ASSERT_TRUE(path);
  ASSERT_EQ(path->size(), 4U);
  EXPECT_TRUE((*path)[0].first);
  EXPECT_FALSE((*path)[0].last);
  path->erase(path->begin());
  EXPECT_TRUE((*path)[0].last);
  EXPECT_EQ((*path)[0].types, std::vector<std::string_view>{"a"});
  EXPECT_EQ((*path)[0].texts, (std::vector<std::string_view>{"x", "y.z"}));
  EXPECT_EQ((*path)[0].where, "");
  EXPECT_TRUE((*path)[1].last);
  EXPECT_EQ((*path)[1].field, "b");
  EXPECT_FALSE((*path)[2].last);
  EXPECT_EQ((*path)[2].field, "c");
  EXPECT_EQ((*path)[2].where, "=d/=e:!f|g{h}");
  auto where = parse_path((*path)[2].where);
  ASSERT_TRUE(where);
  EXPECT_TRUE((*where)[1].none_of);
  EXPECT_EQ((*where)[1].texts, (std::vector<std::string_view>{"f", "g"}));
}

TEST(Path, Places) {
  auto path = parse_path("1=a|b/3/c1=d");
  ASSERT_TRUE(path);
  EXPECT_EQ((*path)[0].place, 1U);
  EXPECT_EQ((*path)[0].field, "");
  EXPECT_EQ((*path)[0].types, (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ((*path)[1].place, 3U);
  EXPECT_EQ((*path)[2].place, 0U);
  EXPECT_EQ((*path)[2].field, "c1");
  for (auto text : {"0=a", "1+", "1^=a", "2$", "-1"})
    EXPECT_FALSE(parse_path(text) && (*parse_path(text))[0].place) << text;
}

TEST(Path, Tokens) {
  auto path = parse_path("kind='class'|struct|'/'|'{'");
  ASSERT_TRUE(path);
  ASSERT_EQ(path->size(), 1U);
  EXPECT_EQ((*path)[0].types, (std::vector<std::string_view>{"'class'", "struct", "'/'", "'{'"}));
  EXPECT_EQ(token_of("'class'"), "class");
  for (auto type : {"class", "''", "'", "'class", "class'", ""}) EXPECT_FALSE(token_of(type)) << type;
}

TEST(Path, TheNodeItself) {
  auto path = parse_path(".");
  ASSERT_TRUE(path);
  EXPECT_TRUE(path->empty());
}

TEST(Path, Malformed) {
  for (auto text :
       {"",      "/",   "a/",  "/a",  "a//b",  "=",       "a=",   "a=|b",  "+",   "+=a",  "a b",
        "a=b=c", "./a", "a++", "$",   "a+$",   "^",       "a^$",  "a:",    "a:!", "a:|x", ":x",
        "a{",    "a}",  "a{}", "a{b", "a{b}c", "a{b}{c}", "a{.}", "a{b/}", "='a", "=''",  "'a'"}) {
    EXPECT_FALSE(parse_path(text)) << text;
  }
}

}  // namespace
}  // namespace froe::language
