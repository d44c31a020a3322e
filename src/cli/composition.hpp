// Binds the chunker to an executor: the one place where parsing meets threads and processes.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "cli/arguments.hpp"
#include "froe/execute.hpp"

namespace froe::cli {

// What runs in a worker, a thread or inline.
[[nodiscard]] execute::HandlerFactory chunk_handler(const execute::Deadlines& deadlines);

// How a worker process of this program is started.
[[nodiscard]] execute::WorkerSpec worker_spec(const CutArguments& arguments);

// Before the answers of a server or its worker, each of which takes and frees buffers of a document's size:
// what is under 2 MiB is kept for the next one, where glibc would give it back and be given zeroed pages
// again, one fault each. What a search of frequent words takes, tens of megabytes for a moment in larger
// blocks, is given back. By itself glibc learns from the first of these to keep them, and between them lies
// what stays.
void keep_small_blocks();

// "processes", "threads", "inline".
[[nodiscard]] std::string_view to_string(ExecutorKind kind);

[[nodiscard]] unsigned worker_count(const CutArguments& arguments);

[[nodiscard]] std::unique_ptr<execute::Executor> make_executor(const CutArguments& arguments);

// The index that a command means: `--db`, or the nearest .froe/index.db from the working directory upwards.
[[nodiscard]] Result<std::filesystem::path> find_database(const CommonArguments& common);
// Where the index of a tree is kept unless told otherwise.
[[nodiscard]] std::filesystem::path default_database(const std::filesystem::path& root);

}  // namespace froe::cli
