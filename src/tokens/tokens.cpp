#include "froe/tokens.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <limits>
#include <queue>
#include <stdexcept>
#include <string>
#include <tuple>

#include "froe/json.hpp"
#include "tokens/ranks.hpp"

namespace froe::tokens {
namespace {

using Rank = std::uint32_t;
constexpr Rank no_rank = std::numeric_limits<Rank>::max();

// What Unicode calls white space. PCRE2's \s has one more, U+180E.
#define WHITE_SPACE \
  R"(\x09-\x0d \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})"
#define CONTRACTION R"((?i:'s|'t|'re|'ve|'m|'ll|'d))"
#define SYMBOLS_AND_SPACE(after_symbols)              \
  "|\\p{N}{1,3}"                                      \
  "| ?[^" WHITE_SPACE "\\p{L}\\p{N}]+[" after_symbols \
  "]*"                                                \
  "|[" WHITE_SPACE                                    \
  "]*[\\r\\n]+"                                       \
  "|[" WHITE_SPACE "]+(?![^" WHITE_SPACE              \
  "])"                                                \
  "|[" WHITE_SPACE "]+"

// The published patterns, in PCRE2's words: a word in either case with what stands before it and a
// contraction after it, up to three digits, symbols, line breaks, other space.
const char* pattern_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::o200k_base:
      return "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"
             "+" CONTRACTION
             "?"
             "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"
             "*" CONTRACTION "?" SYMBOLS_AND_SPACE("\\r\\n/");
    case Encoding::cl100k_base:
      return CONTRACTION "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+" SYMBOLS_AND_SPACE("\\r\\n");
  }
  return "";
}

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

// Not compiled to machine code: a worker in its sandbox may not make memory executable.
std::unique_ptr<pcre2_code, Free> compile(const char* pattern) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  std::unique_ptr<pcre2_code, Free> code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern),
                                                       PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP, &error,
                                                       &offset, nullptr));
  if (!code) throw std::logic_error("the pattern of an encoding is wrong at " + std::to_string(offset));
  return code;
}

}  // namespace

struct Tokenizer::State {
  boost::unordered_flat_map<std::string_view, Rank> ranks;  // keys point into the program
  std::unique_ptr<pcre2_code, Free> pattern;

  [[nodiscard]] Rank rank(std::string_view bytes) const {
    auto found = ranks.find(bytes);
    return found == ranks.end() ? no_rank : found->second;
  }
  [[nodiscard]] std::uint32_t count(std::string_view piece) const;
  template <class Visit>
  void each_piece(std::string_view text, Visit visit) const;
  template <class Visit>
  void each_token(std::string_view piece, Visit visit) const;
};

std::uint32_t Tokenizer::State::count(std::string_view piece) const {
  if (piece.size() > longest_paired) return static_cast<std::uint32_t>(piece.size());
  std::uint32_t count = 0;
  each_token(piece, [&](Rank) { ++count; });
  return count;
}

// Joins the neighbours whose union has the lowest rank, the leftmost first, until none has one.
template <class Visit>
void Tokenizer::State::each_token(std::string_view piece, Visit visit) const {
  if (auto whole = rank(piece); whole != no_rank) {
    visit(whole);
    return;
  }
  struct Part {
    std::size_t before;
    std::size_t end;      // where the next part begins
    bool joined = false;  // with the part before it
  };
  std::vector<Part> parts(piece.size());
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = {i - 1, i + 1};
  auto text = [&](std::size_t part) { return piece.substr(part, parts[part].end - part); };

  // A candidate counts only while both of its parts are as long as they were.
  using Candidate =
      std::tuple<Rank, std::size_t, std::size_t>;  // of the union, where it begins, where it ends
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
  auto consider = [&](std::size_t left) {
    auto right = parts[left].end;
    if (right == piece.size()) return;
    auto end = parts[right].end;
    auto joined = rank(piece.substr(left, end - left));
    if (joined != no_rank) candidates.emplace(joined, left, end);
  };
  for (std::size_t i = 0; i + 1 < piece.size(); ++i) consider(i);
  while (!candidates.empty()) {
    auto [_, left, end] = candidates.top();
    candidates.pop();
    if (parts[left].joined || parts[left].end == piece.size()) continue;
    auto right = parts[left].end;
    if (parts[right].end != end) continue;
    parts[right].joined = true;
    parts[left].end = end;
    if (end < piece.size()) parts[end].before = left;
    consider(left);
    if (left > 0) consider(parts[left].before);
  }
  for (std::size_t part = 0; part < piece.size(); part = parts[part].end) visit(rank(text(part)));
}

