// What a run leaves behind for whoever wants to know how it went: the trace and the workers' statistics.
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <string>

#include "cli/fixture.hpp"

namespace froe::cli {
namespace {

class RunTest : public CliTest {
 protected:
  // The trace's events; a failure if it is not JSON.
  boost::json::array trace() const {
    boost::json::error_code error;
    auto parsed = boost::json::parse(read_all(scratch_ / "trace.json"), error);
    EXPECT_FALSE(error) << error.message();
    return parsed.is_array() ? parsed.as_array() : boost::json::array();
  }
};

TEST_F(RunTest, ATraceHasOneCompleteEventForEachFileOnARowOfItsOwnSlot) {
  for (int i = 0; i < 30; ++i) write("f" + std::to_string(i) + ".py", python_file + std::to_string(i));
  write("caf\xe9.py", python_file);
  for (const std::string executor : {"inline", "threads", "processes"}) {
    auto result = froe("index --db ../" + executor + ".db --trace ../trace.json -j 2 --executor " + executor);
    ASSERT_EQ(result.status, 0) << result.err;
    std::map<std::string, int> files;
    std::map<std::int64_t, double> row_end;
    int commits = 0;
    for (const auto& value : trace()) {
      const auto& event = value.as_object();
      if (event.at("ph").as_string() != "X") continue;
      auto name = std::string(event.at("name").as_string());
      bool commit = event.at("cat").as_string() == "writer";
      ++(commit ? commits : files[name]);
      // Events of a row follow one another: a slot works on one file at a time.
      auto row = event.at("tid").to_number<std::int64_t>();
      auto begin = event.at("ts").to_number<double>();
      auto duration = event.at("dur").to_number<double>();
      EXPECT_GE(duration, 0);
      EXPECT_GE(begin + 0.001, row_end[row]) << name;
      row_end[row] = begin + duration;
      EXPECT_TRUE(commit ? row == 0 : row == 1 || row == 2) << row;
      EXPECT_TRUE(commit || event.at("args").at("bytes").to_number<int>() > 0);
    }
    EXPECT_EQ(files.size(), 31U) << executor;
    EXPECT_GE(commits, 1) << executor;
    EXPECT_EQ(files["caf\\xe9.py"], 1);
    fs::remove(scratch_ / "trace.json");
  }
}

TEST_F(RunTest, ATraceIsWholeEvenIfTheRunIsKilled) {
  for (int i = 0; i < 4000; ++i) write("d/f" + std::to_string(i) + ".py", python_file + std::to_string(i));
  shell("timeout --signal=KILL 0.4 " + std::string(FROE_PROGRAM) + " index --trace ../trace.json");
  EXPECT_GE(trace().size(), 1U);
  shell("timeout --signal=INT 0.4 " + std::string(FROE_PROGRAM) + " index --trace ../trace.json");
  EXPECT_GE(trace().size(), 1U);
}

TEST_F(RunTest, ATraceThatCannotBeWrittenIsAnError) {
  write("a.py", python_file);
  auto result = froe("index --trace nowhere/trace.json");
  EXPECT_EQ(result.status, 2);
  EXPECT_TRUE(contains(result.err, "nowhere/trace.json")) << result.err;
  EXPECT_EQ(froe("index --trace /dev/full").status, 2);
}

TEST_F(RunTest, TheWorkersOfTheLastRunAreCounted) {
  for (int i = 0; i < 20; ++i) write("f" + std::to_string(i) + ".py", python_file + std::to_string(i));
  for (const std::string executor : {"inline", "threads", "processes"}) {
    ASSERT_EQ(froe("index --db ../" + executor + ".db -j 2 --executor " + executor).status, 0);
    auto result = froe("stats --workers --json --db ../" + executor + ".db");
    EXPECT_EQ(result.status, 0) << result.err;
    auto run = boost::json::parse(result.out).as_object();
    EXPECT_EQ(run.at("executor").as_string(), executor);
    EXPECT_EQ(run.at("sandbox").as_string().empty(), executor != "processes") << result.out;
    std::int64_t jobs = 0;
    std::int64_t processes = 0;
    for (const auto& worker : run.at("workers").as_array()) {
      jobs += worker.at("jobs").to_number<std::int64_t>();
      processes += worker.at("processes").to_number<std::int64_t>();
    }
    EXPECT_EQ(jobs, 20);
    EXPECT_EQ(processes > 0, executor == "processes");
    const auto& slowest = run.at("slowest").as_array();
    ASSERT_EQ(slowest.size(), 20U);
    auto time = [](const boost::json::value& file) {
      return file.at("parse_nanoseconds").to_number<std::int64_t>() +
             file.at("chunk_nanoseconds").to_number<std::int64_t>();
    };
    EXPECT_GT(time(slowest.front()), 0);
    for (std::size_t i = 1; i < slowest.size(); ++i) EXPECT_GE(time(slowest[i - 1]), time(slowest[i]));
    auto text = froe("stats --workers --db ../" + executor + ".db");
    EXPECT_TRUE(contains(text.out, executor)) << text.out;
    EXPECT_TRUE(contains(text.out, ".py")) << text.out;
  }
  // How a run went is no part of what the index says.
  EXPECT_EQ(froe("dump --db ../inline.db").out, froe("dump --db ../processes.db").out);
  // A run that had nothing to do changes nothing.
  auto before = froe("stats --workers --json --db ../inline.db").out;
  ASSERT_EQ(froe("index --db ../inline.db").status, 0);
  EXPECT_EQ(froe("stats --workers --json --db ../inline.db").out, before);
}

TEST_F(RunTest, TextThatIsNotParsedIsNoJobOfAWorkerProcess) {
  for (int i = 0; i < 5; ++i)
    write("notes" + std::to_string(i), "a line of some words\n" + std::to_string(i));
  auto first = boost::json::parse(froe("index --json -j 2").out);
  EXPECT_EQ(first.at("cut").to_number<int>(), 5);
  EXPECT_EQ(first.at("workers_started").to_number<int>(), 0);
  auto run = boost::json::parse(froe("stats --workers --json").out);
  EXPECT_TRUE(run.at("workers").as_array().empty());
  EXPECT_EQ(run.at("sandbox").as_string(), "");
  EXPECT_EQ(run.at("slowest").as_array().size(), 5U);
  EXPECT_FALSE(contains(froe("stats --workers").out, "slot"));

  write("a.py", python_file);
  write("large.py", std::string(3 << 20, '#') + '\n');  // too large to be parsed
  write("more", "other words on a line\n");
  ASSERT_EQ(froe("index -j 2").status, 0);
  run = boost::json::parse(froe("stats --workers --json").out);
  ASSERT_EQ(run.at("workers").as_array().size(), 1U);
  EXPECT_EQ(run.at("workers").at(0).at("jobs").to_number<int>(), 1);
  EXPECT_EQ(froe("verify").status, 0);
}

TEST_F(RunTest, WithoutARunThereIsNothingToCount) {
  ASSERT_EQ(froe("index").status, 0);
  auto result = froe("stats --workers");
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err, "");
}

}  // namespace
}  // namespace froe::cli
