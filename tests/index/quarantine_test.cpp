// Content that costs workers their lives is tried no more than it must be, and looks the same ever after.
#include <map>
#include <string>

#include "index/fixture.hpp"

namespace froe {
namespace {

// An executor whose "workers" lose the tree of every content in `losses`, and that counts what it was given.
class Quarantine : public UpdateTest {
 protected:
  index::Summary run(const fs::path& database, index::Options options = {}) {
    tried_.clear();
    auto executor = execute::make_inline([this]() -> execute::Handler {
      return [this, real = chunk_handler()()](const FileTask& task) {
        ++tried_[task.path];
        auto lost = losses_.find(task.content);
        if (lost == losses_.end()) return real(task);
        return chunk::chunk_as_text(task, lost->second, "detail of " + task.content);
      };
    });
    auto summary = update(database, *executor, options);
    EXPECT_TRUE(summary) << summary.error().message;
    return summary ? *summary : index::Summary{};
  }

  static std::vector<store::Quarantined> quarantine(const fs::path& database) {
    auto reader = store::Reader::open(database);
    EXPECT_TRUE(reader) << reader.error().message;
    return reader->quarantine().value();
  }

  std::map<std::string, Outcome> losses_;
  std::map<std::string, int> tried_;  // by path
};

TEST_F(Quarantine, IsNotTriedAgainWhateverTheOptions) {
  write("bad.py", "def bad(): pass\n");
  write("good.py", "def good(): pass\n");
  losses_["def bad(): pass\n"] = Outcome::timed_out;
  auto database = scratch_ / "index.db";
  auto first = run(database);
  EXPECT_EQ(first.outcomes[static_cast<std::size_t>(Outcome::timed_out)], 1U);
  EXPECT_EQ(tried_.size(), 2U);
  ASSERT_EQ(quarantine(database).size(), 1U);
  EXPECT_EQ(quarantine(database)[0].paths, std::vector<std::string>{"bad.py"});

  run(database);
  EXPECT_TRUE(tried_.empty()) << "nothing has changed";

  write("copy/bad.py", "def bad(): pass\n");
  index::Options options;
  options.chunk.max_size = 300;
  auto other = run(database, options);
  EXPECT_EQ(tried_.count("bad.py") + tried_.count("copy/bad.py"), 0U);
  EXPECT_EQ(tried_.count("good.py"), 1U);
  EXPECT_EQ(other.outcomes[static_cast<std::size_t>(Outcome::timed_out)], 2U);
  auto rows = ledger(database);
  for (const std::string path : {"bad.py", "copy/bad.py"}) {
    EXPECT_EQ(rows[path].outcome, Outcome::timed_out);
    EXPECT_EQ(rows[path].detail, "detail of def bad(): pass\n");
  }
  expect_proved(database);
  // As if it had died in this very run.
  run(scratch_ / "fresh.db", options);
  EXPECT_EQ(dump(database, false), dump(scratch_ / "fresh.db", false));
}

TEST_F(Quarantine, ReleasedContentIsTriedAgainAndTakesItsPlaceEverywhere) {
  write("a.py", "def bad(): pass\n");
  write("b.py", "def good(): pass\n");
  write("c.py", "def bad(): pass\n");
  losses_["def bad(): pass\n"] = Outcome::crashed;
  auto database = scratch_ / "index.db";
  run(database);
  {
    auto writer = store::Writer::open(
        database, {.root = root_.string(), .on_wait = nullptr, .rules = index::rules({})});
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->release(quarantine(database)));
  }
  EXPECT_TRUE(quarantine(database).empty());
  losses_.clear();
  run(database);
  EXPECT_EQ(tried_, (std::map<std::string, int>{{"a.py", 1}}));
  expect_proved(database);
  run(scratch_ / "fresh.db");
  EXPECT_EQ(dump(database, false), dump(scratch_ / "fresh.db", false));
}

TEST_F(Quarantine, AFileWhoseWorkerWasKilledIsRedone) {
  write("a.py", "def victim(): pass\n");
  write("b.py", "def other(): pass\n");
  write("c.py", "def victim(): pass\n");
  losses_["def victim(): pass\n"] = Outcome::killed;
  auto database = scratch_ / "index.db";
  auto first = run(database);
  EXPECT_EQ(first.outcomes[static_cast<std::size_t>(Outcome::killed)], 2U);
  EXPECT_TRUE(quarantine(database).empty());
  expect_proved(database);
  run(database);
  EXPECT_EQ(tried_.count("b.py"), 0U);
  EXPECT_EQ(ledger(database)["c.py"].outcome, Outcome::killed) << "still";
  losses_.clear();
  run(database);
  EXPECT_EQ(tried_.count("b.py"), 0U);
  expect_proved(database);
  run(scratch_ / "fresh.db");
  EXPECT_EQ(dump(database, false), dump(scratch_ / "fresh.db", false));
}

TEST_F(Quarantine, EveryWayToLoseATreeIsRememberedButAKill) {
  for (auto outcome : all_outcomes) {
    if (!lost_tree(outcome)) continue;
    std::string content = "# " + std::string(to_string(outcome)) + "\n";
    write(std::string(to_string(outcome)) + ".py", content);
    losses_[content] = outcome;
  }
  auto database = scratch_ / "index.db";
  run(database);
  EXPECT_EQ(quarantine(database).size(), losses_.size() - 1);
  losses_.clear();
  run(database);
  EXPECT_EQ(tried_, (std::map<std::string, int>{{"killed.py", 1}}));
  expect_proved(database);
}

TEST_F(Quarantine, TheContentInAnotherLanguageIsAnotherMatter) {
  write("a.py", "x = 1\n");
  losses_["x = 1\n"] = Outcome::crashed;
  auto database = scratch_ / "index.db";
  run(database);
  losses_.clear();
  write("a.rb", "x = 1\n");
  write("a.txt", "x = 1\n");
  run(database);
  EXPECT_EQ(tried_, (std::map<std::string, int>{{"a.rb", 1}, {"a.txt", 1}}));
  EXPECT_EQ(ledger(database)["a.rb"].outcome, Outcome::parsed);
}

TEST_F(Quarantine, OutlivesTheFile) {
  write("a.py", "def bad(): pass\n");
  losses_["def bad(): pass\n"] = Outcome::aborted;
  auto database = scratch_ / "index.db";
  run(database);
  fs::remove(root_ / "a.py");
  run(database);
  ASSERT_EQ(quarantine(database).size(), 1U);
  EXPECT_TRUE(quarantine(database)[0].paths.empty());
  write("elsewhere.py", "def bad(): pass\n");
  run(database);
  EXPECT_TRUE(tried_.empty());
  EXPECT_EQ(ledger(database)["elsewhere.py"].outcome, Outcome::aborted);
  expect_proved(database);
}

}  // namespace
}  // namespace froe
