// What is asked of an index as a whole.
#include <algorithm>

#include "froe/digest.hpp"
#include "froe/store.hpp"
#include "store/last_run.hpp"
#include "store/quarantine.hpp"
#include "store/reader_state.hpp"
#include "store/trees.hpp"

namespace froe::store {

Result<std::vector<Quarantined>> Reader::quarantine() {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  auto entries = read_quarantine(connection, true);
  return result_of(connection, std::move(entries));
}

Result<LastRun> Reader::last_run() {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  LastRun run = read_last_run(connection);
  return result_of(connection, std::move(run));
}

Result<StableId> Reader::fingerprint() {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  auto& known = state_->fingerprint;
  auto state = connection.integer("PRAGMA main.data_version");
  if (!known || known->state != state) {
    std::string files;
    Statement row = connection.prepare("SELECT path, hash, blob FROM file ORDER BY path");
    while (row.step()) {
      files.append(row.bytes(0)).push_back('\0');
      files.append(row.bytes(1)).append(std::to_string(row.integer(2))).push_back('\0');
    }
    known = {state, stable_id({}, {}, Kind::text, {}, files)};
  }
  auto id = known->id;
  if (!connection.ok()) known.reset();
  return result_of(connection, id);
}

Result<std::vector<std::string>> Reader::roots() {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  std::vector<std::string> roots;
  for (auto& tree : read_trees(connection)) roots.push_back(std::move(tree.root));
  return result_of(connection, std::move(roots));
}

Result<Statistics> Reader::statistics() {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  Statistics all;
  for (auto& tree : read_trees(connection)) {
    all.complete = all.complete && tree.state != "partial";
    all.roots.push_back(std::move(tree.root));
  }
  auto count = [&](std::string_view sql) { return static_cast<std::uint64_t>(connection.integer(sql)); };
  all.files = count("SELECT count(*) FROM file");
  all.revisions = count("SELECT count(*) FROM revision");
  all.blobs = count("SELECT count(*) FROM blob");
  all.chunks = count("SELECT total(chunk_count) FROM blob");
  all.symbols = count("SELECT total(symbol_count) FROM blob");
  all.source_bytes = count("SELECT total(size) FROM file WHERE blob IS NOT NULL");
  all.database_bytes = count("PRAGMA page_count") * count("PRAGMA page_size");

  Statement outcomes = connection.prepare("SELECT outcome, count(*), total(size) FROM file GROUP BY outcome");
  while (outcomes.step()) {
    auto outcome = outcome_from_string(outcomes.bytes(0));
    if (!outcome) continue;  // verification names it
    all.outcomes.push_back({*outcome, static_cast<std::uint64_t>(outcomes.integer(1)),
                            static_cast<std::uint64_t>(outcomes.integer(2))});
  }
  std::ranges::sort(all.outcomes, {}, &OutcomeCount::outcome);

  Statement marks =
      connection.prepare("SELECT mark, count(*), total(size) FROM file WHERE mark IS NOT NULL GROUP BY mark");
  while (marks.step()) {
    auto mark = mark_from_string(marks.bytes(0));
    if (!mark) continue;  // verification names it
    all.marks.push_back(
        {*mark, static_cast<std::uint64_t>(marks.integer(1)), static_cast<std::uint64_t>(marks.integer(2))});
  }
  std::ranges::sort(all.marks, {}, &MarkCount::mark);

  Statement languages = connection.prepare(
      "SELECT language, total(files), total(bytes), total(chunk_count) FROM"
      " (SELECT language, blob, count(*) AS files, total(size) AS bytes FROM file WHERE blob IS NOT NULL"
      "  GROUP BY language, blob) JOIN blob ON blob.id = blob GROUP BY language ORDER BY language");
  while (languages.step()) {
    all.languages.push_back(
        {std::string(languages.bytes(0)), static_cast<std::uint64_t>(languages.integer(1)),
         static_cast<std::uint64_t>(languages.integer(2)), static_cast<std::uint64_t>(languages.integer(3))});
  }
  return result_of(connection, std::move(all));
}

Result<std::optional<ChunkOptions>> Reader::chunk_options(const std::string& root) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  std::optional<ChunkOptions> options;
  // From the last content backwards, as a rule to the first that is looked at.
  auto look = [&](const std::string& which) {
    Statement recipe = connection.prepare(
        "SELECT max_size, min_size, unit, with_references, with_metrics FROM blob"
        " CROSS JOIN recipe ON recipe.id = blob.recipe WHERE recipe.language <> ''" +
        which + " ORDER BY blob.id DESC LIMIT 1");
    if (!recipe.step()) return;
    auto unit = size_unit_from_string(recipe.bytes(2));
    if (!unit) return;
    options = ChunkOptions{static_cast<std::uint32_t>(recipe.integer(0)),
                           static_cast<std::uint32_t>(recipe.integer(1)), *unit, recipe.integer(3) != 0,
                           recipe.integer(4) != 0};
  };
  if (auto tree = find_tree(connection, root)) {
    look(" AND EXISTS (SELECT 1 FROM file WHERE file.blob = blob.id AND " + paths_of(*tree) + ')');
  }
  if (!options) look("");
  return result_of(connection, options);
}

}  // namespace froe::store
