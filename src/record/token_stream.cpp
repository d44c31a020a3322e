#include "froe/token_stream.hpp"

#include <limits>

#include "froe/varint.hpp"

namespace froe {
namespace {

constexpr std::uint64_t classes = 3;

}  // namespace

void TokenWriter::add(Token token) {
  append_varint(bytes_, token.range.begin - end_);
  append_varint(bytes_, std::uint64_t{token.range.size()} << 2U | static_cast<std::uint64_t>(token.is));
  end_ = token.range.end;
}

bool TokenReader::next(Token& token) {
  if (broken_ || bytes_.empty()) return false;
  const auto gap = take_varint(bytes_);
  const auto rest = take_varint(bytes_);
  broken_ = !gap || !rest;
  if (broken_) return false;
  const auto begin = end_ + *gap;
  end_ = begin + (*rest >> 2U);
  broken_ = (*rest & 3U) >= classes || *rest >> 2U == 0 || end_ > std::numeric_limits<std::uint32_t>::max();
  if (broken_) return false;
  token = {{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end_)},
           static_cast<TokenClass>(*rest & 3U)};
  return true;
}

bool tokens_fit(std::string_view bytes, std::uint32_t size) {
  TokenReader reader(bytes);
  Token last;
  while (reader.next(last)) continue;
  return !reader.broken() && last.range.end <= size;
}

}  // namespace froe
