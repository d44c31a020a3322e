// Revisions: their files as rows that hold from one revision to before another, so that one more costs what
// it changes.
#include "store/schema.hpp"
#include "store/writer_state.hpp"

namespace froe::store {
namespace {

bool is_same(const Statement& row, const LedgerEntry& entry, std::optional<std::int64_t> blob) {
  BlobId hash{};
  bool same_hash =
      row.is_null(5) ? !entry.blob : entry.blob && to_array(row.bytes(5), hash) && hash == *entry.blob;
  bool same_mark = row.is_null(6) ? !entry.mark : entry.mark && to_string(*entry.mark) == row.bytes(6);
  bool same_blob = row.is_null(7) ? !blob : blob == row.integer(7);
  return row.bytes(1) == to_string(entry.outcome) && row.bytes(2) == entry.detail &&
         row.bytes(3) == entry.language && static_cast<std::uint64_t>(row.integer(4)) == entry.size &&
         same_hash && same_mark && same_blob;
}

}  // namespace

Status Writer::State::begin_revision(const Revision& next) {
  if (!connection.ok() || !begin()) return connection.status();
  if (revision) {
    end_revision();
  } else if (half_revision) {
    undo_revision();
    undone = true;
  }
  revision = next;
  revision->id = connection.integer("SELECT coalesce(max(id), 0) + 1 FROM revision");
  touch();
  return connection.status();
}

void Writer::State::end_revision() {
  Statement insert = connection.prepare("INSERT INTO revision VALUES (?, ?, ?, ?, ?)");
  insert.with(revision->id, revision->commit, revision->name, revision->rules, revision->part).run();
  Statement replace =
      connection.prepare("DELETE FROM revision WHERE commit_hash = ? AND part = ? AND id <> ?");
  replace.with(revision->commit, revision->part, revision->id).run();
  revision.reset();
}

void Writer::State::undo_revision() {
  const std::string last = "(SELECT coalesce(max(id), 0) FROM revision)";
  connection.execute("DELETE FROM revision_file WHERE since > " + last +
                     "; UPDATE revision_file SET until = " + std::string(still) + " WHERE until > " + last +
                     " AND until <> " + std::string(still));
}

void Writer::State::put_revision_row(const std::string& path, const LedgerEntry* entry,
                                     std::optional<std::int64_t> blob) {
  Statement& old = sql->find_revision_file;
  bool found = old.with(path).step();
  std::int64_t since = found ? old.integer(0) : 0;
  bool same = found ? entry != nullptr && is_same(old, *entry, blob) : entry == nullptr;
  old.reset();
  if (same) return;
  touch();
  if (found) sql->end_revision_file.with(path, since, revision->id).run();
  if (entry == nullptr) return;
  auto mark = entry->mark ? std::optional(to_string(*entry->mark)) : std::nullopt;
  sql->insert_revision_file
      .with(path, revision->id, to_string(entry->outcome), entry->detail, entry->language, entry->size,
            entry->blob, mark, blob)
      .run();
}

Status Writer::State::finish_revision() {
  if (!begin()) return connection.status();
  end_revision();
  // What a pass over the work tree left half done is for the next one to end.
  if (undone && !unfinished) {
    release_orphans();
    drop_unreferenced();
  }
  sql->set_meta.with("revisions", "complete").run();
  if (commit()) {
    half_revision = undone = false;
    start_pass();
  }
  return connection.status();
}

}  // namespace froe::store
