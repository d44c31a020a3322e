// A grammar does its worst to a worker, in the real program: the file's outcome says what happened, every
// other row is that of a run without the fault, nothing outlives the run, and no worker is waited for longer
// than the deadline.
#include "faults/hostile.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "froe/record.hpp"
#include "froe/wire.hpp"

namespace froe::faults {
namespace {

class HostileFile : public HostileTest, public testing::WithParamInterface<Case> {};

TEST_P(HostileFile, CostsItselfOnly) {
  for (const char* jobs : {"1", "2"}) check(GetParam(), {"-j", jobs});
}

// These wait for deadlines, so once each.
class HostileDelay : public HostileFile {};
TEST_P(HostileDelay, CostsItselfOnly) {
  check(GetParam(), {"-j", "2"});
}

const std::vector<Case> deaths{
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
    {"PrintsAndDies", "print 1000000\nnull\n", "crashed", "signal 11 (SIGSEGV)"},
    {"Abort", "abort\n", "aborted", "signal 6 (SIGABRT)"},
    {"Sys", "signal 31\n", "sandbox_violation", "signal 31 (SIGSYS)"},
    {"Kill", "signal 9\n", "killed", "signal 9 (SIGKILL)"},
    {"Term", "signal 15\n", "killed", "signal 15 (SIGTERM)"},
    {"Quit", "signal 3\n", "killed", "signal 3 (SIGQUIT)"},
};
INSTANTIATE_TEST_SUITE_P(Deaths, HostileFile, testing::ValuesIn(deaths), name_of);

const std::vector<Case> no_harm{
    {"Nothing", "nothing\n", "parsed", ""},
    {"Prints", "print 100000\n", "parsed", ""},
    {"PrintsMuch", "print 30000000\nprint_error 30000000\n", "parsed", ""},
    {"Leaks", "leak 50000000\n", "parsed", ""},
    {"IsSlow", "busy 300\nsleep 300\n", "parsed", ""},
};
INSTANTIATE_TEST_SUITE_P(NoHarm, HostileFile, testing::ValuesIn(no_harm), name_of);

const std::vector<Case> delays{
    {"Loops", "loop\n", "timed_out", ""},
    {"Sleeps", "sleep 600000\n", "timed_out", ""},
    {"StopsItself", "signal 19\n", "timed_out", ""},
    {"StopsItselfForATerminal", "signal 20\n", "timed_out", ""},
    {"ClosesAndLoops", "close\nloop\n", "protocol_error", "closed its socket"},
};
INSTANTIATE_TEST_SUITE_P(Delays, HostileDelay, testing::ValuesIn(delays), name_of);

// The next run, which might be told to cut otherwise, does not try again what took two workers this long.
TEST_F(HostileTest, IsNotTriedAgain) {
  for (const char* lines : {"loop\n", "null\n"}) {
    auto first = check(lines, {"-j", "2"});
    auto database = scratch_.path() / "hostile.db";
    auto again = index(lines, database, {"-j", "2", "--max-size", "1000"});
    EXPECT_EQ(again.status, 1) << again.err;
    EXPECT_LT(again.took, deadline);
    auto second = ledger_entry(FROE_HOSTILE, database, hostile_name);
    EXPECT_EQ(second.outcome, first.outcome);
    EXPECT_EQ(second.detail, first.detail);
    EXPECT_EQ(verify(FROE_HOSTILE, database), "");
    // Other content in its place is no culprit.
    EXPECT_EQ(index("nothing\n", database, {"-j", "2"}).status, 0);
  }
}

// What a worker may say on its socket instead of the truth.
class HostileWords : public HostileTest {
 protected:
  static std::string hex(std::string_view bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (char c : bytes) {
      auto byte = static_cast<unsigned char>(c);
      text += {digits[byte >> 4U], digits[byte & 15U]};
    }
    return text;
  }
  static std::string write(std::string_view bytes) { return "write " + hex(bytes) + '\n'; }

  // A header that announces `length` bytes of payload.
  static std::string header(std::uint64_t job, std::uint32_t length) {
    std::string frame = wire::encode_empty_frame(wire::FrameType::result, job);
    for (unsigned i = 0; i < 4; ++i) frame[16 + i] = static_cast<char>(length >> (8 * i));
    std::uint32_t checksum = wire::crc32c(std::string_view(frame).substr(0, 24));
    for (unsigned i = 0; i < 4; ++i) frame[24 + i] = static_cast<char>(checksum >> (8 * i));
    return frame;
  }

  // A result of the hostile file with one chunk of `size` bytes, as text.
  static std::string result(std::uint64_t job, std::uint32_t size) {
    FileResult forged;
    forged.sequence = job;
    forged.outcome = Outcome::parsed;
    Chunk chunk;
    chunk.range = {0, size};
    chunk.end = {1, 0};
    forged.chunks = {chunk};
    return wire::encode_frame(wire::FrameType::result, job, forged).value();
  }
  void expect_protocol_error(const std::string& lines, const std::string& detail = {}) {
    for (const char* jobs : {"1", "2"}) check({"", lines, "protocol_error", detail}, {"-j", jobs});
  }
};

TEST_F(HostileWords, Garbage) {
  expect_protocol_error(write("this is no frame, but it is longer than a header"), "begin with FROE");
}
TEST_F(HostileWords, MuchGarbage) {
  expect_protocol_error("length 10000000\n");
}
TEST_F(HostileWords, ATruncatedFrame) {
  auto job = tree_.hostile_sequence();
  // The true answer is taken for the rest of it.
  expect_protocol_error(write(result(job, 1).substr(0, 40)));
}
TEST_F(HostileWords, AFrameCutShortByTheEnd) {
  expect_protocol_error(write(result(tree_.hostile_sequence(), 1).substr(0, 40)) + "shut\n");
}
TEST_F(HostileWords, ALengthOverTheLimit) {
  expect_protocol_error(write(header(tree_.hostile_sequence(), 0xffffffffU)), "over the limit");
}
TEST_F(HostileWords, ALengthThatNeverComes) {
  // Within what this file's answer may take, so that it may be the truth until the deadline.
  check({"", write(header(tree_.hostile_sequence(), 500'000U)), "timed_out", ""}, {"-j", "1"});
  // No file of this size has so much to tell.
  check({"", write(header(tree_.hostile_sequence(), 200'000'000U)), "protocol_error", "over the limit"},
        {"-j", "1"});
}
TEST_F(HostileWords, AWrongJob) {
  expect_protocol_error(write(result(tree_.hostile_sequence() + 1, 1)), "not due");
  // One that has been answered: a second reply to it.
  expect_protocol_error(write(result(tree_.hostile_sequence() - 1, 1)), "not due");
  expect_protocol_error(write(result(1'000'000'000'000U, 1)), "not due");
}
TEST_F(HostileWords, AnotherFrame) {
  expect_protocol_error(write(wire::encode_empty_frame(wire::FrameType::ready, 0)));
}
TEST_F(HostileWords, AResultThatDoesNotTile) {
  expect_protocol_error(write(result(tree_.hostile_sequence(), 3)), "do not reach the end");
}
// The worker's own code finds that it cannot answer, and leaves.
TEST_F(HostileWords, Silence) {
  for (const char* lines : {"close\n", "shut\n"}) check({"", lines, "crashed", "exit status 4"}, {"-j", "1"});
}

}  // namespace
}  // namespace froe::faults
