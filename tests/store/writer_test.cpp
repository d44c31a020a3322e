#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "froe/json.hpp"
#include "store/fixture.hpp"
#include "store/sqlite.hpp"

namespace froe::store {
namespace {

std::int64_t query(const std::filesystem::path& database, std::string_view sql) {
  Connection connection;
  EXPECT_TRUE(connection.open(database, Connection::Mode::read));
  std::int64_t value = connection.integer(sql);
  EXPECT_TRUE(connection.ok()) << connection.error().message;
  return value;
}

const Tree small{{"a.toy", "alpha one\nalpha two\nalphaThree\nalpha four\n"},
                 {"dir/b.toy", "beta <error>\r\nbeta\0nul\nbeta"},
                 {"dir/c.toy", ""},
                 {"dir/\xff\xfe.toy", "caf\xe9 latin\n"}};

TEST(Writer, RoundTripsEveryField) {
  ScratchDirectory scratch;
  Tree tree = small;
  tree["nul"] = std::string("a\0b\xff\n\xef\xbb\xbf", 8);
  index(scratch / "index.db", tree);
  Reader reader = open_reader(scratch / "index.db");
  EXPECT_EQ(reader.roots().value(), std::vector<std::string>{"/tree"});
  for (const auto& [path, content] : tree) {
    FileResult expected = cut(content);
    auto file = reader.file(path);
    ASSERT_TRUE(file && *file) << path;
    EXPECT_EQ((*file)->outcome, expected.outcome);
    EXPECT_EQ((*file)->language, "toy");
    EXPECT_EQ((*file)->size, content.size());
    EXPECT_EQ((*file)->blob, blob_id(content));
    EXPECT_EQ(reader.content(path).value(), content);
    EXPECT_EQ(reader.symbols(path).value(), expected.symbols);
    auto chunks = reader.chunks(path).value();
    ASSERT_EQ(chunks.size(), expected.chunks.size());
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      EXPECT_EQ(chunks[i].chunk, expected.chunks[i]);
      EXPECT_EQ(chunks[i].path, path);
      EXPECT_EQ(chunks[i].language, "toy");
    }
  }
  EXPECT_EQ(verify(scratch / "index.db"), "");
}

// The same content, cut otherwise: by other options, by another version of the grammar.
std::vector<BlobKey> cut_otherwise(const BlobKey& key) {
  std::vector<BlobKey> others{key, key};
  others[0].options.max_size = 7;
  others[1].grammar = "toy@2.0";
  return others;
}

TEST(Writer, KnowsWhatWasPut) {
  ScratchDirectory scratch;
  Writer writer = open_writer(scratch / "index.db");
  EXPECT_FALSE(writer.find(key_of("alpha\n")).value());
  ASSERT_TRUE(put(writer, "a", "alpha\n"));
  EXPECT_EQ(writer.find(key_of("alpha\n")).value()->outcome, Outcome::parsed);
  for (const auto& other : cut_otherwise(key_of("alpha\n"))) EXPECT_FALSE(writer.find(other).value());
  // Known: neither content nor chunks are asked for.
  BlobKey key = key_of("alpha\n");
  ASSERT_TRUE(writer.put(entry_of("b", "alpha\n"), &key, {}, nullptr));
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(query(scratch / "index.db", "SELECT count(*) FROM blob"), 1);
  EXPECT_EQ(query(scratch / "index.db", "SELECT count(*) FROM file"), 2);
  EXPECT_EQ(open_reader(scratch / "index.db").content("b").value(), "alpha\n");
}

TEST(Writer, TellsAPlannerWhatIsCommitted) {
  ScratchDirectory scratch;
  Writer writer = open_writer(scratch / "index.db");
  EXPECT_TRUE(writer.settled());
  ASSERT_TRUE(put(writer, "a", "alpha\n"));
  EXPECT_FALSE(writer.settled());
  EXPECT_FALSE(writer.inventory().has(key_of("alpha\n")).value());
  ASSERT_TRUE(writer.suspend());
  EXPECT_TRUE(writer.settled());
  EXPECT_TRUE(writer.inventory().has(key_of("alpha\n")).value());
  for (const auto& other : cut_otherwise(key_of("alpha\n"))) {
    EXPECT_FALSE(writer.inventory().has(other).value());
  }
}

TEST(Writer, LetsAPlannerAskWhileItPuts) {
  ScratchDirectory scratch;
  Writer writer = open_writer(scratch / "index.db");
  auto name = [](int i) { return "file" + std::to_string(100'000 + i); };
  constexpr int files = 12'000;  // some commits' worth
  std::atomic<bool> done = false;
  bool first_was_seen = false;
  std::thread planner([&] {
    while (!done) first_was_seen = writer.inventory().has(key_of(name(0))).value();
    first_was_seen = writer.inventory().has(key_of(name(0))).value();
  });
  for (int i = 0; i < files; ++i) EXPECT_TRUE(put(writer, name(i), name(i)));
  done = true;
  planner.join();
  EXPECT_TRUE(first_was_seen) << "what was put long ago is committed";
  EXPECT_TRUE(writer.finish());
}

// What has been committed reaches the database itself meanwhile, and is not left for the end of a run.
TEST(Writer, CopiesItsLogWhileItGoesOn) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  Writer writer = open_writer(database);
  ASSERT_TRUE(writer.suspend());
  const auto empty = std::filesystem::file_size(database);
  constexpr int files = 12'000;  // some commits' worth
  for (int i = 0; i < files; ++i) EXPECT_TRUE(put(writer, std::to_string(i), std::to_string(i)));
  EXPECT_FALSE(writer.settled());
  // (The log is too short for SQLite to copy it by itself.)
  for (int tries = 0; tries < 1000 && std::filesystem::file_size(database) == empty; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_GT(std::filesystem::file_size(database), empty);
  EXPECT_TRUE(writer.finish());
  EXPECT_EQ(verify(database), "");
}

TEST(Writer, KeepsFilesThatHaveNoChunks) {
  ScratchDirectory scratch;
  Writer writer = open_writer(scratch / "index.db");
  LedgerEntry binary{"a", Outcome::binary, "NUL at 3", "", 77, blob_id("x")};
  LedgerEntry gone{"b", Outcome::vanished, "", "cpp", 0, std::nullopt};
  ASSERT_TRUE(writer.put(binary, nullptr, {}, nullptr));
  ASSERT_TRUE(writer.put(gone, nullptr, {}, nullptr));
  ASSERT_TRUE(writer.finish());
  Reader reader = open_reader(scratch / "index.db");
  auto entry = reader.file("a").value().value();
  EXPECT_EQ(entry.outcome, Outcome::binary);
  EXPECT_EQ(entry.detail, "NUL at 3");
  EXPECT_EQ(entry.blob, blob_id("x"));
  EXPECT_FALSE(reader.file("b").value()->blob);
  auto content = reader.content("a");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().kind, ErrorKind::not_found);
  EXPECT_NE(content.error().message.find("binary"), std::string::npos);
}

TEST(Writer, RefusesWhatWouldBreakAPromise) {
  ScratchDirectory scratch;
  Writer writer = open_writer(scratch / "index.db");
  ASSERT_TRUE(put(writer, "b", "x\n"));
  BlobKey key = key_of("lost\n");
  FileResult result = cut("lost");
  EXPECT_FALSE(writer.put(entry_of("c", "lost\n"), &key, "lost\n", &result)) << "chunks that do not tile";
  EXPECT_FALSE(writer.put(entry_of("c", "lost\n"), &key, "lost\n", nullptr)) << "no chunks";
  EXPECT_FALSE(writer.put(entry_of("c", "lost\n"), nullptr, "lost\n", nullptr)) << "no key";
  ASSERT_TRUE(put(writer, "c", "fine\n")) << "a refusal changes nothing";
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(verify(scratch / "index.db"), "");
}

TEST(Writer, RemovesWhatIsNotThereAnyMore) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  index(database, small);
  Tree less{{"dir/b.toy", "changed\n"}, {"dir/d.toy", small.at("a.toy")}};
  index(database, less);
  EXPECT_EQ(query(database, "SELECT count(*) FROM file"), 2);
  EXPECT_EQ(query(database, "SELECT count(*) FROM blob"), 2);
  EXPECT_EQ(query(database, "SELECT count(*) FROM content"), 2);
  EXPECT_EQ(query(database, "SELECT count(*) FROM chunk"), 3);
  EXPECT_EQ(query(database, "SELECT count(*) FROM chunk_fts WHERE chunk_fts MATCH 'beta'"), 0);
  EXPECT_EQ(query(database, "SELECT count(*) FROM chunk_fts WHERE chunk_fts MATCH 'words:three'"), 1);
  EXPECT_EQ(query(database, "SELECT count(*) FROM chunk_fts WHERE chunk_fts MATCH 'name:named'"), 3);
  EXPECT_EQ(verify(database), "");
  index(database, {});
  EXPECT_EQ(query(database, "SELECT count(*) FROM file"), 0);
  EXPECT_EQ(query(database, "SELECT count(*) FROM chunk_fts_docsize"), 0);
  EXPECT_EQ(query(database, "SELECT count(*) FROM recipe"), 0);
  EXPECT_EQ(verify(database), "");
}

TEST(Writer, AnUnchangedTreeWritesNothing) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  index(database, small);
  auto read = [&] {
    std::ifstream in(database, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
  };
  std::string before = read();
  index(database, small);
  EXPECT_EQ(read(), before);
}

TEST(Writer, SuspendKeepsWhatWasNotReached) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  index(database, small);
  {
    Writer writer = open_writer(database);
    ASSERT_TRUE(put(writer, "a.toy", "new\n"));
    ASSERT_TRUE(writer.suspend());
  }
  EXPECT_EQ(verify(database), "");
  Reader reader = open_reader(database);
  EXPECT_EQ(reader.content("a.toy").value(), "new\n");
  EXPECT_EQ(reader.content("dir/b.toy").value(), small.at("dir/b.toy"));
  EXPECT_FALSE(reader.statistics().value().complete);
  EXPECT_EQ(query(database, "SELECT count(*) FROM blob"), 5) << "the old blob of a.toy may still be needed";
  // The next pass does not know what this one released, and finds it all the same.
  Tree now = small;
  now["a.toy"] = "new\n";
  index(database, now);
  EXPECT_EQ(query(database, "SELECT count(*) FROM blob"), 4);
  EXPECT_TRUE(reader.statistics().value().complete);
}

