#include <sys/mount.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "store/fixture.hpp"

namespace froe::store {
namespace {

std::vector<std::string> places(const std::vector<FoundChunk>& found) {
  std::vector<std::string> names;
  for (const auto& each : found) names.push_back(each.path + "#" + std::to_string(each.chunk.ordinal));
  return names;
}
using Places = std::vector<std::string>;

TEST(Match, ReturnsEachOccurrenceBestFirst) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"b", "needle here\n"},
                               {"a", "needle here\n"},
                               {"c", "needle needle needle\n"},
                               {"d", "hay\nhay\nhay\nmore hay needle in it all over the place\n"}});
  Reader reader = open_reader(scratch / "index.db");
  auto found = match(reader, "needle", 10).value();
  EXPECT_EQ(places(found), (Places{"c#0", "a#0", "b#0", "d#1"}));
  EXPECT_GT(found[0].score, found[1].score);
  EXPECT_EQ(found[1].score, found[2].score);
  EXPECT_EQ(places(match(reader, "needle", 2).value()), (Places{"c#0", "a#0"}))
      << "ties at the limit go by path";
  EXPECT_TRUE(match(reader, "needle", 0).value().empty());
  EXPECT_TRUE(match(reader, "absent", 10).value().empty());
}

TEST(Match, StemsAndFindsPartsOfIdentifiers) {
  ScratchDirectory scratch;
  index(scratch / "index.db",
        {{"a", "computeTotals();\n"}, {"b", "snake_case_name\n"}, {"c", "connecting\n"}});
  Reader reader = open_reader(scratch / "index.db");
  EXPECT_EQ(places(match(reader, "total", 10).value()), Places{"a#0"});
  EXPECT_EQ(places(match(reader, "snake_case", 10).value()), Places{"b#0"});
  EXPECT_EQ(places(match(reader, "connected", 10).value()), Places{"c#0"});
  EXPECT_EQ(places(match(reader, "name : thing", 10).value()).size(), 3U);
  EXPECT_EQ(places(match(reader, "scope : outer", 10).value()).size(), 3U);
  EXPECT_TRUE(match(reader, "scope : thing", 10).value().empty());
}

