#include "store/reference_list.hpp"

#include <gtest/gtest.h>

#include <random>

namespace froe::store {
namespace {

std::vector<ListedReference> read(const std::string& list) {
  std::vector<ListedReference> references;
  ReferenceListReader reader(list);
  for (ListedReference each; reader.next(each);) references.push_back(each);
  return references;
}

bool is_broken(const std::string& list) {
  ReferenceListReader reader(list);
  for (ListedReference each; reader.next(each);) continue;
  return reader.broken();
}

TEST(ReferenceList, ComesBackAsItWas) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Reference> references;
    std::uint32_t end = 0;
    std::optional<std::uint32_t> symbol;
    for (auto count = random() % 50; count > 0; --count) {
      // Of all lengths that numbers may have.
      const auto begin = end + static_cast<std::uint32_t>(random() >> (8 + random() % 24));
      end = begin + 1 + static_cast<std::uint32_t>(random() % longest_reference);
      if (random() % 3 == 0) symbol = static_cast<std::uint32_t>(random() >> random() % 32);
      if (random() % 5 == 0) symbol.reset();
      references.push_back(
          {all_reference_kinds.at(random() % all_reference_kinds.size()), "", {begin, end}, {}, symbol});
    }
    const auto found = read(to_list(references));
    ASSERT_EQ(found.size(), references.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].kind, references[i].kind);
      EXPECT_EQ(found[i].range, references[i].range);
      EXPECT_EQ(found[i].symbol, references[i].symbol);
    }
    EXPECT_FALSE(is_broken(to_list(references)));
  }
}

TEST(ReferenceList, IsAsTheDocumentSays) {
  EXPECT_EQ(to_list({{ReferenceKind::type, "", {3, 5}, {}, 6},
                     {ReferenceKind::call, "", {6, 7}, {}, 6},
                     {ReferenceKind::other, "", {7, 8}, {}, std::nullopt}}),
            std::string("\3\23\7\1\10\0\17\0", 8));
  EXPECT_EQ(to_list({{ReferenceKind::call, "", {0, 1}, {}, std::nullopt}}), std::string("\0\10", 2))
      << "before the first there is no symbol";
}

TEST(ReferenceList, OfAnyBytesIsReadInOrderOrRefused) {
  std::mt19937 random(2);
  int whole = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string list(random() % 12, '\0');
    for (auto& byte : list) byte = static_cast<char>(random() % 4 == 0 ? 0xff : random());
    std::uint32_t end = 0;
    for (const auto& each : read(list)) {
      ASSERT_GE(each.range.begin, end);
      ASSERT_LT(each.range.begin, each.range.end);
      ASSERT_LE(each.range.size(), longest_reference);
      end = each.range.end;
    }
    whole += is_broken(list) ? 0 : 1;
  }
  EXPECT_GT(whole, 100);
  EXPECT_TRUE(is_broken("\3")) << "half a reference";
  EXPECT_TRUE(is_broken(std::string("\0\1\0", 3))) << "of nothing";
  EXPECT_TRUE(is_broken("\3\23")) << "without its symbol";
  EXPECT_TRUE(is_broken("\3\23\xff\xff\xff\xff\x7f")) << "in a symbol that no number names";
  EXPECT_TRUE(is_broken("\xff\xff\xff\xff\x0f\20")) << "past the end of any file";
  EXPECT_TRUE(is_broken("\1\xc8\x0c")) << "longer than a name is";
}

TEST(ReferenceList, HasEachNameOnceForItsKind) {
  const std::string text = "one two one two";
  const std::vector<Reference> references{{ReferenceKind::call, "one", {0, 3}, {}, 0},
                                          {ReferenceKind::type, "two", {4, 7}, {}, 0},
                                          {ReferenceKind::call, "one", {8, 11}, {}, 1},
                                          {ReferenceKind::call, "two", {12, 15}, {}, 1}};
  ReferenceTerms terms{"left", "over", "from", "before"};
  derive_terms(references, text, terms);
  EXPECT_EQ(terms, (ReferenceTerms{"6f6e65 74776f ", "74776f ", "", ""}));
  EXPECT_EQ(match_expression("one", std::nullopt), "6f6e65");
  EXPECT_EQ(match_expression("one", ReferenceKind::import), "import:6f6e65");
}

}  // namespace
}  // namespace froe::store
