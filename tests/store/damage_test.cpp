// What the store says and does when things go wrong: other writers, full disks, killed processes, damaged
// files.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "store/fixture.hpp"
#include "store/sqlite.hpp"

namespace froe::store {
namespace {

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

Error open_error(const std::filesystem::path& path) {
  auto reader = Reader::open(path);
  return reader ? Error{ErrorKind::internal, "it opened"} : reader.error();
}

Error write_error(const std::filesystem::path& path) {
  auto writer = Writer::open(path, {.root = "", .wait = false, .on_wait = nullptr});
  return writer ? Error{ErrorKind::internal, "it opened"} : writer.error();
}

// A child that was started and has not been waited for.
class Child {
 public:
  explicit Child(const std::vector<std::string>& command) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    EXPECT_EQ(::pipe2(in.data(), O_CLOEXEC) | ::pipe2(out.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    EXPECT_EQ(::posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    input_ = UniqueFd(in[1]);
    output_ = UniqueFd(out[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { kill(); }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  void end_input() { input_.reset(); }
  void read_byte() const {
    char byte = 0;
    EXPECT_EQ(::read(output_.get(), &byte, 1), 1);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
  UniqueFd input_;
  UniqueFd output_;
};

TEST(Lock, NamesTheOtherWriterOrWaitsForIt) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  Child child({FROE_WRITING_PROCESS, "hold", database});
  child.read_byte();
  Error error = write_error(database);
  EXPECT_EQ(error.kind, ErrorKind::busy);
  EXPECT_NE(error.message.find("process " + std::to_string(child.pid()) + " (froe)"), std::string::npos)
      << error.message;

  int calls = 0;
  auto writer =
      Writer::open(database, {.root = "", .wait = true, .on_wait = [&](const std::string& holder) {
                                ++calls;
                                EXPECT_NE(holder.find(std::to_string(child.pid())), std::string::npos);
                                child.end_input();
                              }});
  EXPECT_TRUE(writer) << writer.error().message;
  EXPECT_EQ(calls, 1);
}

TEST(Lock, DoesNotSurviveItsHolder) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  Child child({FROE_WRITING_PROCESS, "hold", database});
  child.read_byte();
  child.kill();
  EXPECT_EQ(write_error(database).message, "it opened");
}

TEST(Lock, AlsoHoldsInsideOneProcess) {
  ScratchDirectory scratch;
  Writer writer = open_writer(scratch / "index.db");
  EXPECT_EQ(write_error(scratch / "index.db").kind, ErrorKind::busy);
}

// Killed at any time, the index opens, proves whole, and can be written again.
TEST(Crash, AKilledWriterLeavesWholeFiles) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  std::mt19937 random(1);
  int written = 0;
  for (int round = 0; round < 40; ++round) {
    Child child({FROE_WRITING_PROCESS, "loop", database, std::to_string(round)});
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 150));
    child.kill();
    if (!std::filesystem::exists(database)) continue;
    if (auto reader = Reader::open(database); !reader) {
      // Killed before the first commit: there is a database without anything in it.
      EXPECT_EQ(written, 0) << reader.error().message;
      continue;
    }
    ++written;
    ASSERT_EQ(verify(database), "") << "round " << round;
  }
  EXPECT_GT(written, 20);
  index(database, {{"a", "fine\n"}});
  EXPECT_EQ(verify(database), "");
  index(scratch / "fresh.db", {{"a", "fine\n"}});
  EXPECT_EQ(dump(database), dump(scratch / "fresh.db"));
}

TEST(Damage, WhatIsNoIndexIsRefusedByName) {
  ScratchDirectory scratch;
  EXPECT_EQ(open_error(scratch / "absent.db").kind, ErrorKind::not_found);
  EXPECT_EQ(open_error(scratch.path()).kind, ErrorKind::corrupt);

  write_bytes(scratch / "text.db", std::string(5000, 'x'));
  run({"sqlite3", scratch / "other.db", "CREATE TABLE t (x)"});
  for (const char* name : {"text.db", "other.db"}) {
    Error error = open_error(scratch / name);
    EXPECT_EQ(error.kind, ErrorKind::corrupt) << error.message;
    EXPECT_NE(error.message.find("is not a froe index"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find(scratch / name), std::string::npos) << error.message;
  }
  std::string other = read_bytes(scratch / "other.db");
  EXPECT_EQ(write_error(scratch / "text.db").kind, ErrorKind::corrupt);
  EXPECT_EQ(write_error(scratch / "other.db").kind, ErrorKind::corrupt);
  EXPECT_EQ(read_bytes(scratch / "other.db"), other) << "not touched";
}

// What a run leaves that is killed before its first commit: at worst a database without tables.
TEST(Damage, AnIndexThatWasNeverBegunIsNotDamaged) {
  ScratchDirectory scratch;
  write_bytes(scratch / "empty.db", "");
  run({"sqlite3", scratch / "bare.db", "PRAGMA journal_mode = WAL"});
  for (const char* name : {"empty.db", "bare.db"}) {
    Error error = open_error(scratch / name);
    EXPECT_EQ(error.kind, ErrorKind::not_found);
    EXPECT_NE(error.message.find("`froe index` makes it"), std::string::npos) << error.message;
    EXPECT_EQ(write_error(scratch / name).message, "it opened") << "nothing is lost there";
  }
}

TEST(Damage, ALaterFormatIsRefused) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "text\n"}});
  run({"sqlite3", scratch / "index.db", "PRAGMA user_version = 99"});
  for (const Error& error : {open_error(scratch / "index.db"), write_error(scratch / "index.db")}) {
    EXPECT_EQ(error.kind, ErrorKind::too_new);
    EXPECT_NE(error.message.find("format 99"), std::string::npos) << error.message;
  }
  run({"sqlite3", scratch / "index.db", "PRAGMA user_version = 0"});
  EXPECT_NE(open_error(scratch / "index.db").message.find("earlier froe"), std::string::npos);
}

