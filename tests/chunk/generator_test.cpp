#include "chunk/generator.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "chunk/live_chunk.hpp"
#include "froe/portable.hpp"

namespace froe::chunk {
namespace {

static_assert(!Portable<Generator<int>>);
static_assert(!Portable<Generator<LiveChunk>>);
static_assert(!Portable<Definition> && !Portable<Outline> && !Portable<LiveChunk>);

// Counts up, and how far it has come.
Generator<int> numbers(int end, int& reached, [[maybe_unused]] std::shared_ptr<int> alive = {}) {
  for (int i = 0; i < end; ++i) {
    reached = i;
    co_yield i;
  }
  reached = end;
}

TEST(Generator, YieldsInOrder) {
  int reached = -1;
  std::vector<int> seen;
  for (int number : numbers(4, reached)) seen.push_back(number);
  EXPECT_EQ(seen, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(reached, 4);
}

TEST(Generator, RunsOnlyAsFarAsItIsAsked) {
  int reached = -1;
  auto generator = numbers(1000, reached);
  EXPECT_EQ(reached, -1);
  auto at = generator.begin();
  EXPECT_EQ(reached, 0);
  ++at;
  ++at;
  EXPECT_EQ(*at, 2);
  EXPECT_EQ(reached, 2);
}

TEST(Generator, MayBeEmpty) {
  int reached = -1;
  for (int number : numbers(0, reached)) ADD_FAILURE() << number;
  EXPECT_EQ(reached, 0);
}

TEST(Generator, FreesWhatItHoldsWhenLeftEarly) {
  auto alive = std::make_shared<int>(0);
  int reached = -1;
  {
    auto never_started = numbers(3, reached, alive);
    auto moved = std::move(never_started);
    EXPECT_EQ(alive.use_count(), 2);
  }
  EXPECT_EQ(alive.use_count(), 1);
  for (int number : numbers(1000, reached, alive)) {
    if (number == 3) break;
  }
  EXPECT_EQ(reached, 3);
  EXPECT_EQ(alive.use_count(), 1);
}

Generator<int> fails_at(int end) {
  for (int i = 0; i < end; ++i) co_yield i;
  throw std::runtime_error("no more");
}

TEST(Generator, PassesAnExceptionToItsReader) {
  int last = -1;
  EXPECT_THROW(
      {
        for (int number : fails_at(2)) last = number;
      },
      std::runtime_error);
  EXPECT_EQ(last, 1);
}

TEST(LiveChunks, AreMadeOneByOne) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "a line of text\n\n";
  ChunkOptions options{20, 5, SizeUnit::nonspace};
  Measure measure(text, options.unit);
  auto atoms = text_atoms(measure, {0, static_cast<std::uint32_t>(text.size())}, options);
  const Outline nothing;
  CutFile file{nothing, atoms, measure, options};
  auto chunks = live_chunks(file);
  auto at = chunks.begin();
  EXPECT_EQ((*at).range.begin, 0U);
  auto end = (*at).range.end;
  ++at;
  EXPECT_EQ((*at).range.begin, end);
}

}  // namespace
}  // namespace froe::chunk
