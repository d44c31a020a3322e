// froe doctor: says that all is well only if it is, names what is not, and forgets nothing.
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/difference.hpp"
#include "cli/fixture.hpp"
#include "froe/record.hpp"

namespace froe::cli {
namespace {

using DoctorTest = CliTest;

std::set<std::string> subjects(const std::string& json, const std::string& check) {
  std::set<std::string> names;
  std::regex line("\\{\"check\":\"" + check + "\",\"subject\":\"([^\"]*)\"");
  for (auto found = std::sregex_iterator(json.begin(), json.end(), line); found != std::sregex_iterator();
       ++found) {
    names.insert((*found)[1]);
  }
  return names;
}

TEST_F(DoctorTest, FindsThisFroeWell) {
  write("a.py", python_file);
  ASSERT_EQ(froe("index").status, 0);
  auto result = froe("doctor");
  // What the sandbox can be is the kernel's to say, and not every one has Landlock.
  bool confined = !contains(result.out, "FAIL sandbox");
  EXPECT_EQ(result.status, confined ? 0 : 1) << result.out << result.err;
  EXPECT_EQ(result.out.find("FAIL"), result.out.find("FAIL sandbox")) << result.out;
  EXPECT_TRUE(contains(result.out, "complete: 1 file,")) << result.out;
  EXPECT_TRUE(contains(result.out, "ENABLE_FTS5")) << result.out;
}

TEST_F(DoctorTest, LooksAtEveryLanguageAndEveryExecutor) {
  auto result = froe("doctor --json");
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(boost::json::parse(line).as_object().contains("advice")) << line;
  }
  std::set<std::string> languages;
  for (const auto& entry : fs::directory_iterator(fs::path(FROE_SOURCE_DIR) / "grammars")) {
    if (fs::exists(entry.path() / "language.toml")) languages.insert(entry.path().filename().string());
  }
  EXPECT_GT(languages.size(), 10U);
  EXPECT_EQ(subjects(result.out, "grammar"), languages);
  EXPECT_EQ(subjects(result.out, "executor"), (std::set<std::string>{"inline", "processes", "threads"}));
}

TEST_F(DoctorTest, SaysWhatAWorkerIsUnder) {
  auto result = froe("doctor --json");
  EXPECT_EQ(subjects(result.out, "sandbox").size(), 1U) << result.out;
  EXPECT_EQ(subjects(result.out, "worker"), (std::set<std::string>{"descriptors", "limits"})) << result.out;
  auto line = [&](const std::string& subject) {
    auto at = result.out.find("\"subject\":\"" + subject + '"');
    return result.out.substr(at, result.out.find('\n', at) - at);
  };
  for (const std::string part : {"0 /dev/null", "3 socket", "\"ok\":true"}) {
    EXPECT_TRUE(contains(line("descriptors"), part)) << line("descriptors");
  }
  EXPECT_TRUE(contains(line("limits"), "core 0")) << line("limits");
}

// Whoever gives a type a field list means it to cross a boundary.
TEST_F(DoctorTest, ForgetsNoRecord) {
  std::set<std::string> records;
  std::regex head("^struct (\\w+)");
  for (const auto& entry : fs::directory_iterator(fs::path(FROE_SOURCE_DIR) / "include/froe")) {
    std::ifstream in(entry.path());
    std::string last;
    for (std::string line; std::getline(in, line);) {
      std::smatch found;
      if (std::regex_search(line, found, head)) last = found[1];
      if (line.find("static constexpr auto fields() {") != std::string::npos) records.insert(last);
    }
  }
  EXPECT_GT(records.size(), 8U);
  EXPECT_EQ(subjects(froe("doctor --json").out, "record"), records);
}

TEST_F(DoctorTest, NamesWhatIsWrongAndWhatToDo) {
  write("notes.db", "this is no database, and never was one, whatever its name may say about that\n");
  auto result = froe("doctor --db notes.db");
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(contains(result.out, "FAIL index")) << result.out;
  EXPECT_TRUE(contains(result.out, "remove the index and run `froe index` again")) << result.out;

#ifndef FROE_SANITIZED  // the undefined-behaviour sanitizer needs descriptors of its own
  // No descriptor is left for a worker's socket and pipe.
  result = shell("ulimit -n 7; " + std::string(FROE_PROGRAM) + " doctor");
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(contains(result.out, "FAIL executor processes")) << result.out << result.err;
  EXPECT_TRUE(contains(result.out, "ok   executor inline")) << result.out;
#endif

  result = froe("doctor", "TMPDIR=/nowhere");
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(contains(result.out, "FAIL store")) << result.out;
  EXPECT_TRUE(contains(result.out, "TMPDIR")) << result.out;
}

TEST(Difference, NamesTheFirstMemberThatDiffers) {
  FileResult one;
  one.chunks.resize(3);
  FileResult other = one;
  EXPECT_EQ(first_difference(one, other), std::nullopt);
  other.chunks[2].range.end = 7;
  other.chunks[2].name = "later";
  EXPECT_EQ(first_difference(one, other), "chunks[2].range.end: 0 and 7");
  other = one;
  other.chunks.pop_back();
  EXPECT_EQ(first_difference(one, other), "chunks: 3 and 2 of them");
  other = one;
  other.outcome = froe::Outcome::crashed;
  EXPECT_EQ(first_difference(one, other), "outcome: \"text\" and \"crashed\"");
}

}  // namespace
}  // namespace froe::cli