Tree large_tree() {
  Tree tree;
  for (int file = 0; file < 40; ++file) {
    std::string text;
    for (int line = 0; line < 200; ++line) {
      text +=
          "word" + std::to_string(file * line % 977) + " someIdentifier" + std::to_string(line) + " text\n";
    }
    tree["file" + std::to_string(100 + file)] = text;
  }
  return tree;
}

// Any byte may be wrong. Verification must say so or the byte must not matter; nothing may crash.
TEST(Damage, FlippedAndTruncatedFilesAreNoticed) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  Tree tree = large_tree();
  index(database, tree);
  ASSERT_EQ(verify(database), "");
  std::string good = read_bytes(database);
  std::string good_dump = dump(database, true);
  auto damaged = scratch / "damaged.db";
  std::mt19937 random(3);
  int noticed = 0;
  for (int round = 0; round < 60; ++round) {
    std::string bad = good;
    if (round % 6 == 0) {
      bad.resize(random() % bad.size());
    } else if (round % 6 == 1) {
      std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(random() % (bad.size() / 16384) * 16384), 16384,
                  '\0');
    } else {
      for (int i = 0; i < 20; ++i) {
        const auto bit = 1U << random() % 8;
        auto& byte = bad[random() % bad.size()];
        byte = static_cast<char>(byte ^ bit);
      }
    }
    write_bytes(damaged, bad);
    std::string faults = verify(damaged);
    noticed += faults.empty() ? 0 : 1;
    if (faults.empty()) {
      // The reader's other calls agree that nothing is lost.
      Reader reader = open_reader(damaged);
      for (const auto& [path, content] : tree) {
        auto text = reader.content(path);
        EXPECT_TRUE(text && *text == content) << path;
      }
      EXPECT_EQ(dump(damaged, true), good_dump);
    }
    if (auto reader = Reader::open(damaged)) {
      static_cast<void>(match(*reader, "word1 OR text", 10));
      static_cast<void>(reader->statistics());
    }
    if (auto writer = Writer::open(damaged, {.root = "", .wait = false, .on_wait = nullptr})) {
      for (const auto& [path, content] : tree) {
        if (!put(*writer, path, content + "more\n")) break;
      }
      static_cast<void>(writer->finish());
    }
  }
  EXPECT_GT(noticed, 45);
}

