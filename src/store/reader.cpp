#include <algorithm>

#include "froe/store.hpp"
#include "store/occurrences.hpp"
#include "store/reader_state.hpp"
#include "store/schema.hpp"
#include "store/trees.hpp"

namespace froe::store {
namespace {

// Opens beside a writer if it can. On media that cannot be written SQLite's shared memory has no place; then
// the file is read as it is, unless there is a log that would be missed.
bool open_any(Connection& connection, const std::filesystem::path& database) {
  if (connection.open(database, Connection::Mode::read) && check_format(connection)) return true;
  Error first = connection.error();
  if (first.kind != ErrorKind::io) return false;
  std::filesystem::path log = database;
  log += "-wal";
  std::error_code error;
  bool has_log = std::filesystem::exists(log, error) && std::filesystem::file_size(log, error) > 0;
  if (error || has_log) return false;
  connection.forgive();
  if (connection.open(database, Connection::Mode::immutable) && check_format(connection)) return true;
  if (connection.error().kind == ErrorKind::io) {
    connection.forgive();
    connection.fail(std::move(first));
  }
  return false;
}

}  // namespace

LedgerEntry to_entry(Connection& connection, const Statement& row) {
  LedgerEntry entry;
  entry.path = row.bytes(0);
  auto outcome = outcome_from_string(row.bytes(1));
  entry.outcome = outcome.value_or(Outcome::unreadable);
  entry.detail = row.bytes(2);
  entry.language = row.bytes(3);
  entry.size = static_cast<std::uint64_t>(row.integer(4));
  bool valid = outcome.has_value();
  if (!row.is_null(5)) valid &= to_array(row.bytes(5), entry.blob.emplace());
  if (!row.is_null(6)) {
    entry.mark = mark_from_string(row.bytes(6));
    valid &= entry.mark.has_value();
  }
  if (!valid) connection.fail_damaged("the ledger's row of " + entry.path);
  return entry;
}

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(const std::filesystem::path& database) {
  std::error_code error;
  auto type = std::filesystem::status(database, error).type();
  if (type == std::filesystem::file_type::not_found) {
    return failure(ErrorKind::not_found, "there is no index at " + database.string());
  }
  if (error) {
    return failure(ErrorKind::io, "cannot open the index " + database.string() + ": " + error.message());
  }
  if (type != std::filesystem::file_type::regular) {
    return failure(ErrorKind::corrupt, database.string() + " is not a froe index: it is not a regular file");
  }
  auto state = std::make_unique<State>();
  if (!open_any(state->connection, database)) return tl::make_unexpected(state->connection.error());
  return Reader(std::move(state));
}

Status Reader::hold() {
  state_->symbol_names.attach(state_->connection);  // which no transaction allows
  state_->connection.execute("BEGIN");
  return state_->connection.status();
}

void Reader::let_go() {
  if (sqlite3_get_autocommit(state_->connection.handle()) == 0) State::Snapshot::end(state_->connection);
}

void Reader::stop_when(std::function<bool()> stop) {
  // Some microseconds of SQLite's work.
  constexpr int instructions = 4000;
  auto* handle = state_->connection.handle();
  state_->stop = std::move(stop);
  if (!state_->stop) {
    sqlite3_progress_handler(handle, 0, nullptr, nullptr);
    return;
  }
  sqlite3_progress_handler(
      handle, instructions,
      [](void* context) { return (*static_cast<std::function<bool()>*>(context))() ? 1 : 0; }, &state_->stop);
}

Result<std::vector<Revision>> Reader::revisions() {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  auto revisions = read_revisions(connection);
  return result_of(connection, std::move(revisions));
}

Status Reader::look_at(std::int64_t revision) {
  // SQLite looks for an unqualified name among the temporary ones first.
  const auto id = std::to_string(revision);
  state_->connection.execute(
      "DROP VIEW IF EXISTS temp.file; CREATE TEMP VIEW file AS SELECT path, outcome, detail, language, size, "
      "hash,"
      " mark, blob FROM main.revision_file WHERE since <= " +
      id + " AND until > " + id);
  state_->fingerprint.reset();
  return state_->connection.status();
}

Result<std::optional<LedgerEntry>> Reader::file(const std::string& path) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  std::optional<LedgerEntry> entry;
  Statement& statement = state_->file();
  if (connection.ok() && statement.with(path).step()) entry = to_entry(connection, statement);
  statement.reset();
  return result_of(connection, std::move(entry));
}

