// The tables of an index, and the check that a file is one. The format: docs/index-format.md.
#pragma once

#include <cstdint>

#include "store/sqlite.hpp"

namespace froe::store {

inline constexpr std::int64_t application_id = 0x66726f65;  // "froe"
inline constexpr std::int64_t format_version = 9;           // user_version

// Makes an empty database into an empty index; one that is not empty is checked.
bool prepare_to_write(Connection& connection);
// Refuses what is not an index, or is of another format.
bool check_format(Connection& connection);

}  // namespace froe::store