// Whoever comes upon it says the same: which index, what is wrong, what to do.
TEST(Damage, MessagesNameTheIndexAndTheWayOut) {
  struct Case {
    const char* damage;
    const char* said;
    std::function<Status(Reader&)> read;
  };
  auto status_of = [](const auto& result) { return result ? Status() : tl::make_unexpected(result.error()); };
  for (const Case& each : std::vector<Case>{
           {"UPDATE file SET outcome = 'well' WHERE path = 'a'", "the ledger's row of a",
            [&](Reader& reader) { return status_of(reader.file("a")); }},
           {"UPDATE blob SET outcome = 'well'", "the blob of a has no such outcome as well",
            [&](Reader& reader) { return status_of(reader.indexed("a")); }},
           {"UPDATE file SET blob = 77 WHERE path = 'a'", "the blob of a is missing",
            [&](Reader& reader) { return status_of(reader.content("a")); }},
           {"UPDATE symbol SET name_end_byte = 1000", "a definition in a is none",
            [&](Reader& reader) { return status_of(reader.find_symbols({.name = "namedThing0"})); }},
           {"UPDATE chunk SET kind = 99", "unknown kind",
            [&](Reader& reader) { return status_of(reader.chunks("a")); }},
           {"INSERT INTO revision (id, commit_hash, name, rules, part) VALUES (1, x'00', '', '', '')",
            "a row of revisions", [&](Reader& reader) { return status_of(reader.revisions()); }},
       }) {
    ScratchDirectory scratch;
    const auto database = scratch / "index.db";
    index(database, {{"a", "one\ntwo\nthree\nfour\n"}});
    auto done = run({"sqlite3", database, each.damage});
    ASSERT_EQ(done.status, 0) << each.damage << done.output;
    Reader reader = open_reader(database);
    auto read = each.read(reader);
    ASSERT_FALSE(read) << each.damage;
    EXPECT_EQ(read.error().kind, ErrorKind::corrupt);
    EXPECT_EQ(read.error().message,
              "the index " + database.string() + " is damaged: " + each.said + "; remove it and index again");
  }
}

