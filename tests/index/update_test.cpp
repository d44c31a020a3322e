// The whole path from a tree to an index: every executor gives one and the same, and it follows the tree.
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "froe/search.hpp"
#include "index/fixture.hpp"

namespace froe {
namespace {

TEST_F(UpdateTest, EveryExecutorGivesTheSameIndexRowForRow) {
  // A copy, because sources change while tests run.
  for (const auto* part : {"docs", "include", "src", "tests/cases"}) {
    fs::create_directories(root_ / part);
    fs::copy(fs::path(FROE_SOURCE_DIR) / part, root_ / part, fs::copy_options::recursive);
  }
  auto expected_database = scratch_ / "inline.db";
  auto expected = must_update(expected_database, Pool::in_line, 1, false, real_options());
  EXPECT_GT(expected.files, 300U);
  EXPECT_GT(expected.outcomes[static_cast<std::size_t>(Outcome::parsed)], 200U);
  expect_proved(expected_database);
  auto rows = dump(expected_database, true);
#ifdef __SANITIZE_THREAD__  // ten times as slow, and two workers race as well as seven
  const std::vector<unsigned> counts{2U};
#else
  const std::vector<unsigned> counts{1U, 2U, 7U};
#endif
  for (auto pool : {Pool::threads, Pool::processes}) {
    for (unsigned workers : counts) {
      for (bool shuffled : {false, true}) {
        auto database = scratch_ / ("other" + std::to_string(static_cast<int>(pool)) +
                                    std::to_string(workers) + (shuffled ? "s" : "") + ".db");
        auto summary = must_update(database, pool, workers, shuffled, real_options());
        EXPECT_EQ(summary.outcomes, expected.outcomes);
        EXPECT_TRUE(dump(database, true) == rows)
            << "pool " << static_cast<int>(pool) << ", " << workers << " workers, shuffled " << shuffled;
      }
    }
  }
}

// Other threads than the writer's make its terms.
TEST_F(UpdateTest, ALargeTextIsTheSameAndProvedWhicheverExecutorRan) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "line " + std::to_string(i) + " hasManyWords\n";
  ASSERT_GT(text.size(), 1U << 20U);
  write("large.txt", text);
  write("small.py", "def f():\n    return 1\n");
  std::string rows;
  for (auto pool : {Pool::in_line, Pool::threads, Pool::processes}) {
    auto database = scratch_ / (std::to_string(static_cast<int>(pool)) + ".db");
    EXPECT_EQ(must_update(database, pool, 2).cut, 2U);
    expect_proved(database);
    if (rows.empty()) rows = dump(database, true);
    EXPECT_TRUE(dump(database, true) == rows) << static_cast<int>(pool);
  }
}

TEST_F(UpdateTest, ASearchAnswersTheSameWhicheverExecutorRan) {
  for (const auto* part : {"include", "src"}) {
    fs::copy(fs::path(FROE_SOURCE_DIR) / part, root_ / part, fs::copy_options::recursive);
  }
  fs::create_directory(root_ / "vendor");
  fs::copy(root_ / "src" / "search", root_ / "vendor" / "search", fs::copy_options::recursive);
  std::vector<std::string> expected;
  for (auto pool : {Pool::in_line, Pool::threads, Pool::processes}) {
    auto database = scratch_ / ("index" + std::to_string(static_cast<int>(pool)) + ".db");
    must_update(database, pool, 3);
    auto reader = store::Reader::open(database).value();
    std::vector<std::string> found;
    for (const char* text : {"how rare a phrase is", "error", "read file", "const std string"}) {
      search::Query query;
      query.text = text;
      query.limit = 50;
      auto answer = search::search(reader, query).value();
      EXPECT_EQ(answer.chunks.size(), 50U);
      for (const auto& each : answer.chunks)
        found.push_back(each.path + ':' + std::to_string(each.chunk.ordinal) + ' ' +
                        std::to_string(each.score));
    }
    if (expected.empty()) expected = found;
    EXPECT_EQ(found, expected);
  }
}

TEST_F(UpdateTest, NothingIsCutTwice) {
  write("a.py", "def f():\n    return 1\n");
  write("b/copy.py", "def f():\n    return 1\n");
  write("c.py", "def g():\n    return 2\n");
  auto database = scratch_ / "index.db";
  auto first = must_update(database, Pool::processes, 2);
  EXPECT_EQ(first.files, 3U);
  EXPECT_EQ(first.cut, 2U);
  EXPECT_EQ(first.reused, 1U);
  auto second = must_update(database, Pool::processes, 2);
  EXPECT_EQ(second.cut, 0U);
  EXPECT_EQ(second.reused, 3U);
  // The same bytes by another name are the same language or they are another blob.
  write("d.txt", "def f():\n    return 1\n");
  EXPECT_EQ(must_update(database).cut, 1U);
}

TEST_F(UpdateTest, AnUpdatedIndexEqualsAFreshOne) {
  write("keep.go", "package p\n\nfunc Keep() {}\n");
  write("edit.go", "package p\n\nfunc Old() {}\n");
  write("gone/away.go", "package p\n\nfunc Away() {}\n");
  auto database = scratch_ / "index.db";
  must_update(database);
  write("edit.go", "package p\n\nfunc New() {}\n");
  fs::remove_all(root_ / "gone");
  fs::rename(root_ / "keep.go", root_ / "kept.go");
  write("added.rs", "fn added() {}\n");
  must_update(database, Pool::threads, 2);
  must_update(scratch_ / "fresh.db");
  EXPECT_EQ(dump(database, false), dump(scratch_ / "fresh.db", false));
  expect_proved(database);
}

TEST_F(UpdateTest, EveryFileThatWasSeenIsInTheLedger) {
  write("good.c", "int f(void) { return 0; }\n");
  write("bad.c", "int f(void) { return 0; \n\n ]]] @@ \n");
  write("notes", "plain words\n");
  write("empty.py", "");
  write("image", std::string("\x7f"
                             "ELF\0\0\0\0\0\0\0\0\0\0\0\0",
                             16));
  write("wide.txt", std::string("\xff\xfeh\0i\0", 6));
  write("huge.py", std::string(5000, '#') + "\n");
  write("giant.py", std::string(20000, '#') + "\n");
  fs::create_symlink("good.c", root_ / "link.c");
  fs::create_directory_symlink("..", root_ / "loop");
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
  index::Options options;
  options.max_parse = ByteCount(4000);
  options.max_file = ByteCount(10000);
  for (auto pool : {Pool::in_line, Pool::threads, Pool::processes}) {
    auto database = scratch_ / ("index" + std::to_string(static_cast<int>(pool)) + ".db");
    auto summary = must_update(database, pool, 2, false, options);
    auto rows = ledger(database);
    EXPECT_EQ(summary.files, rows.size());
    std::map<std::string, Outcome> outcomes;
    for (const auto& [path, entry] : rows) outcomes[path] = entry.outcome;
    const std::map<std::string, Outcome> expected{{"bad.c", Outcome::parsed_with_errors},
                                                  {"empty.py", Outcome::parsed},
                                                  {"giant.py", Outcome::too_large},
                                                  {"good.c", Outcome::parsed},
                                                  {"huge.py", Outcome::oversized},
                                                  {"image", Outcome::binary},
                                                  {"link.c", Outcome::not_regular},
                                                  {"loop", Outcome::not_regular},
                                                  {"notes", Outcome::text},
                                                  {"pipe", Outcome::not_regular},
                                                  {"wide.txt", Outcome::unsupported_encoding}};
    EXPECT_EQ(outcomes, expected);
    EXPECT_EQ(rows["huge.py"].language, "python");
    EXPECT_NE(rows["huge.py"].detail, "");
    expect_proved(database);
  }
}

TEST_F(UpdateTest, MarksAreOfTheFileAndFollowIt) {
  std::string code = "package p\n\nfunc Mark() {}\n";
  std::string minified;
  while (minified.size() < 2000) minified += "function a(b){return b.c[0]+(b.d||1)}";
  write("a.go", code);
  write("app.js", minified);
  write("go.sum", "example.org/x v1.0.0 h1:abc=\n");
  write("made.go", "// Code generated by a test. DO NOT EDIT.\n\n" + code);
  write("vendor/a.go", code);
  write("vendor/image", std::string(100, '\0'));
  using Marks = std::map<std::string, std::optional<Mark>>;
  auto marks = [&](const fs::path& database) {
    Marks found;
    for (const auto& [path, entry] : ledger(database)) found[path] = entry.mark;
    return found;
  };
  const Marks expected{{"a.go", std::nullopt},          {"app.js", Mark::minified},
                       {"go.sum", Mark::generated},     {"made.go", Mark::generated},
                       {"vendor/a.go", Mark::vendored}, {"vendor/image", std::nullopt}};
  std::string rows;
  for (auto pool : {Pool::in_line, Pool::threads, Pool::processes}) {
    auto database = scratch_ / ("index" + std::to_string(static_cast<int>(pool)) + ".db");
    auto summary = must_update(database, pool, 2);
    EXPECT_EQ(summary.cut, 4U) << "vendored or not, one content is cut once";
    EXPECT_EQ(marks(database), expected);
    EXPECT_EQ(ledger(database)["vendor/a.go"].outcome, Outcome::parsed);
    expect_proved(database);
    if (rows.empty()) rows = dump(database, true);
    EXPECT_EQ(dump(database, true), rows);

    fs::rename(root_ / "vendor", root_ / "ours");
    must_update(database, pool, 2);
    EXPECT_EQ(ledger(database)["ours/a.go"].mark, std::nullopt);
    fs::rename(root_ / "ours", root_ / "vendor");
    must_update(database, pool, 2);
    EXPECT_EQ(marks(database), expected);
  }
}

TEST_F(UpdateTest, OneContentOversizedHereAndTextThereIsStoredOnce) {
  write("a.py", std::string(5000, '#') + "\n");
  write("b.txt", std::string(5000, '#') + "\n");
  write("c.txt", "1\n2\n3\n");  // which worker processes cut, and the others not
  index::Options options;
  options.max_parse = ByteCount(4000);
  std::string first;
  for (auto pool : {Pool::in_line, Pool::threads, Pool::processes}) {
    auto database = scratch_ / ("index" + std::to_string(static_cast<int>(pool)) + ".db");
    EXPECT_EQ(must_update(database, pool, 2, false, options).cut, 2U);
    auto rows = ledger(database);
    EXPECT_EQ(rows["a.py"].outcome, Outcome::oversized);
    EXPECT_EQ(rows["b.txt"].outcome, Outcome::text);
    if (first.empty()) first = dump(database, true);
    EXPECT_EQ(dump(database, true), first);
  }
}

TEST_F(UpdateTest, OtherOptionsCutAnew) {
  std::string body;
  for (int i = 0; i < 100; ++i) body += "    x" + std::to_string(i) + " = call(argument)\n";
  write("a.py", "def f():\n" + body);
  auto database = scratch_ / "index.db";
  must_update(database);
  index::Options options;
  options.chunk.max_size = 400;
  EXPECT_EQ(must_update(database, Pool::in_line, 1, false, options).cut, 1U);
  must_update(scratch_ / "fresh.db", Pool::in_line, 1, false, options);
  EXPECT_EQ(dump(database, false), dump(scratch_ / "fresh.db", false));
}

// SQLite's files are beside what a link leads to, froe's beside the link.
TEST_F(UpdateTest, AnIndexBehindALinkIsOwnUnderBothNames) {
  write("data/real.db", "");
  std::filesystem::create_symlink(root_ / "data/real.db", root_ / "link.db");
  index::Options options;
  options.databases = index::names_below(root_, root_ / "link.db");
  for (const char* own : {"link.db", "link.db.lock", "link.db-names", "data/real.db", "data/real.db-wal"})
    EXPECT_TRUE(index::is_own(options, own)) << own;
  for (const char* other : {"link.dbx", "data/link.db", "real.db"})
    EXPECT_FALSE(index::is_own(options, other)) << other;
  std::filesystem::create_symlink(scratch_ / "far.db", root_ / "far.db");
  EXPECT_EQ(index::names_below(root_, root_ / "far.db"), std::vector<std::string>{"far.db"});
  EXPECT_EQ(index::names_below(root_, scratch_ / "far.db"), std::vector<std::string>());
}

TEST_F(UpdateTest, TheDatabaseInsideTheTreeIsNotPartOfIt) {
  write("a.py", "x = 1\n");
  index::Options options;
  options.databases = {"my.db"};
  must_update(root_ / "my.db", Pool::in_line, 1, false, options);
  must_update(root_ / "my.db", Pool::in_line, 1, false, options);
  auto rows = ledger(root_ / "my.db");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.begin()->first, "a.py");
}

