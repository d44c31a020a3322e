// What people and programs are shown: nothing that a terminal would obey, nothing that is not JSON.
#include "froe/report.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "froe/digest.hpp"

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
            "\"size\":12,\"blob\":null,\"mark\":null}\n");
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
  const std::vector<Chunk> chunks{found.chunk};
  const File file({.content = content, .chunks = chunks});
  auto line = chunk_json(found, file, {});
  EXPECT_NE(line.find("\"path\":{\"base64\":\"Y2Fm6Q==\"}"), std::string::npos) << line;
  EXPECT_NE(line.find("\"text\":{\"base64\":"), std::string::npos) << line;
  EXPECT_NE(line.find("\"start_line\":3,\"start_column\":0,\"start_column_utf16\":0,\"end_line\":4,"),
            std::string::npos)
      << line;
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
  auto line =
      chunk_json(found, File({.content = content, .imports = imports, .errors = errors}), {.text = false});
  EXPECT_NE(line.find("\"visibility\":\"public\",\"nesting\":1,\"partial\":false,\"composite\":false,"
                      "\"doc\":\"Puts\\nit.\",\"doc_start_byte\":0,\"doc_end_byte\":19,"
                      "\"decorators\":[\"@Test( "
                      "1)\",\"@Slow\"],\"imports\":[\"book\"],\"siblings\":[],\"errors\":[[3,5],[59,59]]"),
            std::string::npos)
      << line;
  found.chunk.doc.reset();
  found.chunk.imports.clear();
  line = chunk_json(found, File({.content = content}), {.text = false});
  EXPECT_NE(line.find("\"doc\":\"\",\"doc_start_byte\":null,\"doc_end_byte\":null"), std::string::npos)
      << line;
}

TEST(Json, SaysWhatFollowsFromTheFile) {
  auto found = found_chunk();
  const std::string content = "# \xf0\x9f\x93\x9a\xc3\xa9 put\n \n";
  Chunk parent;
  parent.kind = Kind::class_;
  parent.name = "Shelf";
  parent.range = {0, 6};
  parent.end = {0, 6};
  found.chunk.ordinal = 1;
  found.chunk.parent = 0;
  found.chunk.range = {6, static_cast<std::uint32_t>(content.size())};
  found.chunk.begin = {0, 6};
  found.chunk.end = {2, 0};
  const std::vector<Chunk> chunks{parent, found.chunk};
  auto line =
      chunk_json(found, File({.outcome = Outcome::oversized, .content = content, .chunks = chunks}), {});
  for (const std::string part :
       {R"("file_kind":"code","outcome":"oversized")",
        R"("parent":0,"parent_id":"00000000000000000000000000000000",)",
        R"("parent_kind":"class","parent_name":"Shelf")", R"("start_column":6,"start_column_utf16":4,)",
        R"("end_column":0,"end_column_utf16":0)", R"("title":"method Shelf.put")",
        R"("characters":8,"token_estimate":2)"}) {
    EXPECT_NE(line.find(part), std::string::npos) << part << '\n' << line;
  }
  EXPECT_NE(line.find("\"hash\":\"" + to_hex(blob_id(content.substr(6))) + '"'), std::string::npos) << line;
  found.chunk.range.begin = found.chunk.range.end - 2;
  EXPECT_NE(chunk_json(found, File({.content = content, .chunks = chunks}), {}).find("\"token_estimate\":0"),
            std::string::npos)
      << "nothing but white space";
}

TEST(Utf16, CountsUnitsAndWhatIsNoUtf8) {
  const std::string valid = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\x9a!";
  EXPECT_EQ(utf16_length(valid), 6U);
  const std::string broken = valid + '\xff';
  const auto size = static_cast<std::uint32_t>(valid.size());
  for (std::uint32_t column : {0U, 1U, 3U, 6U, 10U, size}) {
    EXPECT_EQ(File({.content = valid}).utf16_column(column, column),
              File({.content = broken}).utf16_column(column, column))
        << column;
  }
  EXPECT_EQ(File({.content = broken}).utf16_column(size + 1, size + 1), 7U);
  EXPECT_EQ(File({.content = valid}).utf16_column(size, 1), 1U) << "from the beginning of its line";
}

// A class with twenty methods, m0 to m19, and a function beside it.
std::vector<Symbol> crowd() {
  std::vector<Symbol> symbols(22);
  symbols[0].kind = Kind::class_;
  symbols[0].name = "Crowd";
  symbols[0].range = {0, 400};
  for (std::uint32_t i = 1; i <= 20; ++i) {
    symbols[i].kind = Kind::method;
    symbols[i].parent = 0;
    symbols[i].name = "m" + std::to_string(i - 1);
    symbols[i].range = {i * 10, i * 10 + 10};
  }
  symbols[21].kind = Kind::function;
  symbols[21].name = "alone";
  symbols[21].range = {400, 420};
  return symbols;
}

