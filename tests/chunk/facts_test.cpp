// What is known of definitions, in each language by its own habits: which comment documents what, what its
// decorators are, who may use it.
#include "chunk/facts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "chunk/files.hpp"
#include "froe/chunk.hpp"

namespace froe::chunk {
namespace {

FileTask task_of(std::string_view language, std::string_view content) {
  FileTask task;
  task.language = language;
  task.content = content;
  return task;
}

std::string text_of(const FileTask& task, const std::optional<ByteRange>& range) {
  return range ? task.content.substr(range->begin, range->size()) : std::string();
}

struct Habit {
  const char* language;
  const char* name;  // of the definition that is asked for
  const char* expected;
  const char* content;

  friend std::ostream& operator<<(std::ostream& out, const Habit& habit) {
    return out << habit.language << ' ' << habit.name << " in:\n" << habit.content;
  }
};

const Symbol* find(const FileResult& result, std::string_view name) {
  auto found = std::find_if(result.symbols.begin(), result.symbols.end(),
                            [&](const Symbol& symbol) { return symbol.name == name; });
  return found == result.symbols.end() ? nullptr : &*found;
}

class Documentation : public testing::TestWithParam<Habit> {};

TEST_P(Documentation, IsWhatTheLanguageTakesForIt) {
  auto task = task_of(GetParam().language, GetParam().content);
  auto result = chunk_afresh(task);
  EXPECT_EQ(result.outcome, Outcome::parsed);
  EXPECT_TRUE(facts_are_sound(task, result));
  const auto* symbol = find(result, GetParam().name);
  ASSERT_NE(symbol, nullptr);
  EXPECT_EQ(text_of(task, symbol->doc), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Comments, Documentation,
    testing::Values(
        Habit{"go", "F", "// F does.\n// And more.", "package p\n\n// F does.\n// And more.\nfunc F() {}\n"},
        Habit{"go", "F", "", "package p\n\n// F does.\n\nfunc F() {}\n"},
        Habit{"go", "F", "// Nearer.", "package p\n\n// Far.\n\n// Nearer.\nfunc F() {}\n"},
        Habit{"go", "F", "// F does.", "package p\n\n// F does.\n//go:noinline\nfunc F() {}\n"},
        Habit{"go", "F", "", "package p\n\nvar x = 1 // of x\nfunc F() {}\n"},
        Habit{"go", "F", "", "package p\n\n// Package comment.\nvar x = 1\nfunc F() {}\n"},
        Habit{"go", "T", "// T is.", "package p\n\n// T is.\ntype T struct{}\n"},
        Habit{"go", "T", "// T is.", "package p\n\ntype (\n\t// T is.\n\tT struct{}\n\tU int\n)\n"},
        Habit{"go", "A", "", "package p\n\n// Both.\nconst (\n\tA = 1\n\tB = 2\n)\n"},
        Habit{"go", "B", "", "package p\n\nconst (\n\tA = 1 // of A\n\tB = 2\n)\n"},
        Habit{"go", "x", "// of x", "package p\n\ntype T struct {\n\t// of x\n\tx int\n}\n"},
        Habit{"c", "f", "/* F. */", "/* F. */\nint f(void) { return 1; }\n"},
        Habit{"c", "f", "/* F. */", "/* F. */\r\nint f(void) { return 1; }\r\n"},
        Habit{"c", "f", "", "/* F. */\r\n\r\nint f(void) { return 1; }\r\n"},
        Habit{"c", "f", "/* F. */", "/* F. */ int f(void) { return 1; }\n"},
        Habit{"c", "b", "/* B. */", "enum e { /* A. */ a, /* B. */ b };\n"},
        Habit{"c", "f", "", "// NOLINTNEXTLINE\nint f(void) { return 1; }\n"},
        Habit{"c", "f", "/* F. */", "#ifdef X\n/* F. */\nint f(void) { return 1; }\n#endif\n"},
        Habit{"cpp", "A", "/// A.\n/// B.", "/// A.\n/// B.\ntemplate <class T>\nclass A {};\n"},
        Habit{"cpp", "A", "/// A.", "/// A.\ntemplate <class T>\nrequires true\nclass A {};\n"},
        Habit{"cpp", "f", "/// F.", "struct A {\n private:\n  /// F.\n  void f() {}\n};\n"},
        Habit{"java", "A", "/** A. */", "/** A. */\n@Deprecated\npublic class A {}\n"},
        Habit{"java", "A", "", "// A.\nclass A {}\n"},
        Habit{"java", "A", "/** A. */", "/** A. */\n// and that\nclass A {}\n"},
        Habit{"java", "A", "", "/*** A line. ***/\nclass A {}\n"},
        Habit{"java", "A", "", "/**/\nclass A {}\n"},
        Habit{"java", "f", "/** F. */", "class A {\n  int x; // of x\n  /** F. */\n  void f() {}\n}\n"},
        Habit{"csharp", "x", "/// <summary>X</summary>",
              "class A {\n  /// <summary>X</summary>\n  [Z] public int x;\n}\n"},
        Habit{"rust", "A", "/// A.\n/// B.", "/// A.\n/// B.\n#[derive(Debug)]\npub struct A;\n"},
        Habit{"rust", "A", "/// A.", "/// A.\n// Not that.\nstruct A;\n"},
        Habit{"rust", "A", "", "//////////\nstruct A;\n"},
        Habit{"rust", "f", "/// F.", "impl A {\n    /// F.\n    #[inline]\n    fn f() {}\n}\n"},
        Habit{"ruby", "A", "# A.\n# B.", "# frozen_string_literal: true\n\n# A.\n# B.\nclass A\nend\n"},
        Habit{"ruby", "f", "# F.", "class A\n  # F.\n  def f\n  end\nend\n"},
        Habit{"ruby", "f", "# F.", "class A\n  # F.\n  private def f\n    1\n  end\nend\n"},
        Habit{"ruby", "A", "=begin\nA.\n=end", "=begin\nA.\n=end\nclass A\nend\n"},
        Habit{"bash", "f", "# F.", "#!/bin/sh\n# F.\nf() { :; }\n"},
        Habit{"bash", "f", "", "#!/bin/sh\nf() { :; }\n"},
        Habit{"php", "A", "/** A. */", "<?php\n/** A. */\n#[Attr]\nfinal class A {}\n"},
        Habit{"php", "A", "", "<?php\n# A.\nclass A {}\n"},
        Habit{"javascript", "f", "/** F. */", "/** F. */\nexport default function f() {}\n"},
        Habit{"javascript", "f", "", "// eslint-disable-next-line\nfunction f() {}\n"},
        Habit{"typescript", "A", "/** A. */", "/** A. */\n@C({a: 1})\nexport class A {}\n"},
        Habit{"typescript", "f", "/** F. */", "class A {\n  /** F. */\n  @D() f() {}\n}\n"},
        Habit{"tsx", "f", "/** F. */", "/** F. */\nexport const f = () => <b />;\n"}));

INSTANTIATE_TEST_SUITE_P(
    Strings, Documentation,
    testing::Values(Habit{"python", "f", "\"\"\"F.\"\"\"", "def f():\n    \"\"\"F.\"\"\"\n    return 1\n"},
                    Habit{"python", "f", "r'F.'", "def f(): r'F.'\n"},
                    Habit{"python", "f", "\"F.\"", "def f():\n    # first\n    \"F.\"\n"},
                    Habit{"python", "f", "", "def f():\n    x = 1\n    \"not first\"\n"},
                    Habit{"python", "f", "", "def f():\n    print(\"x\")\n"},
                    Habit{"python", "f", "", "# A comment.\ndef f():\n    pass\n"},
                    Habit{"python", "A", "\"A.\"", "@d\n@e(1)\nclass A:\n    \"A.\"\n"},
                    Habit{"python", "m", "'M.'", "class A:\n    def m(self):\n        'M.'\n"},
                    Habit{"python", "x", "#: X.", "class A:\n    #: X.\n    x = 1\n"}));

class Decorators : public testing::TestWithParam<Habit> {};

TEST_P(Decorators, AreThoseOfTheHead) {
  auto task = task_of(GetParam().language, GetParam().content);
  task.options.min_size = 0;  // every definition is a chunk
  task.options.max_size = 25;
  auto result = chunk_afresh(task);
  EXPECT_TRUE(facts_are_sound(task, result));
  auto chunk = std::find_if(result.chunks.begin(), result.chunks.end(),
                            [&](const Chunk& each) { return each.name == GetParam().name; });
  ASSERT_NE(chunk, result.chunks.end());
  std::string decorators;
  for (auto range : chunk->decorators) decorators += (decorators.empty() ? "" : " ") + text_of(task, range);
  EXPECT_EQ(decorators, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    , Decorators,
    testing::Values(
        Habit{"python", "A", "@d @e(1)", "@d\n# why\n@e(1)\nclass A:\n    x = 1\n    y = 2\n"},
        Habit{"python", "f", "@g", "@d\nclass A:\n    @g\n    def f(self): return 1\n"},
        Habit{"java", "A", "@B @C(1)", "@B @C(1) public final class A { @D int x; @E int y; }\n"},
        Habit{"java", "f", "@D", "@B class A { @D void f(@E int x) { int y = 1; } }\n"},
        Habit{"csharp", "A", "[B] [C(1)]", "[B] [C(1)]\npublic class A { int x; int y; int z; }\n"},
        Habit{"csharp", "x", "[D]", "[B] class A { [D, E] int z;\n [D] public int x; int y; }\n"},
        Habit{"php", "A", "#[B]\n#[C]", "<?php\n#[B]\n#[C]\nclass A { public $x = 1; public $y = 2; }\n"},
        Habit{"cpp", "f", "[[nodiscard]]", "[[nodiscard]] static int f() { return 1 + 2 + 3 + 4; }\n"},
        Habit{"c", "f", "__attribute__((unused))",
              "__attribute__((unused)) static int f(void) { return 1; }\n"},
        Habit{"rust", "A", "#[a] #[b(c)]",
              "#[a]\n/// A.\n#[b(c)]\npub struct A { x: u32, y: u32, z: u32 }\n"},
        Habit{"typescript", "A", "@C({a: 1})", "@C({a: 1}) export class A { @D() x = 1; y = 2; }\n"},
        Habit{"typescript", "f", "@D() @E()",
              "class A {\n  @D() @E() async f() { return await x + 1; }\n}\n"},
        Habit{"javascript", "f", "@D", "@C class A {\n  @D f() { return wait(); }\n}\n"},
        Habit{"go", "F", "", "package p\n\nfunc F() { return a + b + c + d + e + f }\n"}));

TEST(DecoratorCount, AreNotKeptWithoutEnd) {
  auto task = task_of("python", "");
  for (int i = 0; i < 1000; ++i) task.content += "@decorate\n";
  task.content += "class A:\n    x = 1\n";
  auto result = chunk_afresh(task);
  EXPECT_EQ(result.chunks.front().decorators.size(), 32U);
  EXPECT_TRUE(facts_are_sound(task, result));
}

class WhoMayUse : public testing::TestWithParam<Habit> {};

TEST_P(WhoMayUse, IsSaidByWordsNamesAndPlaces) {
  auto task = task_of(GetParam().language, GetParam().content);
  auto result = chunk_afresh(task);
  EXPECT_EQ(result.outcome, Outcome::parsed);
  const auto* symbol = find(result, GetParam().name);
  ASSERT_NE(symbol, nullptr);
  EXPECT_EQ(to_string(symbol->visibility), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    ByWords, WhoMayUse,
    testing::Values(Habit{"java", "f", "private", "class A { private static void f() {} }\n"},
                    Habit{"java", "f", "protected",
                          "class A { @B(x = \"private\") protected void f() {} }\n"},
                    Habit{"java", "f", "public", "class A { @B(private_ = 1) @C public void f() {} }\n"},
                    Habit{"java", "A", "internal", "class A { public int x; }\n"},
                    Habit{"java", "f", "public", "interface A { void f(); }\n"},
                    Habit{"java", "B", "public", "enum A { B; }\n"},
                    Habit{"csharp", "x", "protected", "class A { protected internal int x; }\n"},
                    Habit{"csharp", "x", "private", "class A { int x; }\n"},
                    Habit{"csharp", "A", "internal", "class A { }\n"},
                    Habit{"csharp", "f", "public", "interface A { void f(); }\n"},
                    Habit{"php", "x", "private", "<?php\nclass A { private ?int $x = 1; }\n"},
                    Habit{"php", "f", "public", "<?php\nclass A { function f() {} }\n"},
                    Habit{"rust", "f", "public", "pub fn f() {}\n"},
                    Habit{"rust", "f", "internal", "pub(crate) fn f() {}\n"},
                    Habit{"rust", "f", "internal", "pub(in crate::a) fn f() {}\n"},
                    Habit{"rust", "f", "private", "pub(self) fn f() {}\n"},
                    Habit{"rust", "f", "private", "fn f() {}\n"},
                    Habit{"rust", "f", "public", "trait T { fn f(); }\n"},
                    Habit{"rust", "f", "public", "impl T for A { fn f() {} }\n"},
                    Habit{"rust", "f", "private", "impl A { fn f() {} }\n"},
                    Habit{"rust", "publish", "private", "fn publish() {}\n"},
                    Habit{"c", "f", "private", "static int f(void) { return 1; }\n"},
                    Habit{"c", "f", "public", "int f(void) { static int x; return 1; }\n"},
                    Habit{"typescript", "f", "protected", "class A { protected async f() {} }\n"},
                    Habit{"typescript", "f", "public", "class A { @Private() f() {} }\n"},
                    Habit{"typescript", "A", "public", "@C({private: 1})\nexport default class A {}\n"},
                    Habit{"typescript", "A", "unknown", "class A {}\n"},
                    Habit{"javascript", "f", "public", "export const f = () => 1;\n"},
                    Habit{"javascript", "f", "unknown", "function f() {}\n"},
                    Habit{"bash", "f", "unknown", "f() { :; }\n"}));

INSTANTIATE_TEST_SUITE_P(
    ByNames, WhoMayUse,
    testing::Values(Habit{"go", "F", "public", "package p\nfunc F() {}\n"},
                    Habit{"go", "f", "internal", "package p\nfunc f() {}\n"},
                    Habit{"go", "X", "public", "package p\ntype t struct{ X int }\n"},
                    Habit{"python", "_f", "private", "def _f(): pass\n"},
                    Habit{"python", "__init__", "public", "class A:\n    def __init__(self): pass\n"},
                    Habit{"python", "__f", "private", "class A:\n    def __f(self): pass\n"},
                    Habit{"python", "f", "public", "def f(): pass\n"},
                    Habit{"typescript", "#x", "private", "class A { #x = 1; }\n"},
                    Habit{"javascript", "#f", "private", "class A { #f() {} }\n"}));

INSTANTIATE_TEST_SUITE_P(
    ByPlace, WhoMayUse,
    testing::Values(
        Habit{"cpp", "x", "private", "class A { int x; };\n"},
        Habit{"cpp", "x", "public", "struct A { int x; };\n"},
        Habit{"cpp", "x", "public", "class A : private B { public: int x; };\n"},
        Habit{"cpp", "x", "private", "struct A : public B {\n public:\n  int y;\n private:\n  int x;\n};\n"},
        Habit{"cpp", "x", "protected", "class A {\n public:\n#if Y\n protected:\n#endif\n  int x;\n};\n"},
        Habit{"cpp", "x", "private",
              "class A {\n public:\n  struct B { int y; };\n private:\n  int x;\n};\n"},
        Habit{"cpp", "y", "public", "class A {\n private:\n  struct B { int y; };\n  int x;\n};\n"},
        Habit{"cpp", "f", "public", "class A {\n public:\n  template <class T> static void f(T t) {}\n};\n"},
        Habit{"cpp", "f", "unknown", "void A::f() {}\n"},
        Habit{"cpp", "f", "private", "static void f() {}\n"},
        Habit{"cpp", "f", "public", "namespace n { void f() {} }\n"},
        Habit{"ruby", "f", "private", "class A\n  def e; end\n  private\n  def f; end\nend\n"},
        Habit{"ruby", "g", "public", "class A\n  private\n  def f; end\n  public\n  def g; end\nend\n"},
        Habit{"ruby", "f", "private", "class A\n  private def f\n  end\nend\n"},
        Habit{"ruby", "g", "public", "class A\n  private def f\n  end\n  def g; end\nend\n"},
        Habit{"ruby", "g", "public",
              "class A\n  class << self\n    private\n    def f; end\n  end\n  def g; end\nend\n"},
        Habit{"python", "g", "private", "def f():\n    def g(): pass\n"},
        Habit{"java", "f", "public", "class A { void g() { new B() { public void f() {} }; } }\n"}));

class Imports : public testing::TestWithParam<Habit> {};

TEST_P(Imports, BringNames) {
  auto task = task_of(GetParam().language, GetParam().content);
  auto result = chunk_afresh(task);
  EXPECT_EQ(result.outcome, Outcome::parsed);
  std::string names;
  for (const auto& import : result.imports) names += (names.empty() ? "" : " ") + import.name;
  EXPECT_EQ(names, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    , Imports,
    testing::Values(
        Habit{"python", "", "a e", "import a.b, c.d as e\n"},
        Habit{"python", "", "x z", "from m.n import (x, y as z)\n"},
        Habit{"python", "", "q", "from . import q\nfrom k import *\nfrom __future__ import annotations\n"},
        Habit{"java", "", "List Entry",
              "import java.util.List;\nimport static java.util.Map.Entry;\nimport a.b.*;\n"},
        Habit{"go", "", "fmt m yaml pgx rand C",
              "package p\nimport (\n\"fmt\"\nm \"math\"\n. \"dot\"\n_ \"blank\"\n\"gopkg.in/go-yaml.v2\"\n"
              "\"github.com/jackc/pgx/v5\"\n\"math/rand/v2\")\nimport \"C\"\n"},
        Habit{
            "rust", "", "fmt io R x y bar",
            "use std::{fmt, io::{self, Read as R}, a::b::*};\nuse x;\nuse x::y;\nextern crate foo as bar;\n"},
        Habit{"rust", "", "", "use a as _;\n"},
        Habit{"typescript", "", "d b c ns T r",
              "import d, {a as b, c} from 'm';\nimport * as ns from 'k';\nimport type { T } from 't';\n"
              "import r = require('x');\nimport 'side';\nexport { q } from 'qq';\n"},
        Habit{"javascript", "", "fs u w $",
              "const fs = require('fs'), {u, v: w} = require('z');\nimport $ from 'j';\n"},
        Habit{"javascript", "", "a b",
              "const a = require('a'), b = function () { const c = 1, {d} = e; };\n"},
        Habit{"php", "", "E G i K M",
              "<?php\nuse C\\D as E, F\\G;\nuse function H\\i;\nuse J\\{K, L as M};\nrequire 'x.php';\n"},
        Habit{"csharp", "", "X", "using System;\nusing X = System.Text.Json;\nusing static System.Math;\n"},
        Habit{"cpp", "", "vector f",
              "#include <x>\nusing std::vector;\nusing a::b::f;\nusing namespace std;\n"},
        Habit{"c", "", "", "#include <stdio.h>\n"}));

// The names that the chunk with a definition of this name uses.
std::string used_by(const FileResult& result, std::string_view name) {
  std::string names;
  for (const auto& chunk : result.chunks) {
    if (chunk.name != name) continue;
    for (auto import : chunk.imports) names += (names.empty() ? "" : " ") + result.imports[import].name;
  }
  return names;
}

TEST(ImportUse, AreUsedWhereTheyAreAWholeWord) {
  auto task = task_of("python",
                      "import os, re, json, abc\n\n\n"
                      "def f():\n    return os.path and rex and 're' and j_json\n\n\n"
                      "def g():\n    return 1, osé, abc2, $os\n\n\n"
                      "def h():\n    pass  # json\n");
  auto result = chunk_afresh(task);
  EXPECT_TRUE(facts_are_sound(task, result));
  EXPECT_EQ(used_by(result, "f"), "os re");
  EXPECT_EQ(used_by(result, "g"), "");
  EXPECT_EQ(used_by(result, "h"), "json");
  EXPECT_TRUE(result.chunks.front().imports.empty()) << "what the statement says is no use of it";
}

TEST(ImportUse, AreInForceInTheDefinitionAroundThem) {
  auto task = task_of("python",
                      "def f():\n    import os\n    return os\n\n\n"
                      "def g():\n    return os\n\n\n"
                      "import re\n\n\n"
                      "def h():\n    import re\n    return re\n\n\n"
                      "def i():\n    return re\n");
  auto result = chunk_afresh(task);
  ASSERT_EQ(result.imports.size(), 3U);
  EXPECT_EQ(used_by(result, "f"), "os");
  EXPECT_EQ(used_by(result, "g"), "");
  EXPECT_EQ(used_by(result, "h"), "re");
  EXPECT_EQ(used_by(result, "i"), "re");
  auto index_in = [&](std::string_view name) {
    for (const auto& chunk : result.chunks) {
      if (chunk.name == name) return chunk.imports.front();
    }
    return 99U;
  };
  EXPECT_EQ(index_in("h"), 2U) << "the inner one";
  EXPECT_EQ(index_in("i"), 1U);
}

TEST(ImportUse, AreFoundInEachPartOfWhatIsCut) {
  auto task = task_of("python", "import os\n\n\ndef f():\n");
  for (int i = 0; i < 100; ++i) task.content += i == 70 ? "    os.sync()\n" : "    call(1)\n";
  task.options = {100, 20, SizeUnit::nonspace};
  auto result = chunk_afresh(task);
  std::size_t users = 0;
  for (const auto& chunk : result.chunks) {
    auto text = std::string_view(task.content).substr(chunk.range.begin, chunk.range.size());
    bool uses = text.find("os.sync") != std::string_view::npos;
    EXPECT_EQ(!chunk.imports.empty(), uses) << chunk.ordinal;
    users += uses ? 1 : 0;
  }
  EXPECT_EQ(users, 1U);
}

// The same name over and over, each in force for a line.
TEST(ImportUse, AreFoundInLinearTime) {
  auto task = task_of("python", "");
  for (int i = 0; i < 20'000; ++i) task.content += "def f():\n  import os; return os\n";
  auto result = chunk_afresh(task);
  EXPECT_EQ(result.imports.size(), 20'000U);
  EXPECT_LT(result.chunk_nanoseconds, 20'000'000'000U);
  EXPECT_TRUE(facts_are_sound(task, result));
}

TEST(Nesting, CountsTheDefinitionsAround) {
  auto task = task_of("java",
                      "class A { int a = 1 + 2 + 3 + 4; class B { int b = 1 + 2 + 3 + 4; void f() { int x = "
                      "1 + 2 + 3; } } }\n");
  task.options = {12, 0, SizeUnit::nonspace};
  auto result = chunk_afresh(task);
  EXPECT_TRUE(facts_are_sound(task, result));
  auto nesting_of = [&](std::string_view name) {
    for (const auto& chunk : result.chunks) {
      if (chunk.name == name) return static_cast<int>(chunk.nesting);
    }
    return -1;
  };
  EXPECT_EQ(nesting_of("A"), 0);
  EXPECT_EQ(nesting_of("B"), 1);
  EXPECT_EQ(nesting_of("f"), 2);
}

TEST(Composite, IsWhatHoldsSeveralThings) {
  auto first = [](std::string_view content) {
    return chunk_afresh(task_of("python", content)).chunks.front();
  };
  EXPECT_TRUE(first("x = 1\ny = 2\n").composite) << "two definitions";
  EXPECT_TRUE(first("import a\nx = 1\n").composite) << "an import and a definition";
  EXPECT_TRUE(first("import a\nprint(1)\n").composite) << "an import and a statement";
  EXPECT_FALSE(first("import a\nimport b\n").composite);
  EXPECT_FALSE(first("# why\nx = 1\n").composite);
  EXPECT_FALSE(first("print(1)\nprint(2)\n").composite);
  EXPECT_FALSE(first("def f():\n    x = 1\n    def g(): pass\n").composite)
      << "one definition, whatever is inside";
  EXPECT_FALSE(first("def f():\n    return 1\nf()\n").composite) << "a definition and a scrap";
}

// Whoever has remembered a chunk by its id finds it again after an edit elsewhere in the file.
class StableIds : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(StableIds, StayWhenTheFileIsEditedAbove) {
  const auto& [language, edit] = GetParam();
  const std::string below = language == "python" ? "def first(a):\n    return a\n\n\nclass Second:\n    "
                                                   "\"\"\"Says.\"\"\"\n\n    def third(self):\n        pass\n"
                                                 : "int first(int a) {\n  return a;\n}\n\n// Says.\nstruct "
                                                   "Second {\n  int third() { return 3; }\n};\n";
  auto ids = [&](const std::string& content) {
    auto task = task_of(language, content);
    task.options = {.max_size = 60, .min_size = 20, .unit = SizeUnit::nonspace};
    std::vector<std::pair<std::string, StableId>> found;
    for (const auto& chunk : chunk_afresh(task).chunks) {
      if (!chunk.name.empty()) found.emplace_back(chunk.scope + '.' + chunk.name, chunk.id);
    }
    return found;
  };
  auto before = ids(below);
  ASSERT_GE(before.size(), 2U);
  auto after = ids(edit + below);
  for (const auto& each : before) {
    EXPECT_NE(std::find(after.begin(), after.end(), each), after.end()) << each.first;
  }
}

INSTANTIATE_TEST_SUITE_P(Edits, StableIds,
                         testing::Combine(testing::Values("python", "cpp"),
                                          testing::Values("\n", "\n\n\n", "\r\n\n",
                                                          "value = first_thing + second_thing;\n\n\n")));

}  // namespace
}  // namespace froe::chunk
