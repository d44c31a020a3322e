// A directory that a test may fill, with git at hand; gone when the test is done.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "froe/discovery.hpp"

namespace froe::discovery::test {

class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  // The tree under test, below a directory that also holds a home of its own, so that no setting of the
  // machine's user or of a repository around the temporary directory plays a part.
  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] std::filesystem::path home() const { return base_ / "home"; }

  // Writes a file and the directories above it.
  void write(const std::string& path, std::string_view content = "") const;
  void make_directory(const std::string& path) const;
  // Runs git in `directory` below the root; what it prints. Fails the test if git fails.
  std::string git(const std::vector<std::string>& arguments, const std::string& directory = "") const;

 private:
  std::filesystem::path base_;
  std::filesystem::path root_;
};

// What a program prints; the exit status must be 0.
std::string run(const std::vector<std::string>& command, const std::filesystem::path& directory);

std::vector<std::string> split_at_nul(const std::string& text);
std::vector<Entry> walk(const std::filesystem::path& root, Options options = {});
std::vector<std::string> paths(const std::vector<Entry>& entries);
// As git lists them: tracked or not ignored, sorted, and there.
std::vector<std::string> git_files(const Scratch& scratch);

}  // namespace froe::discovery::test