namespace {

// The blob of an indexed file; an error if there is no such file, or if it was left out.
Result<BlobRow> indexed_blob(Connection& connection, Statement& statement, BlobReader& rows,
                             const std::string& path, std::string* language) {
  if (!connection.ok()) return tl::make_unexpected(connection.error());
  if (!statement.with(path).step()) {
    if (!connection.ok()) return tl::make_unexpected(connection.error());
    return failure(ErrorKind::not_found, "the index has no file " + path);
  }
  if (statement.is_null(7)) {
    return failure(ErrorKind::not_found,
                   "the index has no text of " + path + ": " + std::string(statement.bytes(1)));
  }
  if (language != nullptr) *language = statement.bytes(3);
  auto blob = rows.blob(statement.integer(7));
  statement.reset();
  if (!connection.ok()) return tl::make_unexpected(connection.error());
  if (!blob) return tl::make_unexpected(connection.damaged("the blob of " + path + " is missing"));
  return *blob;
}

}  // namespace

Result<std::vector<FoundChunk>> Reader::chunks(const std::string& path) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  BlobReader rows(connection);
  std::string language;
  auto blob = indexed_blob(connection, state_->file(), rows, path, &language);
  if (!blob) return tl::make_unexpected(blob.error());
  std::vector<FoundChunk> found;
  for (Chunk& chunk : rows.chunks(*blob)) {
    found.push_back({blob->first_chunk + chunk.ordinal, path, language, std::move(chunk), 0});
  }
  return result_of(connection, std::move(found));
}

Result<std::vector<FoundChunk>> Reader::chunks(const StableId& id) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  std::vector<FoundChunk> found;
  Filter everything;
  BlobReader rows(connection);
  Occurrences occurrences(connection, everything);
  Statement statement = connection.prepare("SELECT id FROM chunk WHERE stable_id = ?");
  if (connection.ok()) statement.with(id);
  while (statement.step()) {
    std::int64_t row_id = statement.integer(0);
    auto owned = rows.chunk(row_id);
    if (!owned) continue;
    for (const auto& [path, language, mark] : occurrences.files(owned->blob)) {
      found.push_back({row_id, path, language, owned->chunk, 0});
    }
  }
  sort_and_cut(found, found.size());
  return result_of(connection, std::move(found));
}

Result<std::vector<Symbol>> Reader::symbols(const std::string& path) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  BlobReader rows(connection);
  auto blob = indexed_blob(connection, state_->file(), rows, path, nullptr);
  if (!blob) return tl::make_unexpected(blob.error());
  auto symbols = rows.symbols(*blob);
  return result_of(connection, std::move(symbols));
}

Status Reader::references(const std::string& name, std::optional<ReferenceKind> kind,
                          const std::function<bool(const FoundReference&)>& visit) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  if (connection.integer("SELECT count(*) FROM recipe WHERE with_references") == 0 && connection.ok()) {
    return failure(ErrorKind::not_found, "the index " + connection.path().string() +
                                             " has no references; `froe index --references` gathers them");
  }
  struct Place {
    std::string path;
    std::string language;
    std::int64_t blob = 0;
  };
  std::vector<Place> places;
  BlobReader rows(connection);
  Filter everything;
  Occurrences occurrences(connection, everything);
  for (std::int64_t blob : rows.users(name, kind)) {
    for (const auto& file : occurrences.files(blob)) places.push_back({file.path, file.language, blob});
  }
  std::ranges::sort(places, {}, &Place::path);
  for (const Place& place : places) {
    auto blob = rows.blob(place.blob);
    if (!connection.ok() || !blob) break;
    auto symbols = rows.symbols(*blob);
    auto content = rows.text(*blob);
    const auto references = rows.references(*blob, content, name, kind);
    if (!connection.ok()) break;
    for (const Reference& reference : references) {
      if (!visit({place.path, place.language, reference, symbols, content})) return connection.status();
    }
  }
  return connection.status();
}

