// A grammar does its worst to a worker, in the real program: the file's outcome says what happened, every
// other row is that of a run without the fault, nothing outlives the run, and nothing takes longer than its
// deadlines.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <ostream>
#include <string>
#include <vector>

#include "faults/program.hpp"
#include "faults/tree.hpp"
#include "froe/record.hpp"
#include "froe/wire.hpp"

namespace froe::faults {
namespace {

struct Case {
  std::string name;
  std::string lines;    // of the hostile file
  std::string outcome;  // in the ledger
  std::string detail;   // part of the ledger's
};
std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.name;
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
    ended_ = index(lines, database, flags);
    EXPECT_FALSE(ended_.hung) << ended_.err;
    EXPECT_EQ(guardian_.left_behind(), Words());
    EXPECT_EQ(verify(FROE_HOSTILE, database), "");
    EXPECT_EQ(
        first_difference(dump_of_others(FROE_HOSTILE, harmless), dump_of_others(FROE_HOSTILE, database)), "");
    return ledger_entry(FROE_HOSTILE, database, hostile_name);
  }

  Guardian guardian_;
  Scratch scratch_;
  Tree tree_{scratch_.path() / "tree"};
  Ended ended_;
};

class HostileFile : public HostileTest, public testing::WithParamInterface<Case> {};

TEST_P(HostileFile, CostsItselfOnly) {
  const Case& one = GetParam();
  for (const char* jobs : {"1", "2"}) {
    auto entry = check(one.lines, {"-j", jobs});
    EXPECT_EQ(entry.outcome, one.outcome) << entry.detail;
    EXPECT_NE(entry.detail.find(one.detail), std::string::npos) << entry.detail;
    bool harmless = one.outcome == "parsed";
    EXPECT_EQ(ended_.status, harmless ? 0 : 1) << ended_.err;
    fs::remove(scratch_.path() / "hostile.db");
  }
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Deaths, HostileFile,
                         testing::ValuesIn(std::vector<Case>{
                             {"Segv", "signal 11\n", "crashed", "signal 11 (SIGSEGV)"},
                             {"Bus", "signal 7\n", "crashed", "signal 7 (SIGBUS)"},
                             {"Ill", "signal 4\n", "crashed", "signal 4 (SIGILL)"},
                             {"Fpe", "signal 8\n", "crashed", "signal 8 (SIGFPE)"},
                             {"Trap", "signal 5\n", "crashed", "signal 5 (SIGTRAP)"},
                             {"NullPointer", "null\n", "crashed", "signal 11 (SIGSEGV)"},
                             {"Division", "divide\n", "crashed", "signal 8 (SIGFPE)"},
                             {"NoInstruction", "trap\n", "crashed", "signal 4 (SIGILL)"},
                             {"StackOverflow", "recurse\n", "crashed", "signal 11 (SIGSEGV)"},
                             {"Exit0", "exit 0\n", "crashed", "exit status 0"},
                             {"Exit7", "exit 7\n", "crashed", "exit status 7"},
                         }),
                         name_of);

INSTANTIATE_TEST_SUITE_P(NoHarm, HostileFile,
                         testing::ValuesIn(std::vector<Case>{
                             {"Nothing", "nothing\n", "parsed", ""},
                             {"Prints", "print 100000\n", "parsed", ""},
                             {"PrintsMuch", "print 30000000\nprint_error 30000000\n", "parsed", ""},
                             {"Leaks", "leak 50000000\n", "parsed", ""},
                         }),
                         name_of);

}  // namespace
}  // namespace froe::faults
