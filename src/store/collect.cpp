// What nothing names any more, and its room.
#include <algorithm>

#include "store/schema.hpp"
#include "store/writer_state.hpp"

namespace froe::store {

void Writer::State::release_orphans() {
  Statement orphans = connection.prepare(orphaned_blobs);
  while (orphans.step()) released.insert(orphans.integer(0));
}

Status Writer::State::collect(std::span<const std::int64_t> revisions, std::span<const std::string> roots) {
  if (!connection.ok() || !begin()) return connection.status();
  // Until it has ended: what is dropped is committed now and then.
  sql->set_meta.with("revisions", "partial").run();
  undo_revision();
  Statement forget = connection.prepare("DELETE FROM revision WHERE id = ?");
  for (std::int64_t id : revisions) forget.with(id).run();
  connection.execute(
      "DELETE FROM revision_file WHERE NOT EXISTS"
      " (SELECT 1 FROM revision WHERE id >= since AND id < until)");
  // The last one may be another now: what holds for it holds still.
  connection.execute("UPDATE revision_file SET until = " + std::string(still) +
                     " WHERE until > (SELECT coalesce(max(id), 0) FROM revision)");
  for (const TreeRow& each : read_trees(connection)) {
    if (std::find(roots.begin(), roots.end(), each.root) == roots.end()) continue;
    connection.execute("DELETE FROM file WHERE " + paths_of(each) +
                       "; DELETE FROM tree WHERE id = " + std::to_string(each.id));
  }
  release_orphans();
  drop_unreferenced();
  sql->set_meta.with("revisions", "complete").run();
  if (commit()) {
    half_revision = false;
    start_pass();
    checkpointer->wait();  // else the last of these would do nothing
    // The copy that VACUUM makes is as large as the index: not in memory.
    connection.execute(
        "INSERT INTO chunk_fts (chunk_fts) VALUES ('optimize');"
        "INSERT INTO reference_fts (reference_fts) VALUES ('optimize');"
        "PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY; PRAGMA wal_checkpoint(TRUNCATE)");
  }
  return connection.status();
}

}  // namespace froe::store
