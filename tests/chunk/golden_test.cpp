// Each folder below tests/cases/chunk is a case: an input, options and the chunks and outline that a reader
// of the language would expect. With FROE_UPDATE_GOLDEN=1 in the environment the expectations are written
// anew; read the difference before you keep it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "chunk/facts.hpp"
#include "chunk/files.hpp"
#include "chunk/sound.hpp"
#include "froe/chunk.hpp"
#include "froe/language.hpp"

namespace froe::chunk {
namespace {

void print(std::ostream& out, ByteRange range) {
  out << range.begin << ".." << range.end;
}

// Rows as people count them, from 1; the last is the one with the last byte.
void print_lines(std::ostream& out, Position begin, Position end) {
  auto last = end.column == 0 && end.row > begin.row ? end.row : end.row + 1;
  out << begin.row + 1 << '-' << last;
}

std::string first_line(std::string_view text) {
  constexpr std::size_t enough = 60;
  auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  auto line = text.substr(begin, text.find_first_of("\r\n", begin) - begin);
  while (line.size() > enough || (!line.empty() && line.back() == ' ')) line.remove_suffix(1);
  return std::string(line);
}

// What else is said, if anything is: the language, if it is not the file's; of a definition, who may use it,
// how deep it is, whether the chunk is composite, its documentation and its decorators, as they begin, and
// the imports that it uses.
void print_facts(std::ostream& out, const FileTask& task, const FileResult& result, const Chunk& chunk) {
  std::ostringstream facts;
  auto text = [&](ByteRange range) {
    return first_line(std::string_view(task.content).substr(range.begin, range.size()));
  };
  if (!chunk.language.empty()) facts << "  in " << chunk.language;
  if (chunk.visibility != Visibility::unknown) facts << "  " << to_string(chunk.visibility);
  if (chunk.nesting > 0) facts << "  nesting " << chunk.nesting;
  if (chunk.composite) facts << "  composite";
  if (chunk.doc) {
    facts << "  doc ";
    print(facts, *chunk.doc);
    facts << ' ' << text(*chunk.doc);
  }
  for (auto decorator : chunk.decorators) facts << "  with " << text(decorator);
  if (!chunk.imports.empty()) facts << "  uses";
  for (auto import : chunk.imports) facts << ' ' << result.imports[import].name;
  if (!facts.str().empty()) out << "    " << facts.str() << '\n';
}

// One line a chunk: ordinal, parent, lines, bytes, kind, "partial", scope and name; then its signature; then
// its facts; and, after a bar, how it begins where that is something else.
std::string print(const FileTask& task, const FileResult& result) {
  std::ostringstream out;
  out << to_string(result.outcome) << "\n\nchunks\n";
  for (const auto& chunk : result.chunks) {
    out << chunk.ordinal;
    if (chunk.parent) out << " in " << *chunk.parent;
    out << "  ";
    print_lines(out, chunk.begin, chunk.end);
    out << "  ";
    print(out, chunk.range);
    out << "  " << to_string(chunk.kind) << (chunk.partial ? " partial" : "");
    if (!chunk.scope.empty()) out << " [" << chunk.scope << ']';
    if (!chunk.name.empty()) out << ' ' << chunk.name;
    out << '\n';
    if (!chunk.signature.empty()) out << "      " << chunk.signature << '\n';
    print_facts(out, task, result, chunk);
    auto begin = first_line(std::string_view(task.content).substr(chunk.range.begin, chunk.range.size()));
    if (chunk.signature.substr(0, begin.size()) != begin) out << "      | " << begin << '\n';
  }
  if (!result.symbols.empty()) out << "\noutline\n";
  std::vector<std::size_t> depths;
  for (const auto& symbol : result.symbols) {
    depths.push_back(symbol.parent ? depths[*symbol.parent] + 1 : 0);
    out << std::string(2 * depths.back(), ' ') << to_string(symbol.kind) << ' ' << symbol.name << "  ";
    print_lines(out, symbol.begin, symbol.end);
    out << "  ";
    print(out, symbol.range);
    out << " name ";
    print(out, symbol.name_range);
    if (symbol.visibility != Visibility::unknown) out << "  " << to_string(symbol.visibility);
    if (symbol.doc) {
      out << "  doc ";
      print(out, *symbol.doc);
    }
    out << '\n';
  }
  if (!result.imports.empty()) out << "\nimports\n";
  for (const auto& import : result.imports) {
    print(out, import.range);
    out << ' ' << import.name << '\n';
  }
  if (!result.errors.empty()) out << "\nerrors\n";
  for (auto error : result.errors) {
    print(out, error);
    out << '\n';
  }
  return out.str();
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, IsAsExpected) {
  auto task = read_case(GetParam());
  Chunker chunker;
  auto result = chunker.chunk(task);
  EXPECT_TRUE(is_sound(task, result));
  EXPECT_TRUE(facts_are_sound(task, result));
  if (task.options.unit == SizeUnit::nonspace) {
    EXPECT_TRUE(keeps_definitions_whole(task, result));
  }
  auto printed = print(task, result);
  auto expected = case_folder(GetParam()) / "expected";
  if (std::getenv("FROE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected, std::ios::binary) << printed;
  } else {
    EXPECT_EQ(printed, read_file(expected));
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(case_names()),
                         [](const auto& name) { return name.param; });

TEST(GoldenCases, CoverEveryLanguage) {
  auto names = case_names();
  for (const auto& language : language::languages()) {
    EXPECT_NE(std::find(names.begin(), names.end(), language.name), names.end()) << language.name;
  }
}

}  // namespace
}  // namespace froe::chunk
