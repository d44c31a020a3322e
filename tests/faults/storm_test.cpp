// Processes are killed, stopped and interrupted at random moments of runs over real source: the index must
// come out as if nothing had happened. Sizes and the tree come from the environment; scripts/storm sets them
// to full size.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "faults/program.hpp"
#include "faults/tree.hpp"

namespace froe::faults {
namespace {

using Random = std::mt19937;

Milliseconds up_to(Random& random, Milliseconds most) {
  return Milliseconds(std::uniform_int_distribution<Milliseconds::rep>(0, most.count())(random));
}

// The tree to index: FROE_STORM_TREE, or froe's own sources, copied so that nobody edits them meanwhile.
class SourceTree {
 public:
  SourceTree() {
    if (const char* given = std::getenv("FROE_STORM_TREE")) {
      path_ = given;
      return;
    }
    path_ = scratch_.path() / "tree";
    fs::create_directory(path_);
    for (const char* part : {"docs", "include", "src", "tests/cases"}) {
      fs::create_directories(path_ / part);
      fs::copy(fs::path(FROE_SOURCE_DIR) / part, path_ / part,
               fs::copy_options::recursive | fs::copy_options::skip_symlinks);
    }
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  Scratch scratch_;
  fs::path path_;
};

class Storm : public testing::Test {
 protected:
  Storm() {
    fs::path fresh = scratch_.path() / "fresh.db";
    auto ended = run(index_into(fresh, {"-j", "2"}));
    usual_time_ = ended.took;
    EXPECT_EQ(ended.status, 0) << ended.err;
    dump_ = dump(FROE_PROGRAM, fresh);
    std::cout << "seed " << seed_ << ", undisturbed run " << usual_time_.count() << " ms\n";
  }

  [[nodiscard]] Words index_into(const fs::path& database, const Words& flags) const {
    Words words{FROE_PROGRAM, "index", tree_.path(), "--db", database};
    words.insert(words.end(), flags.begin(), flags.end());
    return words;
  }
  static void expect_sound(const fs::path& database) {
    if (!fs::exists(database)) return;
    auto fault = verify(FROE_PROGRAM, database);
    // Killed before the tables were there.
    if (fault.find("there is nothing in the index") == std::string::npos) {
      EXPECT_EQ(fault, "");
    }
  }
  // The database holds up as it is, and the next run makes it what a fresh one is.
  void expect_sound_and_completed(const fs::path& database) {
    expect_sound(database);
    auto next = run(index_into(database, {"-j", "2"}));
    EXPECT_EQ(next.status, 0) << next.err;
    EXPECT_EQ(first_difference(dump_, dump(FROE_PROGRAM, database)), "");
  }
  // An empty place for a database.
  [[nodiscard]] fs::path new_database() const {
    fs::path folder = scratch_.path() / "disturbed";
    fs::remove_all(folder);
    fs::create_directory(folder);
    return folder / "index.db";
  }

  Guardian guardian_;
  Scratch scratch_;
  SourceTree tree_;
  unsigned seed_ = from_environment("FROE_STORM_SEED", 1);
  Random random_{seed_};
  Milliseconds usual_time_{};
  std::string dump_;
};

// Sends a signal to workers of a run at random moments; returns how many times.
unsigned disturb(Program& froe, Random& random, Milliseconds between, int signal, unsigned most) {
  unsigned sent = 0;
  while (sent < most && froe.running()) {
    auto workers = children_of(froe.pid());
    if (!workers.empty()) {
      std::uniform_int_distribution<std::size_t> any(0, workers.size() - 1);
      if (send_to_child(froe.pid(), workers[any(random)], signal)) ++sent;
    }
    std::this_thread::sleep_for(up_to(random, between));
  }
  return sent;
}

// Lines of a dump that tell what became of a file, by path.
std::map<std::string, std::string> file_rows(const std::string& dump) {
  std::map<std::string, std::string> rows;
  std::istringstream lines(dump);
  const std::string start = "{\"type\":\"file\",\"path\":\"";
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(start)) continue;
    rows[line.substr(start.size(), line.find("\",\"outcome\"") - start.size())] = line;
  }
  return rows;
}

TEST_F(Storm, KilledWorkersCostNothing) {
  const unsigned wanted = from_environment("FROE_STORM_WORKERS", 30);
  unsigned killed = 0;
  unsigned runs = 0;
  std::size_t given_up = 0;
  auto undisturbed = file_rows(dump_);
  while (killed < wanted && !HasFailure()) {
    auto database = new_database();
    Program froe(index_into(database, {"-j", "4"}), {.at_most = std::chrono::minutes(5)});
    // Some ten a run, however fast the machine and the build are: where no worker lives long enough to be
    // ready, froe gives up, and says so.
    killed += disturb(froe, random_, usual_time_ / 6, SIGKILL, wanted - killed);
    auto ended = froe.wait();
    ++runs;
    EXPECT_FALSE(ended.hung);
    EXPECT_TRUE(ended.status == 0 || ended.status == 1) << ended.status << ' ' << ended.err;
    EXPECT_EQ(guardian_.left_behind(), Words());

    // No file is lost: each has the row that it should have, or one that says that its workers were killed.
    auto rows = file_rows(dump(FROE_PROGRAM, database));
    EXPECT_EQ(rows.size(), undisturbed.size());
    for (const auto& [path, row] : rows) {
      if (row == undisturbed[path]) continue;
      EXPECT_NE(row.find("\"outcome\":\"killed\""), std::string::npos) << row;
      ++given_up;
    }
    expect_sound_and_completed(database);
  }
  std::cout << killed << " workers killed in " << runs << " runs; " << given_up
            << " files were left to the next run\n";
}

TEST_F(Storm, AKilledParentLeavesNothingBehind) {
  const unsigned wanted = from_environment("FROE_STORM_PARENTS", 8);
  unsigned killed = 0;
  unsigned finished = 0;
  while (killed < wanted && !HasFailure()) {
    auto database = new_database();
    Program froe(index_into(database, {"-j", "2"}));
    std::this_thread::sleep_for(up_to(random_, usual_time_));
    ++(froe.running() ? killed : finished);
    froe.send(SIGKILL);
    (void)froe.wait();
    EXPECT_EQ(guardian_.left_behind(Milliseconds(1000)), Words());
    expect_sound_and_completed(database);
  }
  std::cout << killed << " parents killed; " << finished << " more runs were done before\n";
}

// The same database through one kill after another: what each run got done, the next need not do again.
TEST_F(Storm, RunsThatAreKilledGetSomewhere) {
  auto database = new_database();
  for (int i = 0; i < 3; ++i) {
    Program froe(index_into(database, {"-j", "2"}));
    std::this_thread::sleep_for(usual_time_ / 2 + up_to(random_, usual_time_ / 2));
    froe.send(SIGKILL);
    (void)froe.wait();
    EXPECT_EQ(guardian_.left_behind(Milliseconds(1000)), Words());
    expect_sound(database);
  }
  expect_sound_and_completed(database);
}

}  // namespace
}  // namespace froe::faults
