// Input that no one writes, through every grammar: what comes out must still tile what went in. What is known
// to crash or hang a grammar is not run here but where a worker can die of it (tests/execute).
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "chunk/files.hpp"
#include "chunk/sound.hpp"
#include "froe/chunk.hpp"
#include "froe/language.hpp"

namespace froe::chunk {
namespace {

using Random = std::mt19937;
using namespace std::string_literals;

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string repeated;
  repeated.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

std::string random_bytes(std::size_t size) {
  Random random(20);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(below(random, 256));
  return bytes;
}

const std::vector<ChunkOptions>& some_options() {
  static const std::vector<ChunkOptions> options{{},
                                                 {40, 10, SizeUnit::nonspace},
                                                 {64, 100, SizeUnit::bytes},
                                                 {3, 0, SizeUnit::lines},
                                                 {20, 5, SizeUnit::o200k_base}};
  return options;
}

FileTask task_of(std::string_view language, std::string content, ChunkOptions options = {}) {
  FileTask task;
  task.language = language;
  task.content = std::move(content);
  task.options = options;
  task.options.references = true;
  task.options.metrics = true;
  return task;
}

// A budget in tokens is for files that somebody reads; one of line breaks alone takes long.
std::string fitting(const std::string& content, const ChunkOptions& options) {
  return options.unit == SizeUnit::o200k_base ? content.substr(0, 5000) : content;
}

class HardInput : public testing::TestWithParam<std::string> {
 protected:
  // With every option; a test that takes long says so by failing.
  void check(const std::string& content) {
    for (const auto& options : some_options()) check(fitting(content, options), options);
  }
  void check(const std::string& content, const ChunkOptions& options) {
    auto task = task_of(language(), content, options);
    auto result = chunker_.chunk(task);
    ASSERT_TRUE(is_sound(task, result))
        << "max " << options.max_size << ' ' << to_string(options.unit) << '\n'
        << content.substr(0, 200);
    if (options.unit == SizeUnit::nonspace) {
      ASSERT_TRUE(keeps_definitions_whole(task, result)) << content.substr(0, 200);
    }
  }
  std::string language() const { return GetParam() == "text" ? std::string() : GetParam(); }
  // What is written in this language in the golden cases.
  std::string sample() const { return read_case(GetParam()).content; }

