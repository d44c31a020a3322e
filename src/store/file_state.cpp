#include "store/file_state.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace froe::store {
namespace {

using std::chrono::nanoseconds;

constexpr std::chrono::seconds coarsest_clock{2};

nanoseconds to_nanoseconds(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

}  // namespace

std::optional<FileState> file_state(Connection& connection, const char* name) {
  int has_moved = 1;
  sqlite3_file_control(connection.handle(), name, SQLITE_FCNTL_HAS_MOVED, &has_moved);
  const char* database = sqlite3_db_filename(connection.handle(), name);
  if (has_moved != 0 || database == nullptr) return std::nullopt;
  const char* log = sqlite3_filename_wal(database);
  FileState state;
  nanoseconds newest{0};
  for (const char* path : {database, log}) {
    struct stat status {};
    const bool is_there = ::stat(path, &status) == 0;
    if (!is_there && (path == database || errno != ENOENT)) return std::nullopt;
    // Whoever reads an index may make an empty log, and remove it.
    if (path == log && (!is_there || status.st_size == 0)) continue;
    const auto written = to_nanoseconds(status.st_mtim);
    const auto changed = to_nanoseconds(status.st_ctim);
    newest = std::max({newest, written, changed});
    state.text += std::to_string(status.st_dev) + ' ' + std::to_string(status.st_ino) + ' ' +
                  std::to_string(status.st_size) + ' ' + std::to_string(written.count()) + ' ' +
                  std::to_string(changed.count()) + '\n';
  }
  state.written = std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(newest));
  return state;
}

bool is_settled(const FileState& state) {
  return state.written < std::chrono::system_clock::now() - coarsest_clock;
}

}  // namespace froe::store
