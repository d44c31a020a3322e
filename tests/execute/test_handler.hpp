// A handler for tests, the same in this process and in a worker: one chunk per line. A first line "sleep N"
// makes it take N microseconds; of "scheduling" it says under which policy, how nice and in which turns its
// thread runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "execute/long_turns.hpp"
#include "froe/record.hpp"

namespace froe::execute {

inline FileResult cut_lines(const FileTask& task) {
  FileResult result;
  result.sequence = task.sequence;
  result.detail = task.path;
  std::string_view content = task.content;
  for (std::size_t begin = 0; begin < content.size();) {
    std::size_t newline = content.find('\n', begin);
    std::size_t end = newline == std::string_view::npos ? content.size() : newline + 1;
    Chunk chunk;
    chunk.ordinal = static_cast<std::uint32_t>(result.chunks.size());
    chunk.range = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    chunk.begin = {chunk.ordinal, 0};
    chunk.end = newline == std::string_view::npos ? Position{chunk.ordinal, chunk.range.size()}
                                                  : Position{chunk.ordinal + 1, 0};
    result.chunks.push_back(chunk);
    begin = end;
  }
  return result;
}

inline std::string to_text(const SchedulingAttributes& attributes) {
  return std::to_string(attributes.policy) + " " + std::to_string(attributes.nice) + " " +
         std::to_string(attributes.turn_nanoseconds);
}

inline FileResult handle_test_task(const FileTask& task) {
  constexpr std::string_view sleep = "sleep ";
  if (task.content.starts_with(sleep)) {
    std::this_thread::sleep_for(std::chrono::microseconds(std::atol(task.content.c_str() + sleep.size())));
  }
  auto result = cut_lines(task);
  if (task.content == "scheduling") result.detail = to_text(scheduling_of_this_thread().value());
  return result;
}

}  // namespace froe::execute
