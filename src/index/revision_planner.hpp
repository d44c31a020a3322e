// Finds what each of some commits changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "froe/discovery.hpp"
#include "froe/index.hpp"
#include "froe/store_writer.hpp"
#include "index/planner.hpp"

namespace froe::index {

// Commit after commit, of each first that it begins, then its files in order of path: those at which it
// differs from the commit that was indexed last, or, if nothing is known of that one or it was cut by other
// rules, all.
class RevisionPlanner final : public Steps {
 public:
  // All must outlive the planner.
  RevisionPlanner(const Options& options, store::Inventory& inventory, discovery::Revisions& repository,
                  const std::vector<Wanted>& wanted, const std::string& below);

  [[nodiscard]] Result<std::optional<Step>> next() override;
  // How many commits were not passed over.
  [[nodiscard]] std::uint64_t begun() const { return begun_; }

 private:
  [[nodiscard]] Status load();
  // The next commit that is not known; false: there is none.
  [[nodiscard]] Result<bool> begin();
  // Everything that is in the commit, and what the index has for the last one beyond that.
  [[nodiscard]] Status take_all(const std::string& commit);
  [[nodiscard]] Result<Step> plan(const discovery::CommittedFile& file);
  // As the work tree has it, if it has the same content at the same path.
  [[nodiscard]] Result<std::optional<Plan>> as_in_work_tree(const discovery::CommittedFile& file,
                                                            const BlobId& id);

  const Options& options_;
  store::Inventory& inventory_;
  discovery::Revisions& repository_;
  const std::vector<Wanted>& wanted_;
  const std::string& below_;
  std::string rules_;
  bool loaded_ = false;
  bool same_rules_ = false;  // as the work tree was cut by
  std::vector<store::Revision> known_;
  std::string last_;  // the commit that the next differences are from; empty: none
  std::size_t next_wanted_ = 0;
  std::vector<discovery::CommittedFile> files_;  // of the commit that was begun
  std::size_t next_file_ = 0;
  Reason reason_ = Reason::added;
  std::uint64_t begun_ = 0;
};

}  // namespace froe::index
