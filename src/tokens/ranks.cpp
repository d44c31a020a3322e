#include "tokens/ranks.hpp"

// An array of two million numbers would take a compiler a minute; an assembler copies the file.
#define FROE_INCLUDE(name)                                                               \
  asm(".pushsection .rodata\n"                                                           \
      ".global froe_ranks_" #name "\nfroe_ranks_" #name                                  \
      ":\n"                                                                              \
      ".incbin \"" FROE_RANKS "/" #name                                                  \
      ".ranks\"\n"                                                                       \
      ".global froe_ranks_" #name "_end\nfroe_ranks_" #name                              \
      "_end:\n"                                                                          \
      ".byte 0\n"                                                                        \
      ".popsection\n");                                                                  \
  extern "C" const char froe_ranks_##name[];      /* NOLINT(modernize-avoid-c-arrays) */ \
  extern "C" const char froe_ranks_##name##_end[] /* NOLINT(modernize-avoid-c-arrays) */

FROE_INCLUDE(o200k_base);
FROE_INCLUDE(cl100k_base);

namespace froe::tokens {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::string_view packed_ranks(Encoding encoding) {
  switch (encoding) {
    case Encoding::o200k_base: return between(froe_ranks_o200k_base, froe_ranks_o200k_base_end);
    case Encoding::cl100k_base: return between(froe_ranks_cl100k_base, froe_ranks_cl100k_base_end);
  }
  return {};
}

}  // namespace froe::tokens
