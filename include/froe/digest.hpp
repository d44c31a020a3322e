// The two names that froe gives to bytes: git's id of a blob, and the stable id of a chunk.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "froe/record.hpp"

namespace froe {

// SHA-1 over "blob <size>\0" and the bytes, as `git hash-object` prints it.
using BlobId = std::array<std::uint8_t, 20>;
[[nodiscard]] BlobId blob_id(std::string_view bytes);

// XXH3's 128 bits, in canonical (big-endian) order, over language, scope, kind, name and content, each
// preceded by its length as eight bytes, least significant first. Of the content, white space of ASCII at the
// end and empty lines at the beginning are left out: what is edited beside a chunk may move those. It need
// not resist an attacker, and every byte of every file goes through it: SHA-256 would cost as much as a tenth
// of the parse.
[[nodiscard]] StableId stable_id(std::string_view language, std::string_view scope, Kind kind,
                                 std::string_view name, std::string_view content);

// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string to_hex(std::string_view bytes);
// False if `text` is not exactly `bytes.size()` bytes in hexadecimal.
[[nodiscard]] bool from_hex(std::string_view text, std::span<std::uint8_t> bytes);

}  // namespace froe
