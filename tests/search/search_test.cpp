#include "froe/search.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <random>
#include <stdexcept>

#include "froe/store_writer.hpp"

namespace froe::search {
namespace {

// An index of one-chunk files.
class Search : public testing::Test {
 protected:
  Search() {
    std::string name = (std::filesystem::temp_directory_path() / "froe-search-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    directory_ = name;
  }
  ~Search() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  void index(const std::map<std::string, std::string>& tree) {
    auto writer =
        store::Writer::open(directory_ / "index.db", {.root = "/tree", .wait = true, .on_wait = nullptr})
            .value();
    for (const auto& [path, content] : tree) {
      store::BlobKey key{blob_id(content), "toy", "toy@1", {}};
      FileResult result;
      Chunk& chunk = result.chunks.emplace_back();
      chunk.range = {0, static_cast<std::uint32_t>(content.size())};
      chunk.end = {0, chunk.range.end};
      std::size_t space = content.find(' ');
      if (content.starts_with("def")) chunk.name = content.substr(space + 1, content.find('(') - space - 1);
      if (path.ends_with(".md.toy")) chunk.language = "python";
      std::string language = path.ends_with(".md") ? "markdown" : "toy";
      store::LedgerEntry entry{path, Outcome::parsed, "", language, content.size(), key.id};
      ASSERT_TRUE(writer.put(entry, &key, content, &result));
    }
    ASSERT_TRUE(writer.finish());
    reader_.emplace(store::Reader::open(directory_ / "index.db").value());
  }

  std::vector<std::string> find(const Query& query) {
    auto found = search(*reader_, query);
    std::vector<std::string> paths;
    if (!found) return {"error: " + found.error().message};
    for (const auto& each : found->chunks) paths.push_back(each.path);
    return paths;
  }
  std::vector<std::string> find(const std::string& text) {
    Query query;
    query.text = text;
    return find(query);
  }

  std::filesystem::path directory_;
  std::optional<store::Reader> reader_;
};
using Paths = std::vector<std::string>;

TEST(Expression, HasTheWordAndItsParts) {
  EXPECT_EQ(to_expression("hello, World!").text, R"("hello" OR "World")");
  EXPECT_EQ(to_expression("HTTPServer2").text, R"("HTTPServer2" OR "http" OR "server" OR "2")");
  EXPECT_EQ(to_expression("read_file").text, R"("read_file" OR "read" OR "file")");
  EXPECT_EQ(to_expression("a a a").text, R"("a")");
  EXPECT_EQ(to_expression("AND OR NOT NEAR(a b, 3) text:x ^y z*").text,
            R"("AND" OR "OR" OR "NOT" OR "NEAR" OR "b" OR "3" OR "text" OR "x" OR "y" OR "z")");
}

TEST(Expression, KeepsPhrases) {
  EXPECT_EQ(to_expression(R"(say "no such file" now)").text, R"("say" OR "no such file" OR "now")");
  EXPECT_EQ(to_expression(R"(an "open quote)").text, R"("open" OR "quote")");
  EXPECT_EQ(to_expression(R"("..." "" x)").text, R"("x")");
}

TEST(Expression, LeavesOutWordsThatSayNothing) {
  EXPECT_EQ(to_expression("The name of the file").text, R"("name" OR "file")");
  EXPECT_EQ(to_expression("to be or to_string").text, R"("to_string" OR "string")");
  EXPECT_EQ(to_expression("isOpen").text, R"("isOpen" OR "open")");
  EXPECT_EQ(to_expression("if not IN all while").text, R"("if" OR "not" OR "IN" OR "all" OR "while")");
  EXPECT_EQ(to_expression("the of").text, R"("the" OR "of")") << "there is nothing else";
  EXPECT_EQ(to_expression("\"the of\" x").text, R"("the of" OR "x")") << "asked for";
}

TEST(Expression, NamesItsOperands) {
  EXPECT_EQ(to_expression("say \"no such file\" to openFile").operands,
            (std::vector<std::string>{"say", "no such file", "openFile", "open", "file"}));
}

TEST(Expression, LeavesNothingElseOutInSilence) {
  EXPECT_TRUE(to_expression("a few words and \"a phrase\"").notes.empty());
  // A long phrase is no long word.
  std::string phrase =
      "\"the quick brown fox jumps over the lazy dog and then it goes on to jump over another dog that is"
      " even lazier than the first one was\"";
  ASSERT_GT(phrase.size(), 120U);
  EXPECT_EQ(to_expression(phrase).text, phrase);
  EXPECT_TRUE(to_expression(phrase).notes.empty());

  std::string many;
  for (int i = 0; i < 40; ++i) many += "w" + std::to_string(i) + ' ';
  auto cut = to_expression('"' + many + '"');
  EXPECT_TRUE(cut.text.ends_with("w31 \"")) << cut.text;
  ASSERT_EQ(cut.notes.size(), 1U);
  EXPECT_EQ(cut.notes[0], "the phrase \"w0 w1 w2 w3 w4 w5 w6 w7 …\" is searched by its first 32 words");

  auto data = to_expression("word " + std::string(200, 'x'));
  EXPECT_EQ(data.text, "\"word\"");
  ASSERT_EQ(data.notes.size(), 1U);
  EXPECT_NE(data.notes[0].find("longer than 128 bytes"), std::string::npos) << data.notes[0];

  std::string document;
  for (int i = 0; i < 100; ++i)
    document += "word" + std::string(1, static_cast<char>('a' + i % 26)) +
                std::string(1, static_cast<char>('a' + i / 26)) + ' ';
  ASSERT_EQ(to_expression(document).notes.size(), 1U);
  EXPECT_NE(to_expression(document).notes[0].find("first 64"), std::string::npos);
}

TEST(Expression, IsEmptyWithoutWords) {
  for (const char* text : {"", "   ", "+-*/", "___", "\"\"", "(){};", "\xff\xfe"})
    EXPECT_EQ(to_expression(text).text, "");
}

TEST_F(Search, NeverFailsWhateverTheBytes) {
  index({{"a", "something in here"}});
  std::mt19937 random(11);
  constexpr std::string_view special = "\"\"\"'*^():-+{}.,&|\\ \n\tab_AN NOT OR NEAR";
  for (int round = 0; round < 3000; ++round) {
    Query query;
    for (auto size = random() % 60; size > 0; --size) {
      query.text += round % 2 == 0 ? static_cast<char>(random()) : special[random() % special.size()];
    }
    auto found = search(*reader_, query);
    ASSERT_TRUE(found || found.error().kind == ErrorKind::invalid_argument) << found.error().message;
    ASSERT_TRUE(found || to_expression(query.text).text.empty()) << query.text << "\n"
                                                                 << found.error().message;
  }
  Query longest;
  for (int i = 0; i < 100000; ++i) longest.text += "word" + std::to_string(i) + "Camel ";
  ASSERT_TRUE(search(*reader_, longest));
  Query nul;
  nul.text = std::string("some\0thing", 10);
  ASSERT_TRUE(search(*reader_, nul));
}

TEST_F(Search, PunctuationOfOtherScriptsIsHarmless) {
  index({{"a", "caf\xc3\xa9 au lait"}, {"b", "tea"}});
  EXPECT_EQ(find("\xe2\x80\xa6 \xe2\x80\x9c"
                 "cafe\xe2\x80\x9d"),
            Paths{"a"})
      << "accents do not matter";
  EXPECT_EQ(find("\xe2\x80\xa6"), Paths{});
}

TEST_F(Search, DefinitionsOfTheNameComeFirst) {
  index({{"use", "call parseConfig(); parseConfig(); parseConfig();"},
         {"definition", "def parseConfig() { body of it }"},
         {"other", "config"}});
  auto found = find("parseConfig");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0], "definition");
}

TEST_F(Search, FindsWordsInsideIdentifiers) {
  index({{"a", "openHTTPConnection(url)"}, {"b", "close_file(x)"}, {"c", "unrelated"}});
  EXPECT_EQ(find("http connections"), Paths{"a"});
  EXPECT_EQ(find("closeFile"), Paths{"b"});
}

TEST_F(Search, TiesGoByPath) {
  index({{"z", "same words"}, {"m", "same words"}, {"a", "words same"}});
  EXPECT_EQ(find("same words"), (Paths{"a", "m", "z"}));
  Query query;
  query.text = "same";
  query.limit = 1;
  EXPECT_EQ(find(query), Paths{"a"});
}

TEST_F(Search, Filters) {
  index({{"doc/a.md", "needle"}, {"src/a", "needle two"}, {"src/b.md", "needle three"}});
  Query query;
  query.text = "needle";
  query.language = "markdown";
  EXPECT_EQ(find(query), (Paths{"doc/a.md", "src/b.md"}));
  query.path_prefix = "src/";
  EXPECT_EQ(find(query), Paths{"src/b.md"});
}

TEST_F(Search, TheLanguageOfAPartCounts) {
  index({{"page.md", "needle in a page"}, {"page.md.toy", "needle of the example"}, {"plain", "needle"}});
  Query query;
  query.text = "needle";
  query.language = "python";
  EXPECT_EQ(find(query), Paths{"page.md.toy"}) << "its chunk is a part in Python";
  query.language = "toy";
  EXPECT_EQ(find(query), Paths{"plain"});
  query.language = "markdown";
  EXPECT_EQ(find(query), Paths{"page.md"});
}

TEST_F(Search, Expressions) {
  index({{"a", "alpha beta"}, {"b", "alpha"}});
  Query query;
  query.syntax = Syntax::expression;
  query.text = "alpha NOT beta";
  EXPECT_EQ(find(query), Paths{"b"});
  query.text = "alpha AND";
  auto found = search(*reader_, query);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::invalid_argument);
}

TEST_F(Search, NothingToSearchForIsAnError) {
  index({});
  for (auto syntax : {Syntax::words, Syntax::expression}) {
    Query query;
    query.text = " ";
    query.syntax = syntax;
    auto found = search(*reader_, query);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::invalid_argument);
    EXPECT_NE(found.error().message.find("nothing to search for"), std::string::npos);
  }
}

}  // namespace
}  // namespace froe::search
