#include "froe/record.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace froe {
namespace {

template <class Values>
void expect_distinct_names(const Values& values) {
  std::set<std::string_view> names;
  for (auto value : values) {
    EXPECT_NE(to_string(value), "unknown");
    EXPECT_TRUE(names.insert(to_string(value)).second) << to_string(value);
    // Names are keys of JSON and SQL, and words on a command line.
    EXPECT_EQ(to_string(value).find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
  }
}

TEST(Kind, NamesComeBackAsTheKind) {
  expect_distinct_names(all_kinds);
  for (Kind kind : all_kinds) EXPECT_EQ(kind_from_string(to_string(kind)), kind);
  EXPECT_EQ(to_string(Kind::class_), "class");
  EXPECT_EQ(kind_from_string("class_"), std::nullopt);
  EXPECT_EQ(kind_from_string(""), std::nullopt);
}

TEST(Outcome, HasANameEachAndSaysWhetherThereAreChunks) {
  expect_distinct_names(all_outcomes);
  EXPECT_TRUE(is_indexed(Outcome::parsed));
  EXPECT_TRUE(is_indexed(Outcome::text));
  EXPECT_TRUE(is_indexed(Outcome::crashed));
  EXPECT_TRUE(is_indexed(Outcome::protocol_error));
  EXPECT_FALSE(is_indexed(Outcome::binary));
  EXPECT_FALSE(is_indexed(Outcome::vanished));
}

TEST(Outcome, SaysWhetherTheSyntaxTreeWasLost) {
  for (auto outcome : {Outcome::timed_out, Outcome::memory_limit, Outcome::crashed, Outcome::aborted,
                       Outcome::killed, Outcome::sandbox_violation, Outcome::protocol_error}) {
    EXPECT_TRUE(lost_tree(outcome)) << to_string(outcome);
    EXPECT_TRUE(is_indexed(outcome)) << to_string(outcome);
  }
  for (auto outcome : {Outcome::parsed, Outcome::parsed_with_errors, Outcome::text, Outcome::oversized,
                       Outcome::binary, Outcome::not_regular}) {
    EXPECT_FALSE(lost_tree(outcome)) << to_string(outcome);
  }
}

TEST(Visibility, NamesComeBackAsTheVisibility) {
  std::set<std::string_view> names;
  for (auto visibility : all_visibilities) {
    EXPECT_TRUE(names.insert(to_string(visibility)).second) << to_string(visibility);
    EXPECT_EQ(visibility_from_string(to_string(visibility)), visibility);
  }
  EXPECT_EQ(to_string(Visibility::private_), "private");
  EXPECT_EQ(visibility_from_string("private_"), std::nullopt);
}

TEST(SizeUnit, NamesComeBackAsTheUnit) {
  for (auto unit : all_size_units) {
    EXPECT_EQ(size_unit_from_string(to_string(unit)), unit);
  }
  EXPECT_EQ(size_unit_from_string("words"), std::nullopt);
}

// Lists are used as tables: each value stands at its own number, and the number after the last has no name.
TEST(Enumerations, AreListedCompletelyAndInOrder) {
  for (std::size_t i = 0; i < all_kinds.size(); ++i) EXPECT_EQ(static_cast<std::size_t>(all_kinds[i]), i);
  for (std::size_t i = 0; i < all_outcomes.size(); ++i)
    EXPECT_EQ(static_cast<std::size_t>(all_outcomes[i]), i);
  for (std::size_t i = 0; i < all_visibilities.size(); ++i)
    EXPECT_EQ(static_cast<std::size_t>(all_visibilities[i]), i);
  EXPECT_EQ(to_string(static_cast<Kind>(all_kinds.size())), "unknown");
  EXPECT_EQ(to_string(static_cast<Outcome>(all_outcomes.size())), "unknown");
}

}  // namespace
}  // namespace froe
