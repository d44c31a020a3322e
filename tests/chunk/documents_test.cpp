#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <random>
#include <span>
#include <string>

#include "chunk/difference.hpp"
#include "chunk/files.hpp"
#include "froe/chunk.hpp"
#include "froe/json.hpp"
#include "froe/language.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {
namespace {

std::string as_json(const DocumentResult& result) {
  auto plain = result;
  plain.file.parse_nanoseconds = plain.file.chunk_nanoseconds = 0;
  std::string text;
  append_json(text, plain);
  return text;
}

DocumentTask task_of(const std::string& language, std::string text) {
  DocumentTask task;
  task.file.path = "a." + language;
  task.file.language = language;
  task.file.content = std::move(text);
  task.file.options.references = true;
  task.cut = true;
  task.folds = true;
  task.at = {0, static_cast<std::uint32_t>(task.file.content.size() / 2)};
  return task;
}

struct Sample {
  std::string language;
  std::string text;
  std::vector<std::string> pieces;
};

const std::vector<Sample> samples{
    {"c",
     "#include <a.h>\nstatic int f(int a)\n{\n\treturn g(a) + 1;\n}\n\nstruct s { int x; };\n",
     {"x", ";", "{", "}", "\n", "int h(void) { return 1; }\n", "/* é */", "\"", "#if A\n", "("}},
    {"python",
     "import os\n\nclass A:\n    def f(self):\n        return os.x(1)\n\ndef g():\n    pass\n",
     {"x", ":", "    ", "\n", "def h(a):\n    return a\n", "\"\"\"", "(", "é"}},
    {"javascript",
     "class A { f() { return `a${b}`; } }\nfunction g(x) { return x / 2; }\n",
     {"x", "`", "${", "}", "/", "\n", "function h() {}\n", "(", "📚"}},
    {"html",
     "<body><script>function f() {}</script><p>x</p></body>\n",
     {"<", ">", "x", "<script>g()</script>", "</p>", "\n", "\""}},
    {"perl",
     "package A;\nsub f {\n    return \"$x\";\n}\n\nsub g {\n    1;\n}\n",
     {"x", "->", "\"", "{", "}", "\n", "sub h {\n    m$a$;\n}\n", "=pod\n", "@"}},
    {"markdown",
     "# A\n\ntext\n\n## B\n\n```python\ndef f(): pass\n```\n",
     {"#", "\n", "x", "```\n", "- a\n", "> "}},
};

TEST(DocumentsTest, AfterEveryEditAsAfterAFreshParse) {
  for (const auto& [language, start, pieces] : samples) {
    std::mt19937 random(11);
    std::string text;
    for (int i = 0; i < 5; ++i) text += start;
    Documents kept;
    for (int edit = 0; edit < 300; ++edit) {
      auto begin = random() % (text.size() + 1);
      auto count = std::min<std::size_t>(random() % 6, text.size() - begin);
      text.replace(begin, count, pieces[random() % pieces.size()]);
      auto task = task_of(language, text);
      auto edited = as_json(kept.look(task));
      auto fresh = as_json(Documents().look(task));
      ASSERT_TRUE(edited == fresh) << language << " after edit " << edit << "\n" << text.substr(0, 400);
    }
  }
}

// Where lines begin.
std::vector<std::size_t> lines_of(std::string_view text) {
  std::vector<std::size_t> lines{0};
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    lines.push_back(at + 1);
  if (lines.back() < text.size()) lines.push_back(text.size());
  return lines;
}

// Whole lines come, go and come back, so that most states have no errors and definitions move about.
TEST(DocumentsTest, LinesOfEveryLanguageThatMove) {
  std::size_t parsed = 0;
  for (const auto& language : language::languages()) {
    const std::string name(language.name);
    auto text = read_case(name).content;
    std::mt19937 random(3);
    Documents kept;
    std::string before;
    for (int edit = 0; edit < 30; ++edit) {
      if (edit % 2 == 1 && random() % 4 > 0) {
        text = before;
      } else {
        before = text;
        const auto lines = lines_of(text);
        const auto line = [&] { return random() % (lines.size() - 1); };
        const auto from = line();
        const auto piece = text.substr(lines[from], lines[from + 1] - lines[from]);
        const auto to = line();
        text.replace(lines[to], random() % 3 == 0 ? lines[to + 1] - lines[to] : 0, piece);
      }
      auto task = task_of(name, text);
      task.cut = edit % 5 == 0;
      const auto edited = kept.look(task);
      if (edited.file.outcome == Outcome::parsed) ++parsed;
      ASSERT_TRUE(as_json(edited) == as_json(Documents().look(task)))
          << name << " after edit " << edit << '\n'
          << text;
    }
  }
  EXPECT_GT(parsed, 400U);
}

// A tree as deep as the chain is long, of which after the edit nothing fits as a whole.
TEST(DocumentsTest, AChainOfOperatorsThatStandsInAnotherStatement) {
  std::string chain = "1";
  for (int i = 0; i < 12'000; ++i) chain += "+1";
  Documents kept(std::chrono::seconds(2));
  for (const auto* statement : {"int y =  ", "return "}) {
    auto task = task_of("java", "class A { int f() { " + (statement + chain) + "; } }\n");
    task.cut = false;
    EXPECT_EQ(kept.look(task).file.outcome, Outcome::parsed) << statement;
  }
}

struct Change {
  const char* language;
  const char* before;
  const char* after;
};

// There and back, each state as a fresh parse has it.
void expect_as_fresh(std::span<const Change> changes) {
  for (const auto& [language, before, after] : changes) {
    Documents kept;
    for (const auto* text : {before, after, before}) {
      auto task = task_of(language, text);
      EXPECT_EQ(as_json(kept.look(task)), as_json(Documents().look(task))) << language << '\n' << text;
    }
  }
}

// The definition is the one that it was, and what leads up to it or stands around it is not.
TEST(DocumentsTest, WhatStandsBesideADefinition) {
  const Change changes[]{
      {"go", "// f does.\nfunc f() {}\n", "// f dies.\nfunc f() {}\n"},
      {"go", "func f() {}\n", "// f does.\nfunc f() {}\n"},
      {"go", "// f does.\nfunc f() {}\n", "// f does.\n\nfunc f() {}\n"},
      {"go", "// f does.\nfunc f() {}\n", "func f() {}\n"},
      {"cpp", "class A {\n public:\n  int f() { return 1; }\n};\n",
       "class A {\n private:\n  int f() { return 1; }\n};\n"},
      {"cpp", "class A {\n  int f() { return 1; }\n};\n",
       "class A {\n public:\n  int f() { return 1; }\n};\n"},
      {"cpp", "namespace a {\nint f() { return 1; }\n}\n", "class A {\nint f() { return 1; }\n};\n"},
      {"rust", "#[a]\nfn f() { 1 }\n", "#[b]\n#[c]\nfn f() { 1 }\n"},
      {"rust", "#[a]\nfn f() { 1 }\n", "fn f() { 1 }\n"},
      {"rust", "impl A {\n  fn f() { something(1, 2, 3); }\n  fn g() { something(1, 2, 3); }\n}\n",
       "mod A {\n  fn f() { something(1, 2, 3); }\n  fn g() { something(1, 2, 3); }\n}\n"},
      {"java", "class A {\n  int f() { return 1; }\n}\n", "interface A {\n  int f() { return 1; }\n}\n"},
      {"perl", "package A;\nsub f { 1 }\n", "package B;\npackage A;\nsub f { 1 }\n"},
      {"php", "<?php\nnamespace A;\nfunction f() { return 1; }\n", "<?php\nfunction f() { return 1; }\n"},
      {"haskell", "f :: Int\nf = 1\ng = 2\n", "g :: Int\nf = 1\ng = 2\n"},
      {"python", "x = 1\ndef f():\n    return 1\n", "if x:\n    pass\ndef f():\n    return 1\n"},
      {"python", "class A:\n    def f(self):\n        return 1\n",
       "if A:\n    def f(self):\n        return 1\n"},
      {"typescript", "class A {\n  f() { return 1 }\n}\n", "export class A {\n  f() { return 1 }\n}\n"},
  };
  expect_as_fresh(changes);
}

// The body is the same, and what it means is not: a class has fields where a function has variables.
TEST(DocumentsTest, ABodyThatBecomesThatOfSomethingElse) {
  const Change changes[]{
      {"python", "def f():\n    x = 1\n    y = 2\n", "class f:\n    x = 1\n    y = 2\n"},
      {"python", "class f:\n    x = 1\n    y = 2\n", "def f():\n    x = 1\n    y = 2\n"},
      {"python", "def f():\n    x = 1\n    y = 2\n", "if f():\n    x = 1\n    y = 2\n"},
      {"ruby", "def f\n  X = 1\n  Y = 2\nend\n", "class F\n  X = 1\n  Y = 2\nend\n"},
      {"kotlin", "fun f() {\n  val x = 1\n}\n", "class f {\n  val x = 1\n}\n"},
      {"lua", "function f()\n  x = 1\nend\n", "do\n  x = 1\nend\n"},
      {"elixir", "def f do\n  @x 1\nend\n", "defmodule F do\n  @x 1\nend\n"},
      {"bash", "f() {\n  x=1\n}\n", "{\n  x=1\n}\n"},
      {"javascript", "function f() {\n  var x = 1;\n}\n", "{\n  var x = 1;\n}\n"},
      {"julia", "function f()\n  x = 1\nend\n", "module f\n  x = 1\nend\n"},
  };
  expect_as_fresh(changes);
}

// Large enough that what did not change is taken over, errors or not.
TEST(DocumentsTest, EditsInSeveralPlacesOfALongText) {
  std::mt19937 random(5);
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    auto number = std::to_string(i);
    text += "/* " + number + " */\nint f" + number +
            "(int a)\n{\n\tif (a) {\n\t\tstruct s { int x; } s;\n\t}\n" + "\treturn a + " + number + ";\n}\n";
  }
  ASSERT_GT(text.size(), large_document);
  const std::vector<std::string> pieces{"int g(void) { return 1; }\n", "#include <b.h>\n", "/* more */\n",
                                        "struct t {\n\tint y;\n};\n", "\n"};
  Documents kept;
  for (int round = 0; round < 60; ++round) {
    for (auto edits = random() % 4; edits > 0; --edits) {
      // Between two functions, and sometimes in the place of one.
      auto begin = text.find("/* ", random() % (text.size() - 1000));
      auto end = random() % 3 == 0 ? text.find("/* ", begin + 1) : begin;
      text.replace(begin, end - begin, pieces[random() % pieces.size()]);
    }
    auto task = task_of("c", text);
    task.cut = round % 5 == 0;
    auto edited = kept.look(task);
    EXPECT_EQ(edited.file.outcome, Outcome::parsed);
    ASSERT_TRUE(as_json(edited) == as_json(Documents().look(task))) << "round " << round;
  }
}

std::string applied(std::string before, std::string_view after, const std::vector<syntax::Edit>& edits) {
  // From the last to the first; where each one's text stands in the new state follows from those before it.
  std::int64_t shift = 0;
  std::vector<std::string_view> texts;
  for (const auto& edit : edits) {
    texts.push_back(after.substr(static_cast<std::size_t>(edit.begin + shift), edit.new_end - edit.begin));
    shift += std::int64_t{edit.new_end} - edit.old_end;
  }
  for (auto i = edits.size(); i-- > 0;)
    before.replace(edits[i].begin, edits[i].old_end - edits[i].begin, texts[i]);
  return before;
}

TEST(DifferencesTest, MakeOneTextOfTheOther) {
  std::mt19937 random(3);
  std::string line_text;
  for (int i = 0; i < 2000; ++i) line_text += "line " + std::to_string(i % 40) + " of the text\n";
  for (int round = 0; round < 400; ++round) {
    auto before = line_text;
    auto after = before;
    for (auto count = random() % 6; count > 0; --count) {
      auto at = random() % after.size();
      auto size = std::min<std::size_t>(random() % (round % 7 == 0 ? 3000 : 20), after.size() - at);
      after.replace(at, size, std::string(random() % 30, "x\n"[random() % 2]));
    }
    auto edits = differences(before, after);
    ASSERT_TRUE(applied(before, after, edits) == after) << "round " << round;
    for (std::size_t i = 0; i < edits.size(); ++i) {
      const auto& edit = edits[i];
      ASSERT_LE(edit.begin, edit.old_end);
      if (i > 0) {
        ASSERT_GT(edit.begin, edits[i - 1].old_end);
      }
      auto head = std::string_view(before).substr(0, edit.begin);
      ASSERT_EQ(edit.begin_at.row, std::count(head.begin(), head.end(), '\n'));
      ASSERT_EQ(edit.begin_at.column, head.size() - (head.rfind('\n') + 1));
    }
  }
}

TEST(DifferencesTest, DistantEditsStayApart) {
  std::string before;
  for (int i = 0; i < 2000; ++i) before += "int variable_" + std::to_string(i) + " = 1;\n";
  auto after = before;
  after.insert(after.size() - 50, "x");
  after.erase(100, 3);
  auto edits = differences(before, after);
  ASSERT_EQ(edits.size(), 2U);
  EXPECT_LE(edits[0].old_end - edits[0].begin, 3U);
  EXPECT_EQ(edits[1].new_end - edits[1].old_end, 1U);
}

TEST(DocumentsTest, SeveralDocumentsAtOnce) {
  Documents kept;
  for (int round = 0; round < 50; ++round) {
    for (const auto& sample : samples) {
      auto task = task_of(sample.language, sample.text + std::string(static_cast<std::size_t>(round), '\n'));
      task.file.path += std::to_string(round % 40);
      const auto answer = as_json(kept.look(task));
      ASSERT_TRUE(answer == as_json(Documents().look(task))) << sample.language;
    }
  }
}

TEST(DocumentsTest, OnlyWhatWasAskedFor) {
  Documents documents;
  auto task = task_of("c", samples[0].text);
  task.cut = task.folds = false;
  task.at.clear();
  auto result = documents.look(task);
  EXPECT_TRUE(result.file.chunks.empty());
  EXPECT_TRUE(result.file.references.empty());
  EXPECT_TRUE(result.folds.empty());
  EXPECT_EQ(result.file.symbols.size(), Chunker().chunk(task.file).symbols.size());
}

TEST(DocumentsTest, NodesAroundAnOffset) {
  Documents documents;
  auto task = task_of("c", "int f(void) { return gh; }\n");
  task.at = {22};  // in `gh`
  auto around = documents.look(task).around.at(0);
  ASSERT_GE(around.size(), 4U);
  EXPECT_EQ(around.front(), (ByteRange{21, 23}));
  EXPECT_EQ(around[1], (ByteRange{14, 24}));
  EXPECT_EQ(around.back(), (ByteRange{0, 27}));
}

// As a limit on a worker's data counts it: what is mapped, touched or not.
std::size_t data_bytes() {
  std::ifstream stat("/proc/self/statm");
  std::array<std::size_t, 6> pages{};
  for (auto& each : pages) stat >> each;
  return pages[5] * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// The most that `count` documents of a MiB each add to it while they are opened one after another.
std::size_t most_data_with(Documents& documents, int count) {
  std::string text;
  while (text.size() < (1U << 20U)) text += "int f(int a)\n{\n\treturn g(a, (b + 1) * 2) + 1;\n}\n";
  const auto before = data_bytes();
  auto most = before;
  for (int i = 0; i < count; ++i) {
    auto task = task_of("c", text);
    task.file.path = std::to_string(i) + ".c";
    task.cut = task.folds = false;
    task.at.clear();
    EXPECT_EQ(documents.look(task).file.outcome, Outcome::parsed);
    most = std::max(most, data_bytes());
  }
  return most - before;
}

TEST(DocumentsTest, ManyLargeOnesStayFarBelowAWorkersLimit) {
  if (syntax::TreeMemory().taken() == 0) GTEST_SKIP() << "no arena in this build";
  Documents documents;
  EXPECT_LT(most_data_with(documents, 40), 768U << 20U);
}

TEST(DocumentsTest, TreesGiveWayBeforeTheyTakeMuchMoreThanTheyMay) {
  if (syntax::TreeMemory().taken() == 0) GTEST_SKIP() << "no arena in this build";
  Documents documents({}, ByteCount(64U << 20U));
  EXPECT_LT(most_data_with(documents, 12), 192U << 20U);
}

TEST(DocumentsTest, WhatGaveWayIsParsedAnew) {
  std::string text;
  while (text.size() < (1U << 20U)) text += "int f(int a)\n{\n\treturn g(a, (b + 1) * 2) + 1;\n}\n";
  Documents documents({}, ByteCount(24U << 20U));
  std::vector<std::string> answers;
  std::vector<DocumentTask> tasks;
  for (const auto* name : {"a.c", "a.c", "b.c", "a.c", "b.c"}) {
    text.insert(text.size() / 2, "x");
    auto task = task_of("c", text);
    task.file.path = name;
    tasks.push_back(task);
    answers.push_back(as_json(documents.look(task)));
  }
  for (std::size_t i = 0; i < tasks.size(); ++i)
    EXPECT_TRUE(answers[i] == as_json(Documents().look(tasks[i]))) << i;
}

}  // namespace
}  // namespace froe::chunk
