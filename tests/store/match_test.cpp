// What a search leaves out must not be missed: everything is scored here, and compared.
#include <algorithm>
#include <cstdio>
#include <map>
#include <random>

#include "store/fixture.hpp"

namespace froe::store {
namespace {

// As Density, with less of a score in a marked file; and counts the chunks that are scored, not only bounded.
class Watched : public Density {
 public:
  using Density::Density;
  [[nodiscard]] std::vector<double> bounds(const Matches& matches, const TermsOf& terms_of) override {
    auto bounds = Density::bounds(matches, terms_of);
    scored = 0;
    return bounds;
  }
  [[nodiscard]] double score(const Matches& matches, std::size_t chunk, std::uint32_t terms) override {
    ++scored;
    return Density::score(matches, chunk, terms);
  }
  [[nodiscard]] double score_at(double score, const Place& place) override {
    return Density::score_at(place.mark ? score * 0.5 : score, place);
  }
  std::size_t scored = 0;
};

struct Corpus {
  std::filesystem::path database;
  std::mt19937& random;

  std::size_t below(std::size_t end) { return random() % end; }
  // The first words are the most frequent.
  std::string word() {
    static const std::vector<std::string> words{"needle", "red",  "blue",      "redBlue",
                                                "hay",    "grey", "needle_box"};
    return words[std::min(below(words.size()), below(words.size()))];
  }
  std::string text() {
    std::string text;
    for (auto lines = 1 + below(12); lines > 0; --lines) {
      for (auto left = 1 + below(below(10) == 0 ? 60 : 4); left > 0; --left) text += word() + ' ';
      text += '\n';
    }
    return text;
  }
  void write(int files) {
    Writer writer = open_writer(database);
    for (int i = 0; i < files; ++i) {
      const std::string content = text();
      const FileResult result = cut(content);
      // Files of one content: they differ in path, language and mark.
      for (auto copies = 1 + (below(4) == 0 ? below(4) : 0); copies > 0; --copies) {
        const std::string folder = below(3) == 0 ? "box/" : below(2) == 0 ? "lib/" : "src/";
        const std::string path = folder + word() + '/' + std::to_string(copies) + '_' + std::to_string(i);
        LedgerEntry entry = entry_of(path, content);
        if (below(3) == 0) entry.language = "hay";
        if (below(4) == 0) entry.mark = Mark::vendored;
        const BlobKey key = key_of(content);
        ASSERT_TRUE(writer.put(entry, &key, content, &result));
      }
    }
    ASSERT_TRUE(writer.finish());
  }
};

std::vector<std::string> lines_of(const std::vector<FoundChunk>& found) {
  std::vector<std::string> lines;
  for (const auto& each : found) {
    char score[64];
    std::snprintf(score, sizeof score, " %a", each.score);
    lines.push_back(each.path + ' ' + each.language + '#' + std::to_string(each.chunk.ordinal) + score);
  }
  return lines;
}

// How many chunks were scored where one was asked for, and where all were.
struct Scored {
  std::size_t one = 0;
  std::size_t all = 0;
};

// A search for few finds the first of what one for all finds, with the same scores.
void expect_few_are_first(Reader& reader, const char* expression, double bonus, const Filter& filter,
                          Scored& scored) {
  Watched everything("box", bonus);
  const auto all = lines_of(reader.match(expression, everything, 1'000'000, filter).value());
  ASSERT_FALSE(all.empty()) << expression;
  for (std::uint32_t limit : {1U, 3U, 10U, 40U}) {
    Watched ranker("box", bonus);
    const auto found = lines_of(reader.match(expression, ranker, limit, filter).value());
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(limit, all.size()));
    ASSERT_TRUE(std::ranges::equal(found, std::ranges::subrange(all.begin(), end)))
        << expression << " limit " << limit << " bonus " << bonus;
    EXPECT_LE(ranker.scored, everything.scored);
    if (limit == 1) scored.one += ranker.scored;
  }
  scored.all += everything.scored;
}

TEST(Match, FewAreTheFirstOfAllThatMatch) {
  const std::vector<Filter> filters{{},
                                    {.language = "hay", .path_prefix = ""},
                                    {.language = {}, .path_prefix = "lib/"},
                                    {.language = "toy", .path_prefix = "box/"}};
  std::mt19937 random(7);
  std::map<double, Scored> scored;  // by bonus
  for (int round = 0; round < 4; ++round) {
    SCOPED_TRACE(round);
    ScratchDirectory scratch;
    Corpus{scratch / "index.db", random}.write(200);
    Reader reader = open_reader(scratch / "index.db");
    for (const char* expression :
         {"needle", "box", "red OR blue", "\"needle box\" OR grey", "needle AND hay NOT box", "name : thing",
          "text : needle OR words : blue", "NEAR(red blue, 3)"}) {
      for (double bonus : {0.0, 0.05, 0.6}) {
        for (const Filter& filter : filters)
          expect_few_are_first(reader, expression, bonus, filter, scored[bonus]);
      }
    }
  }
  EXPECT_LT(scored[0].one, scored[0].all * 3 / 4) << "for one, without a bonus";
}

// So many that not all bounds are put in order at once.
TEST(Match, FewOfManyAreTheFirstOfAllThatMatch) {
  std::mt19937 random(11);
  ScratchDirectory scratch;
  Corpus{scratch / "index.db", random}.write(1800);
  Reader reader = open_reader(scratch / "index.db");
  ASSERT_GT(match(reader, "needle", 1'000'000).value().size(), 3000U) << "or this test shows nothing";
  // Under the last path there is little, so that candidates are asked for far down.
  const std::vector<Filter> filters{
      {}, {.language = "hay", .path_prefix = ""}, {.language = {}, .path_prefix = "box/needle_box/"}};
  Scored scored;
  for (const char* expression : {"needle", "red OR blue OR hay"}) {
    for (double bonus : {0.0, 0.6}) {
      for (const Filter& filter : filters) expect_few_are_first(reader, expression, bonus, filter, scored);
    }
  }
}

// The first of all by a score that is known, not only by a comparison of two searches.
TEST(Match, ALongChunkWhoseBoundIsTheBestIsNotTheBest) {
  ScratchDirectory scratch;
  std::string long_one = "needle";
  for (int i = 0; i < 100; ++i) long_one += " hay";
  index(scratch / "index.db", {{"long", long_one + "\n"}, {"short", "hay needle\n"}});
  Reader reader = open_reader(scratch / "index.db");
  auto found = match(reader, "needle", 1).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].path, "short");
  // Two in the text, two in the scope and four in the name.
  EXPECT_EQ(found[0].score, 1.0 / 8);
}

// What is written later takes the numbers of rows that are gone.
TEST(Match, ALengthIsThatOfTheTextThatIsThereNow) {
  ScratchDirectory scratch;
  index(scratch / "index.db", {{"a", "needle hay hay\n"}});
  Reader reader = open_reader(scratch / "index.db");
  EXPECT_EQ(match(reader, "needle").value().at(0).score, 1.0 / 9);
  const auto row = match(reader, "needle").value().at(0).row_id;
  index(scratch / "index.db", {});
  index(scratch / "index.db", {{"a", "needle hay hay hay hay\n"}});
  EXPECT_EQ(match(reader, "needle").value().at(0).score, 1.0 / 11);
  ASSERT_EQ(match(reader, "needle").value().at(0).row_id, row) << "or this test shows nothing";
}

}  // namespace
}  // namespace froe::store
