#include <gtest/gtest.h>

#include <functional>

#include "execute/test_handler.hpp"
#include "froe/execute.hpp"
#include "froe/token_stream.hpp"

namespace froe::execute {
namespace {

const FileTask& sample_task() {
  static const FileTask task{
      3,
      "path",
      "c",
      "line one\nline two\nline three\n",
      {.max_size = 1500, .min_size = 300, .unit = SizeUnit::nonspace, .references = true, .metrics = true}};
  return task;
}

FileResult sample_result() {
  FileResult result = cut_lines(sample_task());
  result.outcome = Outcome::parsed_with_errors;
  result.errors = {{0, 4}, {9, 9}, {9, 12}};
  result.chunks[2].parent = 1;
  result.chunks[2].doc = ByteRange{0, 4};
  result.chunks[2].decorators = {{5, 8}, {9, 13}};
  result.imports = {{"a", {0, 4}}, {"b", {0, 4}}, {"c", {9, 13}}};
  result.chunks[2].imports = {0, 2};
  for (std::uint32_t i = 0; i < 2; ++i) {
    Symbol symbol;
    symbol.range = result.chunks[i].range;
    symbol.name_range = {symbol.range.begin, symbol.range.begin + 4};
    symbol.begin = result.chunks[i].begin;
    symbol.end = result.chunks[i].end;
    if (i > 0) symbol.parent = 0;
    if (i > 0) symbol.doc = ByteRange{0, 9};  // ends where the symbol begins
    result.symbols.push_back(symbol);
  }
  result.references = {{ReferenceKind::call, "one", {5, 8}, {0, 5}, 0},
                       {ReferenceKind::type, "line", {9, 13}, {1, 0}, 1},
                       {ReferenceKind::import, "three", {23, 28}, {2, 5}, std::nullopt}};
  result.metrics = {{0, 2, 1, 3, 4}, {1, 0, 0, 1, 0}};
  TokenWriter tokens;
  tokens.add({{0, 4}, TokenClass::other});
  tokens.add({{23, 28}, TokenClass::identifier});
  result.tokens = std::move(tokens).take();
  return result;
}

TEST(Validate, TakesWhatAHandlerSays) {
  EXPECT_TRUE(validate(sample_task(), sample_result()));
  FileTask empty;
  EXPECT_TRUE(validate(empty, cut_lines(empty)));
}

// A worker knows what it did. What became of another worker, or of the file before it was sent, it cannot
// know.
TEST(Validate, TakesOnlyOutcomesThatAWorkerCanKnowAndThatFitTheTask) {
  FileTask text_task = sample_task();
  text_task.language.clear();
  for (Outcome outcome : all_outcomes) {
    FileResult plain = cut_lines(sample_task());
    plain.outcome = outcome;
    EXPECT_EQ(validate(sample_task(), plain).has_value(),
              outcome == Outcome::parsed || outcome == Outcome::timed_out)
        << to_string(outcome);
    EXPECT_EQ(validate(text_task, plain).has_value(), outcome == Outcome::text) << to_string(outcome);
    FileResult full = sample_result();
    full.outcome = outcome;
    EXPECT_EQ(validate(sample_task(), full).has_value(), outcome == Outcome::parsed_with_errors)
        << to_string(outcome);
    FileResult nothing;
    nothing.sequence = sample_task().sequence;
    nothing.outcome = outcome;
    EXPECT_FALSE(validate(sample_task(), nothing)) << to_string(outcome);
  }
}

TEST(Validate, TakesReferencesOnlyIfTheyWereAskedFor) {
  FileTask task = sample_task();
  task.options.references = false;
  FileResult result = sample_result();
  EXPECT_FALSE(validate(task, result));
  result.references.clear();
  EXPECT_TRUE(validate(task, result));
}

struct Lie {
  const char* name;
  std::function<void(FileResult&)> tell;
};

class Lies : public testing::TestWithParam<Lie> {};

TEST_P(Lies, AreRefused) {
  FileResult result = sample_result();
  GetParam().tell(result);
  auto status = validate(sample_task(), result);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::corrupt);
}

INSTANTIATE_TEST_SUITE_P(
    , Lies,
    testing::Values(Lie{"Sequence", [](auto& r) { r.sequence = 4; }},
                    Lie{"Ordinal", [](auto& r) { r.chunks[1].ordinal = 2; }},
                    Lie{"NoChunks", [](auto& r) { r.chunks.clear(); }},
                    Lie{"FirstChunkMissing", [](auto& r) { r.chunks.front().range.begin = 1; }},
                    Lie{"LastChunkMissing", [](auto& r) { r.chunks.pop_back(); }},
                    Lie{"Gap", [](auto& r) { r.chunks[1].range.begin += 1; }},
                    Lie{"Overlap", [](auto& r) { r.chunks[1].range.begin -= 1; }},
                    Lie{"EmptyChunk", [](auto& r) { r.chunks[1].range.end = r.chunks[1].range.begin; }},
                    Lie{"BackwardsChunk", [](auto& r) { r.chunks[1].range.end = 1; }},
                    Lie{"PastTheEnd", [](auto& r) { r.chunks[2].range.end += 1; }},
                    Lie{"OwnParent", [](auto& r) { r.chunks[1].parent = 1; }},
                    Lie{"LaterParent", [](auto& r) { r.chunks[1].parent = 2; }},
                    Lie{"RowTooFar", [](auto& r) { r.chunks[1].begin.row = 10; }},
                    Lie{"ColumnTooFar",
                        [](auto& r) {
                          r.chunks[1].begin = {1, 9};
                        }},
                    Lie{"EndBeforeBegin",
                        [](auto& r) {
                          r.chunks[2].end = {1, 0};
                        }},
                    Lie{"Nesting", [](auto& r) { r.chunks[1].nesting = 1000; }},
                    Lie{"DocPastTheEnd", [](auto& r) { r.chunks[2].doc->end = 1000; }},
                    Lie{"DocBackwards", [](auto& r) { r.chunks[2].doc->begin = 5; }},
                    Lie{"DocOfNothing", [](auto& r) { r.chunks[2].doc->begin = 4; }},
                    Lie{"DecoratorPastTheEnd", [](auto& r) { r.chunks[2].decorators[1].end = 1000; }},
                    Lie{"DecoratorOfNothing", [](auto& r) { r.chunks[2].decorators[1].end = 9; }},
                    Lie{"DecoratorsOverlap", [](auto& r) { r.chunks[2].decorators[1].begin = 7; }},
                    Lie{"ReferencePastTheEnd",
                        [](auto& r) {
                          r.references[2].range = {1000, 1005};
                        }},
                    Lie{"ReferenceOfNothing",
                        [](auto& r) {
                          r.references[1].range.end = 9;
                          r.references[1].name.clear();
                        }},
                    Lie{"ReferenceOfALongerName", [](auto& r) { r.references[1].name = "lines"; }},
                    Lie{"ReferenceOfAnotherName", [](auto& r) { r.references[1].name = "sine"; }},
                    Lie{"ReferencesThatOverlap",
                        [](auto& r) {
                          r.references.insert(r.references.begin() + 1, r.references[0]);
                          r.references[1].range.begin = 7;
                          r.references[1].begin.column = 7;
                          r.references[1].name = "e";
                        }},
                    Lie{"ReferencesOutOfOrder", [](auto& r) { std::swap(r.references[0], r.references[2]); }},
                    Lie{"ReferenceAtAnImpossiblePlace",
                        [](auto& r) {
                          r.references[1].begin = {9, 1};
                        }},
                    Lie{"ReferenceInNoSymbol", [](auto& r) { r.references[1].symbol = 2; }},
                    Lie{"ReferenceOutsideOfItsSymbol", [](auto& r) { r.references[1].symbol = 0; }},
                    Lie{"MetricsOfNoSymbol", [](auto& r) { r.metrics[1].symbol = 2; }},
                    Lie{"MetricsOutOfOrder", [](auto& r) { std::swap(r.metrics[0], r.metrics[1]); }},
                    Lie{"MoreParametersThanText", [](auto& r) { r.metrics[0].parameters = 1000; }},
                    Lie{"NestingDeeperThanText", [](auto& r) { r.metrics[0].nesting = 1000; }},
                    Lie{"NoPathAtAll", [](auto& r) { r.metrics[0].cyclomatic = 0; }},
                    Lie{"MorePathsThanText", [](auto& r) { r.metrics[0].cyclomatic = 1000; }},
                    Lie{"TokenPastTheEnd", [](auto& r) { r.tokens.back() = 127; }},
                    Lie{"TokenOfNoClass", [](auto& r) { r.tokens.back() = (5 << 2) + 3; }},
                    Lie{"TokenOfNothing", [](auto& r) { r.tokens.back() = 1; }},
                    Lie{"HalfAToken", [](auto& r) { r.tokens.pop_back(); }},
                    Lie{"ImportPastTheEnd", [](auto& r) { r.imports[2].range.end = 1000; }},
                    Lie{"ImportOfNothing", [](auto& r) { r.imports[2].range.end = 9; }},
                    Lie{"ImportWithoutAName", [](auto& r) { r.imports[1].name.clear(); }},
                    Lie{"ImportsOutOfOrder", [](auto& r) { std::swap(r.imports[0], r.imports[2]); }},
                    Lie{"UsesAnImportThatThereIsNot", [](auto& r) { r.chunks[1].imports = {3}; }},
                    Lie{"UsesAnImportTwice", [](auto& r) { r.chunks[1].imports = {1, 1}; }},
                    Lie{"SymbolDocPastTheEnd", [](auto& r) { r.symbols[0].doc = ByteRange{0, 1000}; }},
                    Lie{"SymbolDocAcross", [](auto& r) { r.symbols[1].doc->end = 10; }},
                    Lie{"SymbolDocBehind", [](auto& r) { r.symbols[0].doc = ByteRange{9, 12}; }},
                    Lie{"SymbolDocOfNothing", [](auto& r) { r.symbols[1].doc->begin = 9; }},
                    Lie{"SymbolPastTheEnd", [](auto& r) { r.symbols[1].range.end = 1000; }},
                    Lie{"SymbolBackwards", [](auto& r) { r.symbols[1].range.end = 2; }},
                    Lie{"NamePastTheEnd", [](auto& r) { r.symbols[1].name_range.end = 1000; }},
                    Lie{"NameBeforeItsSymbol", [](auto& r) { r.symbols[1].name_range = {0, 4}; }},
                    Lie{"NameBehindItsSymbol", [](auto& r) { r.symbols[0].name_range.end = 10; }},
                    Lie{"NameBackwards", [](auto& r) { r.symbols[0].name_range = {4, 2}; }},
                    Lie{"SymbolsOutOfOrder",
                        [](auto& r) { std::swap(r.symbols[0].range, r.symbols[1].range); }},
                    Lie{"SymbolOwnParent", [](auto& r) { r.symbols[1].parent = 1; }},
                    Lie{"SymbolRow", [](auto& r) { r.symbols[1].end.row = 1000; }},
                    Lie{"ErrorPastTheEnd", [](auto& r) { r.errors[2].end = 1000; }},
                    Lie{"ErrorBackwards", [](auto& r) { r.errors[2] = {12, 10}; }},
                    Lie{"ErrorsOutOfOrder", [](auto& r) { std::swap(r.errors[0], r.errors[2]); }}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace froe::execute
