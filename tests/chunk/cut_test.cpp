#include "chunk/cut.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "chunk/atoms.hpp"
#include "froe/chunk.hpp"

namespace froe::chunk {
namespace {

std::size_t below(std::mt19937& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

// The costs as the header of cut.hpp gives them.
std::int64_t cost_of_cut(const Atom& before, const Atom& after, std::uint32_t depth) {
  std::int64_t cost = 1000 + 500 * std::int64_t{after.depth - depth};
  cost -= after.after_blank ? 600 : 0;
  cost += after.starts_line ? 0 : 3000;
  cost += leads(before) && before.starts_line && !after.after_blank ? 8000 : 0;
  cost += before.role == AtomRole::import && after.role == AtomRole::import ? 2000 : 0;
  cost -= before.role != after.role || after.role == AtomRole::definition ? 400 : 0;
  cost -= before.enclosing != after.enclosing ? 1500 : 0;
  return cost;
}

std::int64_t cost_of_size(std::uint32_t size, const ChunkOptions& options) {
  auto floor = std::int64_t{std::max(1U, std::min(options.min_size, options.max_size))};
  auto budget = std::int64_t{options.max_size};
  if (size < floor) return 3000 * (floor - size) / floor;
  if (size >= budget) return 3000;
  return 3000 * (size - floor) * (size - floor) / ((budget - floor) * (budget - floor));
}

struct Run {
  std::string text;
  std::vector<Atom> atoms;
};

Run random_run(std::mt19937& random, std::size_t count) {
  Run run;
  for (std::size_t i = 0; i < count; ++i) {
    Atom atom;
    atom.range.begin = static_cast<std::uint32_t>(run.text.size());
    run.text += std::string(below(random, 9), 'x') + (below(random, 3) == 0 ? ' ' : '\n');
    atom.range.end = static_cast<std::uint32_t>(run.text.size());
    atom.role = static_cast<AtomRole>(below(random, 6));
    atom.depth = static_cast<std::uint32_t>(below(random, 4));
    atom.starts_line = below(random, 4) != 0;
    atom.after_blank = atom.starts_line && below(random, 3) == 0;
    atom.enclosing = static_cast<std::uint32_t>(below(random, 2));
    run.atoms.push_back(atom);
  }
  return run;
}

class Search {
 public:
  Search(const Run& run, const Measure& measure, const ChunkOptions& options)
      : run_(run), measure_(measure), options_(options) {
    for (const auto& atom : run.atoms) depth_ = std::min(depth_, atom.depth);
  }

  // Nothing if a chunk does not fit.
  std::int64_t cost(const std::vector<Span>& spans) const {
    std::int64_t cost = 0;
    for (auto span : spans) {
      auto size = measure_.size({run_.atoms[span.first].range.begin, run_.atoms[span.last - 1].range.end});
      if (size > options_.max_size && span.last - span.first > 1) return impossible;
      cost += cost_of_size(size, options_);
      if (span.first > 0) cost += cost_of_cut(run_.atoms[span.first - 1], run_.atoms[span.first], depth_);
    }
    return cost;
  }

  // Over every way to cut the run.
  std::int64_t least() const {
    auto least = impossible;
    auto count = run_.atoms.size();
    for (std::uint32_t cuts = 0; cuts < 1U << (count - 1); ++cuts) {
      std::vector<Span> spans{{0, 1}};
      for (std::size_t i = 1; i < count; ++i) {
        if ((cuts >> (i - 1) & 1U) != 0) spans.push_back({i, i});
        spans.back().last = i + 1;
      }
      least = std::min(least, cost(spans));
    }
    return least;
  }

  // By all places where a last chunk may begin; of equals the one that begins last.
  std::vector<Span> every_place() const {
    const auto count = run_.atoms.size();
    std::vector<std::int64_t> least(count + 1, 0);  // of the atoms before
    std::vector<std::size_t> begins(count + 1, 0);
    for (std::size_t end = 1; end <= count; ++end) {
      least[end] = impossible;
      for (auto begin = end; begin-- > 0;) {
        auto size = measure_.size({run_.atoms[begin].range.begin, run_.atoms[end - 1].range.end});
        if (size > options_.max_size && end - begin > 1) continue;
        auto cost = least[begin] + cost_of_size(size, options_);
        if (begin > 0) cost += cost_of_cut(run_.atoms[begin - 1], run_.atoms[begin], depth_);
        if (cost >= least[end]) continue;
        least[end] = cost;
        begins[end] = begin;
      }
    }
    std::vector<Span> spans;
    for (auto end = count; end > 0; end = begins[end]) spans.push_back({begins[end], end});
    std::ranges::reverse(spans);
    return spans;
  }

  static constexpr std::int64_t impossible = std::int64_t{1} << 60;

 private:
  const Run& run_;
  const Measure& measure_;
  const ChunkOptions& options_;
  std::uint32_t depth_ = 64;
};

TEST(LeastCost, IsTheLeastOfAll) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    auto run = random_run(random, 1 + below(random, 11));
    ChunkOptions options;
    options.unit = static_cast<SizeUnit>(below(random, 3));
    options.max_size =
        static_cast<std::uint32_t>(1 + below(random, options.unit == SizeUnit::lines ? 8 : 40));
    options.min_size = static_cast<std::uint32_t>(below(random, 50));
    Measure measure(run.text, options.unit);
    Search search(run, measure, options);
    auto spans = least_cost(run.atoms, {0, run.atoms.size()}, measure, options);
    ASSERT_EQ(search.cost(spans), search.least()) << "round " << round;
  }
}

// The search passes over places that it need not look at.
TEST(LeastCost, IsWhatLookingAtEveryPlaceFinds) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    auto run = random_run(random, 1 + below(random, 256));
    ChunkOptions options;
    options.unit = static_cast<SizeUnit>(below(random, 3));
    options.max_size =
        static_cast<std::uint32_t>(1 + below(random, options.unit == SizeUnit::lines ? 80 : 800));
    options.min_size = static_cast<std::uint32_t>(below(random, 100));
    Measure measure(run.text, options.unit);
    ASSERT_EQ(least_cost(run.atoms, {0, run.atoms.size()}, measure, options),
              Search(run, measure, options).every_place())
        << "round " << round;
  }
}

