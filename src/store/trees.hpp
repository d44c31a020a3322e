// The trees of an index. The paths of the first are relative to its root, those of the others absolute, so
// that an index of one tree names no place, and one of several has no name twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite.hpp"

namespace froe::store {

struct TreeRow {
  std::int64_t id = 0;
  std::string root;
  std::string rules;  // as Writer::Options has them; empty while a pass with others is not finished
  // complete; partial: the last pass was stopped; none: there was no pass yet, but commits of its repository
  // are there
  std::string state;

  [[nodiscard]] bool is_first() const { return id == first_id; }
  // What its paths begin with in the ledger.
  [[nodiscard]] std::string prefix() const { return is_first() ? std::string() : root + '/'; }
  static constexpr std::int64_t first_id = 1;
};

// In the order in which they came.
[[nodiscard]] std::vector<TreeRow> read_trees(Connection& connection);
// The tree with this root. Nothing: the index has no such tree.
[[nodiscard]] std::optional<TreeRow> find_tree(Connection& connection, const std::string& root);
// The same; or the first, if it is no longer where it was: then it is this one, moved.
[[nodiscard]] std::optional<TreeRow> find_tree_moved(Connection& connection, const std::string& root);
// The same, made if it is not there; with its root as it is now. `may_have_moved`: whether the first may be
// it. The connection fails if it lies in another tree with absolute paths, or such a one in it: they would
// share rows.
[[nodiscard]] TreeRow enter_tree(Connection& connection, const std::string& root, bool may_have_moved);
// No pass over a tree or a revision was stopped and not ended since.
[[nodiscard]] bool is_complete(Connection& connection);
// A condition on `file.path`.
[[nodiscard]] std::string paths_of(const TreeRow& tree);

}  // namespace froe::store
