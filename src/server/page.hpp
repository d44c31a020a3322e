// A part of a list that fits a budget of tokens, to the token, and says what it left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace froe::server {

// What there is to say: some items of a list, from its `first` on.
struct Listing {
  std::vector<std::string> items;  // each ends in a line break
  std::uint64_t first = 0;
  std::uint64_t total = 0;         // of the list, as far as it is known
  bool total_is_exact = true;      // false: there are at least so many
  std::vector<std::string> notes;  // sentences that belong under the list
  std::string state;               // of what the list was made from: another one may give another list
};

struct Page {
  std::string text;
  std::uint64_t shown = 0;
  std::uint64_t total = 0;
  bool total_is_exact = true;
  bool truncated = false;
  std::optional<std::string> next_cursor;
};

// A place in a list. `identity` is of what was asked, `state` of what there was: a cursor of another list is
// told from one of the same list as it was before something changed.
struct Cursor {
  std::uint64_t offset = 0;
  std::string state;  // its digits; see `is_of`
  [[nodiscard]] bool is_of(std::string_view state_now) const;
};
[[nodiscard]] std::string make_cursor(std::string_view identity, std::string_view state,
                                      std::uint64_t offset);
// Nothing: it is no cursor of this list.
[[nodiscard]] std::optional<Cursor> read_cursor(std::string_view identity, std::string_view cursor);

// As many items as fit, at least one, which is cut at a line if it must be. Never more than `max_tokens` of
// o200k_base, for budgets of `least_tokens` and more.
[[nodiscard]] Page fit(const Listing& listing, std::uint64_t max_tokens, std::string_view identity);

}  // namespace froe::server
