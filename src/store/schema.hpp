// The tables of an index, and the check that a file is one. The format: docs/index-format.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/sqlite.hpp"

namespace froe::store {

inline constexpr std::int64_t application_id = 0x66726f65;  // "froe"
inline constexpr std::int64_t format_version = 12;          // user_version

// `revision_file.until` of a row that holds for the last revision: SQLite's largest integer.
inline constexpr std::string_view still = "9223372036854775807";
// Blobs that neither the work tree nor a revision has.
inline constexpr std::string_view orphaned_blobs =
    "SELECT id FROM blob WHERE NOT EXISTS (SELECT 1 FROM file WHERE file.blob = blob.id)"
    " AND NOT EXISTS (SELECT 1 FROM revision_file WHERE revision_file.blob = blob.id) ORDER BY id";

// Makes an empty database into an empty index; one that is not empty is checked.
bool prepare_to_write(Connection& connection);
// Refuses what is not an index, or is of another format.
bool check_format(Connection& connection);

}  // namespace froe::store
