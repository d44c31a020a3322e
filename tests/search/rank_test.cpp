#include "search/rank.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>
#include <optional>
#include <random>
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

// Who asks for few gets the first of those that are found when everything is read.
TEST_F(Ranking, FewAreTheFirstOfAll) {
  std::mt19937 random(11);
  const Lines words{"read", "write", "file", "cache", "open", "close", "readFile", "file_cache"};
  auto word = [&] { return words[std::min(random() % words.size(), random() % words.size())]; };
  std::map<std::string, std::string> tree;
  for (int i = 0; i < 150; ++i) {
    std::string text;
    for (auto functions = 1 + random() % 4; functions > 0; --functions) {
      text += "def " + word() + "_" + word() + "(x):\n";
      for (auto lines = 1 + random() % 12; lines > 0; --lines)
        text += "    " + word() + "(" + word() + ", x)\n";
      text += "\n\n";
    }
    const std::string name =
        word() + "/" + (i % 5 == 0 ? "vendor/" : "") + word() + std::to_string(i) + ".py";
    tree[name] = text;
    if (i % 4 == 0) tree["copies/" + name] = text;
  }
  index(tree, 200);
  for (const char* text :
       {"read", "file", "read file", "open cache file", "readFile", "\"file cache\" close"}) {
    for (const char* part : {"", "copies/", "read/"}) {
      Query every = query(text, 1'000'000);
      every.path_prefix = part;
      const auto all = search(*reader_, every).value().chunks;
      ASSERT_GT(all.size(), 5U) << text << " in " << part;
      for (std::uint32_t limit : {1U, 2U, 3U, 10U, 50U}) {
        every.limit = limit;
        const auto found = search(*reader_, every).value().chunks;
        ASSERT_EQ(found.size(), std::min<std::size_t>(limit, all.size()));
        for (std::size_t i = 0; i < found.size(); ++i) {
          EXPECT_EQ(found[i].path, all[i].path) << text << ' ' << limit << ' ' << i;
          EXPECT_EQ(found[i].chunk.ordinal, all[i].chunk.ordinal) << text << ' ' << limit << ' ' << i;
          EXPECT_EQ(found[i].score, all[i].score) << text << ' ' << limit << ' ' << i;
        }
      }
    }
  }
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
                              .least_terms = 1,
                              .hits_end = static_cast<std::uint32_t>(matches.hits.size())});
    matches.blobs.push_back({.row_id = index + 1, .size = 100});
  }
  matches.all_chunks = matches.all_blobs = 100;
  matches.all_terms = 1000;
  return matches;
}

std::vector<double> scores_of(const store::Matches& matches, const std::vector<std::uint32_t>& terms) {
  Bm25 ranker({});
  auto bounds = ranker.bounds(matches, [&](std::size_t chunk) { return terms[chunk]; });
  std::vector<double> scores;
  for (std::size_t i = 0; i < matches.chunks.size(); ++i) {
    scores.push_back(ranker.score(matches, i, terms[i]));
    EXPECT_LE(scores[i], bounds[i]);
  }
  return scores;
}
std::vector<double> scores_of(const store::Matches& matches) {
  return scores_of(matches, std::vector<std::uint32_t>(matches.chunks.size(), 10));
}

TEST(Bm25, RareWordsSayMore) {
  auto scores = scores_of(matches_of({{0}, {0}, {0}, {1}}, 2));
  EXPECT_GT(scores[3], scores[0]);
  EXPECT_EQ(scores[0], scores[1]);
}

TEST(Bm25, MoreWordsOfTheQueryAreBetter) {
  auto scores = scores_of(matches_of({{0, 1}, {0}, {1}, {0, 1, 2}, {2}}, 3));
  EXPECT_GT(scores[3], scores[0]);
  EXPECT_GT(scores[0], scores[1]);
}

TEST(Bm25, EachTimeSaysLessThanTheOneBefore) {
  auto matches = matches_of({{0}, {0}, {0}}, 1);
  matches.hits[1].times[0] = 2;
  matches.hits[2].times[0] = 3;
  auto scores = scores_of(matches);
  EXPECT_GT(scores[1], scores[0]);
  EXPECT_GT(scores[1] - scores[0], scores[2] - scores[1]);
}

TEST(Bm25, NothingMatchesNothing) {
  EXPECT_TRUE(scores_of({}).empty());
}

