// The tokens of a file's code in a few bytes each: where they are and of what class, not what they say, which
// is in the file. Comments and imports are left out. Part of the module record.
//
// A token is two numbers: how many bytes lie between it and the one before (or the beginning of the file),
// and its length times four plus its class. A number is seven bits a byte, the least significant first; all
// bytes but its last have the highest bit set.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "froe/record.hpp"

namespace froe {

enum class TokenClass : std::uint8_t {
  other,       // keywords, operators, punctuation
  identifier,  // a name that people choose
  literal,     // a number, a whole string, true, null
};

struct Token {
  ByteRange range;  // never empty
  TokenClass is = TokenClass::other;
  friend bool operator==(const Token&, const Token&) = default;
};

// Adds a token to a stream. Tokens come in order, without overlap.
class TokenWriter {
 public:
  void add(Token token);
  [[nodiscard]] std::string take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
  std::uint32_t end_ = 0;
};

// Reads a stream that fits; the stream must outlive it.
class TokenReader {
 public:
  explicit TokenReader(std::string_view bytes) : bytes_(bytes) {}
  // False at the end, and where the bytes are no token; `broken` says which.
  [[nodiscard]] bool next(Token& token);
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  std::string_view bytes_;
  std::uint64_t end_ = 0;
  bool broken_ = false;
};

// Whether the bytes are tokens of a file of `size` bytes.
[[nodiscard]] bool tokens_fit(std::string_view bytes, std::uint32_t size);
// How long the stream of a file of `size` bytes can be.
[[nodiscard]] constexpr std::uint64_t most_token_bytes(std::uint64_t size) {
  constexpr std::uint64_t most_per_token = 10;
  return size * most_per_token;
}

}  // namespace froe
