#include "froe/token_stream.hpp"

#include <limits>

namespace froe {
namespace {

constexpr unsigned bits_per_byte = 7;
constexpr std::uint8_t more = 0x80;
constexpr std::uint64_t classes = 3;
// Enough for a length of 32 bits and a class.
constexpr unsigned most_bits = 35;

void append(std::string& bytes, std::uint64_t value) {
  for (; value >= more; value >>= bits_per_byte) {
    bytes += static_cast<char>(static_cast<std::uint8_t>(value) | more);
  }
  bytes += static_cast<char>(value);
}

}  // namespace

void TokenWriter::add(Token token) {
  append(bytes_, token.range.begin - end_);
  append(bytes_, std::uint64_t{token.range.size()} << 2U | static_cast<std::uint64_t>(token.is));
  end_ = token.range.end;
}

bool TokenReader::number(std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < most_bits && !bytes_.empty(); shift += bits_per_byte) {
    auto byte = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & ~more) << shift;
    if ((byte & more) == 0) return true;
  }
  broken_ = true;
  return false;
}

bool TokenReader::next(Token& token) {
  if (broken_ || bytes_.empty()) return false;
  std::uint64_t gap = 0;
  std::uint64_t rest = 0;
  if (!number(gap) || !number(rest)) return false;
  const auto begin = end_ + gap;
  end_ = begin + (rest >> 2U);
  broken_ = (rest & 3U) >= classes || rest >> 2U == 0 || end_ > std::numeric_limits<std::uint32_t>::max();
  if (broken_) return false;
  token = {{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end_)},
           static_cast<TokenClass>(rest & 3U)};
  return true;
}

bool tokens_fit(std::string_view bytes, std::uint32_t size) {
  TokenReader reader(bytes);
  Token last;
  while (reader.next(last)) continue;
  return !reader.broken() && last.range.end <= size;
}

}  // namespace froe