TEST(Writer, WhatWasNotCommittedIsRolledBack) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  index(database, small);
  std::string before = dump(database, true);
  {
    Writer writer = open_writer(database);
    ASSERT_TRUE(put(writer, "zzz", "new\n"));
  }
  EXPECT_EQ(dump(database, true), before);
}

TEST(Writer, TheSamePutsGiveTheSameRows) {
  ScratchDirectory scratch;
  for (const char* name : {"one.db", "two.db"}) {
    index(scratch / name, small);
    Tree more = small;
    more["dir/b.toy"] = "another\n";
    more["e"] = "five\nsix\n";
    index(scratch / name, more);
  }
  EXPECT_EQ(dump(scratch / "one.db", true), dump(scratch / "two.db", true));
}

TEST(Writer, KindNumbersAreTheOnesInTheIndex) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {});
  for (std::size_t i = 0; i < all_kinds.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(all_kinds[i]), i);
    EXPECT_EQ(query(scratch / "index.db", "SELECT count(*) FROM kind WHERE id = " + std::to_string(i) +
                                              " AND name = '" + std::string(to_string(all_kinds[i])) + "'"),
              1);
  }
}

TEST(Writer, MakesItsDirectoryAndHidesItFromGit) {
  ScratchDirectory scratch;
  index(scratch / "tree/.froe/index.db", small);
  std::ifstream in(scratch / "tree/.froe/.gitignore");
  std::string rule;
  EXPECT_TRUE(std::getline(in, rule));
  EXPECT_EQ(rule, "*");
  // Also in a directory that somebody else made; what is there already stays.
  std::filesystem::create_directories(scratch / "made/.froe");
  index(scratch / "made/.froe/index.db", small);
  EXPECT_TRUE(std::filesystem::exists(scratch / "made/.froe/.gitignore"));
  std::ofstream(scratch / "made/.froe/.gitignore") << "mine\n";
  index(scratch / "made/.froe/index.db", small);
  EXPECT_EQ(std::filesystem::file_size(scratch / "made/.froe/.gitignore"), 5U);
  index(scratch / "elsewhere/index.db", small);
  EXPECT_FALSE(std::filesystem::exists(scratch / "elsewhere/.gitignore"));
}

