// One wildcard pattern as git's ignore files have them. Knows bytes, not files, lines or precedence.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

namespace froe::discovery {

// Upper to lower case for ASCII only, whatever the locale.
[[nodiscard]] constexpr char fold(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
}

// A compiled pattern: `*`, `?`, `[…]` and `\`, and where `slashes` is set also `**`.
//
// Matching takes time in proportion to pattern length times text length at worst: after the last star that
// fits, no earlier one need be tried again, because a `*` cannot cross a slash and a `**` reaches whatever a
// later start of it would reach. Immutable once built; any thread.
class Glob {
 public:
  struct Syntax {
    bool slashes = false;    // the text is a path: wildcards other than `**` do not match '/'
    bool fold_case = false;  // core.ignorecase
  };

  Glob() = default;
  Glob(std::string_view pattern, Syntax syntax);

  [[nodiscard]] bool matches(std::string_view text) const;
  // Matches the empty text alone.
  [[nodiscard]] bool empty() const { return tokens_.empty() && possible_; }
  // The byte that every match ends in; -1 where there is no such byte.
  [[nodiscard]] int last_byte() const;

 private:
  enum class TokenType : std::uint8_t {
    byte,
    any,              // ?
    set,              // […]
    run,              // *
    deep_run,         // ** at the end: anything
    any_directories,  // **/: nothing, or anything up to and with a slash
  };
  struct Token {
    TokenType type;
    char byte = 0;
    std::uint16_t set = 0;
  };
  using Set = std::bitset<256>;

  void add_stars(std::string_view pattern, std::size_t& at);
  bool add_set(std::string_view pattern, std::size_t& at);
  [[nodiscard]] bool matches_one(const Token& token, char byte) const;

  std::vector<Token> tokens_;
  std::vector<Set> sets_;
  Syntax syntax_;
  bool possible_ = true;  // false: malformed, which to git means that nothing matches
};

}  // namespace froe::discovery
