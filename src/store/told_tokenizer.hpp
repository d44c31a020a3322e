// The tokenizer of the full-text index for a connection that writes: it can be told what it would find.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "store/fts5.hpp"
#include "store/sqlite.hpp"

namespace froe::store {

// A text and its terms.
struct TextTerms {
  std::string_view text;
  const char* terms = nullptr;           // one behind the other
  std::span<const std::uint32_t> sizes;  // of each, in bytes
};
// Of the columns text, words, scope and name.
using RowTerms = std::array<TextTerms, fts5_columns>;

// One connection's, and one thread's.
class ToldTokenizer {
 public:
  ToldTokenizer() = default;
  ToldTokenizer(const ToldTokenizer&) = delete;
  ToldTokenizer& operator=(const ToldTokenizer&) = delete;

  // Of SQLite's `porter`. The connection has not used it yet, and ends before this does.
  void take_place(Connection& connection);

  // While it lives, these texts have these terms. All others are tokenized as ever.
  class Telling {
   public:
    Telling(ToldTokenizer& told, const RowTerms& row) : told_(told) { told.row_ = &row; }
    Telling(const Telling&) = delete;
    Telling& operator=(const Telling&) = delete;
    ~Telling() { told_.row_ = nullptr; }

   private:
    ToldTokenizer& told_;
  };

 private:
  struct Instance;
  using OnToken = int (*)(void*, int, const char*, int, int, int);
  static int create(void* told, const char** arguments, int count, Fts5Tokenizer** created);
  static void remove(Fts5Tokenizer* instance);
  static int tell(const TextTerms& known, void* context, OnToken on_token);
  static int tokenize(Fts5Tokenizer* instance, void* context, int flags, const char* text, int size,
                      OnToken on_token);

  fts5_tokenizer original_{};
  void* original_context_ = nullptr;
  const RowTerms* row_ = nullptr;
};

}  // namespace froe::store
