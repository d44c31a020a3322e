#include <fstream>

#include "store/fixture.hpp"
#include "store/sqlite.hpp"

namespace froe::store {
namespace {

using Match = SymbolQuery::Match;

std::string lines(std::size_t count, const std::string& word) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += word + '\n';
  return text;
}

// Path and name of each, one a line; then the total.
std::string found(const std::filesystem::path& database, const SymbolQuery& query) {
  Reader reader = open_reader(database);
  auto symbols = reader.find_symbols(query);
  if (!symbols) return "error: " + symbols.error().message;
  std::string all;
  for (const auto& each : symbols->symbols) all += each.path + ' ' + each.symbol.name + '\n';
  return all + std::to_string(symbols->total) + '\n';
}

void order_names(const std::filesystem::path& database) {
  auto status = refresh_symbol_names(database, [] { return false; });
  ASSERT_TRUE(status) << status.error().message;
}

TEST(SymbolSearch, FindsNamesWhollyByTheirBeginningAndByAPart) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  index(database, {{"a", lines(4, "x")}, {"b/c", lines(1, "y")}});
  for (bool ordered : {false, true}) {
    if (ordered) order_names(database);
    EXPECT_EQ(found(database, {.name = "namedThing0"}), "a namedThing0\nb/c namedThing0\n2\n") << ordered;
    EXPECT_EQ(found(database, {.name = "namedthing0"}), "0\n") << "the whole name is meant as it is";
    EXPECT_EQ(found(database, {.name = "NAMED", .match = Match::prefix}),
              "a namedThing0\na namedThing1\nb/c namedThing0\n3\n");
    EXPECT_EQ(found(database, {.name = "thing1", .match = Match::part}), "a namedThing1\n1\n");
    EXPECT_EQ(found(database, {.name = "hing", .match = Match::typed, .path_prefix = "b/"}),
              "b/c namedThing0\n1\n");
    EXPECT_EQ(found(database, {.name = "named%", .match = Match::prefix}), "0\n") << "no pattern";
    EXPECT_EQ(found(database, {.name = "", .match = Match::prefix, .limit = 1}), "a namedThing0\n3\n");
    EXPECT_EQ(found(database, {.name = "namedThing0", .kind = Kind::import}), "0\n");
  }
}

// As a program that knows nothing of froe does.
void in_names(const std::filesystem::path& database, const std::string& sql, std::string* value = nullptr) {
  auto names = database;
  names += "-names";
  Connection connection;
  ASSERT_TRUE(connection.open(names, Connection::Mode::write));
  Statement statement = connection.prepare(sql);
  if (statement.step() && value != nullptr) *value = statement.bytes(0);
  ASSERT_TRUE(connection.ok()) << connection.error().message;
}

// Letters of either case stand together, and what is no letter keeps its place.
TEST(SymbolSearch, NamesInOrderAreThoseThatAreRead) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  const std::vector<std::string> names{"Ab",  "aB",  "ab",  "a_b", "A_B", "a[", "aZ", "az", "a{",
                                       "a@b", "A@B", "abC", "ABc", "éa",  "Éa", "_a", "_A", "[a"};
  std::string content;
  for (std::size_t i = 0; i < names.size(); ++i) content += std::to_string(i) + '\n';
  FileResult result = cut(content, 1);
  for (std::size_t i = 0; i < names.size(); ++i) result.symbols[i].name = names[i];
  {
    Writer writer = open_writer(database);
    const BlobKey key = key_of(content);
    ASSERT_TRUE(writer.put(entry_of("a", content), &key, content, &result));
    ASSERT_TRUE(writer.finish());
  }
  std::vector<SymbolQuery> queries;
  for (const char* name :
       {"", "a", "A", "ab", "aB", "a_", "a@", "A@b", "a[", "az", "aZ", "a{", "_", "é", "["}) {
    for (auto match : {Match::exact, Match::prefix, Match::typed}) {
      queries.push_back({.name = name, .match = match});
      queries.push_back({.name = name, .match = match, .kind = Kind::class_, .limit = 2});
    }
  }
  std::vector<std::string> before;
  for (const auto& query : queries) before.push_back(found(database, query));
  order_names(database);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    EXPECT_EQ(found(database, queries[i]), before[i])
        << queries[i].name << ' ' << static_cast<int>(queries[i].match);
  }
}

