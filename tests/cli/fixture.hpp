// Runs the real froe in a tree of the test's own.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace froe::cli {

namespace fs = std::filesystem;

struct Outcome {
  int status = -1;  // exit status, or 128 + signal
  std::string out;
  std::string err;
};

inline std::string read_all(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class CliTest : public testing::Test {
 protected:
  CliTest() {
    std::string name = (fs::temp_directory_path() / "froe-cli-XXXXXX").string();
    scratch_ = fs::canonical(::mkdtemp(name.data()));
    tree_ = scratch_ / "tree";
    fs::create_directory(tree_);
  }
  ~CliTest() override { fs::remove_all(scratch_); }

  void write(const std::string& path, const std::string& content) const {
    fs::create_directories((tree_ / path).parent_path());
    std::ofstream(tree_ / path, std::ios::binary) << content;
  }

  // Runs froe in the tree through the shell, so that tests read like what one types.
  Outcome froe(const std::string& arguments, const std::string& before = {}) const {
    return shell(before + " " + FROE_PROGRAM + " " + arguments);
  }
  Outcome shell(const std::string& command) const {
    auto out = scratch_ / "stdout";
    auto err = scratch_ / "stderr";
    std::string line = "cd '" + tree_.string() + "' && { " + command + "; } >'" + out.string() + "' 2>'" +
                       err.string() + "'";
    int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_all(out), read_all(err)};
  }

  static bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  fs::path scratch_;
  fs::path tree_;
};

inline constexpr const char* python_file =
    "import os\n\n\nclass Shelf:\n    def put(self, book):\n        return os.path.join(book)\n";

}  // namespace froe::cli
