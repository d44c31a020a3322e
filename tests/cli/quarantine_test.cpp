// Quarantine as its users meet it, with real workers that die: a grammar that does harm on command.
#include <string>

#include "cli/fixture.hpp"

namespace froe::cli {
namespace {

class QuarantineTest : public CliTest {
 protected:
  // froe linked with the hostile grammar.
  Outcome hostile(const std::string& arguments) const {
    // A worker dies by its own signal in a build with the address sanitizer too.
    return shell(std::string("ASAN_OPTIONS=handle_segv=0 ") + FROE_HOSTILE + " " + arguments);
  }
};

TEST_F(QuarantineTest, WhatCostWorkersTheirLivesIsListedKeptAndReleased) {
  write("bad.hostile", "null\n");
  write("harmless.hostile", "nothing\n");
  write("good.py", python_file);
  auto first = hostile("index --json");
  EXPECT_EQ(first.status, 1) << first.err;
  EXPECT_TRUE(contains(first.out, R"("crashed":1)")) << first.out;
  EXPECT_FALSE(contains(first.out, R"("workers_lost":0)")) << first.out;

  auto listed = hostile("quarantine list");
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_TRUE(listed.out.starts_with("crashed ")) << listed.out;
  EXPECT_TRUE(contains(listed.out, "bad.hostile")) << listed.out;
  EXPECT_TRUE(contains(listed.out, "SIGSEGV")) << listed.out;
  EXPECT_FALSE(contains(listed.out, "harmless")) << listed.out;
  auto json = hostile("quarantine list --json bad.hostile");
  EXPECT_TRUE(contains(json.out, R"("paths":["bad.hostile"])")) << json.out;
  EXPECT_TRUE(contains(json.out, R"("outcome":"crashed")")) << json.out;

  // Other options cut everything anew, but nobody dies of it again.
  auto second = hostile("index --json --max-size 500");
  EXPECT_EQ(second.status, 1) << "its tree is still lost";
  EXPECT_TRUE(contains(second.out, R"("cut":3)")) << second.out;
  EXPECT_TRUE(contains(second.out, R"("workers_lost":0)")) << second.out;
  EXPECT_TRUE(contains(hostile("ledger").out, "SIGSEGV"));
  ASSERT_EQ(hostile("index --db ../fresh.db --max-size 500").status, 1);
  EXPECT_EQ(hostile("dump").out, hostile("dump --db ../fresh.db").out);

  EXPECT_EQ(hostile("quarantine clear harmless.hostile").status, 1);
  EXPECT_EQ(hostile("quarantine clear nowhere.hostile").status, 2);
  EXPECT_NE(hostile("quarantine list").out, "");
  auto cleared = hostile("quarantine clear bad.hostile");
  EXPECT_EQ(cleared.status, 0) << cleared.err;
  EXPECT_TRUE(contains(cleared.out, "bad.hostile")) << cleared.out;
  EXPECT_TRUE(contains(cleared.err, "tries these again")) << cleared.err;
  EXPECT_EQ(hostile("quarantine list").out, "");

  auto third = hostile("index --json --max-size 500");
  EXPECT_TRUE(contains(third.out, R"("cut":1)")) << third.out;
  EXPECT_FALSE(contains(third.out, R"("workers_lost":0)")) << third.out;
  EXPECT_NE(hostile("quarantine list").out, "");
  EXPECT_EQ(hostile("verify").status, 0);
  EXPECT_EQ(hostile("quarantine clear").status, 0);
  EXPECT_EQ(hostile("quarantine list").out, "");
}

TEST_F(QuarantineTest, IsEmptyAsARule) {
  write("a.py", python_file);
  ASSERT_EQ(froe("index").status, 0);
  for (const std::string command : {"quarantine list", "quarantine clear"}) {
    auto result = froe(command);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.out + result.err, "") << command;
  }
  EXPECT_EQ(froe("quarantine").status, 2);
  EXPECT_EQ(froe("quarantine list --db none.db").status, 2);
}

TEST_F(QuarantineTest, FilesAreNamedFromAnywhere) {
  write("lib/bad.hostile", "abort\n");
  ASSERT_EQ(hostile("index --db ../elsewhere.db").status, 1);
  std::string list =
      std::string(FROE_HOSTILE) + " quarantine list --db '" + (scratch_ / "elsewhere.db").string() + "' ";
  for (const std::string& command : {list + "lib/bad.hostile", "cd lib && " + list + "bad.hostile",
                                     "cd / && " + list + "'" + (tree_ / "lib/bad.hostile").string() + "'"}) {
    auto result = shell(command);
    EXPECT_TRUE(contains(result.out, "lib/bad.hostile")) << command << '\n' << result.err;
  }
}

}  // namespace
}  // namespace froe::cli
