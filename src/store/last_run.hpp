// What is kept of the last run: not a part of what the index says of the tree.
#pragma once

#include "froe/store_records.hpp"
#include "store/sqlite.hpp"

namespace froe::store {

// Takes the place of the run before. The caller commits.
void write_last_run(Connection& connection, const LastRun& run);
[[nodiscard]] LastRun read_last_run(Connection& connection);

}  // namespace froe::store
