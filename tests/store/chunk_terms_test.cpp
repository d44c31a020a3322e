#include "store/chunk_terms.hpp"

#include <memory>
#include <optional>
#include <random>
#include <stdexcept>

#include "store/fixture.hpp"
#include "store/told_tokenizer.hpp"

namespace froe::store {
namespace {

// Words that a tokenizer has to think about, in lines.
std::string text_of(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  const std::vector<std::string> words{"HTTPServer2",
                                       "running",
                                       "caf\xc3\xa9s",
                                       "\xff\xfe",
                                       "\xd0\x9a\xd0\xbe\xd1\x82\xd1\x8b",
                                       std::string("nul\0nul", 7),
                                       "--",
                                       "snake_case_names",
                                       "x",
                                       "relational"};
  std::string text;
  while (text.size() < bytes) {
    text += words[random() % words.size()] + std::to_string(random() % 5000);
    text += random() % 8 == 0 ? '\n' : ' ';
  }
  return text;
}

Writer writer_of(const std::filesystem::path& database, bool alone) {
  auto writer = Writer::open(database, {.root = "/tree", .on_wait = nullptr, .alone = alone});
  if (!writer) throw std::runtime_error(writer.error().message);
  return std::move(*writer);
}

// As FTS5 keeps them.
std::string terms_in(const std::filesystem::path& database) {
  return run({"sqlite3", database.string(), ".dump chunk_fts%"}).output;
}

// Sizes around those at which other threads begin, and are asked again.
TEST(ChunkTerms, AreTheSameWhoeverMadeThem) {
  constexpr std::size_t large = 512U << 10U;
  ScratchDirectory scratch;
  for (bool alone : {true, false}) {
    Writer writer = writer_of(scratch / (alone ? "alone.db" : "ahead.db"), alone);
    for (std::size_t size : {std::size_t{100}, large - 1000, large + 1000, 3 * large}) {
      const auto text = text_of(size, static_cast<unsigned>(size));
      ASSERT_TRUE(put(writer, std::to_string(size), text));
      // In chunks of which one is more than a thread takes at a time, and one is all there is.
      for (std::size_t lines : {std::size_t{20'000}, text.size()}) {
        BlobKey key = key_of(text);
        key.options.max_size = static_cast<std::uint32_t>(lines);
        const auto result = cut(text, lines);
        ASSERT_TRUE(writer.put(entry_of(std::to_string(size) + '/' + std::to_string(lines), text), &key, text,
                               &result));
      }
    }
    ASSERT_TRUE(writer.finish());
  }
  EXPECT_EQ(verify(scratch / "ahead.db"), "");
  EXPECT_TRUE(dump(scratch / "ahead.db", true) == dump(scratch / "alone.db", true));
  const auto terms = terms_in(scratch / "alone.db");
  EXPECT_NE(terms.find("chunk_fts_docsize"), std::string::npos);
  EXPECT_TRUE(terms_in(scratch / "ahead.db") == terms);
}

// Columns that are empty, that are alike, and with a term that FTS5 cuts off.
TEST(ChunkTerms, AreTheSameInEveryColumn) {
  auto text = text_of(1U << 20U, 5);
  text.replace(0, 40'000, std::string(40'000, 'a'));
  auto result = cut(text);
  for (std::size_t i = 0; i + 2 < result.chunks.size(); i += 3) {
    result.chunks[i].name.clear();
    result.chunks[i + 1].scope.clear();
    result.chunks[i + 1].name.clear();
    result.chunks[i + 2].name = result.chunks[i + 2].scope;
  }
  for (Chunk& chunk : result.chunks) {
    chunk.id = stable_id("toy", chunk.scope, chunk.kind, chunk.name,
                         std::string_view(text).substr(chunk.range.begin, chunk.range.size()));
  }
  ScratchDirectory scratch;
  for (bool alone : {true, false}) {
    Writer writer = writer_of(scratch / (alone ? "alone.db" : "ahead.db"), alone);
    BlobKey key = key_of(text);
    ASSERT_TRUE(writer.put(entry_of("a", text), &key, text, &result));
    ASSERT_TRUE(writer.finish());
  }
  EXPECT_TRUE(terms_in(scratch / "ahead.db") == terms_in(scratch / "alone.db"));
  EXPECT_EQ(verify(scratch / "ahead.db"), "");
}

// FTS5 forgets a row only when it is given what the row was made from.
TEST(ChunkTerms, OfALargeTextGoWithIt) {
  for (bool put_alone : {true, false}) {
    for (bool dropped_alone : {true, false}) {
      ScratchDirectory scratch;
      const auto database = scratch / "index.db";
      {
        Writer writer = writer_of(database, put_alone);
        ASSERT_TRUE(put(writer, "a", text_of(1U << 20U, 1)));
        ASSERT_TRUE(writer.finish());
      }
      Writer writer = writer_of(database, dropped_alone);
      ASSERT_TRUE(put(writer, "a", "small\n"));
      ASSERT_TRUE(writer.finish());
      EXPECT_EQ(verify(database), "");
    }
  }
}

// Without a writer, of a connection that has a full-text index.
class ChunkTermsTest : public testing::Test {
 protected:
  ChunkTermsTest() {
    index(scratch_ / "index.db", {{"a", "alpha\n"}});
    EXPECT_TRUE(connection_.open(scratch_ / "index.db", Connection::Mode::write));
    terms_.emplace(connection_, told_, false);
    EXPECT_TRUE(connection_.ok());
  }

  ScratchDirectory scratch_;
  ToldTokenizer told_;
  Connection connection_;
  std::optional<ChunkTerms> terms_;
};

TEST_F(ChunkTermsTest, AreOfferedChunkByChunkUntilThatIsEnough) {
  const auto content = text_of(2U << 20U, 4);
  const auto chunks = cut(content).chunks;
  IdentifierSplitter splitter;
  Terms expected;
  for (std::size_t most : {std::size_t{1}, std::size_t{7000}, chunks.size()}) {
    std::size_t count = 0;
    terms_->each(content, chunks, [&](const Chunk& chunk, std::string_view text, const Terms& given) {
      derive_terms(splitter, chunk, text, expected);
      EXPECT_EQ(chunk.ordinal, count);
      EXPECT_EQ(text, std::string_view(content).substr(chunk.range.begin, chunk.range.size()));
      EXPECT_EQ(given.words, expected.words);
      EXPECT_EQ(given.scope, expected.scope);
      EXPECT_EQ(given.name, expected.name);
      return ++count < most;
    });
    EXPECT_EQ(count, most);
  }
}

// What it was given goes away when the exception has left; threads must be done with it by then.
TEST_F(ChunkTermsTest, SurviveWhatPutThrows) {
  for (std::uint32_t throws_at : {0U, 1U, 5000U}) {
    auto content = std::make_unique<std::string>(text_of(2U << 20U, 3));
    auto chunks = std::make_unique<std::vector<Chunk>>(cut(*content).chunks);
    auto put = [&](const Chunk& chunk, std::string_view /*text*/, const Terms& /*terms*/) {
      if (chunk.ordinal == throws_at) throw std::runtime_error("enough");
      return true;
    };
    EXPECT_THROW(terms_->each(*content, *chunks, put), std::runtime_error);
  }
}

TEST_F(ChunkTermsTest, HandOnWhatAThreadThrows) {
  const auto content = text_of(2U << 20U, 6);
  auto chunks = cut(content).chunks;
  const auto bad = chunks.size() / 2;
  chunks[bad].range.begin = static_cast<std::uint32_t>(content.size() + 1);
  std::size_t count = 0;
  auto put = [&](const Chunk& /*chunk*/, std::string_view /*text*/, const Terms& /*terms*/) {
    ++count;
    return true;
  };
  EXPECT_THROW(terms_->each(content, chunks, put), std::out_of_range);
  EXPECT_GT(count, 0U);
  EXPECT_LE(count, bad);
}

TEST(ToldTokenizer, SaysWhatItWasToldOfTheseTextsAndNoOthers) {
  ScratchDirectory scratch;
  Connection connection;
  ASSERT_TRUE(connection.open(scratch / "index.db", Connection::Mode::write));
  ToldTokenizer told;
  {
    Connection telling;
    ASSERT_TRUE(telling.open(scratch / "index.db", Connection::Mode::write));
    told.take_place(telling);
    ASSERT_TRUE(
        telling.execute("CREATE VIRTUAL TABLE t USING fts5(a, b, content='', "
                        "tokenize='porter unicode61')"));
    Statement insert(telling, "INSERT INTO t (rowid, a, b) VALUES (?, ?, ?)");
    const std::vector<std::uint32_t> sizes{3, 5};
    const RowTerms row{{{"the text", "catdogma", sizes}}};
    {
      const ToldTokenizer::Telling while_it_lives(told, row);
      EXPECT_TRUE(insert.with(1, "the text", "running texts").run());
    }
    EXPECT_TRUE(insert.with(2, "the text", "running texts").run());
  }
  auto rows_with = [&](const std::string& word) {
    return connection.integer("SELECT coalesce(sum(rowid), 0) FROM t WHERE t MATCH '" + word + "'");
  };
  EXPECT_EQ(rows_with("a:cat"), 1);
  EXPECT_EQ(rows_with("a:dogma"), 1);
  EXPECT_EQ(rows_with("a:text"), 2);
  EXPECT_EQ(rows_with("b:runs"), 3);
  EXPECT_EQ(rows_with("b:text"), 3);
  EXPECT_TRUE(connection.ok());
}

}  // namespace
}  // namespace froe::store