template <class Visit>
void Tokenizer::State::each_piece(std::string_view text, Visit visit) const {
  std::unique_ptr<pcre2_match_data, Free> match(pcre2_match_data_create(1, nullptr));
  std::unique_ptr<pcre2_match_context, Free> context(pcre2_match_context_create(nullptr));
  if (!match || !context) throw std::bad_alloc();
  // Steps are linear in the text, and a long run of spaces takes more than the default allows.
  pcre2_set_match_limit(context.get(), std::numeric_limits<std::uint32_t>::max());
  pcre2_set_heap_limit(context.get(), std::numeric_limits<std::uint32_t>::max());

  while (!text.empty()) {
    bool valid = utf8_sequence(text, 0) > 0;
    std::size_t end = 0;
    while (end < text.size() && (utf8_sequence(text, end) > 0) == valid) {
      end += std::max<std::size_t>(1, utf8_sequence(text, end));
    }
    auto run = text.substr(0, end);
    text.remove_prefix(end);
    if (!valid) {
      visit(run);
      continue;
    }
    // PCRE2 would look through the whole run for bytes that are no UTF-8, at every match.
    for (std::size_t at = 0; at < run.size();) {
      int found = pcre2_match(pattern.get(), reinterpret_cast<PCRE2_SPTR>(run.data()), run.size(), at,
                              PCRE2_NO_UTF_CHECK, match.get(), context.get());
      if (found == PCRE2_ERROR_NOMEMORY) throw std::bad_alloc();
      if (found < 0) throw std::runtime_error("PCRE2 failed with " + std::to_string(found));
      const auto* ends = pcre2_get_ovector_pointer(match.get());
      if (ends[0] != at || ends[1] <= at) throw std::logic_error("the pattern of an encoding leaves a gap");
      visit(run.substr(at, ends[1] - at));
      at = ends[1];
    }
  }
}

Tokenizer::Tokenizer(Encoding encoding) {
  auto state = std::make_unique<State>();
  state->pattern = compile(pattern_of(encoding));
  Rank rank = 0;
  for (auto packed = packed_ranks(encoding); !packed.empty(); ++rank) {
    auto length = static_cast<unsigned char>(packed.front());
    state->ranks.emplace(packed.substr(1, length), rank);
    packed.remove_prefix(1U + length);
  }
  state_ = std::move(state);
}
Tokenizer::~Tokenizer() = default;

std::vector<std::uint32_t> Tokenizer::encode(std::string_view text) const {
  std::vector<std::uint32_t> tokens;
  state_->each_piece(text, [&](std::string_view piece) {
    state_->each_token(piece, [&](Rank token) { tokens.push_back(token); });
  });
  return tokens;
}

std::vector<Piece> Tokenizer::split(std::string_view text) const {
  std::vector<Piece> pieces;
  std::uint32_t end = 0;
  state_->each_piece(text, [&](std::string_view piece) {
    end += static_cast<std::uint32_t>(piece.size());
    pieces.push_back({end, state_->count(piece)});
  });
  return pieces;
}

std::uint32_t Tokenizer::count(std::string_view text) const {
  std::uint32_t count = 0;
  state_->each_piece(text, [&](std::string_view piece) { count += state_->count(piece); });
  return count;
}

const Tokenizer& tokenizer(Encoding encoding) {
  if (encoding == Encoding::cl100k_base) {
    static const Tokenizer cl100k_base(Encoding::cl100k_base);
    return cl100k_base;
  }
  static const Tokenizer o200k_base(Encoding::o200k_base);
  return o200k_base;
}

}  // namespace froe::tokens
