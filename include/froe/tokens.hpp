// How many tokens of a language model a text is, by the published byte-pair ranks; exactly, so that a budget
// in tokens holds. This module does not know chunks or files.
//
// The ranks come from the npm package `tiktoken`, pinned beside the grammars, and are part of the program: a
// worker that may open nothing can count.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace froe::tokens {

enum class Encoding : std::uint8_t {
  o200k_base,
  cl100k_base,
};

// One of the parts that a text is split into before its bytes are paired; tokens never cross their ends.
struct Piece {
  std::uint32_t end = 0;     // offset in the text, in bytes; a piece begins where the one before ends
  std::uint32_t tokens = 0;  // at least one; of a piece longer than `longest_paired`, its bytes
};

// Bytes of a piece. A longer one is no text that anybody reads, pairing it takes seventy times its size in
// memory, and whoever counts parts of it over and over pays each time. It counts as its bytes, which are
// never fewer than its tokens, so that a budget holds.
inline constexpr std::uint32_t longest_paired = 1024;

// Constant once made, so that any thread may use it. Making one takes tens of milliseconds and some 10 MB.
class Tokenizer {
 public:
  explicit Tokenizer(Encoding encoding);
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;
  ~Tokenizer();

  // Text that is special to a model, such as "<|endoftext|>", is ordinary text here. Bytes that are no UTF-8
  // are pieces of their own.
  // White space and letters are those of PCRE2's version of Unicode.
  [[nodiscard]] std::vector<std::uint32_t> encode(std::string_view text) const;
  [[nodiscard]] std::vector<Piece> split(std::string_view text) const;
  [[nodiscard]] std::uint32_t count(std::string_view text) const;  // the sum over its pieces

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

// Made when it is first asked for, and kept.
[[nodiscard]] const Tokenizer& tokenizer(Encoding encoding);

}  // namespace froe::tokens
