#include "discovery/scratch.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "froe/support.hpp"

#ifdef __SANITIZE_ADDRESS__
// libgit2 1.5 loses its regular expression's match data each time it opens a repository with extensions.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpcre2";
}
#endif

namespace froe::discovery::test {

namespace fs = std::filesystem;

Scratch::Scratch() {
  std::string pattern = (fs::temp_directory_path() / "froe-discovery-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  base_ = fs::canonical(pattern);
  root_ = base_ / "tree";
  fs::create_directories(root_);
  fs::create_directories(home());
  ::setenv("HOME", home().c_str(), 1);
  ::setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
  ::unsetenv("XDG_CONFIG_HOME");
}

Scratch::~Scratch() {
  std::error_code ignored;
  // Not remove_all: the tree may be deeper than one process can follow with a descriptor for each level.
  if (::getenv("FROE_KEEP_SCRATCH") == nullptr) run({"rm", "-rf", base_.string()}, "/");
}

void Scratch::write(const std::string& path, std::string_view content) const {
  const fs::path full = root_ / path;
  fs::create_directories(full.parent_path());
  std::ofstream file(full, std::ios::binary);
  file << content;
  ASSERT_TRUE(file.good()) << full;
}

void Scratch::make_directory(const std::string& path) const {
  fs::create_directories(root_ / path);
}

std::string Scratch::git(const std::vector<std::string>& arguments, const std::string& directory) const {
  std::vector<std::string> command = {"git",
                                      "-c",
                                      "user.name=t",
                                      "-c",
                                      "user.email=t@example.org",
                                      "-c",
                                      "init.defaultBranch=main",
                                      "-c",
                                      "protocol.file.allow=always"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run(command, root_ / directory);
}

std::string run(const std::vector<std::string>& command, const fs::path& directory) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
  UniqueFd out(ends[0]);
  UniqueFd in(ends[1]);
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  posix_spawn_file_actions_adddup2(&actions, in.get(), STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  EXPECT_EQ(failed, 0) << command[0];
  if (failed != 0) return {};
  in.reset();
  std::string text;
  char buffer[65536];
  for (ssize_t count = 0; (count = ::read(out.get(), buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << ::testing::PrintToString(command);
  return text;
}

std::vector<std::string> split_at_nul(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\0', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::vector<Entry> walk(const fs::path& root, Options options) {
  auto opened = Walk::open(root, options);
  EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
  std::vector<Entry> entries;
  if (!opened) return entries;
  while (auto entry = opened->next()) entries.push_back(std::move(*entry));
  return entries;
}

std::vector<std::string> paths(const std::vector<Entry>& entries) {
  std::vector<std::string> all;
  for (const Entry& entry : entries) all.push_back(entry.path);
  return all;
}

std::vector<std::string> git_files(const Scratch& scratch) {
  auto files = split_at_nul(scratch.git({"ls-files", "--cached", "--others", "--exclude-standard", "-z"}));
  std::erase_if(
      files, [&](const std::string& path) { return !fs::exists(fs::symlink_status(scratch.root() / path)); });
  std::ranges::sort(files);
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace froe::discovery::test
