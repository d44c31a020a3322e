// Holds a tree against what the index knows of it, file by file.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "froe/discovery.hpp"
#include "froe/index.hpp"
#include "froe/store_writer.hpp"

namespace froe::index {

// One file of the tree, or of the ledger only.
struct Step {
  Reason reason = Reason::unchanged;
  Plan plan;          // of a file that is gone only the path
  bool read = false;  // false: the plan has no more than the entry that the index had
  // Not a file, but that those that follow are this revision's.
  std::optional<store::Revision> begins = {};
};

// Where a run's work comes from. One thread.
class Steps {
 public:
  Steps() = default;
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  virtual ~Steps() = default;
  // Nothing: that was the last.
  [[nodiscard]] virtual Result<std::optional<Step>> next() = 0;
};

// Both come in order of path, so that one pass over each finds what is new and what is gone. One thread.
class Planner final : public Steps {
 public:
  // All must outlive the planner.
  Planner(const std::filesystem::path& root, const Options& options, store::Inventory& inventory,
          discovery::Walk& walk);

  // Nothing: both are done. The error is that of the walk, the index or the system.
  [[nodiscard]] Result<std::optional<Step>> next() override;

 private:
  [[nodiscard]] Result<bool> load();  // whether the ledger goes on
  // What is known of the file, if anything is, may go into the step.
  [[nodiscard]] Result<Step> plan(const discovery::Entry& entry, store::KnownFile* known);
  [[nodiscard]] Result<Reason> reason(const Plan& plan, const store::KnownFile* known);

  const std::filesystem::path& root_;
  const Options& options_;
  store::Inventory& inventory_;
  discovery::Walk& walk_;
  std::chrono::system_clock::time_point start_ = std::chrono::system_clock::now();
  std::optional<bool> same_rules_;         // as the ledger was made by; not known before the first step
  std::optional<discovery::Entry> entry_;  // the next one, if it was fetched
  bool walked_ = false;
  std::vector<store::KnownFile> known_;  // the next of the ledger, from next_known_ on
  std::size_t next_known_ = 0;
  std::string loaded_;  // the last path that was loaded
  bool loaded_all_ = false;
};

}  // namespace froe::index