TEST(Damage, VerificationNamesWhatIsWrong) {
  struct Case {
    const char* damage;
    const char* said;
  };
  for (const Case& each : std::vector<Case>{
           {"UPDATE chunk SET end_byte = end_byte - 1 WHERE id = 1", "a: chunk 1 does not continue"},
           {"UPDATE chunk SET begin_row = 7 WHERE id = 2", "a: the row or column of chunk 1"},
           {"UPDATE symbol SET begin_row = 7 WHERE id = 2", "a: the row or column of symbol 1"},
           {"UPDATE symbol SET name_row = 7 WHERE id = 2", "a: the row or column of the name of symbol 1"},
           {"UPDATE symbol SET name_row = NULL, name_column = NULL WHERE id = 2",
            "a: the row or column of the name of symbol 1"},
           {"UPDATE chunk SET blob = 2 WHERE id = 1", "chunk 0 belongs to another blob"},
           {"UPDATE chunk SET ordinal = 7 WHERE id = 2", "chunk 7 should be 1"},
           {"UPDATE chunk SET parent = 1 WHERE id = 2", "chunk 1 comes before its parent"},
           {"UPDATE chunk SET end_byte = 1000 WHERE id = 2", "chunk 1 does not lie in the file"},
           {"UPDATE chunk SET stable_id = zeroblob(16) WHERE id = 2", "a: the stable id of chunk 1"},
           {"UPDATE chunk SET partial = 1, name = 'other' WHERE id = 1", "a: the stable id of chunk 0"},
           {"UPDATE chunk SET doc_end_byte = 1000 WHERE id = 1",
            "a decorator of chunk 0 does not lie in the file"},
           {"UPDATE chunk SET decorators = '[[3,1]]' WHERE id = 1", "a decorator of chunk 0 does not lie"},
           {"UPDATE chunk SET decorators = '[[1,3' WHERE id = 1", "the decorators of chunk 0"},
           {"UPDATE chunk SET imports = '[5]' WHERE id = 1", "chunk 0 uses an import that there is not"},
           {"UPDATE chunk SET imports = '[a]' WHERE id = 1", "the imports of chunk 0"},
           {"UPDATE import SET blob = 2 WHERE id = 1", "import 0 belongs to another blob"},
           {"UPDATE import SET end_byte = 1000 WHERE id = 1", "import 0 does not lie in the file"},
           {"DELETE FROM import WHERE id = 1", "a: chunks, symbols, imports or metrics are missing"},
           // `one`, a type, in the symbol 0; a byte on `two`, a call, in none.
           {"DELETE FROM reference WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'' WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'001b01' WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'001b010119' WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'001b010119000018' WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'001b01011880' WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'001b01010100' WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'001b01ffffffffff7f1900' WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'001b01701900' WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'001b0a011900' WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'00db0c01011900' WHERE blob = 1", "the references of blob"},
           {"UPDATE reference SET list = x'001b02011900' WHERE blob = 1",
            "a: a reference to one lies outside of its symbol"},
           {"UPDATE reference SET list = x'001b01011b00' WHERE blob = 1",
            "the index of references does not match them: it holds 3 occurrences of terms, 3 were expected"},
           {"UPDATE reference SET list = x'001b01021900' WHERE blob = 1",
            "the index of references does not match them"},
           {"UPDATE blob SET reference_count = 0 WHERE id = 1",
            "there are chunks, symbols, imports, references, metrics or tokens that belong to no blob"},
           {"INSERT INTO reference_fts (rowid, call) VALUES (1, lower(hex('three')))",
            "the index of references does not match them: it holds 4 occurrences of terms, 3 were expected"},
           {"INSERT INTO reference_fts (reference_fts, rowid, call, type, import, other)"
            " VALUES ('delete', 1, hex('two'), hex('one'), '', '')",
            "the index of references does not match them: it holds 1 occurrences of terms, 3 were expected"},
           {"DELETE FROM reference_fts_data", "malformed"},
           {"UPDATE metric SET blob = 2 WHERE id = 1", "metric 0 belongs to another blob"},
           {"UPDATE metric SET symbol = 9 WHERE id = 1", "metric 0 is of a symbol that there is not"},
           {"DELETE FROM metric WHERE id = 1", "a: chunks, symbols, imports or metrics are missing"},
           {"UPDATE token SET lz4 = x'00' WHERE blob = 1", "the tokens of blob"},
           {"UPDATE token SET size = 1000000 WHERE blob = 1", "the tokens of blob"},
           {"UPDATE chunk SET visibility = 9 WHERE id = 1", "unknown visibility"},
           {"UPDATE symbol SET doc_begin_byte = 1000 WHERE id = 1", "the documentation of symbol 0"},
           {"UPDATE blob SET errors = '[1]' WHERE id = 1", "the error ranges of blob"},
           {"UPDATE symbol SET blob = 2 WHERE id = 1", "symbol 0 belongs to another blob"},
           {"UPDATE symbol SET ordinal = 5 WHERE id = 2", "symbol 1 has the ordinal 5"},
           {"UPDATE symbol SET parent = 1 WHERE id = 2", "symbol 1 comes before its parent"},
           {"UPDATE symbol SET name_end_byte = 1000 WHERE id = 2", "symbol 1 does not lie in the file"},
           {"UPDATE symbol SET name_begin_byte = 0 WHERE id = 2", "or its name not in it"},
           {"DELETE FROM chunk WHERE id = 2", "a: chunks, symbols, imports or metrics are missing"},
           {"UPDATE symbol SET end_column = 9 WHERE id = 1", "a: the row or column of symbol 0"},
           {"UPDATE blob SET hash = zeroblob(20) WHERE id = 1", "a: its chunks are not the content of blob"},
           {"UPDATE file SET hash = zeroblob(20) WHERE path = 'a'",
            "a: its ledger row names another content"},
           {"UPDATE file SET outcome = 'binary' WHERE path = 'a'",
            "a: its outcome is binary, yet it has chunks"},
           {"UPDATE blob SET lines = 1 WHERE id = 1", "a: its number of lines"},
           {"UPDATE content SET lz4 = x'00' WHERE blob = 1", "the text of blob"},
           {"UPDATE chunk SET kind = 99 WHERE id = 1", "unknown kind"},
           {"DELETE FROM file WHERE path = 'a'", "belongs to no file"},
           {"INSERT INTO chunk_fts (rowid, text) VALUES (1, 'stray')", "the full-text index does not match"},
           {"INSERT INTO chunk_fts (chunk_fts, rowid, text, words, scope, name) VALUES ('delete', 1, 'one', "
            "'', '', '')",
            "the full-text index does not match"},
           {"UPDATE chunk_fts_docsize SET sz = x'04000204' WHERE id = 1", "how many terms each chunk has"},
           {"UPDATE chunk_fts_docsize SET sz = x'00030204' WHERE id = 1", "how many terms each chunk has"},
           {"UPDATE chunk_fts_docsize SET sz = x'030002' WHERE id = 1", "how many terms each chunk has"},
           {"DELETE FROM chunk_fts_docsize WHERE id = 1", "how many terms each chunk has"},
           {"INSERT INTO quarantine VALUES (zeroblob(20), 'toy', 'toy@1', 'killed', '')",
            "a row of the quarantine"},
       }) {
    ScratchDirectory scratch;
    index(scratch / "index.db", {{"a", "one\ntwo\nthree\nfour\n"}, {"b", "fine\n"}});
    auto done = run({"sqlite3", scratch / "index.db", each.damage});
    ASSERT_EQ(done.status, 0) << each.damage << done.output;
    std::string faults = verify(scratch / "index.db");
    EXPECT_NE(faults.find(each.said), std::string::npos) << each.damage << "\n" << faults;
    EXPECT_EQ(faults.find("b: "), std::string::npos) << "the other file is sound: " << faults;
  }
}

