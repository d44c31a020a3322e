// What becomes of worker processes in the course of a run: killed from outside, worn out, followed by what
// they started.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "execute/run.hpp"

namespace froe::execute {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Lifecycle : public testing::Test {
 protected:
  Lifecycle() {
    std::string name = testing::TempDir() + "froe-lifecycle-XXXXXX";
    scratch_ = ::mkdtemp(name.data());
  }
  ~Lifecycle() override { fs::remove_all(scratch_); }

  std::string path(const std::string& name) const { return scratch_ / name; }
  std::string read(const std::string& name) const {
    std::error_code none;
    return fs::read_symlink(path(name), none).string();
  }

  fs::path scratch_;
};

WorkerUsage sum_of(const Usage& usage) {
  WorkerUsage sum;
  for (const WorkerUsage& one : usage.workers) {
    sum.jobs += one.jobs;
    sum.processes += one.processes;
    sum.deaths += one.deaths;
    sum.recycled += one.recycled;
  }
  return sum;
}

Config processes(unsigned workers) {
  return {.way = Way::processes, .workers = workers};
}

TEST_F(Lifecycle, AFileWhoseWorkerIsKilledFromOutsideIsTriedThreeTimes) {
  for (int times : {1, 2, 3}) {
    auto jobs = jobs_of({"a", "b", "c", "d"});
    jobs[2].task.content = "!kill-times " + std::to_string(times) + " " + path(std::to_string(times)) + "\n";
    Trial trial = run(processes(2), jobs);
    if (times < 3) {
      expect_all_handled(trial, jobs);
    } else {
      ASSERT_TRUE(trial.usage);
      EXPECT_EQ(trial.completed.at(2).result,
                test_fallback(jobs[2].task, Outcome::killed, "signal 9 (SIGKILL)"));
    }
    EXPECT_EQ(trial.usage->workers_lost, static_cast<std::uint64_t>(times));
  }
}

bool lives(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number;
  std::string name;
  std::string state;
  return file >> number >> name >> state && state != "Z";
}

TEST_F(Lifecycle, WhatAWorkerStartedDoesNotOutliveIt) {
  for (const char* then : {"", "!exit 5\n", "!signal 11\n"}) {
    auto jobs = jobs_of({"!fork " + path("child") + "\n", then});
    Trial trial = run(processes(1), jobs);
    ASSERT_TRUE(trial.usage);
    pid_t child = std::stoi(read("child"));
    // It is gone when its last system call is; that is not ours to wait for.
    for (int tries = 0; lives(child) && tries < 200; ++tries) std::this_thread::sleep_for(10ms);
    EXPECT_FALSE(lives(child)) << then;
  }
}

TEST_F(Lifecycle, KillingTheWorkersOfARunLeavesNothingOfTheirGroups) {
  auto executor = make(processes(1));
  auto jobs = jobs_of({"!fork-hang " + path("child") + "\n"});
  Hooks hooks;
  std::thread killer([&] {
    while (read("child").empty()) std::this_thread::sleep_for(10ms);
    pid_t child = std::stoi(read("child"));
    EXPECT_TRUE(lives(child));
    executor->kill_workers();
    for (int tries = 0; lives(child) && tries < 200; ++tries) std::this_thread::sleep_for(10ms);
    EXPECT_FALSE(lives(child));
    std::ofstream(path("done")) << "from now on they answer";
  });
  Trial trial = run(*executor, jobs, hooks);
  killer.join();
  expect_all_handled(trial, jobs);  // by another worker
  EXPECT_EQ(trial.usage->workers_lost, 1U);
}

TEST_F(Lifecycle, WorkersAreReplacedAfterSoManyFiles) {
  for (unsigned workers : {1U, 3U}) {
    Config config = processes(workers);
    config.recycling.files = 10;
    auto jobs = jobs_of(std::vector<std::string>(200, "sleep 200\nb\n"));
    Events events;
    Hooks hooks;
    hooks.observer = &events;
    Trial trial = run(config, jobs, hooks);
    expect_all_handled(trial, jobs);
    WorkerUsage sum = sum_of(*trial.usage);
    EXPECT_GE(sum.recycled, 20U - workers) << "none takes more than ten";
    EXPECT_EQ(sum.deaths, 0U);
    EXPECT_EQ(trial.usage->workers_lost, 0U);
    EXPECT_EQ(sum.jobs, jobs.size());
    EXPECT_LE(trial.usage->workers.size(), workers);  // a replacement takes the place of the other
    for (unsigned slot : events.slots()) EXPECT_LT(slot, workers);
    EXPECT_EQ(events.all_started().size(), jobs.size());
  }
}

TEST_F(Lifecycle, WorkersAreReplacedWhenTheyHaveGrown) {
  Config config = processes(2);
  config.recycling = {0, 2, ByteCount(8U << 20U)};
  std::vector<std::string> contents(100, "a\n");
  contents.resize(300, "!leak 1000000\n");
  auto jobs = jobs_of(contents);
  Trial trial = run(config, jobs);
  expect_all_handled(trial, jobs);
  WorkerUsage sum = sum_of(*trial.usage);
  EXPECT_GE(sum.recycled, 1U);
  EXPECT_LE(sum.recycled, 20U);
  EXPECT_EQ(sum.deaths, 0U);
  // Without, none is.
  config.recycling = {0, 0, {}};
  EXPECT_EQ(sum_of(*run(config, jobs).usage).recycled, 0U);
}

TEST_F(Lifecycle, ARecycledWorkerThatDoesNotLeaveIsKilledAndHindersNobody) {
  Config config = processes(2);
  config.recycling.files = 20;
  config.worker_arguments = {"lingers"};
  auto jobs = jobs_of(std::vector<std::string>(100, "a\n"));
  Trial trial = run(config, jobs);
  expect_all_handled(trial, jobs);
  EXPECT_EQ(trial.usage->workers_lost, 0U);
}

// Workers that die as soon as they are ready, whatever they are given: nobody's fault, and no endless loop.
TEST_F(Lifecycle, WorkersThatDieIdleCostNoFileItsTree) {
  Config config = processes(1);
  config.worker_arguments = {"dies-when-ready", path("count"), "2"};
  auto jobs = jobs_of(std::vector<std::string>(20, "a\n"));
  Trial trial = run(config, jobs);
  expect_all_handled(trial, jobs);
  EXPECT_EQ(sum_of(*trial.usage).deaths, 2U);
}

TEST_F(Lifecycle, PeaksAreTheWorkersOwn) {
  // Much memory of ours, which Linux counts as the peak of whoever we start.
  std::vector<char> ours(200U << 20U, 'x');
  EXPECT_EQ(ours[12345], 'x');
  Trial trial = run(processes(1), jobs_of({"a"}));
  ASSERT_TRUE(trial.usage);
#ifndef __SANITIZE_THREAD__
  EXPECT_LT(trial.usage->peak_worker_memory.value, 150U << 20U);
#endif
  EXPECT_GT(trial.usage->peak_worker_memory.value, 100'000U);
}

}  // namespace
}  // namespace froe::execute
