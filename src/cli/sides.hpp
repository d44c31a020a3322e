// Both states of the files that differ between two revisions, cut.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "froe/compare.hpp"
#include "froe/discovery.hpp"
#include "froe/execute.hpp"
#include "froe/index.hpp"

namespace froe::cli {

// Reads both states of the files that differ, has them cut, and keeps what comes out.
class Sides {
 public:
  // The arguments and the revisions must outlive it.
  Sides(const CutArguments& arguments, discovery::Revisions& revisions,
        std::vector<discovery::Difference> differences);

  // Ends with ErrorKind::interrupted when `stop` becomes true.
  Status cut(execute::Executor& executor, const std::atomic<bool>& stop);

  [[nodiscard]] const std::vector<compare::FilePair>& files() const { return files_; }
  // Whether a state of the file could not be compared as code; then it has none.
  [[nodiscard]] bool is_left_out(std::size_t file) const { return left_out_.contains(file); }
  // Sentences about such files.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  std::optional<execute::Job> next();
  Result<index::Plan> plan_of(const std::string& path, const std::string& id);
  Status take(const execute::Completed& done);

  const CutArguments& arguments_;
  discovery::Revisions& revisions_;
  std::vector<discovery::Difference> differences_;
  std::size_t next_ = 0;        // source only: twice the index of the file, and one for the later state
  std::uint64_t sequence_ = 0;  // source only
  std::optional<Error> failure_;
  std::vector<std::string> notes_;
  std::set<std::size_t> left_out_;  // source only, until the run has ended
  std::vector<compare::FilePair> files_;
  std::mutex mutex_;
  std::deque<std::size_t> asked_;  // in the order of their sequence numbers
};

}  // namespace froe::cli
