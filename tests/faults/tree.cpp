#include "faults/tree.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace froe::faults {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The value of a string field in a line of JSON that holds no escapes in it.
std::string field(const std::string& line, const std::string& name) {
  std::string key = '"' + name + "\":\"";
  auto at = line.find(key);
  if (at == std::string::npos) return {};
  auto begin = at + key.size();
  return line.substr(begin, line.find('"', begin) - begin);
}

std::string output_of(const Words& words) {
  auto ended = run(words);
  if (ended.status != 0) throw std::runtime_error(words[0] + " " + words[1] + ": " + ended.err);
  return ended.out;
}

}  // namespace

Tree::Tree(const fs::path& directory) : path_(directory) {
  fs::create_directories(path_);
  fs::path cases = fs::path(FROE_SOURCE_DIR) / "tests" / "cases" / "chunk";
  for (const auto& folder : fs::directory_iterator(cases)) {
    if (!folder.is_directory()) continue;
    for (const auto& file : fs::directory_iterator(folder.path())) {
      auto name = file.path().filename().string();
      if (name.starts_with("input."))
        fs::copy_file(file.path(), path_ / (folder.path().filename().string() + name.substr(5)));
    }
  }
}

void Tree::put_hostile(const std::string& lines) const {
  write_file(path_ / hostile_name, lines);
}

std::uint64_t Tree::hostile_sequence() const {
  return static_cast<std::uint64_t>(
      std::count_if(fs::directory_iterator(path_), fs::directory_iterator(),
                    [](const auto& file) { return file.path().filename().string() < hostile_name; }));
}

Entry ledger_entry(const std::string& program, const fs::path& database, const std::string& path) {
  std::istringstream lines(output_of({program, "--json", "--db", database, "ledger"}));
  for (std::string line; std::getline(lines, line);) {
    if (field(line, "path") == path) return {field(line, "outcome"), field(line, "detail")};
  }
  return {"(no row)", ""};
}

std::string dump(const std::string& program, const fs::path& database) {
  return output_of({program, "--db", database, "dump"});
}

std::string dump_of_others(const std::string& program, const fs::path& database) {
  std::istringstream lines(dump(program, database));
  std::string kept;
  bool of_hostile = false;
  for (std::string line; std::getline(lines, line);) {
    auto type = field(line, "type");
    // A sum over the words of all files; `froe verify` holds it against them.
    if (type == "terms") continue;
    // The rows of a blob follow it.
    if (type != "chunk" && type != "symbol") {
      of_hostile = contains(line, hostile_name) || field(line, "language") == "hostile";
    }
    if (!of_hostile) kept += line + '\n';
  }
  return kept;
}

std::string first_difference(const std::string& a, const std::string& b) {
  std::istringstream lines_a(a);
  std::istringstream lines_b(b);
  std::string line_a;
  std::string line_b;
  while (true) {
    bool more_a = static_cast<bool>(std::getline(lines_a, line_a));
    bool more_b = static_cast<bool>(std::getline(lines_b, line_b));
    if (!more_a && !more_b) return {};
    if (more_a && more_b && line_a == line_b) continue;
    return "- " + (more_a ? line_a : "(end)") + "\n+ " + (more_b ? line_b : "(end)") + "\n";
  }
}

std::string verify(const std::string& program, const fs::path& database) {
  auto ended = run({program, "--db", database, "verify"});
  return ended.status == 0 ? std::string() : ended.out + ended.err;
}

}  // namespace froe::faults
