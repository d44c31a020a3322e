#include "store/terms.hpp"

#include <bit>
#include <cstddef>
#include <memory>

#include "froe/byte_masks.hpp"
#include "froe/store.hpp"

namespace froe::store {
namespace {

enum Class : std::uint8_t { other, lower, upper, digit };

// Bytes past ASCII count as lower case: their identifiers are found whole.
constexpr auto classes = [] {
  std::array<Class, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    if (c >= 'A' && c <= 'Z') {
      table[c] = upper;
    } else if (c >= '0' && c <= '9') {
      table[c] = digit;
    } else if ((c >= 'a' && c <= 'z') || c >= 0x80) {
      table[c] = lower;
    }
  }
  return table;
}();

Class class_of(char c) {
  return classes[static_cast<unsigned char>(c)];
}

// Whether a part ends before `at`.
bool is_boundary(std::string_view word, std::size_t at) {
  Class before = class_of(word[at - 1]);
  Class here = class_of(word[at]);
  if (before == here) {
    return here == upper && at + 1 < word.size() && class_of(word[at + 1]) == lower;  // HTTP|Server
  }
  return !(before == upper && here == lower);
}

// Of eight bytes of text at a time: most words have no parts, and a loop over bytes spends its time on
// mispredicted ends of words.
struct ClassMasks {
  std::uint64_t upper = 0;
  std::uint64_t lower = 0;
  std::uint64_t digit = 0;
};

ClassMasks classify(std::uint64_t bytes) {
  return {bytes_between(bytes, 'A', 'Z'), bytes_between(bytes, 'a', 'z') | (bytes & byte_tops),
          bytes_between(bytes, '0', '9')};
}

// Where one class follows another inside a word, one capital at the start of the word apart.
std::uint64_t find_boundaries(const ClassMasks& here, const ClassMasks& before) {
  auto previous = [](std::uint64_t mask, std::uint64_t mask_before, unsigned bytes) {
    return mask << (8 * bytes) | mask_before >> (64 - 8 * bytes);
  };
  std::uint64_t after_upper = previous(here.upper, before.upper, 1);
  std::uint64_t after_lower = previous(here.lower, before.lower, 1);
  std::uint64_t after_digit = previous(here.digit, before.digit, 1);
  std::uint64_t after_capitals = after_upper & previous(here.upper, before.upper, 2);
  return (here.upper & (after_lower | after_digit)) | (here.digit & (after_lower | after_upper)) |
         (here.lower & (after_digit | after_capitals));
}

}  // namespace

void IdentifierSplitter::start() {
  if (++generation_ == 0) {
    seen_.fill({});
    generation_ = 1;
  }
}

bool IdentifierSplitter::is_new(std::string_view word) {
  std::uint32_t hash = 2166136261U;
  for (char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  Slot& slot = seen_[(hash ^ hash >> 12U) % seen_.size()];
  if (slot.generation == generation_ && slot.hash == hash) return false;
  slot = {generation_, hash};
  return true;
}

void IdentifierSplitter::append_parts(std::string_view identifier, std::string& out) {
  std::size_t begin = 0;
  for (std::size_t at = 1; at <= identifier.size(); ++at) {
    if (at < identifier.size() && !is_boundary(identifier, at)) continue;
    std::size_t start = out.size();
    for (char c : identifier.substr(begin, at - begin)) {
      out += class_of(c) == upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    begin = at;
    if (is_new(std::string_view(out).substr(start))) {
      out += ' ';
    } else {
      out.resize(start);
    }
  }
}

void IdentifierSplitter::append(std::string_view text, std::string& out) {
  ClassMasks before;
  std::size_t done = 0;
  for (std::size_t block = 0; block < text.size(); block += 8) {
    ClassMasks here = classify(eight_bytes(text, block));
    std::uint64_t boundaries = find_boundaries(here, before);
    before = here;
    for (; boundaries != 0; boundaries &= boundaries - 1) {
      std::size_t at = block + static_cast<std::size_t>(std::countr_zero(boundaries)) / 8;
      if (at < done) continue;
      std::size_t begin = at;
      while (begin > done && class_of(text[begin - 1]) != other) --begin;
      for (done = at; done < text.size() && class_of(text[done]) != other;) ++done;
      // What begins with a digit is a number.
      std::string_view identifier = text.substr(begin, done - begin);
      if (class_of(identifier[0]) != digit && is_new(identifier)) append_parts(identifier, out);
    }
  }
}

std::string identifier_parts(std::string_view text) {
  auto splitter = std::make_unique<IdentifierSplitter>();
  std::string parts;
  splitter->start();
  splitter->append(text, parts);
  return parts;
}

}  // namespace froe::store
