// The real chunker, late by a random while: completion in any order but that of submission.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <thread>

#include "froe/chunk.hpp"
#include "froe/execute.hpp"

namespace froe::test {

inline execute::HandlerFactory shuffling_handler() {
  return [] {
    auto chunker = std::make_shared<chunk::Chunker>();
    auto random = std::make_shared<std::mt19937>(std::random_device{}());
    return [chunker, random](const FileTask& task) {
      auto result = chunker->chunk(task);
      std::this_thread::sleep_for(
          std::chrono::microseconds(std::uniform_int_distribution<int>(0, 5000)(*random)));
      return result;
    };
  };
}

}  // namespace froe::test
