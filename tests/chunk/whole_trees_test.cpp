// The invariants of the cut, held against every file of whole source trees. FROE_TEST_TREES in the
// environment names their directories, separated by colons; bench/invariants sets it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>

#include "chunk/facts.hpp"
#include "chunk/files.hpp"
#include "chunk/sound.hpp"
#include "froe/chunk.hpp"
#include "froe/language.hpp"

namespace froe::chunk {
namespace {

namespace fs = std::filesystem;

// What `froe index` parses unless told otherwise; larger files are cut as text.
constexpr std::size_t max_parse = 2U << 20U;
constexpr std::size_t max_file = 64U << 20U;

struct Count {
  std::size_t files = 0;
  std::size_t bytes = 0;
  std::size_t chunks = 0;
  std::size_t violations = 0;
};

void hold(Chunker& chunker, const fs::path& file, Count& count) {
  FileTask task;
  task.path = file.string();
  task.content = read_file(file);
  const auto* language = language::detect(task.path, task.content);
  if (language && task.content.size() <= max_parse) task.language = language->name;
  auto result = chunker.chunk(task);
  ++count.files;
  count.bytes += task.content.size();
  count.chunks += result.chunks.size();
  for (const auto& held :
       {is_sound(task, result), keeps_definitions_whole(task, result), facts_are_sound(task, result)}) {
    if (held) continue;
    ++count.violations;
    ADD_FAILURE() << task.path << ": " << held.message();
  }
}

TEST(WholeTrees, HoldTheInvariants) {
  const char* trees = std::getenv("FROE_TEST_TREES");
  if (trees == nullptr) GTEST_SKIP() << "FROE_TEST_TREES names no trees";
  std::istringstream names(trees);
  for (std::string name; std::getline(names, name, ':');) {
    Count count;
    Chunker chunker;
    std::error_code error;
    auto walk = fs::recursive_directory_iterator(name, fs::directory_options::skip_permission_denied, error);
    ASSERT_FALSE(error) << name << ": " << error.message();
    for (; walk != fs::recursive_directory_iterator(); walk.increment(error)) {
      if (walk->is_symlink() || !walk->is_regular_file() || walk->file_size() > max_file) continue;
      hold(chunker, walk->path(), count);
    }
    std::cout << name << ": " << count.files << " files, " << count.bytes << " bytes, " << count.chunks
              << " chunks, " << count.violations << " violations" << std::endl;
    EXPECT_GT(count.files, 0U) << name;
  }
}

}  // namespace
}  // namespace froe::chunk
