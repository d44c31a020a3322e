// What definitions are called, in words: names, scopes and signatures, made from the ranges of an outline.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chunk/outline.hpp"

namespace froe::chunk {

[[nodiscard]] std::string name_of(const Definition& definition, std::string_view source);

// Names of the definitions around `definition` (with its own, if `with_own`), outermost first; unnamed ones
// are left out.
[[nodiscard]] std::string scope_of(const Outline& outline, std::uint32_t definition, bool with_own,
                                   std::string_view source);

// The definition's head without its body, white space folded, on one line; cut at a fixed length.
[[nodiscard]] std::string signature_of(const Definition& definition, std::string_view source);

}  // namespace froe::chunk