// The references of a blob that cannot be read are nobody's: no call returns some of them.
TEST(Damage, AListOfReferencesThatCannotBeIsRefusedByEveryCall) {
  for (const char* damage : {"UPDATE reference SET list = x'001b01' WHERE blob = 1",
                             "UPDATE reference SET list = x'001b01701900' WHERE blob = 1",
                             "UPDATE reference SET list = x'001b01011a0a' WHERE blob = 1",
                             "UPDATE reference SET list = zeroblob(100000) WHERE blob = 1",
                             "DELETE FROM reference WHERE blob = 1"}) {
    ScratchDirectory scratch;
    index(scratch / "index.db", {{"a", "one\ntwo\nthree\nfour\n"}});
    ASSERT_EQ(run({"sqlite3", scratch / "index.db", damage}).status, 0);
    int shown = 0;
    auto read = open_reader(scratch / "index.db").references("one", std::nullopt, [&](const FoundReference&) {
      return ++shown > 0;
    });
    ASSERT_FALSE(read) << damage;
    EXPECT_EQ(read.error().kind, ErrorKind::corrupt);
    EXPECT_NE(read.error().message.find("the references of blob"), std::string::npos) << read.error().message;
    EXPECT_EQ(shown, 0) << damage;
    // Nor can what they say be taken out of the index of names.
    Writer writer = open_writer(scratch / "index.db");
    ASSERT_TRUE(put(writer, "a", "another\n"));
    auto finished = writer.finish();
    ASSERT_FALSE(finished) << damage;
    EXPECT_EQ(finished.error().kind, ErrorKind::corrupt);
  }
}

// What names symbols by their place must not look for them where there are none.
TEST(Damage, ReferencesInSymbolsThatAreGoneAreRefused) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "one\ntwo\nthree\nfour\n"}});
  ASSERT_EQ(run({"sqlite3", scratch / "index.db", "DELETE FROM symbol"}).status, 0);
  auto read =
      open_reader(scratch / "index.db").references("one", std::nullopt, [](const FoundReference& found) {
        return !found.reference.symbol || *found.reference.symbol < found.symbols.size();
      });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::corrupt);
}

// A name that the index says a blob uses, and it does not: verification tells.
TEST(Damage, AStrayNameFindsNothing) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "one\ntwo\n"}});
  ASSERT_EQ(run({"sqlite3", scratch / "index.db",
                 "INSERT INTO reference_fts (rowid, call) VALUES (1, hex('stray')), (77, hex('stray'))"})
                .status,
            0);
  int shown = 0;
  auto read = open_reader(scratch / "index.db").references("stray", std::nullopt, [&](const FoundReference&) {
    return ++shown > 0;
  });
  EXPECT_TRUE(read) << read.error().message;
  EXPECT_EQ(shown, 0);
}

