#include <algorithm>
#include <unordered_map>

#include "froe/store.hpp"
#include "store/name_places.hpp"
#include "store/positions.hpp"
#include "store/quarantine.hpp"
#include "store/reader_state.hpp"
#include "store/schema.hpp"
#include "store/trees.hpp"

namespace froe::store {
namespace {

// The rows have been read, so their ranges lie in the text.
std::optional<std::string> find_chunk_fault(const std::vector<Chunk>& chunks, const std::string& text,
                                            std::string_view language) {
  PositionCounter positions(text);
  for (const Chunk& chunk : chunks) {
    std::string name = "chunk " + std::to_string(chunk.ordinal);
    if (positions.at(chunk.range.begin) != chunk.begin || positions.at(chunk.range.end) != chunk.end) {
      return "the row or column of " + name + " is wrong";
    }
    auto own = std::string_view(text).substr(chunk.range.begin, chunk.range.size());
    auto own_language = chunk.language.empty() ? language : chunk.language;
    if (stable_id(own_language, chunk.scope, chunk.kind, chunk.name, own) != chunk.id) {
      return "the stable id of " + name + " is wrong";
    }
  }
  return std::nullopt;
}

std::optional<std::string> find_symbol_fault(const std::vector<Symbol>& symbols,
                                             const std::vector<std::optional<Position>>& name_places,
                                             const std::string& text) {
  PositionCounter begins(text);
  PositionCounter ends(text);
  const NamePlaces names(text);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const Symbol& symbol = symbols[i];
    if (begins.at(symbol.range.begin) != symbol.begin || ends.at(symbol.range.end) != symbol.end) {
      return "the row or column of symbol " + std::to_string(i) + " is wrong";
    }
    if (names.of(symbol) != name_places[i])
      return "the row or column of the name of symbol " + std::to_string(i) + " is wrong";
  }
  return std::nullopt;
}

// Names and positions are what the text says; `TermProof` holds the names against the index of them.
std::optional<std::string> find_reference_fault(const std::vector<Reference>& references,
                                                const std::vector<Symbol>& symbols) {
  for (const Reference& reference : references) {
    if (!reference.symbol) continue;
    const auto around = symbols.at(*reference.symbol).range;
    if (reference.range.begin < around.begin || reference.range.end > around.end)
      return "a reference to " + reference.name + " lies outside of its symbol";
  }
  return std::nullopt;
}

// Proves the blobs one at a time; memory is that of the largest.
class BlobProof {
 public:
  explicit BlobProof(Connection& connection)
      : connection_(connection), rows_(connection), terms_(connection) {}

  // What is wrong with the blob, if anything. Each is examined once.
  const std::optional<std::string>& examine(std::int64_t id) {
    auto [entry, is_new] = seen_.try_emplace(id);
    if (is_new) {
      entry->second = find_fault(id);
      // Damage that SQLite or a row's reader meets is the blob's fault, and the others are still examined.
      if (!connection_.ok() && connection_.error().kind == ErrorKind::corrupt) {
        entry->second = connection_.error().message;
        connection_.forgive();
      }
    }
    return entry->second;
  }
  [[nodiscard]] std::optional<std::string> compare_terms() { return terms_.compare(); }
  [[nodiscard]] std::int64_t chunk_count() const { return chunk_count_; }
  [[nodiscard]] std::int64_t symbol_count() const { return symbol_count_; }
  [[nodiscard]] std::int64_t import_count() const { return import_count_; }
  [[nodiscard]] std::int64_t reference_list_count() const { return reference_list_count_; }
  [[nodiscard]] std::int64_t metric_count() const { return metric_count_; }
  [[nodiscard]] std::int64_t token_count() const { return token_count_; }

 private:
  std::optional<std::string> find_fault(std::int64_t id) {
    auto blob = rows_.blob(id);
    if (!connection_.ok()) return std::nullopt;
    if (!blob) return "its blob is missing";
    std::string text = rows_.text(*blob);
    auto chunks = rows_.chunks(*blob);
    auto symbols = rows_.symbols(*blob);
    auto name_places = rows_.name_places(*blob);
    auto imports = rows_.imports(*blob);
    auto references = rows_.references(*blob, text);
    auto metrics = rows_.metrics(*blob);
    bool has_tokens = !rows_.tokens(*blob).empty();
    static_cast<void>(rows_.errors(*blob));  // that they can be read
    if (!connection_.ok()) return std::nullopt;
    chunk_count_ += blob->chunk_count;
    symbol_count_ += blob->symbol_count;
    import_count_ += blob->import_count;
    reference_list_count_ += references.empty() ? 0 : 1;
    metric_count_ += blob->metric_count;
    token_count_ += has_tokens ? 1 : 0;
    if (static_cast<std::int64_t>(chunks.size()) != blob->chunk_count ||
        static_cast<std::int64_t>(symbols.size()) != blob->symbol_count ||
        static_cast<std::int64_t>(imports.size()) != blob->import_count ||
        static_cast<std::int64_t>(metrics.size()) != blob->metric_count) {
      return "chunks, symbols, imports or metrics are missing";
    }
    auto outcome = outcome_from_string(blob->outcome);
    if (!outcome || !is_indexed(*outcome)) return "its blob has the outcome " + blob->outcome;
    if (auto gap = find_gap(chunks, text.size())) return gap;
    std::string joined;
    joined.reserve(text.size());
    for (const Chunk& chunk : chunks) joined.append(text, chunk.range.begin, chunk.range.size());
    if (blob_id(joined) != blob->key.id)
      return "its chunks are not the content of blob " + to_hex(blob->key.id);
    if (count_lines(text) != blob->lines) return "its number of lines is wrong";
    if (auto fault = find_chunk_fault(chunks, text, blob->key.language)) return fault;
    if (auto fault = find_symbol_fault(symbols, name_places, text)) return fault;
    if (auto fault = find_reference_fault(references, symbols)) return fault;
    terms_.expect(id, references, text);
    for (const Chunk& chunk : chunks) {
      terms_.expect(blob->first_chunk + chunk.ordinal, chunk,
                    std::string_view(text).substr(chunk.range.begin, chunk.range.size()));
    }
    return std::nullopt;
  }