// What the file of names says is what the index has, or it is not said.
TEST(SymbolSearch, NamesThatAreWrongAreNotBelieved) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  index(database, {{"a", lines(4, "x")}, {"b", lines(7, "y")}});
  order_names(database);
  in_names(database, "UPDATE name SET name = 'other' WHERE name = 'namedThing2'");
  in_names(database, "UPDATE name SET id = id + 1000 WHERE name = 'namedThing1'");
  EXPECT_EQ(found(database, {.name = "other"}), "0\n");
  EXPECT_EQ(found(database, {.name = "namedThing1"}), "0\n");
  EXPECT_EQ(found(database, {.name = "namedThing0"}), "a namedThing0\nb namedThing0\n2\n");
  in_names(database, "UPDATE name SET blob = (SELECT max(id) FROM blob) WHERE name = 'namedThing0'");
  EXPECT_EQ(found(database, {.name = "namedThing0"}), "a namedThing0\nb namedThing0\n2\n")
      << "of another file";
}

// For as long as a reader holds one state of the index, names that are older or younger are held against it.
TEST(SymbolSearch, NamesAreOfUseToWhoeverHoldsAState) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  index(database, {{"a", lines(4, "x")}, {"b", lines(7, "y")}});
  order_names(database);
  Reader reader = open_reader(database);
  auto total = [&](const char* name) { return reader.find_symbols({.name = name}).value().total; };
  ASSERT_TRUE(reader.hold());
  EXPECT_EQ(total("namedThing1"), 2U);
  index(database, {{"a", lines(4, "x")}});
  order_names(database);
  EXPECT_EQ(total("namedThing1"), 2U) << "as it was";
  EXPECT_EQ(total("namedThing0"), 2U);
  reader.let_go();
  EXPECT_EQ(total("namedThing1"), 1U);
  // Nobody but the names can say so.
  in_names(database, "DELETE FROM name WHERE name = 'namedThing1'");
  ASSERT_TRUE(reader.hold());
  EXPECT_EQ(total("namedThing1"), 0U) << "they were not asked";
  reader.let_go();
}

std::string history_of(const std::filesystem::path& database) {
  Connection connection;
  EXPECT_TRUE(connection.open(database, Connection::Mode::read));
  Statement statement = connection.prepare("SELECT value FROM meta WHERE key = 'history'");
  return statement.step() ? std::string(statement.bytes(0)) : "none";
}

TEST(SymbolSearch, BlobsOfTheSameHistoryNeedNotBeLookedAt) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  index(database, {{"a", lines(4, "x")}});
  order_names(database);
  in_names(database, "DELETE FROM blob");
  EXPECT_EQ(found(database, {.name = "namedThing1"}), "0\n") << "it was looked at them";
  in_names(database, "UPDATE state SET history = 'another'");
  EXPECT_EQ(found(database, {.name = "namedThing1"}), "a namedThing1\n1\n") << "not by their history";
}

TEST(SymbolSearch, AHistoryIsOfAllThatComesAndGoes) {
  ScratchDirectory scratch;
  const Tree one{{"a", lines(4, "x")}, {"b", lines(7, "y")}};
  index(scratch / "1.db", one);
  index(scratch / "2.db", one);
  const auto begin = history_of(scratch / "1.db");
  EXPECT_EQ(begin, history_of(scratch / "2.db")) << "of the same runs";
  index(scratch / "2.db", one);
  EXPECT_EQ(begin, history_of(scratch / "2.db")) << "nothing came or went";
  index(scratch / "2.db", {{"a", lines(4, "x")}, {"moved", lines(7, "y")}});
  EXPECT_EQ(begin, history_of(scratch / "2.db")) << "no blob came or went";
  index(scratch / "2.db", {{"a", lines(4, "x")}});
  const auto less = history_of(scratch / "2.db");
  EXPECT_NE(begin, less);
  index(scratch / "2.db", one);
  EXPECT_NE(less, history_of(scratch / "2.db"));
  EXPECT_NE(begin, history_of(scratch / "2.db")) << "numbers of blobs may be others";
}