// Whoever cuts the text by what the index says stays inside it.
TEST(Damage, ARowThatCannotBeIsRefusedByEveryCall) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "one\ntwo\nthree\nfour\n"}});
  run({"sqlite3", scratch / "index.db",
       "UPDATE chunk SET end_byte = 1000 WHERE id = 2; UPDATE symbol SET parent = 1 WHERE id = 2"});
  Reader reader = open_reader(scratch / "index.db");
  auto chunks = reader.chunks("a");
  ASSERT_FALSE(chunks);
  EXPECT_EQ(chunks.error().kind, ErrorKind::corrupt);
  auto found = match(reader, "four", 10);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::corrupt);
  auto symbols = reader.symbols("a");
  ASSERT_FALSE(symbols);
  EXPECT_EQ(symbols.error().kind, ErrorKind::corrupt);
}

// The number of a chunk's terms decides its place: a search says that it cannot know it, and does not guess.
TEST(Damage, ANumberOfTermsThatCannotBeEndsASearch) {
  for (const char* damage : {
           "DELETE FROM chunk_fts_docsize WHERE id = 1", "UPDATE chunk_fts_docsize SET sz = x'' WHERE id = 1",
           "UPDATE chunk_fts_docsize SET sz = 7 WHERE id = 1",
           "UPDATE chunk_fts_docsize SET sz = x'040002' WHERE id = 1",            // a column is missing
           "UPDATE chunk_fts_docsize SET sz = x'0400020400' WHERE id = 1",        // one too many
           "UPDATE chunk_fts_docsize SET sz = x'04000284' WHERE id = 1",          // the last does not end
           "UPDATE chunk_fts_docsize SET sz = x'00000000' WHERE id = 1",          // fewer than match
           "UPDATE chunk_fts_docsize SET sz = x'03000204' WHERE id = 1",          // by one
           "UPDATE chunk_fts_docsize SET sz = x'8fffffff7f000204' WHERE id = 1",  // more than there can be
           "UPDATE chunk_fts_docsize SET sz = x'ffffffffffffffff7f000204' WHERE id = 1",
           "UPDATE chunk_fts_data SET block = x'0109090909' WHERE id = 1",  // fewer chunks than match
       }) {
    ScratchDirectory scratch;
    // Four terms in the text, two in the scope and four in the name; the fourth in the text is looked for.
    index(scratch / "index.db", {{"a", "one two three needle\n"}, {"b", "some needle\n"}});
    {
      Reader reader = open_reader(scratch / "index.db");
      EXPECT_EQ(match(reader, "name : 0 OR scope : scope OR needle").value().size(), 2U);
    }
    auto done = run({"sqlite3", scratch / "index.db", damage});
    ASSERT_EQ(done.status, 0) << damage << done.output;
    Reader reader = open_reader(scratch / "index.db");
    for (int again = 0; again < 2; ++again) {
      // Remembered from a search that it did not concern.
      static_cast<void>(match(reader, "text : one"));
      auto found = match(reader, "name : 0 OR scope : scope OR needle");
      ASSERT_FALSE(found) << damage;
      EXPECT_EQ(found.error().kind, ErrorKind::corrupt) << damage;
      EXPECT_NE(found.error().message.find("index.db is damaged"), std::string::npos)
          << found.error().message;
      EXPECT_NE(found.error().message.find("remove it and index again"), std::string::npos) << damage;
    }
  }
}

TEST(FullDisk, IsReportedAndLeavesAnIndex) {
  ScratchDirectory scratch;
  std::filesystem::create_directory(scratch / "disk");
  std::string disk = scratch / "disk";
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=6m") != 0) GTEST_SKIP() << "may not mount";
  auto database = scratch / "disk/index.db";
  index(database, {{"a", "first\n"}});
  {
    Writer writer = open_writer(database);
    std::mt19937 random(5);
    Status status = put(writer, "a", "first\n");
    for (int file = 1000; file < 3000 && status; ++file) {
      std::string text;
      for (int line = 0; line < 300; ++line) text += "w" + std::to_string(random()) + "\n";
      status = put(writer, "b" + std::to_string(file), text);
      if (status && file % 10 == 0) status = writer.suspend();
    }
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::io);
    EXPECT_NE(status.error().message.find("disk is full"), std::string::npos) << status.error().message;
    auto again = put(writer, "zzz", "more\n");
    ASSERT_FALSE(again) << "stopped for good";
    EXPECT_EQ(again.error().message, status.error().message);
  }
  EXPECT_EQ(verify(database), "");
  EXPECT_EQ(open_reader(database).content("a").value(), "first\n");
  ::umount2(disk.c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace froe::store
