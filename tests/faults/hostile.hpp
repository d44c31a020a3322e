// The fixture of the tests in which a grammar does harm on command, in the real program.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "faults/program.hpp"
#include "faults/tree.hpp"

namespace froe::faults {

// The parent's.
inline constexpr Milliseconds deadline{4000};
// Starting, indexing everything else and writing, on a busy machine.
inline constexpr Milliseconds everything_else{15'000};

struct Case {
  std::string name;
  std::string lines;    // of the hostile file
  std::string outcome;  // in the ledger
  std::string detail;   // part of the ledger's
};
inline std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.name;
}
inline std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

class HostileTest : public testing::Test {
 protected:
  // Indexes the tree with these lines in its hostile file, into a database of its own.
  Ended index(const std::string& lines, const fs::path& database, const Words& flags) const {
    tree_.put_hostile(lines);
    Words words{FROE_HOSTILE, "index", tree_.path(), "--db", database};
    words.insert(words.end(), flags.begin(), flags.end());
    return run(words);
  }

  // What holds whatever the hostile file does. Returns the entry of the hostile file.
  Entry check(const std::string& lines, const Words& flags) {
    auto harmless = scratch_.path() / "harmless.db";
    auto plain = index("nothing\n", harmless, {"-j", "1", "--executor", "inline"});
    EXPECT_EQ(plain.status, 0) << plain.err;

    auto database = scratch_.path() / "hostile.db";
    fs::remove(database);
    Words all{"--deadline", std::to_string(deadline.count() / 1000)};
    all.insert(all.end(), flags.begin(), flags.end());
    ended_ = index(lines, database, all);
    EXPECT_FALSE(ended_.hung) << ended_.err;
    // Two tries, and each may take its worker to the last deadline.
    EXPECT_LT(ended_.took, 2 * deadline + everything_else);
    EXPECT_EQ(guardian_.left_behind(), Words());
    EXPECT_EQ(verify(FROE_HOSTILE, database), "");
    EXPECT_EQ(
        first_difference(dump_of_others(FROE_HOSTILE, harmless), dump_of_others(FROE_HOSTILE, database)), "");
    return ledger_entry(FROE_HOSTILE, database, hostile_name);
  }

  void check(const Case& one, const Words& flags) {
    auto entry = check(one.lines, flags);
    EXPECT_EQ(entry.outcome, one.outcome) << entry.detail;
    EXPECT_NE(entry.detail.find(one.detail), std::string::npos) << entry.detail;
    EXPECT_EQ(ended_.status, one.outcome == "parsed" ? 0 : 1) << ended_.err;
  }

  Guardian guardian_;
  Scratch scratch_;
  Tree tree_{scratch_.path() / "tree"};
  Ended ended_;
};

}  // namespace froe::faults