// What a reader keeps between calls for speed is of the state that it read.
TEST(Match, AReaderThatIsAskedAgainKnowsWhatWasWrittenMeanwhile) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  // So many that they are counted by ranges of chunks.
  Tree tree;
  for (int i = 0; i < 3000; ++i) tree["many/" + std::to_string(i)] = "needle " + std::to_string(i) + "\n";
  index(database, tree);
  Reader reader = open_reader(database);
  auto count = [&] { return match(reader, "needle", 10'000).value().size(); };
  auto names = [&] {
    return reader.find_symbols({.name = "", .match = SymbolQuery::Match::prefix}).value().total;
  };
  const auto symbols = names();
  EXPECT_EQ(count(), 3000U);
  const auto before = reader.fingerprint().value();
  EXPECT_EQ(reader.fingerprint().value(), before);

  tree.erase("many/7");
  tree["new"] = "needle needle\n";
  tree["newer"] = "needle\nhay\nhay\nneedle\n";
  index(database, tree);
  EXPECT_EQ(count(), 3002U);
  EXPECT_EQ(places(match(reader, "needle", 1).value()), Places{"new#0"});
  EXPECT_EQ(names(), symbols + 2) << "one more, and one more of two chunks, and one less";
  EXPECT_NE(reader.fingerprint().value(), before);
  EXPECT_EQ(reader.content("new").value(), "needle needle\n");
  EXPECT_FALSE(reader.content("many/7"));

  // Held, it sees one state until it lets go.
  ASSERT_TRUE(reader.hold());
  EXPECT_EQ(count(), 3002U);
  const auto held = reader.fingerprint().value();
  tree.erase("new");
  index(database, tree);
  EXPECT_EQ(count(), 3002U);
  EXPECT_EQ(reader.fingerprint().value(), held);
  reader.let_go();
  EXPECT_EQ(count(), 3001U);
  EXPECT_NE(reader.fingerprint().value(), held);
}

// Keeps what it is shown.
class Witness : public Density {
 public:
  [[nodiscard]] std::vector<double> bounds(const Matches& matches, const TermsOf& terms_of) override {
    seen = matches;
    for (std::size_t i = 0; i < matches.chunks.size(); ++i) terms.push_back(terms_of(i));
    return Density::bounds(matches, terms_of);
  }
  Matches seen;
  std::vector<std::uint32_t> terms;  // of each of its chunks
};

TEST(Match, CountsEachPhraseInEachColumn) {
  ScratchDirectory scratch;
  std::string two_chunks = "red red blue\nfoo\nbar\nnamedBlue\n";
  index(scratch / "index.db", {{"a", "red\n"}, {"b", two_chunks}, {"c", "red\n"}, {"d", "grey\n"}});
  Reader reader = open_reader(scratch / "index.db");
  Witness witness;
  ASSERT_EQ(reader.match("blue OR \"red red\" OR named", witness, 10).value().size(), 5U);
  const Matches& seen = witness.seen;
  EXPECT_EQ(seen.phrases, 3U);
  EXPECT_EQ(seen.all_chunks, 4U) << "equal files share theirs";
  EXPECT_EQ(seen.all_blobs, 3U);
  ASSERT_EQ(seen.blobs.size(), 3U);
  EXPECT_EQ(seen.blobs[1].size, two_chunks.size());
  ASSERT_EQ(seen.chunks.size(), 4U);
  EXPECT_EQ(seen.chunks[1].blob, 1U);
  EXPECT_EQ(seen.chunks[2].blob, 1U);
  EXPECT_EQ(seen.chunks[3].blob, 2U);
  // red, outer::Scope, namedThing0 and its three parts
  EXPECT_EQ(witness.terms[0], 7U);
  EXPECT_EQ(seen.chunks[0].least_terms, 2U) << "named is the second of its column";
  // red red blue, foo, bar and as above
  EXPECT_EQ(witness.terms[1], 11U);
  EXPECT_EQ(seen.chunks[1].least_terms, 5U) << "blue is the third of the text, named the second of the name";
  std::vector<std::string> hits;
  for (std::size_t at = seen.chunks[0].hits_end; at < seen.chunks[2].hits_end; ++at) {
    std::string line = std::to_string(seen.hits[at].phrase) + ':';
    for (auto times : seen.hits[at].times) line += ' ' + std::to_string(times);
    hits.push_back(line);
  }
  EXPECT_EQ(hits, (std::vector<std::string>{"0: 1 0 0 0", "1: 1 0 0 0", "2: 0 0 0 1",  // the first chunk
                                            "0: 0 1 0 0", "2: 0 1 0 1"}));             // the second
}

TEST(Match, ABonusBelongsToTheFile) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "needle\n"},
                               {"src/HayStack.cpp", "needle and hay\n"},
                               {"test/z", "needle needle\n"},
                               {"zz/needle_box/z", "needle needle\n"}});
  Reader reader = open_reader(scratch / "index.db");
  auto with = [&](const std::string& word, std::uint32_t limit) {
    Density ranker(word, 1.0);
    return places(reader.match("needle", ranker, limit).value());
  };
  EXPECT_EQ(with("", 4), (Places{"test/z#0", "zz/needle_box/z#0", "a#0", "src/HayStack.cpp#0"}));
  EXPECT_EQ(with("stack", 4), (Places{"src/HayStack.cpp#0", "test/z#0", "zz/needle_box/z#0", "a#0"}));
  EXPECT_EQ(with("haystack", 1), Places{"src/HayStack.cpp#0"}) << "however low it stood without";
  EXPECT_EQ(with("box", 2), (Places{"zz/needle_box/z#0", "test/z#0"})) << "not to another file with the text";
}

TEST(Reader, MakesTermsOfText) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {});
  Reader reader = open_reader(scratch / "index.db");
  EXPECT_EQ(reader.terms("Signing snake_cases, HTTP").value(), (Places{"sign", "snake", "case", "http"}));
  EXPECT_TRUE(reader.terms("+-").value().empty());
}

