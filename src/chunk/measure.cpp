#include "chunk/measure.hpp"

#include <algorithm>
#include <bit>

#include "froe/byte_masks.hpp"

namespace froe::chunk {
namespace {

constexpr std::size_t word_bits = 64;

// Where a character that is not white space begins: a continuation of UTF-8 has the top bit and not the next.
std::uint64_t begin_characters(std::uint64_t bytes) {
  auto spaces = bytes_between(bytes, ' ', ' ') | bytes_between(bytes, '\t', '\r');
  auto continuations = bytes & ~(bytes << 1U);
  return ~(spaces | continuations);
}

std::optional<tokens::Encoding> encoding_of(SizeUnit unit) {
  switch (unit) {
    case SizeUnit::o200k_base: return tokens::Encoding::o200k_base;
    case SizeUnit::cl100k_base: return tokens::Encoding::cl100k_base;
    case SizeUnit::nonspace:
    case SizeUnit::bytes:
    case SizeUnit::lines: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Position behind(Position begin, std::string_view text) {
  auto rows = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
  if (rows == 0) return {begin.row, begin.column + static_cast<std::uint32_t>(text.size())};
  return {begin.row + rows, static_cast<std::uint32_t>(text.size() - text.rfind('\n') - 1)};
}

void Measure::Marks::push(std::uint64_t word) {
  words_.push_back(word);
  before_.push_back(before_.back() + static_cast<std::uint32_t>(std::popcount(word)));
}

std::uint32_t Measure::Marks::count(std::uint32_t before) const {
  std::size_t word = before / word_bits;
  std::size_t bit = before % word_bits;
  if (bit == 0) return before_[word];
  return before_[word] +
         static_cast<std::uint32_t>(std::popcount(words_[word] & ((std::uint64_t{1} << bit) - 1)));
}

Measure::Measure(std::string_view source, SizeUnit unit) : source_(source), unit_(unit) {
  for (std::size_t at = 0; at < source.size(); at += word_bits) {
    auto block = source.substr(at, word_bits);
    std::uint64_t characters = 0;
    std::uint64_t feeds = 0;
    for (std::size_t i = 0; i < block.size(); i += 8) {
      auto bytes = eight_bytes(block, i);
      characters |= bit_of_each(begin_characters(bytes)) << i;
      feeds |= bit_of_each(bytes_between(bytes, '\n', '\n')) << i;
    }
    // Behind the end there is nothing.
    if (block.size() < word_bits) characters &= (std::uint64_t{1} << block.size()) - 1;
    characters_.push(characters);
    line_feeds_.push(feeds);
  }
  if (auto encoding = encoding_of(unit)) tokens_.emplace(tokens::tokenizer(*encoding), source);
}

std::uint32_t Measure::size(ByteRange range) const {
  switch (unit_) {
    case SizeUnit::bytes: return range.size();
    case SizeUnit::nonspace: return characters_.count(range.end) - characters_.count(range.begin);
    case SizeUnit::o200k_base:
    case SizeUnit::cl100k_base: return tokens_->count(range);
    case SizeUnit::lines: {
      bool open = range.size() > 0 && source_[range.end - 1] != '\n';
      return line_feeds(range) + (open ? 1 : 0);
    }
  }
  return range.size();
}

}  // namespace froe::chunk
