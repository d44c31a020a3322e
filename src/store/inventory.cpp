#include "store/inventory.hpp"

#include <system_error>
#include <utility>

#include "store/quarantine.hpp"
#include "store/rows.hpp"
#include "store/schema.hpp"

namespace froe::store {
namespace {

KnownFile to_known_file(const Statement& row) {
  KnownFile known;
  auto& entry = known.entry;
  entry.path = row.bytes(0);
  // A row that makes no sense is as good as none: the file is read again.
  auto outcome = outcome_from_string(row.bytes(1));
  entry.outcome = outcome.value_or(Outcome::unreadable);
  entry.detail = row.bytes(2);
  entry.language = row.bytes(3);
  entry.size = static_cast<std::uint64_t>(row.integer(4));
  BlobId id{};
  if (!row.is_null(5) && to_array(row.bytes(5), id)) entry.blob = id;
  if (!row.is_null(9)) entry.mark = mark_from_string(row.bytes(9));
  if (outcome && !row.is_null(6)) {
    known.stamp =
        FileStamp{entry.size, row.integer(6), row.integer(7), static_cast<std::uint64_t>(row.integer(8))};
  }
  return known;
}

}  // namespace

bool Inventory::State::open(const std::filesystem::path& path) {
  return connection.open(path, Connection::Mode::read);
}

bool Inventory::State::prepare(const TreeRow& row) {
  prefix = row.prefix();
  tree = row.id;
  has.emplace(connection,
              "SELECT 1 FROM blob JOIN recipe ON recipe.id = blob.recipe WHERE hash = ? AND language = ?"
              " AND grammar = ? AND max_size = ? AND min_size = ? AND unit = ?"
              " AND with_references = ? AND with_metrics = ? AND NOT " +
                  may_be_cut_again());
  key_of =
      Statement(connection,
                "SELECT blob.hash, recipe.language, recipe.grammar, max_size, min_size, unit,"
                " with_references, with_metrics FROM file"
                " JOIN blob ON blob.id = file.blob JOIN recipe ON recipe.id = blob.recipe WHERE path = ?");
  const std::string known_files =
      "SELECT path, outcome, detail, language, size, hash, mtime_ns, ctime_ns, inode, mark FROM file WHERE ";
  files = Statement(connection, known_files + "path > ? AND " + paths_of(row) + " ORDER BY path LIMIT ?");
  file = Statement(connection, known_files + "path = ?");
  latest_paths =
      Statement(connection,
                "SELECT path FROM revision_file JOIN (SELECT coalesce(max(id), 0) AS last FROM revision)"
                " WHERE path > ? AND since <= last AND until > last ORDER BY path LIMIT ?");
  return connection.ok();
}

Inventory::Inventory(std::unique_ptr<State> state) : state_(std::move(state)) {}
Inventory::Inventory(Inventory&&) noexcept = default;
Inventory& Inventory::operator=(Inventory&&) noexcept = default;
Inventory::~Inventory() = default;

Result<Inventory> Inventory::open(const std::filesystem::path& database, const std::string& root) {
  auto state = std::make_unique<State>();
  std::error_code error;
  if (!std::filesystem::exists(database, error) && !error) return Inventory(std::move(state));
  if (!state->open(database) || !check_format(state->connection)) {
    return tl::make_unexpected(state->connection.error());
  }
  auto tree = find_tree_moved(state->connection, root);
  if (tree) state->prepare(*tree);
  if (!state->connection.ok()) return tl::make_unexpected(state->connection.error());
  return Inventory(std::move(state));
}

Result<bool> Inventory::has(const BlobKey& key) {
  if (!state_->has) return false;
  bool found = state_->has
                   ->with(key.id, key.language, key.grammar, key.options.max_size, key.options.min_size,
                          to_string(key.options.unit), key.options.references, key.options.metrics)
                   .step();
  state_->has->reset();
  if (!state_->connection.ok()) return tl::make_unexpected(state_->connection.error());
  return found;
}

Result<std::optional<BlobKey>> Inventory::key_of(const std::string& path) {
  std::optional<BlobKey> key;
  if (!state_->has) return key;
  const std::string in_ledger = state_->prefix + path;
  Statement& row = state_->key_of.with(in_ledger);
  if (row.step()) {
    key.emplace();
    auto unit = size_unit_from_string(row.bytes(5));
    bool valid = to_array(row.bytes(0), key->id) && unit;
    key->language = row.bytes(1);
    key->grammar = row.bytes(2);
    key->options = {static_cast<std::uint32_t>(row.integer(3)), static_cast<std::uint32_t>(row.integer(4)),
                    unit.value_or(SizeUnit::nonspace), row.integer(6) != 0, row.integer(7) != 0};
    if (!valid) key.reset();
  }
  row.reset();
  if (!state_->connection.ok()) return tl::make_unexpected(state_->connection.error());
  return key;
}

Result<std::vector<KnownFile>> Inventory::files(const std::string& after, std::size_t most) {
  std::vector<KnownFile> found;
  if (!state_->has) return found;
  const std::string from = state_->prefix + after;
  state_->files.with(from, most);
  while (state_->files.step()) {
    found.push_back(to_known_file(state_->files));
    found.back().entry.path.erase(0, state_->prefix.size());
  }
  state_->files.reset();
  if (!state_->connection.ok()) return tl::make_unexpected(state_->connection.error());
  return found;
}

Result<std::optional<KnownFile>> Inventory::file(const std::string& path) {
  std::optional<KnownFile> found;
  if (!state_->has) return found;
  const std::string in_ledger = state_->prefix + path;
  if (state_->file.with(in_ledger).step()) {
    found = to_known_file(state_->file);
    found->entry.path = path;
  }
  state_->file.reset();
  if (!state_->connection.ok()) return tl::make_unexpected(state_->connection.error());
  return found;
}

Result<std::vector<Revision>> Inventory::revisions() {
  std::vector<Revision> found;
  if (state_->has) found = read_revisions(state_->connection);
  if (!state_->connection.ok()) return tl::make_unexpected(state_->connection.error());
  return found;
}

Result<std::vector<std::string>> Inventory::latest_paths(const std::string& after, std::size_t most) {
  std::vector<std::string> found;
  if (!state_->has) return found;
  state_->latest_paths.with(after, most);
  while (state_->latest_paths.step()) found.emplace_back(state_->latest_paths.bytes(0));
  state_->latest_paths.reset();
  if (!state_->connection.ok()) return tl::make_unexpected(state_->connection.error());
  return found;
}

Result<std::string> Inventory::rules() {
  if (!state_->has) return std::string();
  Statement tree = state_->connection.prepare("SELECT rules FROM tree WHERE id = ?");
  tree.with(state_->tree);
  std::string rules(tree.step() ? tree.bytes(0) : std::string_view());
  if (!state_->connection.ok()) return tl::make_unexpected(state_->connection.error());
  return rules;
}

}  // namespace froe::store
