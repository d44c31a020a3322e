// The worker protocol by hand, as docs/worker-protocol.md shows it: real frames through a real worker.
#include <algorithm>
#include <fstream>
#include <string>

#include "cli/fixture.hpp"

namespace froe::cli {
namespace {

class FrameTest : public CliTest {
 protected:
  const std::string program = FROE_PROGRAM;

  Outcome decode(const std::string& bytes) const {
    std::ofstream(tree_ / "frames", std::ios::binary) << bytes;
    return froe("frame decode <frames");
  }
  std::string encoded() const {
    write("a.py", python_file);
    return froe("frame encode a.py").out;
  }
};

TEST_F(FrameTest, FilesGoThroughAWorkerByHand) {
  write("a.py", python_file);
  write("b.go", "package shelf\n\nfunc Put() {}\n");
  auto result = shell(program + " frame encode a.py b.go | " + program + " worker --stdio | " + program +
                      " frame decode");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_TRUE(result.out.starts_with(R"({"type":"ready","job":0,)")) << result.out;
  auto first = result.out.find("\n{\"type\":\"result\",\"job\":0,");
  auto second = result.out.find("\n{\"type\":\"result\",\"job\":1,");
  ASSERT_NE(first, std::string::npos) << result.out;
  ASSERT_NE(second, std::string::npos) << result.out;
  EXPECT_LT(first, second);
  EXPECT_TRUE(contains(result.out, R"("name":"Shelf")")) << result.out;
  EXPECT_TRUE(contains(result.out, R"("name":"Put")")) << result.out;
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 3);
}

TEST_F(FrameTest, ReferencesComeIfTheyAreAskedFor) {
  write("a.py", python_file);
  auto run = [&](const std::string& option) {
    return shell(program + " frame encode a.py " + option + " | " + program + " worker --stdio | " + program +
                 " frame decode")
        .out;
  };
  EXPECT_TRUE(contains(run("--references"), R"({"kind":"call","name":"join",)"));
  EXPECT_TRUE(contains(run(""), R"("references":[],"metrics":[],"tokens":"")"));
  EXPECT_TRUE(contains(run("--metrics"), R"("metrics":[{"symbol":)"));
}

TEST_F(FrameTest, TheOtherDirectionIsReadableToo) {
  write("a.py", python_file);
  auto result = shell(program + " frame encode --max-size 77 a.py | " + program + " frame decode");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with(R"({"type":"start","job":0,)")) << result.out;
  for (const std::string part : {R"("program":)", R"({"type":"task","job":0,)", R"("path":"a.py")",
                                 R"("language":"python")", R"("max_size":77)", "class Shelf"}) {
    EXPECT_TRUE(contains(result.out, part)) << part << '\n' << result.out;
  }
}

TEST_F(FrameTest, WhatIsWrongWithAFrameIsSaidAndWhere) {
  auto good = encoded();
  auto start = good.find("FROE", 1);  // of the task, which follows the start frame
  ASSERT_NE(start, std::string::npos);
  auto broken = good;
  broken[start + 40] ^= 1;
  auto result = decode(broken);
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(contains(result.out, R"("type":"start")"));
  EXPECT_FALSE(contains(result.out, R"("type":"task")"));
  EXPECT_TRUE(contains(result.err, "frame 2, at byte " + std::to_string(start))) << result.err;
  EXPECT_TRUE(contains(result.err, "checksum of a payload")) << result.err;

  result = decode(good.substr(0, good.size() - 1));
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(contains(result.err, "ends in the middle")) << result.err;

  result = decode("no frames at all, whatever one may think of them\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(contains(result.err, "frame 1, at byte 0")) << result.err;
  EXPECT_TRUE(contains(result.err, "does not begin with FROE")) << result.err;

  EXPECT_EQ(decode("").status, 0);
}

TEST_F(FrameTest, AWorkerSaysWhatItDoesNotUnderstand) {
  auto result = shell("echo 'GET / HTTP/1.1 and some more words' | " + program + " worker --stdio");
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(contains(result.err, "FROE")) << result.err;
}

TEST_F(FrameTest, FilesWithoutATaskAreNamed) {
  write("a.py", python_file);
  write("b.bin", std::string(200, '\0'));
  auto result = froe("frame encode a.py b.bin");
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(contains(result.err, "b.bin: binary")) << result.err;
  EXPECT_EQ(froe("frame encode no-such-file.py").status, 2);
  EXPECT_EQ(froe("frame").status, 2);
}

}  // namespace
}  // namespace froe::cli
