// Code that stands in several places: the same tokens, or the same but for names and literals.
//
// Candidates share a hash that winnow.hpp keeps: nothing of the least size is missed. They are compared token
// by token and extended as far as they are alike, so that no hash decides.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "froe/record.hpp"

namespace froe::check {

// A token as far as comparing needs it.
struct Lex {
  ByteRange range;
  std::uint32_t exact = 0;   // a hash of its text
  std::uint32_t normal = 0;  // the same of its class, for names and literals
  bool is_name = false;
};
[[nodiscard]] std::vector<Lex> lex(std::string_view content, std::string_view tokens);

struct Fragment {
  std::uint32_t file = 0;
  std::uint32_t first = 0;  // token
  std::uint32_t count = 0;
  ByteRange range;
};
// Fragments that are alike, in order of file and place; at least two.
struct CloneClass {
  std::vector<Fragment> fragments;
  std::uint32_t tokens = 0;  // of the first
  bool exact = true;         // names and literals too
  std::uint64_t hash = 0;    // of the first's tokens, names and literals aside
};

class Clones {
 public:
  // No clone has less than `least` tokens.
  explicit Clones(std::uint32_t least) : least_(least) {}

  // Files in ascending order; the tokens are not kept.
  void add(std::uint32_t file, const std::vector<Lex>& tokens);

  // The tokens of a file that was added. Each file is asked for once in order, and others again, but those
  // used last are kept.
  using Load = std::function<std::vector<Lex>(std::uint32_t file)>;
  [[nodiscard]] std::vector<CloneClass> find(const Load& load);

 private:
  struct Print {
    std::uint64_t hash = 0;
    std::uint32_t file = 0;
    std::uint32_t at = 0;  // token
  };
  std::uint32_t least_;
  std::vector<Print> prints_;
};

}  // namespace froe::check
