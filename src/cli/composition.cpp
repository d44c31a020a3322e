#include "cli/composition.hpp"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "cli/commands.hpp"
#include "froe/chunk.hpp"

namespace froe::cli {

namespace {

// The parser's and the worker's own deadline follow the parent's in proportion. A day of milliseconds, six
// times, fits.
execute::Deadlines deadlines_of(double seconds) {
  execute::Deadlines deadlines;
  deadlines.parent = static_cast<std::uint32_t>(seconds * 1000);
  deadlines.worker = deadlines.parent * 6 / 7;
  deadlines.parse = deadlines.parent * 5 / 7;
  return deadlines;
}

}  // namespace

execute::HandlerFactory chunk_handler(const execute::Deadlines& deadlines) {
  return [time = std::chrono::milliseconds(deadlines.parse)] {
    auto chunker = std::make_shared<chunk::Chunker>(time);
    return [chunker](const FileTask& task) { return chunker->chunk(task); };
  };
}

execute::WorkerSpec worker_spec(const CutArguments& arguments) {
  // Its socket, three streams, and a few that the system's libraries may open for a moment.
  constexpr std::uint64_t worker_descriptors = 16;
  return {"/proc/self/exe",
          {"worker"},
          deadlines_of(arguments.deadline),
          {arguments.worker_memory, worker_descriptors},
          arguments.sandbox};
}

void keep_small_blocks() {
#ifdef __GLIBC__
  constexpr int small = 2 << 20;
  mallopt(M_MMAP_THRESHOLD, small);
  mallopt(M_TRIM_THRESHOLD, 4 * small);
#endif
}

std::string_view to_string(ExecutorKind kind) {
  switch (kind) {
    case ExecutorKind::processes: return "processes";
    case ExecutorKind::threads: return "threads";
    case ExecutorKind::inline_: return "inline";
  }
  return "unknown";
}

unsigned worker_count(const CutArguments& arguments) {
  return arguments.workers > 0 ? arguments.workers : std::max(1U, std::thread::hardware_concurrency());
}

std::unique_ptr<execute::Executor> make_executor(const CutArguments& arguments) {
  execute::Limits limits;
  limits.workers = worker_count(arguments);
  auto deadlines = deadlines_of(arguments.deadline);
  switch (arguments.executor) {
    case ExecutorKind::inline_: return execute::make_inline(chunk_handler(deadlines));
    case ExecutorKind::threads: return execute::make_threads(chunk_handler(deadlines), limits);
    case ExecutorKind::processes: break;
  }
  return execute::make_processes(worker_spec(arguments), chunk::chunk_as_text, chunk::chunk_if_quick, limits);
}

std::filesystem::path default_database(const std::filesystem::path& root) {
  return root / ".froe" / "index.db";
}

Result<std::filesystem::path> find_database(const CommonArguments& common) {
  if (!common.database.empty()) return std::filesystem::path(common.database);
  std::error_code error;
  auto directory = std::filesystem::current_path(error);
  if (error) return failure(ErrorKind::io, "cannot tell the working directory: " + error.message());
  for (;;) {
    auto database = default_database(directory);
    if (std::filesystem::exists(database, error)) return database;
    if (directory == directory.root_path()) break;
    directory = directory.parent_path();
  }
  return failure(
      ErrorKind::not_found,
      "there is no index here or in a directory above; make one with `froe index`, or name one with --db");
}

}  // namespace froe::cli
