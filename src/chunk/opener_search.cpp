#include "chunk/opener_search.hpp"

#include <algorithm>
#include <utility>

#include "chunk/word.hpp"

namespace froe::chunk {

OpenerSearch::OpenerSearch(std::span<const std::string_view> openers, std::string_view source)
    : openers_(openers), source_(source) {
  for (std::string_view opener : openers) begins_[static_cast<unsigned char>(opener.front())] = true;
  if (!openers.empty()) next_ = find(0);
}

std::size_t OpenerSearch::find(std::size_t from) const {
  bool is_mark = openers_.size() == 1 && openers_.front().size() == 1 && !is_word(openers_.front().front());
  if (is_mark) return source_.find(openers_.front().front(), from);
  bool inside = from > 0 && is_word(source_[from - 1]);
  for (std::size_t at = from; at < source_.size(); ++at) {
    char first = source_[at];
    bool in_word = std::exchange(inside, is_word(first)) && inside;
    if (in_word || !begins_[static_cast<unsigned char>(first)]) continue;
    auto begins_here = [&](std::string_view opener) { return is_at(opener, at); };
    if (std::any_of(openers_.begin(), openers_.end(), begins_here)) return at;
  }
  return std::string_view::npos;
}

// Asked only where no word goes on.
bool OpenerSearch::is_at(std::string_view opener, std::size_t at) const {
  if (opener.front() != source_[at]) return false;
  bool is_start = opener.ends_with('*');
  if (is_start) opener.remove_suffix(1);
  if (!source_.substr(at).starts_with(opener)) return false;
  auto end = at + opener.size();
  return is_start || !is_word(opener.front()) || end == source_.size() || !is_word(source_[end]);
}

}  // namespace froe::chunk
