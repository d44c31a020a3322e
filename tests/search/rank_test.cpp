#include "search/rank.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "froe/chunk.hpp"
#include "froe/search.hpp"
#include "froe/store_writer.hpp"

namespace froe::search {
namespace {

using Lines = std::vector<std::string>;

// An index of real chunks: Python, cut by its syntax.
Query query(std::string text, std::uint32_t limit) {
  Query query;
  query.text = std::move(text);
  query.limit = limit;
  return query;
}

class Ranking : public testing::Test {
 protected:
  Ranking() {
    std::string name = (std::filesystem::temp_directory_path() / "froe-rank-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    directory_ = name;
  }
  ~Ranking() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  void index(const std::map<std::string, std::string>& tree, std::uint32_t max_size = 1500) {
    store::Writer::Options options{.root = "/tree", .wait = true, .on_wait = nullptr};
    auto writer = store::Writer::open(directory_ / "index.db", options).value();
    chunk::Chunker chunker;
    for (const auto& [path, content] : tree) {
      FileTask task{.path = path,
                    .language = "python",
                    .content = content,
                    .options = {.max_size = max_size, .min_size = 0}};
      FileResult result = chunker.chunk(task);
      ASSERT_EQ(result.outcome, Outcome::parsed) << path;
      store::BlobKey key{blob_id(content), "python", "test", task.options};
      store::LedgerEntry entry{path, result.outcome, "", "python", content.size(), key.id};
      if (path.find("vendor/") != std::string::npos) entry.mark = Mark::vendored;
      ASSERT_TRUE(writer.put(entry, &key, content, &result));
    }
    ASSERT_TRUE(writer.finish());
    reader_.emplace(store::Reader::open(directory_ / "index.db").value());
  }

  // "path name", best first.
  Lines find(const std::string& text) {
    auto found = search(*reader_, query(text, 100)).value();
    Lines lines;
    for (const auto& each : found.chunks) lines.push_back(each.path + ' ' + each.chunk.name);
    return lines;
  }
  std::string first(const std::string& text) {
    auto found = find(text);
    return found.empty() ? "nothing" : found.front();
  }

  std::filesystem::path directory_;
  std::optional<store::Reader> reader_;
};

TEST_F(Ranking, ADefinitionComesBeforeItsUses) {
  index({{"a.py",
          "def run(x):\n    return parse_header(x) or parse_header(x.head) or parse_header(x.tail)\n\n\n"
          "def parse_header(line):\n    return line.partition(':')\n"},
         {"b.py", "def parse(line):\n    header = line\n    return header\n"}});
  EXPECT_EQ(first("parse header"), "a.py parse_header");
  EXPECT_EQ(first("parseHeader"), "a.py parse_header");
}

TEST_F(Ranking, TheNameSaysMoreThanTheScopeAndTheScopeMoreThanTheText) {
  // The classes are a little too large to be chunks, so that their methods are.
  index({{"a.py",
          "class Box:\n    def weigh(self):\n        return 1\n\n\n"
          "class Weigh:\n    def box(self):\n        return 2\n\n\n"
          "def thing(self):\n    return weigh\n"}},
        30);
  EXPECT_EQ(find("weigh"), (Lines{"a.py Weigh", "a.py weigh", "a.py box", "a.py thing"}));
}

TEST_F(Ranking, WhatIsMarkedComesAfterWhatIsAsGood) {
  std::string text = "def load(name):\n    return open(name)\n";
  index({{"a/vendor/base.py", text},
         {"b.py", text},
         {"c.py", "def other(name):\n    return needle(load)\n"},
         {"d/vendor/pick.py", "def pick(haystack):\n    return haystack\n"}});
  EXPECT_EQ(first("load"), "b.py load");
  EXPECT_EQ(find("load").size(), 3U);
  EXPECT_EQ(first("pick from a haystack"), "d/vendor/pick.py pick") << "there is nothing like it";
}

TEST_F(Ranking, OfTwoThatSayTheSameTheShorterComesFirst) {
  std::string filler;
  for (int i = 0; i < 20; ++i) filler += "    total = total + step\n";
  index({{"a.py", "def first(step, total):\n" + filler +
                      "    return needle(total)\n\n\n"
                      "def second(step, total):\n    return needle(total)\n"}});
  EXPECT_EQ(find("needle"), (Lines{"a.py second", "a.py first"}));
}

TEST_F(Ranking, EmptyWordsChangeNothing) {
  index({{"a.py",
          "def f():\n    # the of the and to be\n    return 0\n\n\ndef g(cookie):\n    return cookie\n"}});
  EXPECT_EQ(find("the value of the cookie is to be returned"), find("value cookie returned"));
  EXPECT_EQ(first("the cookie"), "a.py g");
}

TEST_F(Ranking, AChunkOfAFileAboutTheSubjectComesFirst) {
  index(
      {{"a.py", "def probe(value):\n    return value.cookie\n\n\ndef other(x):\n    return x\n"},
       {"b.py",
        "def probe(value):\n    return value.cookie\n\n\ndef sign(x):\n    return cookie_salt(x.cookie)\n"}});
  auto found = find("cookie salt value");
  auto place = [&](const std::string& line) { return std::ranges::find(found, line) - found.begin(); };
  EXPECT_LT(place("b.py probe"), place("a.py probe"));
}

TEST_F(Ranking, ThePathDecidesBetweenEqualChunks) {
  std::string text = "def load(name):\n    return open(name)\n";
  index({{"cache/base.py", text}, {"sessionStore/base.py", text}, {"zip/base.py", text}});
  EXPECT_EQ(find("load"), (Lines{"cache/base.py load", "sessionStore/base.py load", "zip/base.py load"}));
  EXPECT_EQ(first("load a session"), "sessionStore/base.py load");
  EXPECT_EQ(first("load stored"), "sessionStore/base.py load");
  EXPECT_EQ(first("load zip"), "zip/base.py load");
}

TEST_F(Ranking, ScoresOfAQueryAreComparable) {
  index({{"a.py", "def f(a):\n    return needle\n\n\ndef g(a):\n    return needle + needle\n"}});
  auto found = search(*reader_, query("needle", 20)).value();
  ASSERT_EQ(found.chunks.size(), 2U);
  EXPECT_GT(found.chunks[0].score, found.chunks[1].score);
  EXPECT_DOUBLE_EQ(found.chunks[0].score, 1.5) << "the best chunk of the best file";
}

// One chunk a blob, one hit a phrase, in the text.
store::Matches matches_of(const std::vector<std::vector<std::uint16_t>>& phrases,
                          std::uint32_t phrase_count) {
  store::Matches matches;
  matches.phrases = phrase_count;
  for (const auto& each : phrases) {
    for (auto phrase : each) matches.hits.push_back({.phrase = phrase, .times = {1, 0, 0, 0}});
    auto index = static_cast<std::uint32_t>(matches.chunks.size());
    matches.chunks.push_back({.row_id = index + 1,
                              .blob = index,
                              .terms = 10,
                              .hits_end = static_cast<std::uint32_t>(matches.hits.size())});
    matches.blobs.push_back({.row_id = index + 1, .size = 100});
  }
  matches.all_chunks = matches.all_blobs = 100;
  matches.all_terms = 1000;
  return matches;
}

TEST(Bm25, RareWordsSayMore) {
  auto scores = Bm25({}).score(matches_of({{0}, {0}, {0}, {1}}, 2));
  EXPECT_GT(scores[3], scores[0]);
  EXPECT_EQ(scores[0], scores[1]);
}

TEST(Bm25, MoreWordsOfTheQueryAreBetter) {
  auto scores = Bm25({}).score(matches_of({{0, 1}, {0}, {1}, {0, 1, 2}, {2}}, 3));
  EXPECT_GT(scores[3], scores[0]);
  EXPECT_GT(scores[0], scores[1]);
}

TEST(Bm25, EachTimeSaysLessThanTheOneBefore) {
  auto matches = matches_of({{0}, {0}, {0}}, 1);
  matches.hits[1].times[0] = 2;
  matches.hits[2].times[0] = 3;
  auto scores = Bm25({}).score(matches);
  EXPECT_GT(scores[1], scores[0]);
  EXPECT_GT(scores[1] - scores[0], scores[2] - scores[1]);
}

TEST(Bm25, NothingMatchesNothing) {
  EXPECT_TRUE(Bm25({}).score({}).empty());
}

TEST(Bm25, TheScoreGrowsWithTheWordsInThePath) {
  Bm25 ranker({{"sign"}, {"set", "cooki"}, {"valu"}});
  EXPECT_EQ(ranker.score_at(1, {{"core", "py"}, {}}), 1);
  EXPECT_EQ(ranker.score_at(1, {{"core", "cooki", "py"}, {}}), 1) << "half of an operand";
  double one = ranker.score_at(1, {{"core", "sign", "py"}, {}});
  EXPECT_GT(one, 1);
  double two = ranker.score_at(1, {{"set", "cooki", "sign"}, {}});
  EXPECT_GT(two, one);
  double all = ranker.score_at(1, {{"set", "cooki", "sign", "valu"}, {}});
  EXPECT_GT(all, two);
  EXPECT_LE(all, 1 + ranker.most_bonus());
  EXPECT_EQ(Bm25({}).most_bonus(), 0) << "an expression has no words";
}

TEST(Bm25, AMarkCostsAShareOfTheScore) {
  Bm25 ranker({{"sign"}});
  for (Mark mark : all_marks) {
    EXPECT_LT(ranker.score_at(1, {{"core"}, mark}), ranker.score_at(1, {{"core"}, {}}));
    EXPECT_GT(ranker.score_at(1, {{"core"}, mark}), 0);
  }
}

}  // namespace
}  // namespace froe::search
