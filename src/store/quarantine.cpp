#include "store/quarantine.hpp"

#include "store/rows.hpp"

namespace froe::store {

bool is_quarantined(Outcome outcome) {
  return lost_tree(outcome) && outcome != Outcome::killed;
}

std::string may_be_cut_again() {
  std::string lost;
  for (Outcome outcome : all_outcomes) {
    if (lost_tree(outcome)) lost += (lost.empty() ? "'" : ", '") + std::string(to_string(outcome)) + '\'';
  }
  return "(blob.outcome IN (" + lost +
         ") AND NOT EXISTS (SELECT 1 FROM quarantine WHERE quarantine.hash = blob.hash"
         " AND quarantine.language = recipe.language AND quarantine.grammar = recipe.grammar))";
}

Quarantine::Quarantine(Connection& connection)
    : insert_(connection, "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?)"),
      delete_(connection, "DELETE FROM quarantine WHERE hash = ? AND language = ? AND grammar = ?") {}

void Quarantine::add(const BlobKey& key, const FileResult& result) {
  insert_.with(key.id, key.language, key.grammar, to_string(result.outcome), result.detail).run();
}

void Quarantine::remove(const Quarantined& entry) {
  delete_.with(entry.blob, entry.language, entry.grammar).run();
}

std::vector<Quarantined> read_quarantine(Connection& connection, bool with_paths) {
  std::vector<Quarantined> entries;
  Statement rows = connection.prepare(
      with_paths ? "SELECT q.hash, q.language, q.grammar, q.outcome, q.detail, file.path FROM quarantine AS q"
                   " LEFT JOIN file ON file.hash = q.hash AND file.language = q.language ORDER BY 1, 2, 3, 6"
                 : "SELECT hash, language, grammar, outcome, detail, NULL FROM quarantine ORDER BY 1, 2, 3");
  while (rows.step()) {
    BlobId blob{};
    auto outcome = outcome_from_string(rows.bytes(3));
    if (!to_array(rows.bytes(0), blob) || !outcome || !is_quarantined(*outcome)) {
      connection.fail_damaged("a row of the quarantine");
      break;
    }
    bool same = !entries.empty() && entries.back().blob == blob && entries.back().language == rows.bytes(1) &&
                entries.back().grammar == rows.bytes(2);
    if (!same) {
      entries.push_back({blob,
                         std::string(rows.bytes(1)),
                         std::string(rows.bytes(2)),
                         *outcome,
                         std::string(rows.bytes(4)),
                         {}});
    }
    if (!rows.is_null(5)) entries.back().paths.emplace_back(rows.bytes(5));
  }
  return entries;
}

}  // namespace froe::store