// What a run does is not enough to know what was there before it, nor a number to know what it stands for.
TEST(SymbolSearch, HistoriesOfDifferentBlobsAreDifferent) {
  ScratchDirectory scratch;
  const auto y = lines(7, "y");
  auto history = [&](const char* name, const std::vector<Tree>& runs) {
    for (const auto& tree : runs) index(scratch / name, tree);
    return history_of(scratch / name);
  };
  const auto begin = history("1", {{{"a", lines(4, "x")}}});
  EXPECT_NE(begin, history("2", {{{"a", lines(4, "z")}}})) << "another text of the same shape";
  EXPECT_NE(history("1", {{{"a", lines(4, "x")}, {"b", y}}}),
            history("2", {{{"a", lines(4, "z")}, {"b", y}}}))
      << "the last run was the same";
  auto cut_by = [&](const char* name, const auto& change) {
    auto writer = open_writer(scratch / name);
    auto key = key_of(y);
    change(key);
    const auto result = cut(y);
    EXPECT_TRUE(writer.put(entry_of("b", y), &key, y, &result));
    EXPECT_TRUE(writer.finish());
    return history_of(scratch / name);
  };
  const auto usual = cut_by("3", [](BlobKey&) {});
  EXPECT_NE(usual, cut_by("4", [](BlobKey& key) { key.grammar = "toy@2.0"; }));
  EXPECT_NE(usual, cut_by("5", [](BlobKey& key) { key.options.max_size = 1000; }));
  EXPECT_EQ(usual, cut_by("6", [](BlobKey&) {}));
}

TEST(SymbolSearch, NamesOfAnIndexThatWasMadeAnewByAnotherGrammarSayNothingFalse) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  const auto text = lines(4, "x");
  for (const char* version : {"1", "2"}) {
    std::filesystem::remove(database);
    {
      auto writer = open_writer(database);
      auto key = key_of(text);
      key.grammar = std::string("toy@") + version;
      auto result = cut(text);
      for (auto& symbol : result.symbols) symbol.name += version;
      ASSERT_TRUE(writer.put(entry_of("a", text), &key, text, &result));
      ASSERT_TRUE(writer.finish());
    }
    for (bool ordered : {false, true}) {
      if (ordered) order_names(database);
      const auto name = std::string("namedThing1") + version;
      EXPECT_EQ(found(database, {.name = name}), "a " + name + "\n1\n") << ordered;
    }
  }
}

// A pass that adds nothing but a blob must not bring back what one before it had there.
TEST(SymbolSearch, OfABlobThatIsAnotherNowNothingIsFound) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  index(database, {{"a", lines(4, "x")}, {"b", lines(10, "y")}});
  order_names(database);
  for (int round = 0; round < 3; ++round) {
    const std::string word(1, static_cast<char>('p' + round));
    index(database, {{"a", lines(4, "x")}, {"b", lines(7, word)}});
    order_names(database);
    EXPECT_EQ(found(database, {.name = "namedthing", .match = Match::prefix}),
              "a namedThing0\na namedThing1\nb namedThing0\nb namedThing1\nb namedThing2\n5\n");
    index(database, {{"a", lines(4, "x")}});
    order_names(database);
    EXPECT_EQ(found(database, {.name = "namedthing", .match = Match::prefix}),
              "a namedThing0\na namedThing1\n2\n");
  }
}

// Whoever opens the names would have to read all of it.
TEST(SymbolSearch, NoLogOfNamesIsLeft) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  index(database, {{"a", lines(4, "x")}});
  order_names(database);
  Reader reader = open_reader(database);
  ASSERT_EQ(reader.find_symbols({.name = "namedThing1"}).value().total, 1U);
  index(database, {{"a", lines(4, "x")}, {"b", lines(700, "y")}});
  order_names(database);
  auto log = database;
  log += "-names-wal";
  ASSERT_TRUE(std::filesystem::exists(log)) << "the reader has the names open";
  EXPECT_EQ(std::filesystem::file_size(log), 0U);
  EXPECT_EQ(reader.find_symbols({.name = "namedThing1"}).value().total, 2U);
}

