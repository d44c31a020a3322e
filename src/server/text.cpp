#include "server/text.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "froe/json.hpp"

namespace froe::server {
namespace {

// Eight bytes of text at a time; the first is the lowest.
constexpr std::uint64_t ones = 0x0101010101010101U;
constexpr std::uint64_t tops = 0x80 * ones;

std::uint64_t load(std::string_view text, std::uint32_t at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text.data() + at, sizeof bytes);
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  return bytes;
}

// The top bits of the bytes that are `c`.
constexpr std::uint64_t equal(std::uint64_t bytes, char c) {
  const std::uint64_t different = bytes ^ static_cast<unsigned char>(c) * ones;
  return ~(((different & ~tops) + ~tops) | different) & tops;
}

// Adds where lines begin behind the breaks in [begin, end) of a text. Most eight bytes have none.
void add_starts(std::string_view text, std::uint32_t begin, std::uint32_t end,
                std::vector<std::uint32_t>& starts) {
  auto add = [&](std::uint32_t at) {
    if (text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n')))
      starts.push_back(at + 1);
  };
  auto at = begin;
  for (; at + sizeof(std::uint64_t) <= end; at += sizeof(std::uint64_t)) {
    const auto bytes = load(text, at);
    for (auto breaks = equal(bytes, '\n') | equal(bytes, '\r'); breaks != 0; breaks &= breaks - 1)
      add(at + static_cast<std::uint32_t>(std::countr_zero(breaks)) / 8);
  }
  for (; at < end; ++at) add(at);
}

// The sequence at an offset: bytes that are no UTF-8 are one each, of one unit.
struct Character {
  std::uint32_t bytes = 1;
  std::uint32_t units = 1;
};
Character character_at(std::string_view text, std::uint32_t offset) {
  auto bytes = std::max<std::size_t>(1, utf8_sequence(text, offset));
  return {static_cast<std::uint32_t>(bytes), bytes == 4 ? 2U : 1U};
}

}  // namespace

std::string_view to_string(PositionEncoding encoding) {
  return encoding == PositionEncoding::utf8 ? "utf-8" : "utf-16";
}

Lines::Lines(std::string_view text) : starts_{0} {
  add_starts(text, 0, static_cast<std::uint32_t>(text.size()), starts_);
}

std::uint32_t Lines::end_of_line(std::string_view text, std::uint32_t line) const {
  auto end = line + 1 < starts_.size() ? starts_[line + 1] : static_cast<std::uint32_t>(text.size());
  if (line + 1 == starts_.size()) return end;
  --end;
  bool is_pair = end > starts_[line] && text[end] == '\n' && text[end - 1] == '\r';
  return is_pair ? end - 1 : end;
}

LspPosition Lines::position(std::string_view text, std::uint32_t offset, PositionEncoding encoding) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text.size()));
  auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  auto line = static_cast<std::uint32_t>(next - starts_.begin() - 1);
  auto begin = starts_[line];
  if (encoding == PositionEncoding::utf8) return {line, offset - begin};
  std::uint32_t units = 0;
  for (auto at = begin; at < offset;) {
    auto character = character_at(text, at);
    // An offset inside a character is taken for its beginning.
    if (at + character.bytes > offset) break;
    at += character.bytes;
    units += character.units;
  }
  return {line, units};
}

LspRange Lines::range(std::string_view text, ByteRange range, PositionEncoding encoding) const {
  return {position(text, range.begin, encoding), position(text, range.end, encoding)};
}

std::optional<std::uint32_t> Lines::offset(std::string_view text, LspPosition position,
                                           PositionEncoding encoding) const {
  if (position.line >= starts_.size()) return std::nullopt;
  auto begin = starts_[position.line];
  auto end = end_of_line(text, position.line);
  std::uint32_t units = 0;
  for (auto at = begin; at < end;) {
    if (units == position.character) return at;
    if (units > position.character) return std::nullopt;
    auto character = character_at(text, at);
    at += character.bytes;
    units += encoding == PositionEncoding::utf8 ? character.bytes : character.units;
  }
  return units > position.character ? std::nullopt : std::optional(end);
}

void Lines::replace(ByteRange range, std::string_view inserted, std::string_view after) {
  // A "\r" before, or a "\n" behind, may become part of another break: one byte on each side is looked at
  // again.
  auto from = range.begin > 0 ? range.begin - 1 : 0;
  auto new_end = range.begin + static_cast<std::uint32_t>(inserted.size());
  auto to = std::min(new_end + 1, static_cast<std::uint32_t>(after.size()));
  // Starts behind breaks that begin in [from, range.end + 1) of the old text go.
  auto first = std::upper_bound(starts_.begin() + 1, starts_.end(), from);
  auto last = std::upper_bound(first, starts_.end(), range.end + 1);
  std::vector<std::uint32_t> added;
  add_starts(after, from, to, added);
  auto shift = static_cast<std::int64_t>(inserted.size()) - static_cast<std::int64_t>(range.size());
  for (auto each = last; each != starts_.end(); ++each)
    *each = static_cast<std::uint32_t>(static_cast<std::int64_t>(*each) + shift);
  auto place = starts_.erase(first, last);
  starts_.insert(place, added.begin(), added.end());
}

}  // namespace froe::server
