#include "chunk/files.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "froe/chunk.hpp"
#include "froe/language.hpp"

namespace froe::chunk {
namespace {

namespace fs = std::filesystem;

const fs::path cases = fs::path(FROE_SOURCE_DIR) / "tests/cases/chunk";

// `key = value` lines: max_size, min_size, unit.
ChunkOptions read_options(const fs::path& file) {
  ChunkOptions options;
  if (!fs::exists(file)) return options;
  std::istringstream lines(read_file(file));
  for (std::string key, equals, value; lines >> key >> equals >> value;) {
    std::uint32_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    if (key == "max_size") {
      options.max_size = number;
    } else if (key == "min_size") {
      options.min_size = number;
    } else if (key == "unit") {
      options.unit = size_unit_from_string(value).value();
    } else {
      throw std::runtime_error(file.string() + ": unknown option " + key);
    }
  }
  return options;
}

}  // namespace

std::string read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(cases)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path case_folder(const std::string& name) {
  return cases / name;
}

FileTask read_case(const std::string& name) {
  FileTask task;
  for (const auto& entry : fs::directory_iterator(case_folder(name))) {
    auto file = entry.path().filename().string();
    if (!file.starts_with("input.")) continue;
    task.path = file;
    task.content = read_file(entry.path());
  }
  if (task.path.empty()) throw std::runtime_error("no input in " + case_folder(name).string());
  const auto* language = language::detect(task.path, task.content);
  if (language) task.language = language->name;
  task.options = read_options(case_folder(name) / "options");
  return task;
}

FileResult without_timings(FileResult result) {
  result.parse_nanoseconds = 0;
  result.chunk_nanoseconds = 0;
  return result;
}

FileResult chunk_afresh(const FileTask& task) {
  Chunker chunker;
  return without_timings(chunker.chunk(task));
}

}  // namespace froe::chunk