TEST_F(UpdateTest, AnEmptyTreeGivesAnEmptyIndex) {
  auto summary = must_update(scratch_ / "index.db", Pool::processes, 2);
  EXPECT_EQ(summary.files, 0U);
  expect_proved(scratch_ / "index.db");
}

TEST_F(UpdateTest, ARunThatIsStoppedKeepsWholeFilesAndTheNextOneCompletesIt) {
  // Together far more than may be in flight, so that the source cannot have been pulled dry when the run is
  // stopped.
  auto padding = "# " + std::string(2000, 'x') + '\n';
  for (int i = 0; i < 200; ++i) {
    auto number = std::to_string(i);
    write("f" + number + ".py", "def f" + number + "():\n    return " + number + "\n" + padding);
  }
  auto database = scratch_ / "index.db";
  for (auto pool : {Pool::in_line, Pool::threads, Pool::processes}) {
    fs::remove(database);
    struct StopAfter final : index::Observer {
      explicit StopAfter(std::atomic<bool>& flag) : stop(flag) {}
      void started(std::uint64_t, std::string_view, ByteCount, unsigned) override {}
      void finished(std::uint64_t, unsigned) override {}
      void recorded(const store::LedgerEntry&) override {
        if (++files == 20) stop = true;
      }
      std::atomic<bool>& stop;
      int files = 0;
    } observer(stop_);
    {
      auto writer = store::Writer::open(
          database, {.root = root_.string(), .on_wait = nullptr, .rules = index::rules({})});
      ASSERT_TRUE(writer) << writer.error().message;
      auto executor = make_pool(pool, 2, true);
      auto summary = index::update({root_, {}, *writer, *executor, &observer, stop_, chunk::chunk_as_text});
      ASSERT_FALSE(summary);
      EXPECT_EQ(summary.error().kind, ErrorKind::interrupted);
    }
    stop_ = false;
    EXPECT_GE(ledger(database).size(), 20U);
    expect_proved(database);
    must_update(database, pool, 2);
    must_update(scratch_ / "fresh.db");
    EXPECT_EQ(dump(database, false), dump(scratch_ / "fresh.db", false));
  }
}