TEST(SymbolSearch, WhatIsNearestToWhatWasAskedForComesFirst) {
  auto rank = [](const char* name, bool is_marked = false) { return symbol_rank(name, "Shelf", is_marked); };
  EXPECT_LT(rank("Shelf"), rank("shelf"));
  EXPECT_LT(rank("Shelf", true), rank("shelf")) << "wherever it stands";
  EXPECT_LT(rank("SHELF"), rank("Shelfs"));
  EXPECT_LT(rank("shelfKeeper"), rank("aShelf"));
  EXPECT_LT(rank("shelfKeeper"), rank("ShelfKeepers"));
  EXPECT_LT(rank("ShelfKeepers"), rank("shelfs", true));
  EXPECT_EQ(symbol_rank("ab", "", false), symbol_rank("cd", "", false)) << "every name begins so";
}

// Numbers of blobs and symbols are used again, and names may be older or younger than the index.
TEST(SymbolSearch, NamesThatAreOutOfDateSayNothingFalse) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  index(database, {{"a", lines(4, "x")}, {"b", lines(7, "y")}});
  order_names(database);
  index(database, {{"a", lines(4, "x")}});
  EXPECT_EQ(found(database, {.name = "namedThing", .match = Match::prefix}),
            "a namedThing0\na namedThing1\n2\n");
  order_names(database);
  index(database, {{"a", lines(4, "x")}, {"c", lines(10, "z")}});
  order_names(database);
  EXPECT_EQ(found(database, {.name = "namedThing3"}), "c namedThing3\n1\n");
  index(database, {{"a", lines(4, "x")}, {"c", lines(10, "z")}, {"d", lines(13, "w")}});
  EXPECT_EQ(found(database, {.name = "namedThing4"}), "d namedThing4\n1\n") << "younger than the names";
}

// The number of a definition that is gone is that of another one now, which the names do not know.
TEST(SymbolSearch, ANumberThatIsUsedAgainIsNotMissed) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  index(database, {{"a", lines(4, "x")}, {"b", lines(7, "y")}});
  order_names(database);
  Reader reader = open_reader(database);
  ASSERT_EQ(reader.find_symbols({.name = "namedThing2"}).value().total, 1U);
  index(database, {{"a", lines(4, "x")}});
  index(database, {{"a", lines(4, "x")}, {"c", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"}});
  for (int again = 0; again < 2; ++again) {
    auto now = reader.find_symbols({.name = "namedThing2"}).value();
    ASSERT_EQ(now.total, 1U);
    EXPECT_EQ(now.symbols.front().path, "c");
  }
}

TEST(SymbolSearch, DamagedNamesAreMadeAnew) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  index(database, {{"a", lines(4, "x")}});
  auto names = database;
  names += "-names";
  std::ofstream(names) << "this is no database, and longer than the head of one would be, so that it shows\n";
  EXPECT_EQ(found(database, {.name = "namedThing1"}), "a namedThing1\n1\n");
  order_names(database);
  EXPECT_EQ(found(database, {.name = "namedThing1"}), "a namedThing1\n1\n");
}

TEST(Reader, ACallCanBeStopped) {
  ScratchDirectory scratch;
  Tree tree;
  for (int i = 0; i < 200; ++i) tree["f" + std::to_string(i)] = lines(60, "w" + std::to_string(i));
  index(scratch / "index.db", tree);
  Reader reader = open_reader(scratch / "index.db");
  bool stop = true;
  reader.stop_when([&] { return stop; });
  auto stopped = reader.find_symbols({.name = "thing", .match = Match::part});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::interrupted);
  stop = false;
  EXPECT_TRUE(reader.find_symbols({.name = "thing", .match = Match::part})) << "and goes on";
}

}  // namespace
}  // namespace froe::store