TEST(Reader, HoldsOneStateWhileAWriterGoesOn) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "needle and a good deal more\n"}});
  Reader held = open_reader(scratch / "index.db");
  Reader free = open_reader(scratch / "index.db");
  ASSERT_TRUE(held.hold());
  auto found = match(held, "needle", 10).value();
  ASSERT_EQ(found.size(), 1U);
  index(scratch / "index.db", {{"a", "x\n"}});
  EXPECT_EQ(held.content("a").value().size(), found[0].chunk.range.end);
  EXPECT_EQ(free.content("a").value(), "x\n");
}

TEST(Match, Filters) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"lib/a", "needle 1\n"}, {"src/a", "needle 2\n"}, {"src/b", "needle 3\n"}});
  Reader reader = open_reader(scratch / "index.db");
  EXPECT_EQ(places(match(reader, "needle", 10, {.language = {}, .path_prefix = "src/"}).value()),
            (Places{"src/a#0", "src/b#0"}));
  EXPECT_EQ(match(reader, "needle", 10, {.language = "toy", .path_prefix = ""}).value().size(), 3U);
  EXPECT_TRUE(match(reader, "needle", 10, {.language = "cpp", .path_prefix = ""}).value().empty());
}

TEST(Match, RefusesWhatIsNoExpressionAndGoesOn) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "needle\n"}});
  Reader reader = open_reader(scratch / "index.db");
  for (const char* bad : {"\"open", "a AND", "nocolumn : x", "(", "needle*^"}) {
    auto found = match(reader, bad, 10);
    ASSERT_FALSE(found) << bad;
    EXPECT_EQ(found.error().kind, ErrorKind::invalid_argument) << found.error().message;
  }
  EXPECT_EQ(match(reader, "needle", 10).value().size(), 1U);
}

TEST(Reader, FindsChunksByStableId) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"b", "same\n"}, {"a", "same\n"}, {"c", "other\n"}});
  Reader reader = open_reader(scratch / "index.db");
  EXPECT_EQ(places(reader.chunks(cut("same\n").chunks[0].id).value()), (Places{"a#0", "b#0"}));
  EXPECT_TRUE(reader.chunks(StableId{}).value().empty());
}

TEST(Reader, Statistics) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "same\n"}, {"b", "same\n"}, {"c", "<error>\n2\n3\n4\n"}});
  auto all = open_reader(scratch / "index.db").statistics().value();
  EXPECT_EQ(all.roots, std::vector<std::string>{"/tree"});
  EXPECT_TRUE(all.complete);
  EXPECT_EQ(all.files, 3U);
  EXPECT_EQ(all.blobs, 2U);
  EXPECT_EQ(all.chunks, 3U);
  EXPECT_EQ(all.symbols, 3U);
  EXPECT_EQ(all.source_bytes, 24U);
  EXPECT_EQ(all.database_bytes, std::filesystem::file_size(scratch / "index.db"));
  ASSERT_EQ(all.outcomes.size(), 2U);
  EXPECT_EQ(all.outcomes[0].outcome, Outcome::parsed);
  EXPECT_EQ(all.outcomes[0].files, 2U);
  ASSERT_EQ(all.languages.size(), 1U);
  EXPECT_EQ(all.languages[0].files, 3U);
  EXPECT_EQ(all.languages[0].chunks, 3U);
}

TEST(Reader, LedgerByOutcomeAndUntilTold) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "1\n"}, {"b", "<error>\n"}, {"c", "2\n"}});
  Reader reader = open_reader(scratch / "index.db");
  std::string seen;
  ASSERT_TRUE(
      reader.ledger(std::nullopt, [&](const LedgerEntry& entry) { return seen += entry.path, true; }));
  EXPECT_EQ(seen, "abc");
  ASSERT_TRUE(
      reader.ledger(Outcome::parsed, [&](const LedgerEntry& entry) { return seen += entry.path, true; }));
  EXPECT_EQ(seen, "abcac");
  ASSERT_TRUE(
      reader.ledger(std::nullopt, [&](const LedgerEntry& entry) { return seen += entry.path, false; }));
  EXPECT_EQ(seen, "abcaca");
  EXPECT_FALSE(reader.file("nope").value());
  EXPECT_EQ(reader.chunks("nope").error().kind, ErrorKind::not_found);
}

