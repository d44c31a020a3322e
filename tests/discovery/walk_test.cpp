#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "discovery/scratch.hpp"

namespace froe::discovery::test {
namespace {

using Paths = std::vector<std::string>;

TEST(Walk, GoesInByteOrderOfWholePaths) {
  const Scratch scratch;
  Paths files = {"a/b",   "a.b",     "a-b/c",      "a0",      "a/b.c/d",   "a/b-c",
                 "ab/c",  "A",       "\xC3\xA9/x", "z",       "a/\x01",    "a//.x",
                 "a b/c", "a\x7f/y", "new\nline",  "bad\xFF", ".hidden/x", "a/b+/\n"};
  for (std::string& file : files) {
    scratch.write(file);
    if (file == "a//.x") file = "a/.x";
  }
  scratch.write(".git/config");
  scratch.write("a/.froe/index.db");
  scratch.make_directory("empty/deeper");
  std::ranges::sort(files);
  // "a/b" is a file here and a directory nowhere.
  EXPECT_EQ(paths(walk(scratch.root())), files);
}

TEST(Walk, ReportsWhatIsNotAFileAndFollowsNoLink) {
  const Scratch scratch;
  scratch.write("dir/file");
  const auto at = [&](const char* name) { return scratch.root() / name; };
  std::filesystem::create_directory_symlink("dir", at("to-dir"));
  std::filesystem::create_symlink("nowhere", at("dangling"));
  std::filesystem::create_directory_symlink(".", at("dir/loop"));
  std::filesystem::create_symlink("self", at("self"));
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  const UniqueFd server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  at("socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);

  std::map<std::string, EntryType> found;
  for (const Entry& entry : walk(scratch.root())) {
    found[entry.path] = entry.type;
    EXPECT_EQ(entry.error, "");
  }
  const std::map<std::string, EntryType> expected = {
      {"dangling", EntryType::symbolic_link}, {"dir/file", EntryType::regular},
      {"dir/loop", EntryType::symbolic_link}, {"pipe", EntryType::fifo},
      {"self", EntryType::symbolic_link},     {"socket", EntryType::socket},
      {"to-dir", EntryType::symbolic_link}};
  EXPECT_EQ(found, expected);

  // A link given as the root is followed: the user named it.
  EXPECT_EQ(paths(walk(at("to-dir"))), (Paths{"file", "loop"}));
}

TEST(Walk, RefusesARootThatIsNoDirectory) {
  const Scratch scratch;
  scratch.write("file");
  for (const char* name : {"file", "missing"}) {
    const auto opened = Walk::open(scratch.root() / name, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::not_found);
    EXPECT_NE(opened.error().message.find(name), std::string::npos);
  }
}

TEST(Walk, DirectoriesMayGoWhileItRuns) {
  const Scratch scratch;
  for (const char* file : {"a/1", "b/1", "c/1", "d/1"}) scratch.write(file);
  Options options;
  options.entering = [&](const std::string& path) {  // the root has been listed then
    if (path != "a") return;
    std::filesystem::remove_all(scratch.root() / "b");
    std::filesystem::remove_all(scratch.root() / "c");
    std::filesystem::create_directory_symlink("/", scratch.root() / "c");
  };
  auto opened = Walk::open(scratch.root(), options);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->next()->path, "a/1");
  const auto gone = opened->next();
  EXPECT_EQ(gone->path, "b/");
  EXPECT_TRUE(gone->vanished);
  EXPECT_EQ(gone->type, EntryType::directory);
  EXPECT_EQ(gone->error, "No such file or directory");
  const auto replaced = opened->next();
  EXPECT_EQ(replaced->path, "c/");
  EXPECT_NE(replaced->error, "");
  EXPECT_EQ(opened->next()->path, "d/1");
  EXPECT_FALSE(opened->next());
  EXPECT_FALSE(opened->next());
}

// How many descriptors the process may have, while this lives. Below some hundred a walk starts no threads.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t most) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit limit{.rlim_cur = std::min(most, before_.rlim_max), .rlim_max = before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// Runs `check` in a child that may not read what others may not; whether it returned true.
template <class Check>
bool as_nobody(Check check) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    const bool dropped = ::geteuid() != 0 || (::setgid(nobody) == 0 && ::setuid(nobody) == 0);
    ::_exit(dropped && check() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0;
}

TEST(Walk, SaysWhichDirectoryCannotBeListed) {
  const Scratch scratch;
  scratch.write("locked/x");
  scratch.write("locked.c", "text");
  scratch.write("open/x");
  std::filesystem::permissions(scratch.root().parent_path(), std::filesystem::perms(0755));
  std::filesystem::permissions(scratch.root() / "locked", std::filesystem::perms::none);
  std::filesystem::permissions(scratch.root() / "locked.c", std::filesystem::perms::none);
  EXPECT_TRUE(as_nobody([&] {
    const auto entries = walk(scratch.root());
    return paths(entries) == Paths{"locked.c", "locked/", "open/x"} &&
           entries[1].type == EntryType::directory && entries[1].error == "Permission denied";
  }));
  EXPECT_TRUE(as_nobody([&] {
    const auto content = read_file(scratch.root(), "locked.c", ByteCount(100));
    return !content && content.error().outcome == Outcome::unreadable &&
           content.error().detail == "Permission denied";
  }));
  std::filesystem::permissions(scratch.root() / "locked", std::filesystem::perms::all);
}

// Deeper than a process may have open files, and than PATH_MAX; with more to do on the way back up.
TEST(Walk, GoesAnyDepthAndReadsWhatIsThere) {
  constexpr int depth = 3000;
  const Scratch scratch;
  std::string path;
  Paths expected;
  {
    UniqueFd at(::open(scratch.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (int level = 0; level < depth; ++level) {
      for (const char* name : {"dd", "zz"}) ASSERT_EQ(::mkdirat(at.get(), name, 0755), 0);
      for (const char* name : {"dd/f", "zz/g"}) {
        const UniqueFd file(::openat(at.get(), name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
        ASSERT_EQ(::write(file.get(), "content", 7), 7);
      }
      expected.push_back(path + "dd/f");
      expected.push_back(path + "zz/g");
      path += "dd/";
      at = UniqueFd(::openat(at.get(), "dd", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      ASSERT_TRUE(at);
    }
  }
  std::ranges::sort(expected);

  for (const rlim_t most : {64U, 1024U}) {
    const DescriptorLimit limit(most);
    const auto entries = walk(scratch.root());
    EXPECT_TRUE(paths(entries) == expected) << most;  // a difference would fill the screen
    EXPECT_TRUE(std::ranges::all_of(entries, [](const Entry& entry) { return entry.error.empty(); }));
  }

  const auto content = read_file(scratch.root(), path + "f", ByteCount(100));
  ASSERT_TRUE(content) << content.error().detail;
  EXPECT_EQ(content->bytes, "content");
  EXPECT_EQ(read_file(scratch.root(), path + "none", ByteCount(1)).error().outcome, Outcome::vanished);
  EXPECT_EQ(read_file(scratch.root(), path + "no/where", ByteCount(1)).error().outcome, Outcome::vanished);
}

TEST(Walk, TellsOfEachDirectoryThatItEntersBeforeItsFiles) {
  const Scratch scratch;
  scratch.git({"init", "-q", "."});
  scratch.write(".gitignore", "left-out/\n");
  Paths expected = {""};
  for (const char* directory : {"a", "a/b", "a/b/c", "d"}) {
    scratch.write(std::string(directory) + "/file");
    scratch.write(std::string(directory) + "/left-out/deeper/file");
    expected.emplace_back(directory);
  }
  Paths entered;
  Options options;
  options.entering = [&](const std::string& path) {
    entered.push_back(path);
    // What is written from here on is seen.
    scratch.write(path.empty() ? "born" : path + "/born");
  };
  const auto found = paths(walk(scratch.root(), options));
  EXPECT_EQ(entered, expected);
  EXPECT_EQ(found, (Paths{".gitignore", "a/b/born", "a/b/c/born", "a/b/c/file", "a/b/file", "a/born",
                          "a/file", "born", "d/born", "d/file"}));
}

// A thread of the walk's own calls it.
TEST(Walk, HandsOnWhatIsThrownWhereItEnters) {
  const Scratch scratch;
  for (const char* file : {"a/1", "b/1"}) scratch.write(file);
  Options options;
  options.entering = [](const std::string& path) {
    if (path == "b") throw std::length_error("too much");
  };
  auto opened = Walk::open(scratch.root(), options);
  ASSERT_TRUE(opened);
  EXPECT_THROW(while (opened->next()){}, std::length_error);
  EXPECT_FALSE(opened->next());
}

// With few descriptors there are none to keep directories open with, ahead of who asks.
TEST(Walk, IsTheSameWithoutThreads) {
  const Scratch scratch;
  for (int i = 0; i < 40; ++i) {
    for (int j = 0; j < 30; ++j) scratch.write("d" + std::to_string(i) + "/e/f" + std::to_string(j), "x");
  }
  const auto walk_with = [&](rlim_t descriptors) {
    const DescriptorLimit limit(descriptors);
    return walk(scratch.root());
  };
  const auto with_threads = walk_with(1024);
  ASSERT_EQ(with_threads.size(), 1200U);
  const auto without = walk_with(100);
  ASSERT_EQ(without.size(), with_threads.size());
  for (std::size_t i = 0; i < without.size(); ++i) {
    EXPECT_EQ(without[i].path, with_threads[i].path);
    EXPECT_TRUE(without[i].stamp);
    EXPECT_EQ(without[i].stamp, with_threads[i].stamp) << without[i].path;
  }
}

// What ran out says nothing of the entry that met it.
TEST(Walk, EndsBeforeWhatItHasNoDescriptorsFor) {
  const Scratch scratch;
  std::string path;
  for (int level = 0; level < 30; ++level) {
    scratch.write(path + "a");
    path += "d/";
  }
  std::vector<Entry> found;
  std::optional<Status> status;
  {
    const DescriptorLimit limit(20);
    auto opened = Walk::open(scratch.root(), {});
    while (auto entry = opened->next()) found.push_back(*entry);
    status = opened->status();
  }
  ASSERT_FALSE(*status);
  EXPECT_EQ(status->error().kind, ErrorKind::busy);
  EXPECT_GT(found.size(), 5U);
  EXPECT_LT(found.size(), 20U);
  for (const Entry& entry : found) EXPECT_EQ(entry.error, "");
}

TEST(Walk, MayBeLeftAtAnyPoint) {
  const Scratch scratch;
  for (const char* file : {"a/b/c/file", "a/file", "d/e/file", "z"}) scratch.write(file);
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto before = descriptors();
  for (std::size_t most : {0U, 1U, 2U, 4U}) {
    auto opened = Walk::open(scratch.root(), {});
    ASSERT_TRUE(opened);
    for (std::size_t i = 0; i < most; ++i) ASSERT_TRUE(opened->next());
  }
  EXPECT_EQ(descriptors(), before);
}

// Else every run parses all certificates of the system; see repository.cpp.
TEST(GitSession, ReadsNoCertificates) {
  if (::dlsym(RTLD_DEFAULT, "git_libgit2_init") == nullptr) GTEST_SKIP() << "libgit2 is linked statically";
  void* parse = ::dlsym(RTLD_DEFAULT, "mbedtls_x509_crt_parse_file");
  if (parse == nullptr) GTEST_SKIP() << "no such TLS";
  Dl_info info{};
  ASSERT_NE(::dladdr(parse, &info), 0);
  EXPECT_EQ(std::filesystem::canonical(info.dli_fname), std::filesystem::canonical("/proc/self/exe"));
}

}  // namespace
}  // namespace froe::discovery::test
