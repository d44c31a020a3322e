// Whether an index is what it was, without reading it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "store/sqlite.hpp"

namespace froe::store {

// What the file system says of a database and of its log: which files they are, how large, and when they were
// written.
struct FileState {
  std::string text;
  std::chrono::system_clock::time_point written;  // the last time
};
// Of a database that the connection has attached by this name. Nothing: it cannot say, or another file stands
// in its place.
[[nodiscard]] std::optional<FileState> file_state(Connection& connection, const char* name);
// Whether nobody can write to the files and leave them with this state: the clock of their file system has
// moved on since. FAT's is the coarsest.
[[nodiscard]] bool is_settled(const FileState& state);

}  // namespace froe::store