  Chunker chunker_;
};

TEST_P(HardInput, Nothing) {
  auto task = task_of(language(), "");
  auto result = chunker_.chunk(task);
  EXPECT_TRUE(result.chunks.empty());
  EXPECT_TRUE(result.symbols.empty());
}

TEST_P(HardInput, EachByteAlone) {
  for (int byte = 0; byte < 256; ++byte) {
    check(std::string(1, static_cast<char>(byte)));
    check(std::string(2, static_cast<char>(byte)));
  }
}

TEST_P(HardInput, NotUtf8) {
  check(std::string(5000, '\0'));
  check("a\0b\0\0c\n\0"s.append(sample()));
  check("\xff\xfe\xc3(\xe2\x82\xf0\x9f\x98 \x80\x80 \xed\xa0\x80 \xc0\xaf\xf5\x80\x80\x80\n" + sample() +
        "\xe2\x82");
  std::string wide = "\xff\xfe";
  for (char c : sample().substr(0, 1000)) wide += {c, '\0'};
  check(wide);
}

TEST_P(HardInput, Utf8OfEveryLength) {
  check(repeat("é€😀\u00a0\u2028\ufeff", 300));
  check(repeat("\"é€😀\"", 300));
}

TEST_P(HardInput, LineEnds) {
  auto text = sample();
  check("\xef\xbb\xbf" + text);
  auto with = [&](std::string_view line_end) {
    std::string other;
    for (char c : text) c == '\n' ? other += line_end : other += c;
    return other;
  };
  check(with("\r"));
  check(with("\r\n"));
  check(with("\n\r"));
  check(with(" "));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  check(text);
}

TEST_P(HardInput, OnlyWhiteSpace) {
  check(repeat("\n", 1U << 20U), {});
  check(repeat("\n", 1U << 16U));
  check(repeat(" ", 1U << 16U));
  check(repeat(" \t\r\n", 1U << 14U));
  check("\v\f");
}

TEST_P(HardInput, LongLeaves) {
  // Short enough for a grammar to which it is not a comment: recovering from errors takes time with its
  // square.
  auto words = repeat("several words and numbers 1234 ", 150);
  check("// " + words);
  check("# " + words);
  check('"' + repeat(words, language() == "tlaplus" ? 2 : 20) + '"');
  check('"' + repeat("x", 20000) + '"');
  check("/* " + repeat("line\n", 3000) + "*/");
  check("x = '" + repeat("é", 5000) + "'\n");
}

TEST_P(HardInput, DeepNesting) {
  auto prefix = language() == "php" ? "<?php "s : std::string();
  // Scala's scanner wants to know the column of every token, which tree-sitter counts from where the line
  // begins.
  std::size_t deep = language() == "scala" ? 10'000 : 100'000;
  // Dart's grammar loses itself in ways to read them: from some thousand on, no patience suffices.
  if (language() == "dart") deep = 2'000;
  check(prefix + repeat("[", deep) + repeat("]", deep), {});
  deep = language() == "dart" ? deep : 20'000;
  check(prefix + repeat("(", deep) + repeat(")", deep), {});
  check(prefix + repeat("{", deep) + repeat("}", deep), {});
  check(prefix + repeat("(", 5'000), {});
}

TEST_P(HardInput, DamagedSamples) {
  Random random(4);
  auto original = sample();
  for (int i = 0; i < 60; ++i) {
    auto text = original;
    for (std::size_t edits = 1 + below(random, 4); edits > 0; --edits) {
      auto begin = below(random, text.size());
      auto size = std::min(1 + below(random, 60), text.size() - begin);
      auto span = text.substr(begin, size);
      auto other = below(random, text.size());
      switch (below(random, 4)) {
        case 0: text.erase(begin, size); break;
        case 1: text.insert(other, span); break;
        case 2: text.replace(begin, size, text.substr(other, size)); break;
        default: text[begin] = static_cast<char>(below(random, 256)); break;
      }
      if (text.empty()) text = original;
    }
    check(text, some_options()[static_cast<std::size_t>(i) % some_options().size()]);
  }
}

TEST_P(HardInput, CutOffSamples) {
  Random random(5);
  auto text = sample();
  for (int i = 0; i < 30; ++i)
    check(text.substr(0, below(random, text.size())), {100, 30, SizeUnit::nonspace});
}

std::vector<std::string> languages_and_text() {
  std::vector<std::string> names;
  for (const auto& language : language::languages()) names.emplace_back(language.name);
  names.emplace_back("text");
  return names;
}

INSTANTIATE_TEST_SUITE_P(Languages, HardInput, testing::ValuesIn(languages_and_text()),
                         [](const auto& language) { return language.param; });

void check_as_text(std::string content) {
  for (const auto& options : some_options()) {
    // The language is what the file was to be before its tree was given up.
    auto task = task_of("python", fitting(content, options), options);
    auto result = chunk_as_text(task, Outcome::crashed, "signal 11");
    EXPECT_EQ(result.outcome, Outcome::crashed);
    EXPECT_EQ(result.detail, "signal 11");
    EXPECT_TRUE(is_sound(task, result));
  }
}

TEST(HardText, OneLongLine) {
  check_as_text(repeat("a line without an end ", 10'000'000 / 22));
}
TEST(HardText, OneLongWord) {
  check_as_text(repeat("é", 1'000'000));
}
TEST(HardText, ShortLines) {
  check_as_text(repeat("1\n", 500'000));
}
TEST(HardText, OfSeveralSections) {
  check_as_text(repeat("12\n", 1'200'000));
  check_as_text("1\n" + repeat("12\r\n", 400'000));  // a section ends within a line break
  check_as_text(repeat("a word ", 300'000) + '\n' + repeat("\n", 1'500'000));
}
TEST(HardText, RandomBytes) {
  check_as_text(random_bytes(200'000));
}
TEST(HardText, CarriageReturnsOnly) {
  check_as_text(repeat("one line\r", 50'000));
}

// Error recovery on this takes seconds in some grammars; these two are quick.
TEST(HardSyntax, RandomBytes) {
  Chunker chunker;
  for (auto language : {"json", "go"}) {
    auto task = task_of(language, random_bytes(20'000));
    EXPECT_TRUE(is_sound(task, chunker.chunk(task))) << language;
  }
}

TEST(HardSyntax, ThatTakesLongerThanItMayIsCutAsText) {
  Chunker hurried(std::chrono::milliseconds(5));
  auto task = task_of("c", repeat("int f(int a) { return a + (1 * 2); }\n", 40'000));
  auto result = hurried.chunk(task);
  EXPECT_GE(result.parse_nanoseconds, 5'000'000U);
  EXPECT_LT(result.parse_nanoseconds, 2'000'000'000U);
  auto as_text = chunk_as_text(task, Outcome::timed_out, "parsing took more than 5 ms");
  result.parse_nanoseconds = as_text.parse_nanoseconds;
  result.chunk_nanoseconds = as_text.chunk_nanoseconds;
  EXPECT_EQ(result, as_text);
  // The next file is not affected, and without a limit of time nor is this one.
  EXPECT_EQ(hurried.chunk(task_of("c", "int a;\n")).outcome, Outcome::parsed);
  EXPECT_EQ(Chunker().chunk(task).outcome, Outcome::parsed);
  EXPECT_EQ(Chunker(std::chrono::minutes(10)).chunk(task).outcome, Outcome::parsed);
}

// Operations are counted, so that a file which is given up is given up everywhere.
TEST(HardSyntax, ThatTakesMoreStepsThanItMayIsCutAsText) {
  // Of each, tree-sitter has to follow several readings.
  auto task = task_of("cpp", repeat("a<b<c>>(d)*e;\n", 50'000));
  auto result = Chunker().chunk(task);
  auto as_text = chunk_as_text(task, Outcome::timed_out, "parsing took more than 59166 steps");
  result.parse_nanoseconds = as_text.parse_nanoseconds;
  result.chunk_nanoseconds = as_text.chunk_nanoseconds;
  EXPECT_EQ(result, as_text);
}

TEST(HardSyntax, ALanguageThatIsNotThere) {
  Chunker chunker;
  EXPECT_THROW((void)chunker.chunk(task_of("klingon", "nuqneH")), std::invalid_argument);
}

}  // namespace
}  // namespace froe::chunk