TEST(LeastCost, LongRunsTileAndFit) {
  std::mt19937 random(4);
  auto run = random_run(random, 5000);
  for (std::uint32_t max_size : {1U, 10U, 300U, 3000U, 1'000'000U, 1U << 24U, ~0U}) {
    for (auto unit : {SizeUnit::nonspace, SizeUnit::bytes, SizeUnit::lines}) {
      ChunkOptions options{max_size, max_size / 4, unit};
      Measure measure(run.text, unit);
      std::size_t next = 0;
      for (auto span : least_cost(run.atoms, {0, run.atoms.size()}, measure, options)) {
        ASSERT_EQ(span.first, next);
        ASSERT_GT(span.last, span.first);
        next = span.last;
        auto size = measure.size({run.atoms[span.first].range.begin, run.atoms[span.last - 1].range.end});
        ASSERT_TRUE(size <= max_size || span.last == span.first + 1) << max_size << ' ' << to_string(unit);
      }
      ASSERT_EQ(next, run.atoms.size());
    }
  }
}

// The shortcuts of a long run leave small pieces small: the first atom fills the budget, and what follows it
// is nobody's.
TEST(LeastCost, ALargeFirstAtomTakesNothingAlong) {
  chunk::Run run{std::string(2047, 'a') + "\n\tc\n", {}};
  for (int i = 0; i < 2000; ++i) run.text += "b\n";
  std::uint32_t begin = 0;
  while (begin < run.text.size()) {
    auto end = static_cast<std::uint32_t>(run.text.find('\n', begin) + 1);
    Atom atom;
    atom.range = {begin, end};
    atom.role = AtomRole::text;
    atom.depth = run.text[begin] == '\t' ? 1 : 0;  // a cut before it is dearer than one behind it
    run.atoms.push_back(atom);
    begin = end;
  }
  ChunkOptions options{2048, 400, SizeUnit::bytes};
  Measure measure(run.text, options.unit);
  for (auto span : least_cost(run.atoms, {0, run.atoms.size()}, measure, options)) {
    auto size = measure.size({run.atoms[span.first].range.begin, run.atoms[span.last - 1].range.end});
    EXPECT_LE(size, 2048U);
  }
}

Atom line(std::uint32_t begin, std::uint32_t end, AtomRole role) {
  Atom atom;
  atom.range = {begin, end};
  atom.role = role;
  return atom;
}

