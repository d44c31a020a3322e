#include "chunk/token_sizes.hpp"

#include <algorithm>

namespace froe::chunk {

TokenSizes::TokenSizes(const tokens::Tokenizer& tokenizer, std::string_view source)
    : tokenizer_(&tokenizer), source_(source) {
  auto pieces = tokenizer.split(source);
  boundaries_.reserve(pieces.size() + 1);
  boundaries_.push_back({});
  for (auto piece : pieces) boundaries_.push_back({piece.end, boundaries_.back().tokens + piece.tokens});
}

std::size_t TokenSizes::boundary_from(std::uint32_t offset) const {
  auto found = std::lower_bound(boundaries_.begin(), boundaries_.end(), offset,
                                [](const Boundary& boundary, std::uint32_t at) { return boundary.at < at; });
  return static_cast<std::size_t>(found - boundaries_.begin());
}

// What pieces there are from a place on does not depend on the text before it. So once a piece of the range
// begins where one of the source does, the pieces from there on are the same, but for the last two that lie
// in the range: what follows them decides whether a word or a run of space is one piece or two, and no piece
// looks further than that.
std::uint32_t TokenSizes::count(ByteRange range) const {
  constexpr std::size_t unsure = 2;
  auto whole = [&] { return tokenizer_->count(source_.substr(range.begin, range.size())); };
  auto first = boundary_from(range.begin);
  auto last = boundary_from(range.end + 1);  // the first that lies outside
  if (last < first + 2 * unsure + 2) return whole();
  last -= unsure + 1;

  std::uint32_t head = 0;
  if (boundaries_[first].at != range.begin) {
    // As a rule the pieces agree from the next boundary on.
    auto window = boundaries_[first + unsure].at;
    std::uint32_t at = range.begin;
    bool agree = false;
    for (auto piece : tokenizer_->split(source_.substr(at, window - at))) {
      head += piece.tokens;
      agree = range.begin + piece.end == boundaries_[first].at;
      if (agree) break;
    }
    if (!agree) return whole();
  }
  return head + boundaries_[last].tokens - boundaries_[first].tokens +
         tokenizer_->count(source_.substr(boundaries_[last].at, range.end - boundaries_[last].at));
}

}  // namespace froe::chunk