  Connection& connection_;
  BlobReader rows_;
  TermProof terms_;
  std::unordered_map<std::int64_t, std::optional<std::string>> seen_;
  std::int64_t chunk_count_ = 0;
  std::int64_t symbol_count_ = 0;
  std::int64_t import_count_ = 0;
  std::int64_t reference_list_count_ = 0;  // blobs that have one
  std::int64_t metric_count_ = 0;
  std::int64_t token_count_ = 0;  // blobs that have some
};

// Damage becomes a fault, so that the rest is still looked at; anything else stays an error.
void turn_damage_into_fault(Connection& connection, const std::function<void(const Fault&)>& visit) {
  if (connection.ok() || connection.error().kind != ErrorKind::corrupt) return;
  visit({"", connection.error().message});
  connection.forgive();
}

void check_database(Connection& connection, const std::function<void(const Fault&)>& visit) {
  Statement integrity = connection.prepare("PRAGMA integrity_check");
  while (integrity.step()) {
    if (integrity.bytes(0) != "ok")
      visit({"", "the database is damaged: " + std::string(integrity.bytes(0))});
  }
  turn_damage_into_fault(connection, visit);
  Statement references = connection.prepare("PRAGMA foreign_key_check");
  while (references.step()) {
    visit({"", "a row of " + std::string(references.bytes(0)) + " refers to a row of " +
                   std::string(references.bytes(2)) + " that does not exist"});
  }
  turn_damage_into_fault(connection, visit);
}

// Each row of a ledger against the blob that it names; how many are right.
std::uint64_t prove_files(Connection& connection, std::string_view table, BlobProof& proof,
                          const std::function<void(const Fault&)>& visit) {
  std::uint64_t proved = 0;
  Statement files = connection.prepare(
      "SELECT path, f.outcome, f.detail, f.language, f.size, f.hash, f.mark, f.blob, blob.hash, blob.size "
      "FROM " +
      std::string(table) + " AS f LEFT JOIN blob ON blob.id = f.blob ORDER BY path");
  while (files.step()) {
    LedgerEntry entry = to_entry(connection, files);
    if (!connection.ok()) {
      turn_damage_into_fault(connection, visit);
      continue;
    }
    bool has_blob = !files.is_null(7);
    if (is_indexed(entry.outcome) != has_blob) {
      visit({entry.path, "its outcome is " + std::string(to_string(entry.outcome)) +
                             (has_blob ? ", yet it has chunks" : ", yet it has no chunks")});
      continue;
    }
    if (!has_blob) continue;
    if (const auto& fault = proof.examine(files.integer(7))) {
      visit({entry.path, *fault});
    } else if (files.bytes(8) != files.bytes(5) || files.integer(9) != files.integer(4)) {
      visit({entry.path, "its ledger row names another content than its chunks have"});
    } else {
      ++proved;
    }
    if (!connection.ok()) break;
  }
  return proved;
}

}  // namespace

Result<std::uint64_t> Reader::verify(const std::function<void(const Fault&)>& visit) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  std::uint64_t proved = 0;
  check_database(connection, visit);

  BlobProof proof(connection);
  for (std::string_view table : {"file", "revision_file"}) {
    proved += prove_files(connection, table, proof, visit);
    turn_damage_into_fault(connection, visit);
  }
  Statement twice = connection.prepare(
      "SELECT DISTINCT path FROM revision_file AS a WHERE until <= since OR EXISTS (SELECT 1 FROM "
      "revision_file AS b"
      " WHERE b.path = a.path AND b.since > a.since AND b.since < a.until) ORDER BY path");
  while (twice.step()) {
    visit({std::string(twice.bytes(0)), "a revision has it twice"});
  }
  turn_damage_into_fault(connection, visit);
  static_cast<void>(read_revisions(connection));
  turn_damage_into_fault(connection, visit);

  // Blobs that no file names are there while a pass over the tree is under way; they are proved all the same.
  Statement orphans = connection.prepare(orphaned_blobs);
  bool complete = is_complete(connection);
  while (orphans.step()) {
    if (const auto& fault = proof.examine(orphans.integer(0))) visit({"", "an unreferenced blob: " + *fault});
    if (complete) visit({"", "blob " + std::to_string(orphans.integer(0)) + " belongs to no file"});
  }
  turn_damage_into_fault(connection, visit);
  static_cast<void>(read_quarantine(connection, false));
  turn_damage_into_fault(connection, visit);
  if (connection.integer("SELECT count(*) FROM chunk") != proof.chunk_count() ||
      connection.integer("SELECT count(*) FROM symbol") != proof.symbol_count() ||
      connection.integer("SELECT count(*) FROM import") != proof.import_count() ||
      connection.integer("SELECT count(*) FROM reference") != proof.reference_list_count() ||
      connection.integer("SELECT count(*) FROM metric") != proof.metric_count() ||
      connection.integer("SELECT count(*) FROM token") != proof.token_count()) {
    visit({"", "there are chunks, symbols, imports, references, metrics or tokens that belong to no blob"});
  }
  turn_damage_into_fault(connection, visit);
  if (connection.ok()) {
    if (auto fault = proof.compare_terms()) visit({"", *fault});
  }
  turn_damage_into_fault(connection, visit);
  if (!connection.ok()) return tl::make_unexpected(connection.error());
  return proved;
}

}  // namespace froe::store