TEST(Cut, ADefinitionStandsAloneWithItsComment) {
  std::string text = "x = 1\n# says\ndef f\ny = 2\n";
  std::vector<Atom> atoms{line(0, 6, AtomRole::code), line(6, 13, AtomRole::comment),
                          line(13, 19, AtomRole::definition), line(19, 25, AtomRole::code)};
  atoms[2].alone = true;
  ChunkOptions options{100, 1, SizeUnit::bytes};
  Measure measure(text, options.unit);
  EXPECT_EQ(cut(atoms, measure, options), (std::vector<Span>{{0, 1}, {1, 3}, {3, 4}}));
  // A comment that does not touch it says nothing about it.
  atoms[2].after_blank = true;
  EXPECT_EQ(cut(atoms, measure, options), (std::vector<Span>{{0, 2}, {2, 3}, {3, 4}}));
  // Nor does one with which it would not fit.
  atoms[2].after_blank = false;
  options.max_size = 8;
  EXPECT_EQ(cut(atoms, measure, options), (std::vector<Span>{{0, 1}, {1, 2}, {2, 3}, {3, 4}}));
}

TEST(Cut, AScrapGoesToANeighbour) {
  std::string text = "def f\nx\ndef g\n";
  std::vector<Atom> atoms{line(0, 6, AtomRole::definition), line(6, 8, AtomRole::code),
                          line(8, 14, AtomRole::definition)};
  atoms[0].alone = atoms[2].alone = true;
  ChunkOptions options{100, 50, SizeUnit::bytes};
  Measure measure(text, options.unit);
  EXPECT_EQ(cut(atoms, measure, options), (std::vector<Span>{{0, 2}, {2, 3}}));
  atoms[1].after_blank = true;
  EXPECT_EQ(cut(atoms, measure, options), (std::vector<Span>{{0, 1}, {1, 3}}));
  options.max_size = 7;
  EXPECT_EQ(cut(atoms, measure, options), (std::vector<Span>{{0, 1}, {1, 2}, {2, 3}}));
}

TEST(TextChunks, EndAtEmptyLinesRatherThanInsideAParagraph) {
  FileTask task;
  task.options = {200, 80, SizeUnit::nonspace};
  for (int paragraph = 0; paragraph < 20; ++paragraph) {
    for (int i = 0; i < 3 + paragraph % 3; ++i) task.content += "some words that make a line of text\n";
    task.content += '\n';
  }
  auto result = chunk_as_text(task, Outcome::text, {});
  EXPECT_GT(result.chunks.size(), 5U);
  for (const auto& chunk : result.chunks) {
    EXPECT_EQ(task.content.substr(chunk.range.end - 2, 2), "\n\n") << "chunk " << chunk.ordinal;
  }
}

TEST(TextChunks, EndAtLessIndentedLines) {
  FileTask task;
  task.options = {60, 20, SizeUnit::nonspace};
  for (int i = 0; i < 6; ++i) task.content += "heading of some length:\n    first point\n        under it\n";
  auto result = chunk_as_text(task, Outcome::text, {});
  EXPECT_GT(result.chunks.size(), 2U);
  for (const auto& chunk : result.chunks) EXPECT_EQ(chunk.begin.row % 3, 0U) << "chunk " << chunk.ordinal;
}

// A process pool cuts such text without a worker; it must be cut as a worker would.
TEST(TextChunks, AreTheSameWithoutAChunkerUnlessTheyAreSlowToMeasure) {
  FileTask task;
  task.sequence = 3;
  task.path = "notes";
  for (int i = 0; i < 400; ++i)
    task.content += std::string(i % 7, ' ') + "a line of text\n" + (i % 9 ? "" : "\n");
  for (auto unit : all_size_units) {
    task.options = usual_options(unit);
    auto without = chunk_if_quick(task);
    if (unit == SizeUnit::o200k_base || unit == SizeUnit::cl100k_base) {
      EXPECT_FALSE(without) << to_string(unit);
      continue;
    }
    auto with = Chunker().chunk(task);
    ASSERT_TRUE(without) << to_string(unit);
    EXPECT_GT(with.chunks.size(), 3U);
    with.chunk_nanoseconds = without->chunk_nanoseconds = 0;
    EXPECT_EQ(*without, with) << to_string(unit);
  }
  task.options = {};
  task.language = "python";
  EXPECT_FALSE(chunk_if_quick(task));
  task.language.clear();
  for (const auto* lines : {"1\n", "1\r", "1234567\r\n", "\n"}) {
    task.content.clear();
    for (int i = 0; i < 1000; ++i) task.content += lines;
    EXPECT_FALSE(chunk_if_quick(task)) << lines;
  }
  task.content = std::string(10'000, 'x');
  EXPECT_TRUE(chunk_if_quick(task));
  task.content.clear();
  EXPECT_TRUE(chunk_if_quick(task));
}

}  // namespace
}  // namespace froe::chunk
