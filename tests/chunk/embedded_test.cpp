// Parts of a file in another language: scripts and styles of a page are code like any other, examples in a
// document only tell where it may be cut.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chunk/sound.hpp"
#include "froe/chunk.hpp"
#include "froe/language.hpp"

namespace froe::chunk {
namespace {

FileTask task_of(std::string_view language, std::string content, ChunkOptions options) {
  FileTask task;
  task.language = language;
  task.content = std::move(content);
  task.options = options;
  return task;
}

FileResult cut(const FileTask& task) {
  auto result = Chunker().chunk(task);
  EXPECT_TRUE(is_sound(task, result));
  return result;
}

// "name of symbol: language of the chunk that has its head", for each chunk that is or begins a definition.
std::vector<std::string> heads(const FileResult& result) {
  std::vector<std::string> heads;
  for (const auto& chunk : result.chunks) {
    bool begins = !chunk.partial || (heads.empty() || !heads.back().starts_with(chunk.name + ": "));
    if (!chunk.name.empty() && begins) heads.push_back(chunk.name + ": " + chunk.language);
  }
  return heads;
}

const Symbol* find(const FileResult& result, std::string_view name) {
  for (const auto& symbol : result.symbols) {
    if (symbol.name == name) return &symbol;
  }
  return nullptr;
}

std::string function(const std::string& name, int statements) {
  std::string text = "function " + name + "() {\n";
  for (int i = 0; i < statements; ++i) text += "  total += weigh(" + std::to_string(i) + ");\n";
  return text + "}\n";
}

TEST(Embedded, AScriptsFunctionsAreSymbolsAndChunksOfTheirOwn) {
  auto page = "<body>\n<p>Before</p>\n<script>\n" + function("first", 3) + "\n" + function("second", 3) +
              "</script>\n<p>After</p>\n</body>\n";
  auto task = task_of("html", page, {});
  auto result = cut(task);
  const auto* second = find(result, "second");
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->begin, (Position{9, 0}));
  EXPECT_EQ(second->range.begin, page.find("function second"));
  EXPECT_EQ(heads(result), (std::vector<std::string>{"first: javascript", "second: javascript"}));
}

TEST(Embedded, APageWhoseScriptDefinesNothingStaysWhole) {
  auto task = task_of("html", "<body>\n<p>Text</p>\n<script>\nstart();\n</script>\n</body>\n", {});
  EXPECT_EQ(cut(task).chunks.size(), 1U);
}

TEST(Embedded, TheAttributeNamesTheLanguage) {
  auto component = [](const std::string& language) {
    return "<script lang=\"" + language + "\">\ninterface Shape {\n  area(): number;\n}\n</script>\n";
  };
  for (const auto* name : {"ts", "typescript", "TS"}) {
    auto task = task_of("vue", component(name), {});
    EXPECT_NE(find(cut(task), "Shape"), nullptr) << name;
  }
  // What nobody knows is the host's text.
  auto task = task_of("vue", component("fnord"), {});
  EXPECT_EQ(find(cut(task), "Shape"), nullptr);
}

TEST(Embedded, AnExampleThatFitsIsLeftAlone) {
  auto document = "# Use\n\n```js\n" + function("start", 2) + function("stop", 2) + "```\n";
  auto result = cut(task_of("markdown", document, {}));
  EXPECT_EQ(result.chunks.size(), 1U);
  EXPECT_EQ(find(result, "start"), nullptr);
}

TEST(Embedded, AnExampleThatDoesNotFitIsCutByItsOwnSyntax) {
  auto document =
      "# Use\n\n```js\n" + function("start", 20) + "\n" + function("stop", 20) + "```\n\nThe end.\n";
  auto result =
      cut(task_of("markdown", document, {.max_size = 500, .min_size = 100, .unit = SizeUnit::nonspace}));
  auto all = heads(result);
  EXPECT_NE(std::find(all.begin(), all.end(), "start: javascript"), all.end());
  EXPECT_NE(std::find(all.begin(), all.end(), "stop: javascript"), all.end());
  EXPECT_EQ(find(result, "start"), nullptr) << "an example defines nothing";
  EXPECT_NE(find(result, "Use"), nullptr);
}

TEST(Embedded, WhatIsQuotedIsReadWithoutTheMarks) {
  std::string document = "# Use\n\n> ```python\n";
  for (const auto* name : {"one", "two"}) {
    document += "> def " + std::string(name) + "():\n";
    for (int i = 0; i < 30; ++i) document += ">     weigh(" + std::to_string(i) + ")\n";
    document += ">\n";
  }
  document += "> ```\n";
  auto result =
      cut(task_of("markdown", document, {.max_size = 500, .min_size = 100, .unit = SizeUnit::nonspace}));
  auto all = heads(result);
  EXPECT_NE(std::find(all.begin(), all.end(), "one: python"), all.end());
  EXPECT_NE(std::find(all.begin(), all.end(), "two: python"), all.end());
}

TEST(Embedded, PartsOfParts) {
  auto document =
      "# Page\n\n```html\n<body>\n<script>\n" + function("inner", 20) + "</script>\n</body>\n```\n";
  auto result =
      cut(task_of("markdown", document, {.max_size = 350, .min_size = 100, .unit = SizeUnit::nonspace}));
  auto all = heads(result);
  EXPECT_NE(std::find(all.begin(), all.end(), "inner: javascript"), all.end());
}

TEST(Embedded, ErrorsOfAScriptCountThoseOfAnExampleDoNot) {
  auto script = task_of("html", "<script>\nfunction broken( {\n</script>\n", {});
  EXPECT_EQ(cut(script).outcome, Outcome::parsed_with_errors);
  std::string sketch;
  for (int i = 0; i < 100; ++i) sketch += "if (you) { … }}\n";
  auto example = task_of("markdown", "# Sketch\n\n```js\n" + sketch + "```\n",
                         {.max_size = 300, .min_size = 100, .unit = SizeUnit::nonspace});
  EXPECT_EQ(cut(example).outcome, Outcome::parsed);
}

TEST(Embedded, NamesAndImportsHoldWithinThePart) {
  std::string page =
      "<script type=\"module\">\nimport { draw } from './draw.js';\nfunction show() { draw(); }\n</script>\n"
      "<script>\nfunction other() { draw(); }\n</script>\n";
  auto task = task_of("html", page, {});
  auto result = cut(task);
  ASSERT_EQ(result.imports.size(), 1U);
  EXPECT_EQ(result.imports[0].name, "draw");
  for (const auto& chunk : result.chunks) {
    if (chunk.name.empty()) continue;
    EXPECT_EQ(chunk.imports.size(), chunk.name == "show" ? 1U : 0U) << chunk.name;
  }
}

TEST(Embedded, LanguagesByWhatPeopleCallThem) {
  struct Case {
    const char* text;
    const char* language;
  };
  for (const auto& each :
       {Case{"python", "python"}, Case{"py", "python"}, Case{"python3", "python"}, Case{"C++", "cpp"},
        Case{"{.rust #id}", "rust"}, Case{"js,ignore", "javascript"}, Case{"sh", "bash"}}) {
    const auto* found = language::find_called(each.text);
    ASSERT_NE(found, nullptr) << each.text;
    EXPECT_EQ(found->name, each.language) << each.text;
  }
  for (const auto* text : {"", " ", "text", "{}", "console"})
    EXPECT_EQ(language::find_called(text), nullptr) << text;
}

}  // namespace
}  // namespace froe::chunk