// Whatever happened to a tree on the way, its index says the same as a new one.
TEST(Writer, RandomHistoriesEndInTheSameIndex) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    std::mt19937 random(seed);
    ScratchDirectory scratch;
    auto content = [&] {
      std::string text;
      for (auto lines = random() % 12; lines > 0; --lines) {
        text += "lineOf" + std::to_string(random() % 30) + " with_words\xc3\xa9 Some" +
                std::to_string(random() % 9) + "\n";
      }
      return text;
    };
    Tree tree;
    for (int pass = 0; pass < 8; ++pass) {
      for (int change = 0; change < 6; ++change) {
        std::string path = "dir" + std::to_string(random() % 3) + "/file" + std::to_string(random() % 12);
        switch (random() % 4) {
          case 0: tree.erase(path); break;
          case 1:
            if (!tree.empty()) {
              auto node = tree.extract(tree.begin());
              node.key() = path;
              tree.erase(path);
              tree.insert(std::move(node));
            }
            break;
          default: tree[path] = content();
        }
      }
      if (random() % 3 == 0) {  // a pass that stops half way
        Writer writer = open_writer(scratch / "history.db");
        for (const auto& [path, text] : tree) {
          if (random() % 8 == 0) break;
          ASSERT_TRUE(put(writer, path, text));
        }
        ASSERT_TRUE(writer.suspend());
      } else {
        index(scratch / "history.db", tree);
      }
      ASSERT_EQ(verify(scratch / "history.db"), "") << "seed " << seed;
    }
    index(scratch / "history.db", tree);
    index(scratch / "fresh.db", tree);
    ASSERT_EQ(dump(scratch / "history.db"), dump(scratch / "fresh.db")) << "seed " << seed;
  }
}