// The sums that docs/search.md describes, over everything that matches and with nothing left out.
std::vector<double> by_the_formula(const store::Matches& matches, const std::vector<std::uint32_t>& terms) {
  auto all_chunks = static_cast<double>(matches.all_chunks);
  auto all_blobs = static_cast<double>(matches.all_blobs);
  std::vector<double> chunks(matches.chunks.size());
  std::vector<double> files(matches.blobs.size());
  double usual_size = 0;
  for (const auto& blob : matches.blobs) {
    usual_size += static_cast<double>(blob.size) / static_cast<double>(matches.blobs.size());
  }
  for (std::uint32_t phrase = 0; phrase < matches.phrases; ++phrase) {
    std::vector<double> in_chunk(chunks.size());
    std::vector<double> in_file(files.size());
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      for (const auto& hit : matches.hits_of(i)) {
        if (hit.phrase != phrase) continue;
        in_chunk[i] = hit.times[0] + hit.times[1] + 3.0 * hit.times[2] + 6.0 * hit.times[3];
        in_file[matches.chunks[i].blob] += hit.times[0] + hit.times[1];
      }
    }
    auto rarity = [](const std::vector<double>& weights, double all) {
      auto holders =
          static_cast<double>(std::ranges::count_if(weights, [](double each) { return each > 0; }));
      return std::log(1 + (all - holders + 0.5) / (holders + 0.5));
    };
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      double length = terms[i] * all_chunks / static_cast<double>(matches.all_terms);
      chunks[i] += rarity(in_chunk, all_chunks) * in_chunk[i] * 5 / (in_chunk[i] + 4 * length);
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
      double length = 0.25 + 0.75 * static_cast<double>(matches.blobs[i].size) / usual_size;
      if (in_file[i] > 0)
        files[i] += rarity(in_file, all_blobs) * in_file[i] * 2.2 / (in_file[i] + 1.2 * length);
    }
  }
  double best_chunk = *std::ranges::max_element(chunks);
  double best_file = *std::ranges::max_element(files);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    chunks[i] /= best_chunk;
    if (best_file > 0) chunks[i] += 0.5 * files[matches.chunks[i].blob] / best_file;
  }
  return chunks;
}

TEST(Bm25, ScoresAsTheFormulaSaysAndNoneIsAboveItsBound) {
  std::mt19937 random(5);
  auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
  std::size_t asked = 0;
  std::size_t all = 0;
  for (int round = 0; round < 300; ++round) {
    store::Matches matches;
    matches.phrases = 1 + below(4);
    std::vector<std::uint32_t> terms;
    const std::uint32_t count = 1 + below(60);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (matches.blobs.empty() || below(3) == 0) matches.blobs.push_back({i, 1 + below(5000)});
      std::uint32_t least = 0;
      auto first = static_cast<std::uint16_t>(below(matches.phrases));
      for (std::uint16_t phrase = first; phrase < matches.phrases; phrase += 1 + below(2)) {
        store::Matches::Hit hit{.phrase = phrase};
        for (auto& times : hit.times) times = static_cast<std::uint16_t>(below(3) == 0 ? 1 + below(4) : 0);
        if (hit.times == decltype(hit.times){}) hit.times[below(4)] = 1;
        matches.hits.push_back(hit);
        least = std::max<std::uint32_t>(least, std::accumulate(hit.times.begin(), hit.times.end(), 0U));
      }
      matches.chunks.push_back({.row_id = i + 1,
                                .blob = static_cast<std::uint32_t>(matches.blobs.size() - 1),
                                .least_terms = least,
                                .hits_end = static_cast<std::uint32_t>(matches.hits.size())});
      terms.push_back(least + below(4) * below(200));
    }
    matches.all_chunks = count + below(1000);
    matches.all_terms = matches.all_chunks * (1 + below(300));
    matches.all_blobs = matches.blobs.size() + below(100);
    auto scores = scores_of(matches, terms);
    auto expected = by_the_formula(matches, terms);
    for (std::size_t i = 0; i < scores.size(); ++i) ASSERT_NEAR(scores[i], expected[i], 1e-12) << round;
    static_cast<void>(Bm25({}).bounds(matches, [&](std::size_t chunk) { return ++asked, terms[chunk]; }));
    all += count;
  }
  EXPECT_LT(asked, all / 2) << "terms are looked up for few";
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