TEST_F(UpdateTest, ProblemsOfTheWalkAreToldHoweverTheRunEnds) {
  write("a/rules", "*.o\n");
  fs::create_symlink("rules", root_ / "a/.ignore");
  for (int i = 0; i < 10; ++i) write("b/f" + std::to_string(i) + ".py", "x = 1\n");
  for (bool stopped : {false, true}) {
    struct StopAtOnce final : index::Observer {
      explicit StopAtOnce(std::atomic<bool>* flag) : stop(flag) {}
      void started(std::uint64_t, std::string_view, ByteCount, unsigned) override {}
      void finished(std::uint64_t, unsigned) override {}
      void recorded(const store::LedgerEntry&) override {
        if (stop != nullptr) *stop = true;
      }
      std::atomic<bool>* stop;
    } observer(stopped ? &stop_ : nullptr);
    auto writer = store::Writer::open(
        scratch_ / "index.db", {.root = root_.string(), .on_wait = nullptr, .rules = index::rules({})});
    ASSERT_TRUE(writer);
    auto executor = make_pool(Pool::in_line, 1, false);
    std::vector<std::string> problems;
    auto summary = index::update({root_,
                                  {},
                                  *writer,
                                  *executor,
                                  &observer,
                                  stop_,
                                  chunk::chunk_as_text,
                                  [&](const std::string& problem) { problems.push_back(problem); }});
    EXPECT_EQ(summary.has_value(), !stopped);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_NE(problems[0].find("a/.ignore"), std::string::npos) << problems[0];
  }
}

