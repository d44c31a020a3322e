#include "server/page.hpp"

#include <algorithm>
#include <charconv>

#include "froe/digest.hpp"
#include "froe/json.hpp"
#include "froe/tokens.hpp"

namespace froe::server {
namespace {

// They keep out mistakes, not attackers; a model pays for each.
constexpr std::size_t identity_digits = 8;
constexpr std::size_t state_digits = 4;

std::string hash_of(std::string_view text, std::size_t digits) {
  return to_hex(stable_id({}, {}, Kind::text, {}, text)).substr(0, digits);
}

std::uint64_t count_tokens(std::string_view text) {
  return tokens::tokenizer(tokens::Encoding::o200k_base).count(text);
}

// The largest number up to `most` for which `fits`, which holds for smaller ones if it holds for one; 0 is
// not asked for.
template <class Fits>
std::size_t largest(std::size_t most, const Fits& fits) {
  std::size_t low = 0;
  while (low < most) {
    auto middle = low + (most - low + 1) / 2;
    if (fits(middle)) {
      low = middle;
    } else {
      most = middle - 1;
    }
  }
  return low;
}

class Writer {
 public:
  Writer(const Listing& listing, std::string_view identity) : listing_(listing), identity_(identity) {}

  // The first `count` items, whole; `cut`: the first `count` bytes of the first item instead.
  [[nodiscard]] Page write(std::size_t count, std::optional<std::size_t> cut, bool with_notes) const {
    Page page;
    page.total = listing_.total;
    page.total_is_exact = listing_.total_is_exact;
    for (std::size_t i = 0; i < count; ++i) {
      if (cut) {
        page.text += listing_.items[i].substr(0, *cut);
        page.text += "\n… cut here to fit max_tokens\n";
      } else {
        page.text += listing_.items[i];
      }
    }
    page.shown = count;
    auto end = listing_.first + count;
    // Of a list whose end nobody knows there is no more where it gives nothing.
    bool more = end < listing_.total || (!listing_.total_is_exact && !listing_.items.empty());
    page.truncated = more || cut.has_value();
    if (more) page.next_cursor = make_cursor(identity_, listing_.state, end);
    std::string total = std::to_string(listing_.total) + (listing_.total_is_exact ? "" : " or more");
    page.text += '[';
    if (listing_.total == 0) {
      page.text += "nothing found";
    } else if (count == 0) {
      page.text += "none of " + total + " shown";
    } else {
      page.text += std::to_string(listing_.first + 1) + '-' + std::to_string(end) + " of " + total;
    }
    if (page.next_cursor) page.text += "; next_cursor: " + *page.next_cursor;
    page.text += "]\n";
    for (const auto& note : listing_.notes) {
      if (with_notes) page.text += "[" + note + "]\n";
    }
    return page;
  }

 private:
  const Listing& listing_;
  std::string_view identity_;
};

}  // namespace

std::string make_cursor(std::string_view identity, std::string_view state, std::uint64_t offset) {
  return hash_of(identity, identity_digits) + hash_of(state, state_digits) + '.' + std::to_string(offset);
}

bool Cursor::is_of(std::string_view state_now) const {
  return state == hash_of(state_now, state_digits);
}

std::optional<Cursor> read_cursor(std::string_view identity, std::string_view cursor) {
  constexpr auto dot = identity_digits + state_digits;
  if (cursor.size() < dot + 2 || cursor[dot] != '.' ||
      !cursor.starts_with(hash_of(identity, identity_digits)))
    return std::nullopt;
  auto digits = cursor.substr(dot + 1);
  std::uint64_t offset = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
  constexpr std::uint64_t most = 1'000'000;
  if (error != std::errc() || end != digits.data() + digits.size() || offset > most) return std::nullopt;
  return Cursor{offset, std::string(cursor.substr(identity_digits, state_digits))};
}

Page fit(const Listing& listing, std::uint64_t max_tokens, std::string_view identity) {
  const Writer writer(listing, identity);
  auto fits = [&](const Page& page) { return count_tokens(page.text) <= max_tokens; };
  auto whole = writer.write(listing.items.size(), std::nullopt, true);
  if (fits(whole)) return whole;
  auto count = largest(listing.items.size(),
                       [&](std::size_t items) { return fits(writer.write(items, std::nullopt, true)); });
  if (count > 0) return writer.write(count, std::nullopt, true);
  if (listing.items.empty()) return writer.write(0, std::nullopt, false);
  // Not even one: its first lines, without the notes if there is no room for them.
  std::vector<std::size_t> ends;
  const auto& item = listing.items.front();
  for (auto at = item.find('\n'); at != std::string::npos; at = item.find('\n', at + 1)) ends.push_back(at);
  for (bool with_notes : {true, false}) {
    auto lines =
        largest(ends.size(), [&](std::size_t n) { return fits(writer.write(1, ends[n - 1], with_notes)); });
    if (lines > 0) return writer.write(1, ends[lines - 1], with_notes);
  }
  // A first line that does not fit is cut where a character ends.
  auto bytes = largest(item.size(), [&](std::size_t n) { return fits(writer.write(1, n, false)); });
  while (bytes > 0 && (static_cast<unsigned char>(item[bytes]) & 0xC0U) == 0x80U) --bytes;
  auto page = writer.write(1, bytes, false);
  return fits(page) ? page : writer.write(0, std::nullopt, false);
}

}  // namespace froe::server