Result<std::string> Reader::content(const std::string& path) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  auto& rows = state_->rows();
  auto blob = indexed_blob(connection, state_->file(), rows, path, nullptr);
  if (!blob) return tl::make_unexpected(blob.error());
  std::string text = rows.text(*blob);
  return result_of(connection, std::move(text));
}

Result<IndexedFile> Reader::indexed(const std::string& path) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  auto& rows = state_->rows();
  auto blob = indexed_blob(connection, state_->file(), rows, path, nullptr);
  if (!blob) return tl::make_unexpected(blob.error());
  auto outcome = outcome_from_string(blob->outcome);
  if (!outcome) {
    return tl::make_unexpected(
        connection.damaged("the blob of " + path + " has no such outcome as " + blob->outcome));
  }
  IndexedFile file{
      *outcome,          rows.text(*blob), rows.chunks(*blob), rows.symbols(*blob), rows.imports(*blob),
      rows.errors(*blob)};
  return result_of(connection, std::move(file));
}

namespace {

// A row with `file_columns`, and what is kept of its blob. Damage fails the connection.
MeasuredFile to_measured(Connection& connection, BlobReader& rows, const Statement& row) {
  MeasuredFile file;
  file.entry = to_entry(connection, row);
  if (!connection.ok() || row.is_null(7)) return file;
  auto blob = rows.blob(row.integer(7));
  if (!connection.ok()) return file;
  if (!blob) {
    connection.fail_damaged("the blob of " + file.entry.path + " is missing");
    return file;
  }
  file.content = rows.text(*blob);
  file.symbols = rows.symbols(*blob);
  file.errors = rows.errors(*blob);
  file.metrics = rows.metrics(*blob);
  file.tokens = rows.tokens(*blob);
  return file;
}

}  // namespace

Status Reader::measured(const std::string& root, const std::function<bool(MeasuredFile&&)>& visit) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  auto tree = find_tree(connection, root);
  if (!tree || tree->state == "none") {
    return failure(ErrorKind::not_found, "the index " + connection.path().string() + " has no tree " + root +
                                             "; `froe index` puts it there");
  }
  const std::string in_tree = paths_of(*tree);
  auto without = connection.integer(
      "SELECT count(*) FROM file JOIN blob ON blob.id = file.blob JOIN recipe ON recipe.id = blob.recipe"
      " WHERE recipe.language <> '' AND NOT with_metrics AND " +
      in_tree);
  if (without > 0 && connection.ok()) {
    return failure(ErrorKind::not_found, "the index " + connection.path().string() +
                                             " has no metrics; `froe index --metrics` gathers them");
  }
  Statement files = connection.prepare(std::string(file_columns) + "WHERE " + in_tree + " ORDER BY path");
  BlobReader rows(connection);
  while (files.step()) {
    auto file = to_measured(connection, rows, files);
    file.entry.path.erase(0, tree->prefix().size());
    if (!connection.ok() || !visit(std::move(file))) break;
  }
  return connection.status();
}

Result<MeasuredFile> Reader::measured(const std::string& root, const std::string& path) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  auto tree = find_tree(connection, root);
  const std::string in_ledger = (tree ? tree->prefix() : std::string()) + path;
  Statement& file = state_->file();
  if (connection.ok() && !file.with(in_ledger).step() && connection.ok()) {
    return failure(ErrorKind::not_found, "the index has no file " + path);
  }
  if (!connection.ok()) return tl::make_unexpected(connection.error());
  auto found = to_measured(connection, state_->rows(), file);
  found.entry.path = path;
  return result_of(connection, std::move(found));
}

Status Reader::ledger(std::optional<Outcome> outcome, const std::function<bool(const LedgerEntry&)>& visit) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  Statement statement =
      connection.prepare(std::string(file_columns) + "WHERE ?1 IS NULL OR outcome = ?1 ORDER BY path");
  if (!connection.ok()) return connection.status();
  if (outcome) {
    statement.with(to_string(*outcome));
  } else {
    statement.with(std::nullopt);
  }
  while (statement.step()) {
    LedgerEntry entry = to_entry(connection, statement);
    if (!connection.ok() || !visit(entry)) break;
  }
  return connection.status();
}

}  // namespace froe::store