std::string siblings(const std::vector<Symbol>& symbols, Kind kind, const std::string& name, ByteRange range,
                     bool partial = false) {
  Chunk chunk;
  chunk.kind = kind;
  chunk.name = name;
  chunk.range = range;
  chunk.partial = partial;
  std::string joined;
  for (const auto& each : File({.content = {}, .symbols = symbols}).siblings_of(chunk)) joined += each + ' ';
  return joined;
}

TEST(Siblings, AreTheNearestDefinitionsInTheSameOne) {
  auto symbols = crowd();
  EXPECT_EQ(siblings(symbols, Kind::method, "m10", {105, 120}),
            "m2 m3 m4 m5 m6 m7 m8 m9 m11 m12 m13 m14 m15 m16 m17 m18 ");
  EXPECT_EQ(siblings(symbols, Kind::method, "m1", {20, 30}),
            "m0 m2 m3 m4 m5 m6 m7 m8 m9 m10 m11 m12 m13 m14 m15 m16 ")
      << "what one side has too few of, the other has more of";
  EXPECT_EQ(siblings(symbols, Kind::method, "m19", {200, 210}),
            "m3 m4 m5 m6 m7 m8 m9 m10 m11 m12 m13 m14 m15 m16 m17 m18 ");
  EXPECT_EQ(siblings(symbols, Kind::class_, "Crowd", {150, 180}, true), "alone ")
      << "a part in the middle of a definition";
  EXPECT_EQ(siblings(symbols, Kind::function, "alone", {400, 420}), "Crowd ");
  EXPECT_EQ(siblings(symbols, Kind::function, "Crowd", {0, 400}), "") << "there is no such function";
  EXPECT_EQ(siblings(symbols, Kind::code, "", {0, 400}), "") << "no definition";
  symbols[3].name = "m0";
  EXPECT_EQ(siblings(symbols, Kind::method, "m1", {20, 30}).substr(0, 9), "m0 m3 m4 ") << "each once";
}

std::string rendered(std::string_view text, const store::FoundChunk& found, const File& file) {
  auto parsed = Template::parse(text);
  return parsed ? parsed->render(found, file) : parsed.error().message;
}

TEST(Template, PutsValuesIntoLinesAndLeavesOutEmptyOnes) {
  auto found = found_chunk();
  const std::string content = "/** Puts. More\n * words. */put()";
  found.chunk.doc = ByteRange{0, 27};
  const File file({.content = content});
  EXPECT_EQ(rendered("{path}:{lines} {kind} {scope}.{name}", found, file), "a/b.py:3-4 method Shelf.put\n");
  EXPECT_EQ(rendered("a\n\nb\n", found, file), "a\n\nb\n") << "lines that ask for nothing stay";
  EXPECT_EQ(rendered("uses {imports}\nin {scope}\n", found, file), "in Shelf\n");
  EXPECT_EQ(rendered("uses {imports} in {scope}", found, file), "uses  in Shelf\n")
      << "one of them says something";
  EXPECT_EQ(rendered("# {doc} ({name})", found, file), "# Puts. More\n# words. (put)\n")
      << "a second line begins as the first";
  EXPECT_EQ(rendered("{summary}{{{title}}}", found, file), "Puts.{method Shelf.put}\n");
  EXPECT_EQ(rendered("", found, file), "");
  EXPECT_EQ(rendered("{parent}", found, file), "");
  EXPECT_EQ(rendered(default_template, found, file),
            "file: a/b.py, lines 3-4\nlanguage: python\nmethod: put\nin: Shelf\nabout: Puts. More\nabout: "
            "words.\n");
}

TEST(Template, IsRefusedWithAListOfWhatThereIs) {
  for (const std::string wrong : {"{nmae}", "{name", "name}", "{}", "{path}\n{ name}"}) {
    auto parsed = Template::parse(wrong);
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_EQ(parsed.error().kind, ErrorKind::invalid_argument);
    EXPECT_NE(parsed.error().message.find("{name} {ordinal}"), std::string::npos) << parsed.error().message;
  }
  EXPECT_NE(Template::parse("{nmae}").error().message.find("{nmae}"), std::string::npos);
}

TEST(Statistics, SayWhatIsThereAndThatAPassWasStopped) {
  store::Statistics statistics;
  statistics.roots = {"/tree"};
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
