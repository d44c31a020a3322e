#include "chunk/words.hpp"

#include <bit>

#include "froe/byte_masks.hpp"

namespace froe::chunk {
namespace {

constexpr std::size_t word_bits = 64;

// `is_word` of eight bytes.
std::uint64_t word_bytes_of(std::uint64_t bytes) {
  constexpr std::uint64_t lower_case =
      0x20 * byte_ones;  // makes a letter of each letter, and of nothing else
  return bytes_between(bytes | lower_case, 'a', 'z') | bytes_between(bytes, '0', '9') |
         bytes_between(bytes, '_', '_') | bytes_between(bytes, '$', '$') | (bytes & byte_tops);
}

}  // namespace

Words::Words(std::string_view source) : size_(source.size()) {
  bits_.reserve(source.size() / word_bits + 1);
  for (std::size_t at = 0; at <= source.size(); at += word_bits) {
    auto block = source.substr(at, word_bits);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < block.size(); i += 8)
      bits |= bit_of_each(word_bytes_of(eight_bytes(block, i))) << i;
    bits_.push_back(bits);
  }
}

std::size_t Words::next(std::size_t from) const {
  auto mask = ~std::uint64_t{0} << from % word_bits;
  for (auto block = from / word_bits; block < bits_.size(); ++block) {
    auto goes_on = block == 0 ? 0 : bits_[block - 1] >> (word_bits - 1);
    auto begins = bits_[block] & ~(bits_[block] << 1U | goes_on) & mask;
    if (begins != 0) return block * word_bits + static_cast<std::size_t>(std::countr_zero(begins));
    mask = ~std::uint64_t{0};
  }
  return size_;
}

std::size_t Words::end(std::size_t at) const {
  for (;;) {
    auto bit = at % word_bits;
    auto length = static_cast<std::size_t>(std::countr_one(bits_[at / word_bits] >> bit));
    at += length;
    // A word may go on in the next block.
    if (length == 0 || bit + length < word_bits) return at;
  }
}

}  // namespace froe::chunk
