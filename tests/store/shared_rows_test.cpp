// Two who share rows must have each row once, however fast each of them is.
#include "store/shared_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace froe::store {
namespace {

using Side = SharedRows::Side;

// Goes through the rows of one side as one who counts does, one row a step.
class Walk {
 public:
  Walk(SharedRows& rows, Side side, const std::vector<std::int64_t>& all)
      : rows_(rows), side_(side), all_(all) {}
  // False: there is nothing more for it.
  bool step() {
    if (!is_in_piece_) {
      const auto first = rows_.begin(side_);
      if (!first) return false;
      ++pieces;
      at_ = std::ranges::lower_bound(all_, *first) - all_.begin();
      end_ = *first;
      is_in_piece_ = true;
    }
    if (at_ == static_cast<std::ptrdiff_t>(all_.size())) return is_in_piece_ = false, true;
    const auto row = all_[static_cast<std::size_t>(at_)];
    if (row >= end_) end_ = rows_.extend(side_, row);
    if (row >= end_) return is_in_piece_ = false, true;
    taken.push_back(row);
    ++at_;
    return true;
  }
  std::vector<std::int64_t> taken;
  int pieces = 0;

 private:
  SharedRows& rows_;
  Side side_;
  const std::vector<std::int64_t>& all_;
  std::ptrdiff_t at_ = 0;
  std::int64_t end_ = 0;
  bool is_in_piece_ = false;
};

TEST(SharedRows, EachRowIsTakenOnce) {
  std::mt19937 random(3);
  int pieces = 0;
  for (int round = 0; round < 400; ++round) {
    const auto last = static_cast<std::int64_t>(1 + random() % 5000);
    // Some are thick in one part of the rows; some lie where no row should be.
    std::vector<std::int64_t> all;
    const auto thick = static_cast<std::int64_t>(random() % 5000);
    for (std::int64_t row = -2; row <= last + 2; ++row) {
      if (random() % (row / 500 == thick / 500 ? 2 : 20) == 0) all.push_back(row);
    }
    const auto middle = std::uniform_int_distribution<std::int64_t>(0, last)(random);
    SharedRows rows(middle, last);
    Walk one(rows, Side::one, all);
    Walk other(rows, Side::other, all);
    const auto speed = random() % 100;
    for (bool goes_on = true; goes_on;) {
      const bool is_one = random() % 100 < speed;
      goes_on = (is_one ? one : other).step() || (is_one ? other : one).step();
    }
    auto taken = one.taken;
    taken.insert(taken.end(), other.taken.begin(), other.taken.end());
    std::ranges::sort(taken);
    ASSERT_EQ(taken, all) << round;
    pieces += one.pieces + other.pieces;
  }
  EXPECT_GT(pieces, 1000) << "or this test shows nothing";
}

TEST(SharedRows, WhoIsDoneTakesHalfOfWhatIsLeft) {
  std::vector<std::int64_t> all;
  for (std::int64_t row = 1; row <= 1000; ++row) all.push_back(row);
  SharedRows rows(500, 1000);
  Walk one(rows, Side::one, all);
  while (one.step()) {
  }
  EXPECT_GT(one.taken.size(), 900U) << "the other never began";
  Walk other(rows, Side::other, all);
  while (other.step()) {
  }
  EXPECT_EQ(one.taken.size() + other.taken.size(), 1000U);
  EXPECT_GT(one.pieces, 3) << "half of it, and half of the rest";
  EXPECT_LT(one.pieces, 8);
  EXPECT_GT(other.taken.size(), 0U) << "what is too little for two is left to it";
}

TEST(SharedRows, OfNothingNothingIsTakenTwice) {
  for (auto first : {Side::one, Side::other}) {
    const auto second = first == Side::one ? Side::other : Side::one;
    SharedRows rows(500'000, 1'000'000);
    std::vector<std::int64_t> begun;
    auto begin = [&](Side side) {
      const auto row = rows.begin(side);
      if (row) begun.push_back(*row);
      return row.has_value();
    };
    // The one is held up before it asks for a row, and meets none.
    EXPECT_TRUE(begin(first));
    while (begin(second)) {
    }
    EXPECT_FALSE(begin(first));
    EXPECT_FALSE(begin(second));
    EXPECT_FALSE(begin(first));
    std::ranges::sort(begun);
    EXPECT_EQ(std::ranges::adjacent_find(begun), begun.end());
  }
}

TEST(SharedRows, NothingIsTakenOfAFewRows) {
  SharedRows rows(2, 5);
  EXPECT_TRUE(rows.begin(Side::one));
  EXPECT_FALSE(rows.begin(Side::one));
  EXPECT_EQ(rows.begin(Side::other), 3);
}

}  // namespace
}  // namespace froe::store
