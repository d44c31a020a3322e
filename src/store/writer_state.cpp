#include "store/writer_state.hpp"

#include <utility>

#include "store/schema.hpp"

namespace froe::store {
namespace {

// A commit writes what FTS5 holds in memory as a segment of its own, so commits are few; what a crash can
// lose, and what the write-ahead log can grow to, is bounded by them.
constexpr std::uint64_t commit_bytes = 16U << 20U;
constexpr std::uint64_t commit_rows = 5000;

std::string questions(int count) {
  std::string list = "?";
  for (int i = 1; i < count; ++i) list += ", ?";
  return list;
}

}  // namespace

Writer::State::Statements::Statements(Connection& c)
    : find_recipe(c,
                  "SELECT id FROM recipe WHERE language = ? AND grammar = ? AND max_size = ? AND min_size = ?"
                  " AND unit = ? AND with_references = ? AND with_metrics = ?"),
      insert_recipe(c,
                    "INSERT INTO recipe (language, grammar, max_size, min_size, unit, with_references,"
                    " with_metrics) VALUES (?, ?, ?, ?, ?, ?, ?)"),
      find_blob(c, "SELECT id FROM blob WHERE hash = ? AND recipe = ?"),
      known_blob(c, "SELECT outcome, detail FROM blob WHERE id = ?"),
      insert_blob(c, "INSERT INTO blob VALUES (" + questions(17) + ")"),
      insert_content(c, "INSERT INTO content VALUES (?, ?)"),
      insert_chunk(c, "INSERT INTO chunk VALUES (" + questions(24) + ")"),
      insert_symbol(c, "INSERT INTO symbol VALUES (" + questions(19) + ")"),
      insert_import(c, "INSERT INTO import VALUES (?, ?, ?, ?, ?)"),
      insert_references(c, "INSERT INTO reference VALUES (?, ?)"),
      insert_metric(c, "INSERT INTO metric VALUES (?, ?, ?, ?, ?, ?, ?)"),
      insert_token(c, "INSERT INTO token VALUES (?, ?, ?)"),
      insert_terms(c, "INSERT INTO chunk_fts (rowid, text, words, scope, name) VALUES (?, ?, ?, ?, ?)"),
      insert_reference_terms(
          c, "INSERT INTO reference_fts (rowid, call, type, import, other) VALUES (?, ?, ?, ?, ?)"),
      delete_terms(c,
                   "INSERT INTO chunk_fts (chunk_fts, rowid, text, words, scope, name) VALUES ('delete', ?, "
                   "?, ?, ?, ?)"),
      delete_reference_terms(
          c,
          "INSERT INTO reference_fts (reference_fts, rowid, call, type, import, other) VALUES ('delete', ?, "
          "?, ?, ?, ?)"),
      delete_chunks(c, "DELETE FROM chunk WHERE id >= ?1 AND id < ?1 + ?2"),
      delete_symbols(c, "DELETE FROM symbol WHERE id >= ?1 AND id < ?1 + ?2"),
      delete_imports(c, "DELETE FROM import WHERE id >= ?1 AND id < ?1 + ?2"),
      delete_references(c, "DELETE FROM reference WHERE blob = ?"),
      delete_metrics(c, "DELETE FROM metric WHERE id >= ?1 AND id < ?1 + ?2"),
      delete_token(c, "DELETE FROM token WHERE blob = ?"),
      delete_content(c, "DELETE FROM content WHERE blob = ?"),
      delete_blob(c, "DELETE FROM blob WHERE id = ?"),
      remove_file(c, "DELETE FROM file WHERE path = ? RETURNING blob"),
      find_file(
          c,
          "SELECT outcome, detail, language, size, hash, mark, blob, mtime_ns, ctime_ns, inode FROM file"
          " WHERE path = ?"),
      insert_file(c, "INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      update_file(c,
                  "UPDATE file SET outcome = ?2, detail = ?3, language = ?4, size = ?5, hash = ?6, mark = ?7,"
                  " blob = ?8, mtime_ns = ?9, ctime_ns = ?10, inode = ?11 WHERE path = ?1"),
      update_files(c, "UPDATE file SET outcome = ?2, detail = ?3 WHERE blob = ?1"),
      update_revision_files(c, "UPDATE revision_file SET outcome = ?2, detail = ?3 WHERE blob = ?1"),
      find_revision_file(c,
                         "SELECT since, outcome, detail, language, size, hash, mark, blob FROM revision_file"
                         " WHERE path = ? AND until = " +
                             std::string(still)),
      end_revision_file(c, "UPDATE revision_file SET until = ?3 WHERE path = ?1 AND since = ?2"),
      insert_revision_file(
          c, "INSERT INTO revision_file VALUES (?, ?, " + std::string(still) + ", " + questions(7) + ")"),
      is_referenced(
          c, "SELECT 1 FROM file WHERE blob = ?1 UNION ALL SELECT 1 FROM revision_file WHERE blob = ?1"),
      is_retried(c, "SELECT 1 FROM blob JOIN recipe ON recipe.id = blob.recipe WHERE blob.id = ? AND " +
                        store::may_be_cut_again()),
      set_meta(c, "INSERT OR REPLACE INTO meta VALUES (?, ?)"),
      set_rules(c, "UPDATE tree SET rules = ?2 WHERE id = ?1"),
      set_state(c, "UPDATE tree SET state = ?2 WHERE id = ?1") {}

bool Writer::State::open(const std::filesystem::path& path, const Options& options) {
  if (!connection.open(path, Connection::Mode::write)) return false;
  chunk_terms.emplace(connection, told, options.alone);
  if (!connection.ok() || !prepare_to_write(connection)) return false;
  checkpointer.emplace(path);
  sql.emplace(connection);
  rows.emplace(connection);
  quarantine.emplace(connection);
  tree = enter_tree(connection, options.root, options.may_have_moved);
  if (!connection.ok()) return false;
  if (!inventory.state_->open(path) || !inventory.state_->prepare(tree)) {
    connection.fail(inventory.state_->connection.error());
    return false;
  }
  partial = unfinished = tree.state == "partial";
  rules = options.rules;
  new_rules = tree.rules != rules;
  half_revision =
      connection.integer("SELECT count(*) FROM meta WHERE key = 'revisions' AND value = 'complete'") == 0;
  Statement meta = connection.prepare("SELECT value FROM meta WHERE key = 'history'");
  if (meta.step()) history = meta.bytes(0);
  start_pass();
  return connection.ok();
}

void Writer::State::start_pass() {
  released.clear();
  recipes.clear();
  next_blob = connection.integer("SELECT coalesce(max(id), 0) + 1 FROM blob");
  next_chunk = connection.integer("SELECT coalesce(max(id), 0) + 1 FROM chunk");
  next_symbol = connection.integer("SELECT coalesce(max(id), 0) + 1 FROM symbol");
  next_import = connection.integer("SELECT coalesce(max(id), 0) + 1 FROM import");
  next_metric = connection.integer("SELECT coalesce(max(id), 0) + 1 FROM metric");
}

bool Writer::State::begin() {
  if (!in_transaction) in_transaction = connection.execute("BEGIN IMMEDIATE");
  return in_transaction;
}

bool Writer::State::is_large() const {
  return pending_bytes >= commit_bytes || pending_rows >= commit_rows;
}

bool Writer::State::commit() {
  // A small commit leaves little to copy, and is most often the last.
  const bool is_copied = is_large();
  // The log begins anew only after a copy in a commit, which SQLite makes when it is long, unless another is
  // being made: where the disk is slower than we are, we wait for it.
  if (is_copied) checkpointer->wait();
  if (in_transaction && std::exchange(history_changed, false)) sql->set_meta.with("history", history).run();
  if (in_transaction && connection.execute("COMMIT")) in_transaction = false;
  if (is_copied && connection.ok()) checkpointer->request();
  pending_bytes = 0;
  pending_rows = 0;
  return connection.ok();
}

bool Writer::State::touch() {
  ++pending_rows;
  if (revision) {
    if (half_revision) return connection.ok();
    half_revision = true;
    return sql->set_meta.with("revisions", "partial").run();
  }
  // Some of the rows will be of the new rules, some of the old ones.
  if (new_rules && !std::exchange(mixed, true)) sql->set_rules.with(tree.id, "").run();
  if (partial) return connection.ok();
  partial = true;
  return sql->set_state.with(tree.id, "partial").run();
}

std::int64_t Writer::State::recipe_id(const BlobKey& key, bool create) {
  for (const auto& [id, known] : recipes) {
    if (known.options == key.options && known.language == key.language && known.grammar == key.grammar)
      return id;
  }
  auto values = [&](Statement& statement) -> Statement& {
    return statement.with(key.language, key.grammar, key.options.max_size, key.options.min_size,
                          to_string(key.options.unit), key.options.references, key.options.metrics);
  };
  std::int64_t id = 0;
  if (values(sql->find_recipe).step()) id = sql->find_recipe.integer(0);
  sql->find_recipe.reset();
  if (id == 0 && create && values(sql->insert_recipe).run())
    id = sqlite3_last_insert_rowid(connection.handle());
  if (id != 0) recipes.emplace_back(id, key);
  return id;
}

std::optional<std::int64_t> Writer::State::blob_id_of(const BlobKey& key) {
  std::int64_t recipe = recipe_id(key, false);
  if (recipe == 0 || !sql->find_blob.with(key.id, recipe).step()) return std::nullopt;
  std::int64_t id = sql->find_blob.integer(0);
  sql->find_blob.reset();
  return id;
}

bool Writer::State::may_be_cut_again(std::int64_t blob) {
  bool retried = sql->is_retried.with(blob).step();
  sql->is_retried.reset();
  return retried;
}

void Writer::State::drop_unreferenced() {
  for (std::int64_t id : released) {
    bool referenced = sql->is_referenced.with(id).step();
    sql->is_referenced.reset();
    if (!connection.ok() || referenced) continue;
    drop_blob(id);
    if (pending_bytes >= commit_bytes && !(commit() && begin())) return;
  }
  connection.execute("DELETE FROM recipe WHERE id NOT IN (SELECT recipe FROM blob)");
}

Status Writer::State::remove(const std::string& path) {
  if (!connection.ok() || !begin()) return connection.status();
  if (revision) {
    put_revision_row(path, nullptr, std::nullopt);
    if (pending_rows >= commit_rows) commit();
    return connection.status();
  }
  const std::string in_ledger = tree.prefix() + path;
  Statement& statement = sql->remove_file.with(in_ledger);
  bool found = statement.step();
  if (found && !statement.is_null(0)) released.insert(statement.integer(0));
  statement.reset();
  if (found) touch();
  if (pending_rows >= commit_rows) commit();
  return connection.status();
}

void Writer::State::put_row(const LedgerEntry& entry, std::optional<std::int64_t> blob,
                            const std::optional<FileStamp>& stamp) {
  std::optional<std::int64_t> mtime;
  std::optional<std::int64_t> ctime;
  std::optional<std::int64_t> inode;
  if (stamp) {
    mtime = stamp->mtime_ns;
    ctime = stamp->ctime_ns;
    inode = static_cast<std::int64_t>(stamp->inode);
  }
  auto mark = entry.mark ? std::optional(to_string(*entry.mark)) : std::nullopt;
  const std::string path = tree.prefix() + entry.path;
  auto values = [&](Statement& statement) -> Statement& {
    return statement.with(path, to_string(entry.outcome), entry.detail, entry.language, entry.size,
                          entry.blob, mark, blob, mtime, ctime, inode);
  };
  Statement& old = sql->find_file;
  if (!old.with(path).step()) {
    touch();
    values(sql->insert_file).run();
    return;
  }
  auto number = [&](int column) {
    return old.is_null(column) ? std::nullopt : std::optional(old.integer(column));
  };
  auto old_blob = number(6);
  bool same_mark = old.is_null(5) ? !mark : mark == old.bytes(5);
  BlobId old_hash{};
  bool same_hash = old.is_null(4) ? !entry.blob
                                  : entry.blob && to_array(old.bytes(4), old_hash) && old_hash == *entry.blob;
  bool same = old.bytes(0) == to_string(entry.outcome) && old.bytes(1) == entry.detail &&
              old.bytes(2) == entry.language && static_cast<std::uint64_t>(old.integer(3)) == entry.size &&
              same_hash && same_mark && old_blob == blob;
  bool same_stamp = number(7) == mtime && number(8) == ctime && number(9) == inode;
  old.reset();
  if (same && same_stamp) return;
  if (same) {
    ++pending_rows;  // nothing that anybody asks for
  } else {
    touch();
  }
  if (old_blob && old_blob != blob) released.insert(*old_blob);
  values(sql->update_file).run();
}

Status Writer::State::put(const LedgerEntry& entry, const BlobKey* key, std::string_view content,
                          const FileResult* result, const std::optional<FileStamp>& stamp) {
  if (!connection.ok()) return connection.status();
  if (entry.path.empty()) return failure(ErrorKind::internal, "a file without a path");
  if (is_indexed(entry.outcome) != (key != nullptr)) {
    return failure(ErrorKind::internal, "a key is for indexed outcomes: " + entry.path);
  }
  if (!begin()) return connection.status();
  std::optional<std::int64_t> blob;
  if (key != nullptr) {
    blob = blob_id_of(*key);
    bool replaced = blob && result != nullptr && may_be_cut_again(*blob);
    if ((!blob || replaced) && connection.ok()) {
      if (result == nullptr) return failure(ErrorKind::internal, "no chunks for " + entry.path);
      if (auto gap = find_gap(result->chunks, content.size())) {
        return failure(ErrorKind::internal, "the chunks of " + entry.path + " do not tile it: " + *gap);
      }
      touch();
      if (replaced) {
        drop_blob(*blob);
        sql->update_files.with(*blob, to_string(result->outcome), result->detail).run();
        sql->update_revision_files.with(*blob, to_string(result->outcome), result->detail).run();
      } else {
        blob = next_blob++;
      }
      insert_blob(*blob, *key, content, *result);
    }
  }
  if (revision) {
    put_revision_row(entry.path, &entry, blob);
  } else {
    put_row(entry, blob, stamp);
  }
  if (is_large()) commit();
  return connection.status();
}

Status Writer::State::finish() {
  if (!connection.ok()) return connection.status();
  if (revision) return finish_revision();
  if (!partial && !half_revision && !new_rules && !in_transaction && tree.state == "complete")
    return connection.status();
  if (!begin()) return connection.status();
  if (half_revision) undo_revision();
  if (unfinished || half_revision) release_orphans();
  if (partial || half_revision) drop_unreferenced();
  if (partial || tree.state != "complete") sql->set_state.with(tree.id, "complete").run();
  if (half_revision) sql->set_meta.with("revisions", "complete").run();
  if (new_rules) sql->set_rules.with(tree.id, rules).run();
  if (commit()) {
    partial = unfinished = half_revision = new_rules = mixed = false;
    tree.state = "complete";
    start_pass();
  }
  return connection.status();
}

}  // namespace froe::store
