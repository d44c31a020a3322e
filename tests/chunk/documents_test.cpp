#include <gtest/gtest.h>

#include <random>

#include "froe/chunk.hpp"
#include "froe/json.hpp"

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

TEST(DocumentsTest, SeveralDocumentsAtOnce) {
  Documents kept;
  for (int round = 0; round < 50; ++round) {
    for (const auto& sample : samples) {
      auto task = task_of(sample.language, sample.text + std::string(static_cast<std::size_t>(round), '\n'));
      task.file.path += std::to_string(round % 40);
      ASSERT_TRUE(as_json(kept.look(task)) == as_json(Documents().look(task))) << sample.language;
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

}  // namespace
}  // namespace froe::chunk
