#include "server/page.hpp"

#include <gtest/gtest.h>

#include "froe/tokens.hpp"
#include "server/uri.hpp"

namespace froe::server {
namespace {

std::uint32_t tokens_of(std::string_view text) {
  return tokens::tokenizer(tokens::Encoding::o200k_base).count(text);
}

Listing listing_of(std::size_t items, const std::string& body) {
  Listing listing;
  listing.total = items;
  for (std::size_t i = 0; i < items; ++i) listing.items.push_back("item " + std::to_string(i) + body);
  listing.notes = {"a sentence that belongs below the list, whatever is in it"};
  return listing;
}

TEST(PageTest, KeepsToEachBudget) {
  const std::vector<std::string> bodies{"\n", " 📚 é long words and more words\n    indented\n\n",
                                        std::string(5000, 'q') + '\n', std::string(300, '\n'),
                                        " short\n" + std::string(2000, ' ') + "x\n"};
  for (const auto& body : bodies) {
    const auto listing = listing_of(30, body);
    for (std::uint64_t budget = 100; budget < 400; budget += 7) {
      auto page = fit(listing, budget, "id");
      ASSERT_LE(tokens_of(page.text), budget) << page.text.substr(0, 200);
      ASSERT_EQ(page.truncated,
                page.next_cursor.has_value() || page.text.find("cut here") != std::string::npos);
    }
  }
}

TEST(PageTest, ShowsAsManyItemsAsFit) {
  const auto listing = listing_of(30, " and some words\n");
  auto page = fit(listing, 200, "id");
  ASSERT_GT(page.shown, 2U);
  ASSERT_LT(page.shown, 30U);
  auto longer = listing;
  longer.items.resize(page.shown + 1);
  auto one_more = fit(longer, 100'000, "id");
  EXPECT_EQ(one_more.shown, page.shown + 1);
  EXPECT_GT(tokens_of(one_more.text), 200U) << "one item more would have fitted";
}

TEST(PageTest, SaysWhatThereIs) {
  auto page = fit(listing_of(3, "\n"), 1000, "id");
  EXPECT_FALSE(page.truncated);
  EXPECT_NE(page.text.find("[1-3 of 3]"), std::string::npos) << page.text;
  EXPECT_NE(fit(Listing{}, 100, "id").text.find("nothing found"), std::string::npos);
}

TEST(PageTest, CursorsAreOfOneList) {
  auto cursor = make_cursor("a", "as it was", 17);
  auto read = read_cursor("a", cursor);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->offset, 17U);
  EXPECT_TRUE(read->is_of("as it was"));
  EXPECT_FALSE(read->is_of("as it is"));
  EXPECT_FALSE(read_cursor("b", cursor));
  for (std::string_view wrong : {"", "x", "12345678.", "12345678.1", "123456789abc.1"})
    EXPECT_FALSE(read_cursor("a", wrong)) << wrong;
  EXPECT_FALSE(read_cursor("a", cursor + "x"));
  EXPECT_FALSE(read_cursor("a", cursor + "99999999999999999999999"));
}

TEST(UriTest, PathsSurvive) {
  for (std::string path : {"/a b/c.py", "/100%/é\xFF", "/x#y?z"})
    EXPECT_EQ(path_of_uri(file_uri(path)), path);
  EXPECT_EQ(path_of_uri("file://localhost/a%2Fb"), "/a/b");
  for (std::string_view none :
       {"http://x/y", "file://host/x", "/x", "file:///a%0", "file:///a%00", "file:///%zz"})
    EXPECT_FALSE(path_of_uri(none)) << none;
}

}  // namespace
}  // namespace froe::server
