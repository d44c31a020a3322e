// Definitions that a grammar has in several nodes side by side.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "files.hpp"
#include "froe/chunk.hpp"
#include "sound.hpp"

namespace froe::chunk {
namespace {

FileTask task_of(std::string_view language, std::string_view content) {
  FileTask task;
  task.language = language;
  task.content = content;
  return task;
}

const Symbol* find(const FileResult& result, std::string_view name) {
  auto found = std::find_if(result.symbols.begin(), result.symbols.end(),
                            [&](const Symbol& symbol) { return symbol.name == name; });
  return found == result.symbols.end() ? nullptr : &*found;
}

std::string outline_of(std::string_view language, std::string_view content) {
  auto task = task_of(language, content);
  auto result = chunk_afresh(task);
  EXPECT_TRUE(is_sound(task, result));
  std::string lines;
  for (const auto& symbol : result.symbols) {
    lines += std::string(to_string(symbol.kind)) + ' ' + symbol.name + ": ";
    lines += content.substr(symbol.range.begin, symbol.range.size());
    lines += ";\n";
  }
  return lines;
}

TEST(Joined, ASignatureAndItsEquations) {
  EXPECT_EQ(outline_of("haskell", "f :: Int -> Int\n-- why\nf 0 = 1\nf n = n\ng = 2\n"),
            "function f: f :: Int -> Int\n-- why\nf 0 = 1\nf n = n;\nfunction g: g = 2;\n");
  EXPECT_EQ(outline_of("elm", "f : Int\nf =\n    1\n\n\ng =\n    2\n"),
            "function f: f : Int\nf =\n    1;\nfunction g: g =\n    2;\n");
}

TEST(Joined, OnlyWhatHasTheSameNameAndFollows) {
  EXPECT_EQ(outline_of("haskell", "f 0 = 1\ng 0 = 2\nf n = n\n"),
            "function f: f 0 = 1;\nfunction g: g 0 = 2;\nfunction f: f n = n;\n");
  EXPECT_EQ(outline_of("elixir", "defmodule A do\n  def f(1), do: 1\n  @x 1\n  def f(n), do: n\nend\n"),
            "module A: defmodule A do\n  def f(1), do: 1\n  @x 1\n  def f(n), do: n\nend;\n"
            "function f: def f(1), do: 1;\nconstant x: @x 1;\nfunction f: def f(n), do: n;\n");
  // An attribute is about what follows: another function of that name, with as many parameters more.
  EXPECT_EQ(
      outline_of("elixir", "defmodule A do\n  def f(), do: 1\n  @spec f(1) :: 1\n  def f(n), do: n\nend\n"),
      "module A: defmodule A do\n  def f(), do: 1\n  @spec f(1) :: 1\n  def f(n), do: n\nend;\n"
      "function f: def f(), do: 1;\nfunction f: def f(n), do: n;\n");
}

TEST(Joined, ABodyBesideItsHead) {
  EXPECT_EQ(outline_of("dart", "int f(int a) { return a; }\nint g() => 1;\nexternal int h();\n"),
            "function f: int f(int a) { return a; };\nfunction g: int g() => 1;;\nfunction h: int h();\n");
}

TEST(Joined, WordsBeforeVariables) {
  EXPECT_EQ(outline_of("dart", "const int a = 1;\nfinal b = 2;\nString? c, d;\nint f() => 1;\n"),
            "constant a: const int a = 1;\nconstant b: final b = 2;\nvariable c: String? c, d;\n"
            "variable d: String? c, d;\nfunction f: int f() => 1;;\n");
}

// Whatever the budget, each piece of it is a part of it, its head in the first.
TEST(Joined, IsCutLikeAnyOther) {
  std::string content = "module A where\n\nf :: Int -> Int\n";
  for (int i = 0; i < 20; ++i) content += "f " + std::to_string(i) + " = " + std::to_string(i * i) + "\n";
  content += "\ng :: Int\ng = " + std::string(400, '1') + "\n";
  for (std::uint32_t max : {20U, 60U, 100U, 200U, 400U}) {
    SCOPED_TRACE(max);
    auto task = task_of("haskell", content);
    task.options = {max, 0, SizeUnit::nonspace};
    auto result = chunk_afresh(task);
    EXPECT_TRUE(is_sound(task, result));
    EXPECT_TRUE(keeps_definitions_whole(task, result));
    const auto* f = find(result, "f");
    ASSERT_NE(f, nullptr);
    std::size_t parts = 0;
    for (const auto& chunk : result.chunks) {
      if (chunk.range.end <= f->range.begin || chunk.range.begin >= f->range.end) continue;
      ++parts;
      EXPECT_EQ(chunk.name, "f");
      EXPECT_EQ(chunk.kind, Kind::function);
      EXPECT_EQ(chunk.partial, max < 200);
    }
    EXPECT_EQ(parts > 1, max < 200);
  }
}

}  // namespace
}  // namespace froe::chunk
