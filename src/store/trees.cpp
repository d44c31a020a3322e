#include "store/trees.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace froe::store {
namespace {

std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + '\'';
}

}  // namespace

std::vector<TreeRow> read_trees(Connection& connection) {
  std::vector<TreeRow> trees;
  Statement rows = connection.prepare("SELECT id, root, rules, state FROM tree ORDER BY id");
  while (rows.step()) {
    trees.push_back({rows.integer(0), std::string(rows.bytes(1)), std::string(rows.bytes(2)),
                     std::string(rows.bytes(3))});
  }
  return trees;
}

std::optional<TreeRow> find_tree(Connection& connection, const std::string& root) {
  auto trees = read_trees(connection);
  auto found = std::ranges::find(trees, root, &TreeRow::root);
  return found == trees.end() ? std::nullopt : std::optional(*found);
}

std::optional<TreeRow> find_tree_moved(Connection& connection, const std::string& root) {
  if (auto tree = find_tree(connection, root)) return tree;
  auto trees = read_trees(connection);
  std::error_code error;
  bool moved =
      !trees.empty() && trees.front().is_first() && !std::filesystem::exists(trees.front().root, error);
  return moved ? std::optional(trees.front()) : std::nullopt;
}

TreeRow enter_tree(Connection& connection, const std::string& root, bool may_have_moved) {
  auto tree = may_have_moved ? find_tree_moved(connection, root) : find_tree(connection, root);
  if (tree && tree->root == root) return *tree;
  if (tree) {
    Statement move = connection.prepare("UPDATE tree SET root = ? WHERE id = ?");
    move.with(root, tree->id).run();
    tree->root = root;
    return *tree;
  }
  std::int64_t id = TreeRow::first_id;
  for (const TreeRow& other : read_trees(connection)) {
    id = std::max(id, other.id + 1);
    bool nested =
        !other.is_first() && (root.starts_with(other.root + '/') || other.root.starts_with(root + '/'));
    if (!nested) continue;
    connection.fail({ErrorKind::invalid_argument, "the index " + connection.path().string() +
                                                      " has the tree " + other.root + ", and one of " + root +
                                                      " and it lies in the other: give each its own index"});
    return {};
  }
  if (connection.integer("SELECT count(*) FROM tree WHERE id = 1") == 0) id = TreeRow::first_id;
  Statement insert = connection.prepare("INSERT INTO tree VALUES (?, ?, '', 'none')");
  insert.with(id, root).run();
  return {id, root, {}, "none"};
}

bool is_complete(Connection& connection) {
  return connection.integer(
             "SELECT (SELECT count(*) FROM tree WHERE state = 'partial')"
             " + (SELECT count(*) FROM meta WHERE key = 'revisions' AND value <> 'complete')") == 0;
}

std::string paths_of(const TreeRow& tree) {
  // '0' follows '/'.
  if (tree.is_first()) return "(path < '/' OR path >= '0')";
  return "(path >= " + literal(tree.root + '/') + " AND path < " + literal(tree.root + '0') + ')';
}

}  // namespace froe::store
