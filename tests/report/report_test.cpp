// What people and programs are shown: nothing that a terminal would obey, nothing that is not JSON.
#include "froe/report.hpp"

#include <gtest/gtest.h>

#include <string>

namespace froe::report {
namespace {

constexpr Style plain{};

store::FoundChunk found_chunk() {
  store::FoundChunk found;
  found.path = "a/b.py";
  found.language = "python";
  found.chunk.range = {10, 30};
  found.chunk.begin = {2, 0};
  found.chunk.end = {4, 0};
  found.chunk.kind = Kind::method;
  found.chunk.name = "put";
  found.chunk.scope = "Shelf";
  return found;
}

TEST(Printable, LeavesNothingThatATerminalObeys) {
  EXPECT_EQ(printable("plain words, caf\xc3\xa9"), "plain words, caf\xc3\xa9");
  EXPECT_EQ(printable("a\nb\tc\x1b[31m\x7f"), "a\\x0ab\\x09c\\x1b[31m\\x7f");
  EXPECT_EQ(printable(std::string("\0", 1)), "\\x00");
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3") << "no UTF-8";
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "a control character of two bytes";
}

TEST(HumanBytes, CountsInThousands) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1000), "1.0 kB");
  EXPECT_EQ(human_bytes(12'345'678), "12.3 MB");
  EXPECT_EQ(human_bytes(7'000'000'000'000'000), "7000.0 TB");
}

TEST(LastRow, IsTheOneWithTheLastByte) {
  EXPECT_EQ(last_row({2, 0}, {4, 0}), 3U) << "the range ends with a line break";
  EXPECT_EQ(last_row({2, 0}, {4, 1}), 4U);
  EXPECT_EQ(last_row({2, 0}, {2, 0}), 2U) << "nothing";
}

TEST(Excerpt, ShowsSoManyLinesAndCountsTheRest) {
  EXPECT_EQ(excerpt("one\ntwo\n", 2, plain), "    one\n    two\n");
  EXPECT_EQ(excerpt("one\ntwo", 2, plain), "    one\n    two\n");
  EXPECT_EQ(excerpt("one\ntwo\n", 1, plain), "    one\n    … 1 more line\n");
  EXPECT_EQ(excerpt("one\ntwo", 1, plain), "    one\n    … 1 more line\n");
  EXPECT_EQ(excerpt("one\ntwo\nthree\n", 1, plain), "    one\n    … 2 more lines\n");
  EXPECT_EQ(excerpt("one\ntwo\nthree", 1, plain), "    one\n    … 2 more lines\n");
  EXPECT_EQ(excerpt("\n  \none\r\n\ttwo\x1b\r\n", 5, plain), "    one\n    \ttwo\\x1b\n")
      << "no empty lines first, no carriage returns, no escapes, but tabs";
  EXPECT_EQ(excerpt("", 5, plain), "");
}

TEST(Heading, SaysWhereAndWhat) {
  auto found = found_chunk();
  EXPECT_EQ(chunk_heading(found, plain), "a/b.py:3-4  method put  in Shelf\n");
  found.chunk.partial = true;
  found.path = "a\nb";
  EXPECT_EQ(chunk_heading(found, plain), "a\\x0ab:3-4  method put (part)  in Shelf\n");
  EXPECT_NE(chunk_heading(found, Style{true}).find("\x1b["), std::string::npos);
}

TEST(Outline, IndentsWhatIsInside) {
  std::vector<Symbol> symbols(3);
  symbols[0].kind = Kind::class_;
  symbols[0].name = "Shelf";
  symbols[1].kind = Kind::method;
  symbols[1].name = "put";
  symbols[1].parent = 0;
  symbols[1].begin = {11, 4};
  symbols[2].name = "free";
  symbols[2].begin = {1233, 0};
  EXPECT_EQ(outline_text(symbols, plain),
            "     1  class Shelf\n    12    method put\n  1234  function free\n");
}

TEST(Ledger, HasOneLineAFile) {
  store::LedgerEntry entry{"a.py", froe::Outcome::crashed, "signal 11", "python", 12, std::nullopt};
  EXPECT_EQ(ledger_text(entry, plain), "crashed              python             12  a.py  signal 11\n");
  EXPECT_EQ(ledger_json(entry),
            "{\"path\":\"a.py\",\"outcome\":\"crashed\",\"detail\":\"signal 11\",\"language\":\"python\","
            "\"size\":12,\"blob\":null}\n");
}

TEST(Quarantine, HasALineForEachFileOrForTheBlob) {
  store::Quarantined entry{{}, "python", "g@1", Outcome::aborted, "why", {"a", "b"}};
  EXPECT_EQ(quarantine_text(entry, plain),
            "aborted              python      a  why\naborted              python      b  why\n");
  entry.paths.clear();
  EXPECT_EQ(quarantine_text(entry, plain),
            "aborted              python      " + std::string(40, '0') + "  why\n");
}

TEST(Json, KeepsWhatIsNotUtf8AndCountsLinesFromOne) {
  auto found = found_chunk();
  found.path = "caf\xe9";
  const std::string content = "0123456789a caf\xe9 of ten bytes.";
  const FileView file{content, {}, {}, {}, {}, {}};
  auto line = chunk_json(found, file, {});
  EXPECT_NE(line.find("\"path\":{\"base64\":\"Y2Fm6Q==\"}"), std::string::npos) << line;
  EXPECT_NE(line.find("\"text\":{\"base64\":"), std::string::npos) << line;
  EXPECT_NE(line.find("\"start_line\":3,\"start_column\":0,\"end_line\":4,"), std::string::npos) << line;
  EXPECT_EQ(line.find("score"), std::string::npos) << "of searches only";
  EXPECT_EQ(chunk_json(found, file, {.text = false}).find("\"text\""), std::string::npos);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(Json, SaysWhatIsKnownOfADefinition) {
  const std::string content = "/** Puts\n * it. */\n@Test(\n 1) @Slow public void put(book) {}";
  auto found = found_chunk();
  found.chunk.range = {0, static_cast<std::uint32_t>(content.size())};
  found.chunk.visibility = Visibility::public_;
  found.chunk.nesting = 1;
  found.chunk.doc = ByteRange{0, 19};
  found.chunk.decorators = {{19, 29}, {30, 35}};
  const std::vector<Import> imports{{"book", {0, 1}}, {"shelf", {0, 1}}};
  found.chunk.imports = {0};
  const auto end = static_cast<std::uint32_t>(content.size());
  const std::vector<ByteRange> errors{{3, 5}, {end - 1, end - 1}, {100, 120}};
  auto line = chunk_json(found, {content, {}, {}, imports, errors, {}}, {.text = false});
  EXPECT_NE(
      line.find("\"visibility\":\"public\",\"nesting\":1,\"partial\":false,\"composite\":false,"
                "\"doc\":\"Puts\\nit.\",\"doc_start_byte\":0,\"doc_end_byte\":19,"
                "\"decorators\":[\"@Test( 1)\",\"@Slow\"],\"imports\":[\"book\"],\"errors\":[[3,5],[59,59]]"),
      std::string::npos)
      << line;
  found.chunk.doc.reset();
  found.chunk.imports.clear();
  line = chunk_json(found, {content, {}, {}, {}, {}, {}}, {.text = false});
  EXPECT_NE(line.find("\"doc\":\"\",\"doc_start_byte\":null,\"doc_end_byte\":null"), std::string::npos)
      << line;
}

TEST(Statistics, SayWhatIsThereAndThatAPassWasStopped) {
  store::Statistics statistics;
  statistics.root = "/tree";
  statistics.files = 3;
  statistics.outcomes.push_back({Outcome::parsed, 2, 2000});
  statistics.languages.push_back({"", 1, 10, 1});
  EXPECT_EQ(statistics_text(statistics, plain).find("incomplete"), std::string::npos);
  EXPECT_NE(statistics_text(statistics, plain).find("parsed                        2       2.0 kB"),
            std::string::npos)
      << statistics_text(statistics, plain);
  statistics.complete = false;
  EXPECT_NE(statistics_text(statistics, plain).find("incomplete"), std::string::npos);
  auto json = statistics_json(statistics);
  EXPECT_NE(json.find("\"outcomes\":{\"parsed\":{\"files\":2,\"bytes\":2000}}"), std::string::npos) << json;
  EXPECT_NE(json.find("\"complete\":false"), std::string::npos) << json;
}

}  // namespace
}  // namespace froe::report