TEST(Reader, SeesWholeStatesBesideAWriter) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  index(database, {{"a", "old\n"}});
  Reader before = open_reader(database);
  Writer writer = open_writer(database);
  ASSERT_TRUE(put(writer, "a", "new\n"));
  EXPECT_EQ(before.content("a").value(), "old\n");
  EXPECT_EQ(open_reader(database).content("a").value(), "old\n");
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(before.content("a").value(), "new\n");
  EXPECT_EQ(verify(database), "");
}

// Read-only media cannot be had by permissions alone: the superuser, as whom containers run tests, ignores
// them.
TEST(Reader, ReadsFromReadOnlyMedia) {
  ScratchDirectory scratch;
  std::filesystem::create_directory(scratch / "disk");
  std::string disk = scratch / "disk";
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=8m") != 0) GTEST_SKIP() << "may not mount";
  index(scratch / "disk/index.db", {{"a", "text\n"}});
  ASSERT_EQ(::mount(nullptr, disk.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  {
    auto reader = Reader::open(scratch / "disk/index.db");
    EXPECT_TRUE(reader && reader->content("a").value() == "text\n") << (reader ? "" : reader.error().message);
    EXPECT_EQ(verify(scratch / "disk/index.db"), "");
    auto writer = Writer::open(scratch / "disk/index.db", {.root = "", .wait = false, .on_wait = nullptr});
    EXPECT_TRUE(!writer && writer.error().kind == ErrorKind::io)
        << (writer ? "it opened" : writer.error().message);
  }
  ::umount2(disk.c_str(), MNT_DETACH);
}

// The examples of the document, by SQLite's own program.
TEST(Document, EveryExampleQueryRuns) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a.toy", "parse a thing\nreadOnly\n"}, {"b.toy", "<error> parser\n"}});
  {
    auto writer = open_writer(scratch / "index.db");
    ASSERT_TRUE(writer.begin_revision({0, {}, "v1", "rules"}));
    ASSERT_TRUE(put(writer, "a.toy", "parse a thing\n"));
    ASSERT_TRUE(writer.finish());
  }
  std::ifstream in(std::string(FROE_SOURCE_DIR) + "/docs/index-format.md");
  int queries = 0;
  std::string sql;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line == "```sql") {
      inside = true;
      sql.clear();
    } else if (line == "```" && inside) {
      inside = false;
      ++queries;
      auto finished = run({"sqlite3", "-bail", scratch / "index.db", sql});
      EXPECT_EQ(finished.status, 0) << sql << finished.output;
      EXPECT_EQ(finished.output.find("rror:"), std::string::npos) << sql << finished.output;
      EXPECT_TRUE(!finished.output.empty() || sql.find("HAVING") != std::string::npos) << sql;
    } else if (inside) {
      sql += line + "\n";
    }
  }
  EXPECT_GE(queries, 8);
}

std::string uses_of(Reader& reader, const std::string& name,
                    std::optional<ReferenceKind> kind = std::nullopt) {
  std::string all;
  auto status = reader.references(name, kind, [&](const FoundReference& found) {
    all += std::string(found.path) + ':' + std::to_string(found.reference.begin.row) + ' ' +
           (found.reference.symbol ? found.symbols[*found.reference.symbol].name : "-") + ' ' +
           std::string(found.content.substr(found.reference.range.begin, found.reference.range.size())) +
           '\n';
    return true;
  });
  return status ? all : "error: " + status.error().message;
}

