// A tree of ordinary files with a hostile one among them, and what an index says of each.
#pragma once

#include <cstdint>
#include <string>

#include "faults/program.hpp"

namespace froe::faults {

inline constexpr const char* hostile_name = "m.hostile";

// Ordinary files of every language that froe has golden cases for, all in one directory, so that the place of
// each in the order of the run is its place in the order of names.
class Tree {
 public:
  explicit Tree(const fs::path& directory);

  [[nodiscard]] const fs::path& path() const { return path_; }
  void put_hostile(const std::string& lines) const;
  // The number of the hostile file's task.
  [[nodiscard]] std::uint64_t hostile_sequence() const;

 private:
  fs::path path_;
};

// What the ledger says of a file.
struct Entry {
  std::string outcome;
  std::string detail;
};
[[nodiscard]] Entry ledger_entry(const std::string& program, const fs::path& database,
                                 const std::string& path);

// `froe dump` without the rows of the hostile file and its content.
[[nodiscard]] std::string dump_of_others(const std::string& program, const fs::path& database);
[[nodiscard]] std::string dump(const std::string& program, const fs::path& database);

// The first lines in which two texts differ; empty if there are none.
[[nodiscard]] std::string first_difference(const std::string& a, const std::string& b);

// Empty if `froe verify` is content, else what it says.
[[nodiscard]] std::string verify(const std::string& program, const fs::path& database);

}  // namespace froe::faults