TEST_F(UpdateTest, FilesThatVanishWhileTheRunGoesOnAreNamed) {
  for (int i = 0; i < 100; ++i)
    write("d/f" + std::to_string(1000 + i) + ".py", "x = " + std::to_string(i) + "\n");
  // The last files go when the first has been recorded: the directory has been listed by then.
  struct Remove final : index::Observer {
    explicit Remove(fs::path tree) : root(std::move(tree)) {}
    void started(std::uint64_t, std::string_view, ByteCount, unsigned) override {}
    void finished(std::uint64_t, unsigned) override {}
    void recorded(const store::LedgerEntry&) override {
      if (++files != 1) return;
      for (int i = 90; i < 100; ++i) fs::remove(root / ("d/f" + std::to_string(1000 + i) + ".py"));
    }
    fs::path root;
    int files = 0;
  } observer(root_);
  auto writer = store::Writer::open(scratch_ / "index.db",
                                    {.root = root_.string(), .on_wait = nullptr, .rules = index::rules({})});
  ASSERT_TRUE(writer);
  auto executor = make_pool(Pool::in_line, 1, false);
  auto summary = index::update({root_, {}, *writer, *executor, &observer, stop_, chunk::chunk_as_text});
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->files, 100U);
  EXPECT_EQ(summary->outcomes[static_cast<std::size_t>(Outcome::vanished)], 10U);
}

}  // namespace
}  // namespace froe