TEST(Dump, IsJsonLinesThatNameNoMachine) {
  ScratchDirectory scratch;
  index(scratch / "index.db", small);
  std::string text = dump(scratch / "index.db");
  EXPECT_TRUE(text.starts_with("{\"type\":\"index\",\"format\":12,\"terms\":2,\"complete\":true}\n")) << text;
  EXPECT_EQ(text.find(scratch.path().string()), std::string::npos);
  EXPECT_EQ(text.find("/tree"), std::string::npos);
  EXPECT_NE(text, dump(scratch / "index.db", true));
  EXPECT_TRUE(is_utf8(text));
}

TEST(Revisions, OneThatWasNotFinishedLeavesNothing) {
  ScratchDirectory scratch;
  const auto database = scratch / "index.db";
  {
    auto writer = open_writer(database);
    ASSERT_TRUE(writer.begin_revision({0, BlobId{1}, "v1", "rules"}));
    ASSERT_TRUE(put(writer, "a", "one\n"));
    ASSERT_TRUE(put(writer, "b", "two\n"));
    ASSERT_TRUE(writer.finish());
    ASSERT_TRUE(writer.begin_revision({0, BlobId{2}, "v2", "rules"}));
    ASSERT_TRUE(writer.remove("a"));
    ASSERT_TRUE(put(writer, "c", "three\n"));
    ASSERT_TRUE(writer.suspend());
  }
  auto writer = open_writer(database);
  EXPECT_EQ(writer.inventory().latest_paths("", 10).value(), (std::vector<std::string>{"a", "b"}));
  ASSERT_TRUE(writer.begin_revision({0, BlobId{3}, "v3", "rules"}));
  ASSERT_TRUE(writer.remove("b"));
  ASSERT_TRUE(writer.finish());
  auto reader = open_reader(database);
  auto revisions = reader.revisions().value();
  ASSERT_EQ(revisions.size(), 2U);
  ASSERT_TRUE(reader.look_at(revisions.back().id));
  EXPECT_TRUE(reader.file("a").value());
  EXPECT_FALSE(reader.file("b").value());
  EXPECT_FALSE(reader.file("c").value());
  EXPECT_EQ(verify(database), "");
}

}  // namespace
}  // namespace froe::store
