// Files in which a grammar loses its place.
#include "chunk/recovery.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "chunk/dissect.hpp"
#include "chunk/facts.hpp"
#include "chunk/files.hpp"
#include "chunk/sound.hpp"
#include "froe/chunk.hpp"
#include "froe/language.hpp"

namespace froe::chunk {
namespace {

// The grammar takes `$x->` for the beginning of a longer expression, and misses the quotation mark.
const std::string wrong = R"(print $x ? "$x->" : 0;)";
const std::string right = R"(print $x ? "$x.." : 0;)";

std::string with(std::string text, const std::string& line) {
  const std::string place = "HERE";
  text.replace(text.find(place), place.size(), line);
  return text;
}

FileTask perl(std::string content, ChunkOptions options = {}) {
  FileTask task;
  task.language = "perl";
  task.content = std::move(content);
  task.options = options;
  return task;
}

std::vector<std::string> outline_of(const FileResult& result) {
  std::vector<std::string> names;
  for (const auto& symbol : result.symbols) names.push_back(symbol.name);
  return names;
}

const std::string body = "    my ($self, $x) = @_;\n    return \"a\" . $self->{x};\n";

std::string sub(const std::string& name, const std::string& line = {}) {
  return "# About " + name + ".\nsub " + name + " {\n" + body + line + "}\n\n";
}

// What the same file has whose line the grammar can read: every definition at the same place.
void expect_the_same(const std::string& text) {
  auto readable = perl(with(text, right));
  auto lost = perl(with(text, wrong));
  auto expected = chunk_afresh(readable);
  auto found = chunk_afresh(lost);
  EXPECT_EQ(expected.outcome, Outcome::parsed);
  EXPECT_EQ(found.outcome, Outcome::parsed_with_errors);
  EXPECT_EQ(outline_of(found), outline_of(expected));
  EXPECT_TRUE(found.symbols == expected.symbols);
  EXPECT_EQ(found.imports, expected.imports);
  for (std::uint32_t most : {10U, 30U, 80U, 300U, 1500U}) {
    SCOPED_TRACE(most);
    lost.options = {.max_size = most, .min_size = most / 5};
    auto cut = chunk_afresh(lost);
    EXPECT_TRUE(is_sound(lost, cut));
    EXPECT_TRUE(facts_are_sound(lost, cut));
    EXPECT_TRUE(keeps_definitions_whole(lost, cut));
  }
}

TEST(Recovery, AFunctionThatCannotBeRead) {
  expect_the_same("package A;\n\n" + sub("first") + sub("second", "    HERE\n") + sub("third") +
                  "package B;\n\n" + sub("fourth") + "1;\n");
}

TEST(Recovery, TheErrorIsTheBodyAlone) {
  auto task = perl("package A;\n" + sub("first") + sub("second", "    " + wrong + "\n") + sub("third"));
  auto result = chunk_afresh(task);
  ASSERT_EQ(result.errors.size(), 1U);
  auto error = result.errors[0];
  auto text = task.content.substr(error.begin, error.size());
  EXPECT_EQ(text, "\n" + body + "    " + wrong + "\n");
}

TEST(Recovery, SeveralOfThem) {
  expect_the_same(sub("first") + sub("second", "    HERE\n") + sub("third") + sub("fourth") +
                  sub("fifth", "    " + right + "\n") + sub("sixth"));
  std::string many;
  std::vector<std::string> names;
  for (int i = 0; i < 40; ++i) {
    names.push_back("f" + std::to_string(i));
    many += sub(names.back(), i % 7 == 0 ? "    " + wrong + "\n" : "");
  }
  EXPECT_EQ(outline_of(chunk_afresh(perl(many))), names);
}

TEST(Recovery, AStatementBetweenFunctions) {
  expect_the_same(sub("first") + "my $x = 1;\n\nHERE\nprint 2;\n\nmy $last = 3;\n\n" + sub("second") +
                  sub("third"));
}

TEST(Recovery, InABlockAndInAPackageWithABlock) {
  expect_the_same(
      "{\n    my $x;\n\n    sub first {\n        HERE\n        return 1;\n    }\n\n    sub second {\n"
      "        return \"b\";\n    }\n}\n\n" +
      sub("third"));
  expect_the_same(
      "package A {\n    sub first {\n        HERE\n        return 1;\n    }\n\n    sub second {\n"
      "        return \"b\";\n    }\n}\n\n" +
      sub("third"));
}

TEST(Recovery, EndsThatAreIndentedOddly) {
  expect_the_same(
      "sub first {\n    HERE\n    return 1;\n    }\n\nsub second\n{\n    return \"b\";\n    }\n\n" +
      sub("third"));
}

TEST(Recovery, BracesInAHeadThatAreNotOfTheBody) {
  expect_the_same(
      sub("first") + "sub second    # takes {a}, gives a number\n{\n    HERE\n    return 2;\n}\n\n" +
      sub("third") + "sub fourth ($x = {}) { # {x}\n    HERE\n    return 2;\n}\n\n" + sub("fifth"));
}

// The body that is left out takes the end of a comment with it, so that a paragraph reaches over it.
TEST(Recovery, PiecesThatOverlap) {
  auto task =
      perl(sub("before") +
           "print <<EOT;\nsub intext {\n}\nEOT\n\nmy $x = );\n"
           "  sub foo # see { here\n  {\n    my $s = shift;\n    $s =~ m$a$;\n    return 2;\n  }\n\n" +
           sub("after") + sub("more") + "print <<EOT;\nsub intext {\n}\nEOT\n\n" + sub("end"));
  auto result = chunk_afresh(task);
  EXPECT_EQ(result.outcome, Outcome::parsed_with_errors) << result.detail;
  EXPECT_TRUE(is_sound(task, result));
  EXPECT_TRUE(facts_are_sound(task, result));
}

TEST(Recovery, LinesInAnyOrder) {
  const std::vector<std::string> lines{
      "sub f {",       "sub g # see { here", "  {",       "}",          "  }", "{",
      "my $s = m$a$;", "my $x = );",         "=pod",      "=cut",       "EOT", "print <<EOT;",
      "# a } b {",     "sub h { 1 }",        "\"$x->\";", "package A;", "",    "    return 2;"};
  std::mt19937 random(1);
  for (int round = 0; round < 400; ++round) {
    std::string text;
    for (int i = 0; i < 30; ++i) text += lines[random() % lines.size()] + '\n';
    auto task = perl(text);
    auto result = chunk_afresh(task);
    SCOPED_TRACE(text);
    ASSERT_TRUE(result.outcome == Outcome::parsed || result.outcome == Outcome::parsed_with_errors)
        << result.detail;
    ASSERT_TRUE(is_sound(task, result));
  }
}

// Pieces that take the parser no time to speak of do not make a file take long.
TEST(Recovery, IsNotTriedOnTensOfThousandsOfPieces) {
  std::string text = "sub first {\n    my $x = m$a$;\n}\n";
  for (int i = 0; i < 40'000; ++i) text += "sub f{\n);\n}\n";
  text += "sub last {\n    return 1;\n}\n";
  auto task = perl(text);
  const auto& language = *language::find("perl");
  syntax::Grammar grammar(language);
  syntax::Tree tree(grammar, task.content);
  auto found = outline(grammar, tree, task.content);
  EXPECT_GT(lost_in(grammar, tree, found, task.content).bodies.size(), 30'000U);
  EXPECT_EQ(chunk_afresh(task).errors, found.errors);
}

TEST(Recovery, WithLineBreaksOfTwoCharactersAndTabs) {
  std::string text = sub("first") + "\tsub second {\n\t    HERE\n\t}\n" + sub("third");
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
    text.insert(at, 1, '\r');
  expect_the_same(text);
}

// A line of a quotation or of prose that looks like the beginning of a definition is none.
TEST(Recovery, TakesNothingForADefinitionThatTheGrammarDoesNot) {
  const std::string quoted = "    print <<END;\nsub quoted {\n    return 1;\n}\npackage Quoted;\nEND\n";
  const std::string prose =
      "=head1 A\n\nsub prose is none.\n\n    sub shown {\n        1;\n    }\n\n=cut\n\n";
  expect_the_same(sub("first") + prose + sub("second", "    HERE\n") + sub("third", quoted) + prose +
                  "my $text = 'so\nsub said {\n    1;\n}\n';\n\n" + sub("fourth") + "__END__\n\n" + prose);
}

// Without a definition that is lost, nothing is read again: the errors stay where the grammar saw them.
TEST(Recovery, WhatIsFoundAllTheSameStays) {
  auto task = perl(sub("first") + "sub radians { my $d = _DR * $_[0]; $d }\n\n" + sub("second"));
  const auto& language = *language::find("perl");
  syntax::Grammar grammar(language);
  syntax::Tree tree(grammar, task.content);
  auto found = outline(grammar, tree, task.content);
  ASSERT_FALSE(found.errors.empty());
  EXPECT_EQ(lost_in(grammar, tree, found, task.content).definitions, 0U);
  EXPECT_EQ(chunk_afresh(task).errors, found.errors);
}

// Nothing but the data is Perl's, and without them a tree is taken as it is.
TEST(Recovery, IsForAnyLanguageWhoseDataSayHow) {
  const std::string text =
      "package p\n\nfunc a(x int) int {\n\treturn x\n}\n\nfunc b(x int) {\n\tif x > 0 {\n\t\ts := "
      "`\n\t}\n}\n\n"
      "func c(x int) {\n\tif x > 0 {\n\t\treturn\n\t}\n}\n";
  const std::array<std::string_view, 1> starts{"func"};
  auto go = *language::find("go");
  const syntax::Grammar without_data(*language::find("go"));
  go.recovery = {.starts = starts, .opens = "{", .closes = "}"};
  const syntax::Grammar with_data(go);
  const ChunkOptions options{.metrics = true};
  const Measure measure(text, SizeUnit::nonspace);
  auto dissect_with = [&](const syntax::Grammar& grammar) {
    syntax::Tree tree(grammar, text);
    return dissect({grammar, tree, text}, &measure, options, {},
                   [&](const language::Language&) -> const syntax::Grammar& { return grammar; });
  };
  auto names_of = [&](const Dissected& dissected) {
    std::vector<std::string_view> names;
    for (const auto& definition : dissected.outline.definitions)
      names.push_back(std::string_view(text).substr(definition.name->begin, definition.name->size()));
    return names;
  };
  auto lost = dissect_with(without_data);
  EXPECT_LT(names_of(lost).size(), 3U);
  EXPECT_TRUE(lost.outline.left_out.empty());
  auto found = dissect_with(with_data);
  EXPECT_EQ(names_of(found), (std::vector<std::string_view>{"a", "b", "c"}));
  ASSERT_EQ(found.outline.left_out.size(), 1U);
  // What was not read whole is not measured.
  ASSERT_EQ(found.survey.functions.size(), 2U);
  EXPECT_EQ(found.survey.functions[0].range, found.outline.definitions[0].range);
  EXPECT_EQ(found.survey.functions[1].range, found.outline.definitions[2].range);
}

TEST(Recovery, WhatOverlapsIsOne) {
  auto all = united({{{6, 8}, {2, 0}, {2, 2}},
                     {{0, 5}, {0, 0}, {1, 2}},
                     {{1, 2}, {0, 1}, {0, 2}},
                     {{4, 6}, {1, 1}, {2, 0}}});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].range, (ByteRange{0, 6}));
  EXPECT_EQ(all[0].end, (Position{2, 0}));
  EXPECT_EQ(all[1].range, (ByteRange{6, 8}));
}

TEST(Recovery, AllButWhatIsLeftOut) {
  const std::string source = "ab\ncd\nef";
  auto parts = without({{{0, 1}, {0, 0}, {0, 1}}, {{4, 6}, {1, 1}, {2, 0}}}, source);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].range, (ByteRange{1, 4}));
  EXPECT_EQ(parts[0].begin, (Position{0, 1}));
  EXPECT_EQ(parts[0].end, (Position{1, 1}));
  EXPECT_EQ(parts[1].range, (ByteRange{6, 8}));
  EXPECT_EQ(parts[1].begin, (Position{2, 0}));
  EXPECT_EQ(parts[1].end, (Position{2, 2}));
  EXPECT_TRUE(without({{{0, 8}, {0, 0}, {2, 2}}}, source).empty());
}

}  // namespace
}  // namespace froe::chunk