TEST(References, AreFoundByNameInOrderOfPath) {
  ScratchDirectory scratch;
  index(
      scratch / "index.db",
      {{"b", "word here\n"}, {"c", "other\n"}, {"d", "word here\n"}, {"e", "word\n"}, {"f", "both\nboth\n"}});
  Reader reader = open_reader(scratch / "index.db");
  EXPECT_EQ(uses_of(reader, "word"), "b:0 namedThing0 word\nd:0 namedThing0 word\ne:0 namedThing0 word\n");
  EXPECT_EQ(uses_of(reader, "word", ReferenceKind::type), uses_of(reader, "word"));
  EXPECT_EQ(uses_of(reader, "word", ReferenceKind::call), "");
  EXPECT_EQ(uses_of(reader, "both"), "f:0 namedThing0 both\nf:1 - both\n");
  EXPECT_EQ(uses_of(reader, "both", ReferenceKind::type), "f:0 namedThing0 both\n");
  EXPECT_EQ(uses_of(reader, "both", ReferenceKind::call), "f:1 - both\n");
  EXPECT_EQ(uses_of(reader, "wor"), "");
  EXPECT_EQ(uses_of(reader, "Word"), "") << "of another case";
  EXPECT_EQ(uses_of(reader, ""), "");
  EXPECT_EQ(uses_of(reader, "here"), "b:0 - here\nd:0 - here\n");
  EXPECT_EQ(uses_of(reader, "here", ReferenceKind::call), uses_of(reader, "here"));
  EXPECT_EQ(uses_of(reader, "here", ReferenceKind::type), "");
  // What nobody uses any more is forgotten, and the index is as if it had never been.
  index(scratch / "index.db", {{"b", "word here\n"}, {"d", "word here\n"}});
  EXPECT_EQ(uses_of(reader, "other"), "");
  EXPECT_EQ(uses_of(reader, "word"), "b:0 namedThing0 word\nd:0 namedThing0 word\n");
  EXPECT_EQ(run({"sqlite3", scratch / "index.db",
                 "CREATE VIRTUAL TABLE temp.names USING fts5vocab(main, reference_fts, col);"
                 "SELECT term, col, doc FROM temp.names WHERE col = 'type'"})
                .output,
            "776f7264|type|1\n");
  EXPECT_EQ(verify(scratch / "index.db"), "");
}

// Whatever is in a name: it is not FTS5 that says where one ends.
TEST(References, AreFoundWhateverIsInTheirNames) {
  ScratchDirectory scratch;
  const std::vector<std::string> names{"\"quoted\"",
                                       "a-b.c::d",
                                       "call:x",
                                       "NOT",
                                       "*",
                                       "f\xc3\xbcnf",
                                       "\xff\xfe",
                                       std::string("a\0b", 3),
                                       "caseOfLetters",
                                       "CASEOFLETTERS",
                                       std::string(longest_reference, 'n')};
  std::vector<std::pair<std::string, std::string>> files;
  for (std::size_t i = 0; i < names.size(); ++i)
    files.emplace_back("f" + std::to_string(100 + i), "first\n" + names[i] + " there\n");
  {
    Writer writer = open_writer(scratch / "index.db");
    for (const auto& [path, content] : files) ASSERT_TRUE(put(writer, path, content));
    ASSERT_TRUE(writer.finish());
  }
  Reader reader = open_reader(scratch / "index.db");
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_EQ(uses_of(reader, names[i]), files[i].first + ":1 - " + names[i] + '\n');
  EXPECT_EQ(verify(scratch / "index.db"), "");
}

TEST(References, HaveAColumnForEachKind) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "word\n"}});
  std::string kinds;
  for (auto kind : all_reference_kinds) kinds += std::string(to_string(kind)) + '\n';
  EXPECT_EQ(
      run({"sqlite3", scratch / "index.db", "SELECT name FROM pragma_table_info('reference_fts')"}).output,
      kinds);
}

TEST(References, ThatWereNeverGatheredAreNotMissedInSilence) {
  ScratchDirectory scratch;
  {
    Writer writer = open_writer(scratch / "index.db");
    BlobKey key = key_of("word\n");
    key.options.references = false;
    FileResult result = cut("word\n");
    result.references.clear();
    ASSERT_TRUE(writer.put(entry_of("a", "word\n"), &key, "word\n", &result));
    ASSERT_TRUE(writer.finish());
  }
  Reader reader = open_reader(scratch / "index.db");
  EXPECT_NE(uses_of(reader, "word").find("froe index --references"), std::string::npos)
      << uses_of(reader, "word");
}

}  // namespace
}  // namespace froe::store
