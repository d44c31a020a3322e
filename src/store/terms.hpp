// What of a chunk goes into the full-text index, beside its text. The index keeps no copy of these values,
// and a row can only be deleted by giving the same values again: any change here must raise `terms_version`.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace froe::store {

inline constexpr int terms_version = 2;

// Finds the parts of identifiers that the tokenizer would leave in one piece: it splits at every character
// that is neither letter nor digit, `_` among them, so what is left are changes of case and digits:
// "HTTPServer2" has the parts "http", "server" and "2". Not to be shared between threads.
class IdentifierSplitter {
 public:
  // Forgets which parts were appended.
  void start();
  // Appends the lower-case parts of every identifier of `text`, each followed by a space. What was appended
  // since `start` is not repeated (as a rule: the memory is of fixed size, and depends on nothing but the
  // text).
  void append(std::string_view text, std::string& out);

 private:
  void append_parts(std::string_view identifier, std::string& out);
  bool is_new(std::string_view word);

  struct Slot {
    std::uint32_t generation = 0;
    std::uint32_t hash = 0;
  };
  std::array<Slot, 4096> seen_{};
  std::uint32_t generation_ = 0;
};

}  // namespace froe::store
