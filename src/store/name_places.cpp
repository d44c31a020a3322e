#include "store/name_places.hpp"

#include <algorithm>

namespace froe::store {
namespace {

// Definitions of which each holds the next and has its name behind it would be read as often as they are
// deep.
constexpr std::uint32_t most_looked_at = 4096;

bool has_lone_return(std::string_view text) {
  for (auto at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1)) {
    if (at + 1 == text.size() || text[at + 1] != '\n') return true;
  }
  return false;
}

}  // namespace

NamePlaces::NamePlaces(std::string_view text) : text_(text), has_lone_returns_(has_lone_return(text)) {}

std::optional<Position> NamePlaces::of(const Symbol& symbol) const {
  const auto name = symbol.name_range;
  const bool lies_in_text = symbol.begin.column <= symbol.range.begin && symbol.range.begin <= name.begin &&
                            name.begin <= name.end && name.end <= text_.size();
  if (has_lone_returns_ || !lies_in_text) return std::nullopt;
  const auto line = symbol.range.begin - symbol.begin.column;
  if (name.end - line > most_looked_at) return std::nullopt;
  const auto before = text_.substr(line, name.begin - line);
  const auto own = text_.substr(name.begin, name.size());
  auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!std::ranges::all_of(before, is_ascii) || !std::ranges::all_of(own, is_ascii)) return std::nullopt;
  if (own.find('\n') != std::string_view::npos) return std::nullopt;
  const auto rows = static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
  const auto begin = rows == 0 ? 0 : before.rfind('\n') + 1;
  return Position{symbol.begin.row + rows, static_cast<std::uint32_t>(before.size() - begin)};
}

}  // namespace froe::store
