// The system gives froe too little: processes, descriptors, disk, rights, or a database to itself. It does
// with less or stops and says why; it never loses a file, and never waits for ever.
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "faults/program.hpp"
#include "faults/tree.hpp"

namespace froe::faults {
namespace {

// Somebody without privileges, to whom limits and permissions apply.
constexpr uid_t nobody = 65534;

void become_nobody() {
  if (::geteuid() != 0) return;
  if (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0) ::_exit(124);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Resources : public testing::Test {
 protected:
  Resources() {
    fs::permissions(scratch_.path(), fs::perms::all);
    fresh_ = scratch_.path() / "fresh.db";
    auto ended = run(index_into(fresh_, {}));
    EXPECT_EQ(ended.status, 0) << ended.err;
    dump_ = dump(FROE_PROGRAM, fresh_);
  }

  [[nodiscard]] Words index_into(const fs::path& database, const Words& flags) const {
    Words words{FROE_PROGRAM, "index", tree_.path(), "--db", database};
    words.insert(words.end(), flags.begin(), flags.end());
    return words;
  }
  // A directory that anybody may write in, with no index in it.
  [[nodiscard]] fs::path open_directory() const {
    fs::path folder = scratch_.path() / "open";
    fs::remove_all(folder);
    fs::create_directory(folder);
    fs::permissions(folder, fs::perms::all);
    return folder;
  }
  // Either all is well, or the run stopped with a reason and what is there is sound; and the next run, with
  // everything that it needs, makes it whole.
  void expect_all_or_a_reason(const Ended& ended, const fs::path& database, const std::string& reason) {
    EXPECT_FALSE(ended.hung) << ended.err;
    EXPECT_EQ(guardian_.left_behind(), Words());
    if (ended.status != 0) {
      EXPECT_EQ(ended.status, 2) << ended.err;
      EXPECT_TRUE(contains(ended.err, reason)) << ended.err;
      EXPECT_FALSE(contains(ended.err, "internal error")) << ended.err;
      EXPECT_EQ(run(index_into(database, {})).status, 0);
    }
    EXPECT_EQ(first_difference(dump_, dump(FROE_PROGRAM, database)), "");
    EXPECT_EQ(verify(FROE_PROGRAM, database), "");
  }
  // Whether that somebody can run froe at all; if not, says why.
  [[nodiscard]] static bool nobody_can_run_froe() {
    if (run({FROE_PROGRAM, "--version"}, {.before = become_nobody}).status == 0) return true;
    std::cout << "froe lies where an unprivileged user cannot reach it\n";
    return false;
  }

  Guardian guardian_;
  Scratch scratch_;
  Tree tree_{scratch_.path() / "tree"};
  fs::path fresh_;
  std::string dump_;
};

TEST_F(Resources, FewProcesses) {
  if (!nobody_can_run_froe()) GTEST_SKIP();
  bool some_stopped = false;
  for (rlim_t processes : {1, 2, 3, 4, 5, 6, 7, 8, 10, 20}) {
    SCOPED_TRACE(processes);
    auto database = open_directory() / "index.db";
    Conditions conditions;
    conditions.before = become_nobody;
    conditions.limits = {{RLIMIT_NPROC, processes}};
    auto ended = run(index_into(database, {"-j", "4"}), conditions);
    some_stopped |= ended.status == 2;
    expect_all_or_a_reason(ended, database, "Resource temporarily unavailable");
  }
  EXPECT_TRUE(some_stopped) << "the limit did not bind";
}

TEST_F(Resources, FewDescriptors) {
#ifdef FROE_SANITIZED
  GTEST_SKIP() << "the undefined-behaviour sanitizer needs descriptors to look at an exception";
#endif
  // Deep enough that the walk holds many directories open, large enough that all workers are started.
  fs::path deep = tree_.path();
  for (int level = 0; level < 12; ++level) {
    deep /= "below";
    Tree another(deep);
    write_file(deep / ".gitignore", "*.txt\n");
    write_file(deep / ".ignore", "*.json\n");
  }
  ASSERT_EQ(run(index_into(fresh_, {})).status, 0);
  dump_ = dump(FROE_PROGRAM, fresh_);
  for (rlim_t descriptors : {8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32}) {
    SCOPED_TRACE(descriptors);
    auto database = open_directory() / "index.db";
    Conditions conditions;
    conditions.limits = {{RLIMIT_NOFILE, descriptors}};
    auto ended = run(index_into(database, {"-j", "8"}), conditions);
    expect_all_or_a_reason(ended, database, "Too many open files");
  }
}

TEST_F(Resources, AFullDisk) {
  auto disk = scratch_.path() / "disk";
  fs::create_directory(disk);
  Words in_a_namespace{"/usr/bin/unshare", "--mount"};
  if (::geteuid() != 0) in_a_namespace = {"/usr/bin/unshare", "--user", "--map-root-user", "--mount"};
  auto with_disk = [&](const std::string& size, const std::string& commands) {
    Words words = in_a_namespace;
    words.insert(words.end(), {"/bin/sh", "-c",
                               "mount -t tmpfs -o size=" + size + " tmpfs '" + disk.string() +
                                   "' || exit 77\nDB='" + disk.string() + "/index.db'\nTREE='" +
                                   tree_.path().string() + "'\nFROE='" FROE_PROGRAM "'\n" + commands});
    return run(words);
  };
  if (with_disk("100k", "true").status != 0) GTEST_SKIP() << "a file system cannot be mounted here";

  // Too small for the first transaction, and too small for all of them.
  for (const char* size : {"64k", "256k", "600k"}) {
    SCOPED_TRACE(size);
    auto ended = with_disk(size, "\"$FROE\" index \"$TREE\" --db \"$DB\"");
    EXPECT_EQ(ended.status, 2) << ended.err;
    EXPECT_TRUE(contains(ended.err, "the disk is full")) << ended.err;
    EXPECT_EQ(guardian_.left_behind(), Words());
  }
  // With room again, the next run makes it whole.
  auto mended = with_disk("600k",
                          "\"$FROE\" index \"$TREE\" --db \"$DB\" && exit 70\n"
                          "mount -o remount,size=100m tmpfs '" +
                              disk.string() +
                              "' || exit 71\n"
                              "\"$FROE\" index --quiet \"$TREE\" --db \"$DB\" || exit 72\n"
                              "\"$FROE\" --db \"$DB\" verify >&2 || exit 73\n"
                              "\"$FROE\" --db \"$DB\" dump");
  EXPECT_EQ(mended.status, 0) << mended.err;
  EXPECT_EQ(first_difference(dump_, mended.out), "");
}

TEST_F(Resources, ADirectoryThatIsReadOnly) {
  if (!nobody_can_run_froe()) GTEST_SKIP();
  auto folder = open_directory();
  Conditions conditions;
  conditions.before = become_nobody;
  // There is no index, and none can be made.
  fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                              fs::perms::others_exec);
  auto made = run(index_into(folder / "index.db", {}), conditions);
  if (::geteuid() == 0) {
    EXPECT_EQ(made.status, 2);
    EXPECT_TRUE(contains(made.err, "Permission denied")) << made.err;
  }
  // There is one that may be read.
  fs::permissions(folder, fs::perms::all);
  ASSERT_EQ(run(index_into(folder / "index.db", {})).status, 0);
  fs::permissions(folder, fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
  auto read = run({FROE_PROGRAM, "--db", folder / "index.db", "dump"}, conditions);
  EXPECT_EQ(read.status, 0) << read.err;
  EXPECT_EQ(first_difference(dump_, read.out), "");
  if (::geteuid() == 0) {
    auto written = run(index_into(folder / "index.db", {}), conditions);
    EXPECT_EQ(written.status, 2);
    EXPECT_TRUE(contains(written.err, "Permission denied")) << written.err;
  }
  fs::permissions(folder, fs::perms::all);
}

// Another program with the database open: the system's `sqlite3`, and so another SQLite than froe's.
class Other {
 public:
  explicit Other(const fs::path& database)
      : done_(database.string() + ".done"),
        program_(::popen(("sqlite3 -bail '" + database.string() + "' >/dev/null").c_str(), "w")) {}

  // Returns when the statements are done.
  void execute(const std::string& sql) const {
    ASSERT_NE(program_, nullptr);
    std::fputs((sql + ";\n.shell touch '" + done_.string() + "'\n").c_str(), program_.get());
    std::fflush(program_.get());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!fs::remove(done_)) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << sql;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  struct Close {
    void operator()(std::FILE* program) const { ::pclose(program); }
  };
  fs::path done_;
  std::unique_ptr<std::FILE, Close> program_;
};

TEST_F(Resources, ADatabaseThatOthersRead) {
  tree_.put_hostile("one\n");
  ASSERT_EQ(run(index_into(fresh_, {})).status, 0);
  auto before = dump(FROE_PROGRAM, fresh_);
  Other other(fresh_);
  other.execute("BEGIN; SELECT count(*) FROM chunk");
  // The reader keeps what it saw; the run neither waits for it nor disturbs it.
  tree_.put_hostile("two\n");
  auto ended = run(index_into(fresh_, {}));
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(dump(FROE_PROGRAM, fresh_), before);
  other.execute("COMMIT");
  auto database = open_directory() / "index.db";
  ASSERT_EQ(run(index_into(database, {})).status, 0);
  EXPECT_EQ(first_difference(dump(FROE_PROGRAM, database), dump(FROE_PROGRAM, fresh_)), "");
  EXPECT_EQ(verify(FROE_PROGRAM, fresh_), "");
}

TEST_F(Resources, ADatabaseThatAnotherProgramWrites) {
  Other other(fresh_);
  other.execute("BEGIN IMMEDIATE");
  tree_.put_hostile("changed\n");
  auto ended = run(index_into(fresh_, {}), {.at_most = std::chrono::seconds(30)});
  EXPECT_FALSE(ended.hung);
  EXPECT_EQ(ended.status, 2);
  EXPECT_TRUE(contains(ended.err, "another program has locked the database")) << ended.err;
  other.execute("ROLLBACK");
  EXPECT_EQ(run(index_into(fresh_, {})).status, 0);
  EXPECT_EQ(verify(FROE_PROGRAM, fresh_), "");
}

}  // namespace
}  // namespace froe::faults
