#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <new>
#include <set>
#include <vector>

#include "froe/json.hpp"
#include "froe/store.hpp"
#include "store/compress.hpp"
#include "store/last_run.hpp"
#include "store/lock.hpp"
#include "store/quarantine.hpp"
#include "store/rows.hpp"
#include "store/schema.hpp"
#include "store/sqlite.hpp"

namespace froe::store {
namespace {

// A commit writes what FTS5 holds in memory as a segment of its own, so commits are few; what a crash can
// lose, and what the write-ahead log can grow to, is bounded by them.
constexpr std::uint64_t commit_bytes = 16U << 20U;
constexpr std::uint64_t commit_rows = 5000;

Status make_directory(const std::filesystem::path& directory) {
  std::error_code error;
  if (!directory.empty()) std::filesystem::create_directories(directory, error);
  if (error) {
    return tl::make_unexpected(
        Error{ErrorKind::io, "cannot create the directory " + directory.string() + ": " + error.message()});
  }
  if (directory.filename() != ".froe") return {};
  // So that no one commits an index. What is there is somebody's choice, and stays.
  std::filesystem::path ignore = directory / ".gitignore";
  UniqueFd fd(::open(ignore.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!fd && errno == EEXIST) return {};
  if (!fd || ::write(fd.get(), "*\n", 2) != 2) {
    int number = errno;
    if (fd) ::unlink(ignore.c_str());
    return tl::make_unexpected(system_error("cannot write " + ignore.string(), number));
  }
  return {};
}

}  // namespace

struct Writer::State {
  explicit State(WriterLock held) : lock(std::move(held)) {}

  bool open(const std::filesystem::path& path, const std::string& root);
  // Everything that a new pass over the tree starts with.
  void start_pass();
  bool begin();
  bool commit();
  // Notes that the index is between two states, before the first change of a pass.
  bool touch();
  std::int64_t recipe_id(const BlobKey& key, bool create);
  std::optional<std::int64_t> blob_id_of(const BlobKey& key);
  void insert_blob(std::int64_t id, const BlobKey& key, std::string_view content, const FileResult& result);
  bool may_be_cut_again(std::int64_t blob);
  void drop_blob(std::int64_t id);
  void drop_unreferenced();
  void sweep(const std::string& from, const std::string* to);
  void put_row(const LedgerEntry& entry, std::optional<std::int64_t> blob);
  Status put(const LedgerEntry& entry, const BlobKey* key, std::string_view content,
             const FileResult* result);
  Status finish();
  // Makes a change that an exception may interrupt. Half a change must never be committed: the connection
  // fails, and all that is left is to close it, which rolls back.
  template <class Change>
  Status attempt(Change&& change);

  WriterLock lock;  // outlives the connections: closing the last one checkpoints
  Connection connection;
  Connection planning;  // of the other thread, which reads what is committed
  std::optional<Statement> has_committed;

  struct Statements {
    explicit Statements(Connection& c);
    Statement find_recipe, insert_recipe, find_blob, known_blob, insert_blob, insert_content, insert_chunk,
        insert_symbol, insert_terms, delete_terms, delete_chunks, delete_symbols, delete_content, delete_blob,
        find_between, sweep, sweep_rest, find_file, insert_file, update_file, update_files, is_referenced,
        is_retried, set_meta;
  };
  std::optional<Statements> sql;
  std::optional<BlobReader> rows;
  std::optional<Quarantine> quarantine;
  IdentifierSplitter splitter;
  Terms terms;
  Compressor compressor;

  std::vector<std::pair<std::int64_t, BlobKey>> recipes;  // of this pass; the id in the key is not used
  std::string previous;                                   // path of the last put
  std::set<std::int64_t> released;                        // blobs that lost a file in this pass
  std::int64_t next_blob = 1;
  std::int64_t next_chunk = 1;
  std::int64_t next_symbol = 1;
  bool partial = false;     // changed in this pass, or left so by the one before
  bool unfinished = false;  // the pass before did not end: nobody knows which blobs lost their files
  bool in_transaction = false;
  std::uint64_t pending_bytes = 0;
  std::uint64_t pending_rows = 0;
};

Writer::State::Statements::Statements(Connection& c)
    : find_recipe(c,
                  "SELECT id FROM recipe WHERE language = ? AND grammar = ? AND max_size = ? AND min_size = ?"
                  " AND unit = ?"),
      insert_recipe(
          c, "INSERT INTO recipe (language, grammar, max_size, min_size, unit) VALUES (?, ?, ?, ?, ?)"),
      find_blob(c, "SELECT id FROM blob WHERE hash = ? AND recipe = ?"),
      known_blob(c, "SELECT outcome, detail FROM blob WHERE id = ?"),
      insert_blob(c, "INSERT INTO blob VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_content(c, "INSERT INTO content VALUES (?, ?)"),
      insert_chunk(c, "INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_symbol(c, "INSERT INTO symbol VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_terms(c, "INSERT INTO chunk_fts (rowid, text, words, scope) VALUES (?, ?, ?, ?)"),
      delete_terms(
          c, "INSERT INTO chunk_fts (chunk_fts, rowid, text, words, scope) VALUES ('delete', ?, ?, ?, ?)"),
      delete_chunks(c, "DELETE FROM chunk WHERE id >= ?1 AND id < ?1 + ?2"),
      delete_symbols(c, "DELETE FROM symbol WHERE id >= ?1 AND id < ?1 + ?2"),
      delete_content(c, "DELETE FROM content WHERE blob = ?"),
      delete_blob(c, "DELETE FROM blob WHERE id = ?"),
      find_between(c, "SELECT 1 FROM file WHERE path > ? AND path < ? LIMIT 1"),
      sweep(c, "DELETE FROM file WHERE path > ? AND path < ? RETURNING blob"),
      sweep_rest(c, "DELETE FROM file WHERE path > ? RETURNING blob"),
      find_file(c, "SELECT outcome, detail, language, size, hash, blob FROM file WHERE path = ?"),
      insert_file(c, "INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?)"),
      update_file(c,
                  "UPDATE file SET outcome = ?2, detail = ?3, language = ?4, size = ?5, hash = ?6, blob = ?7"
                  " WHERE path = ?1"),
      update_files(c, "UPDATE file SET outcome = ?2, detail = ?3 WHERE blob = ?1"),
      is_referenced(c, "SELECT 1 FROM file WHERE blob = ?"),
      is_retried(c, "SELECT 1 FROM blob JOIN recipe ON recipe.id = blob.recipe WHERE blob.id = ? AND " +
                        store::may_be_cut_again()),
      set_meta(c, "INSERT OR REPLACE INTO meta VALUES (?, ?)") {}

bool Writer::State::open(const std::filesystem::path& path, const std::string& root) {
  if (!connection.open(path, Connection::Mode::write) || !prepare_to_write(connection)) return false;
  sql.emplace(connection);
  rows.emplace(connection);
  quarantine.emplace(connection);
  if (!planning.open(path, Connection::Mode::read)) {
    connection.fail(planning.error());
    return false;
  }
  has_committed.emplace(
      planning,
      "SELECT 1 FROM blob JOIN recipe ON recipe.id = blob.recipe WHERE hash = ? AND language = ?"
      " AND grammar = ? AND max_size = ? AND min_size = ? AND unit = ? AND NOT " +
          store::may_be_cut_again());
  Statement meta = connection.prepare("SELECT value FROM meta WHERE key = ?");
  partial = unfinished = !(meta.with("state").step() && meta.bytes(0) == "complete");
  bool moved = !(meta.with("root").step() && meta.bytes(0) == root);
  meta.reset();
  if (moved) sql->set_meta.with("root", root).run();
  start_pass();
  return connection.ok();
}

void Writer::State::start_pass() {
  previous.clear();
  released.clear();
  recipes.clear();
  next_blob = connection.integer("SELECT coalesce(max(id), 0) + 1 FROM blob");
  next_chunk = connection.integer("SELECT coalesce(max(id), 0) + 1 FROM chunk");
  next_symbol = connection.integer("SELECT coalesce(max(id), 0) + 1 FROM symbol");
}

bool Writer::State::begin() {
  if (!in_transaction) in_transaction = connection.execute("BEGIN IMMEDIATE");
  return in_transaction;
}

bool Writer::State::commit() {
  if (in_transaction && connection.execute("COMMIT")) in_transaction = false;
  pending_bytes = 0;
  pending_rows = 0;
  return connection.ok();
}

bool Writer::State::touch() {
  ++pending_rows;
  if (partial) return connection.ok();
  partial = true;
  return sql->set_meta.with("state", "partial").run();
}

std::int64_t Writer::State::recipe_id(const BlobKey& key, bool create) {
  for (const auto& [id, known] : recipes) {
    if (known.options == key.options && known.language == key.language && known.grammar == key.grammar)
      return id;
  }
  auto values = [&](Statement& statement) -> Statement& {
    return statement.with(key.language, key.grammar, key.options.max_size, key.options.min_size,
                          to_string(key.options.unit));
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

void Writer::State::insert_blob(std::int64_t id, const BlobKey& key, std::string_view content,
                                const FileResult& result) {
  std::string errors = "[";
  for (const ByteRange& range : result.errors) {
    if (errors.size() > 1) errors += ',';
    errors += '[' + std::to_string(range.begin) + ',' + std::to_string(range.end) + ']';
  }
  errors += ']';
  // The chunks tile the content, so that the last one ends where it does.
  std::uint64_t lines = 0;
  if (!result.chunks.empty())
    lines = result.chunks.back().end.row + (result.chunks.back().end.column > 0 ? 1U : 0U);
  if (is_quarantined(result.outcome)) quarantine->add(key, result);
  sql->insert_blob
      .with(id, key.id, recipe_id(key, true), to_string(result.outcome), result.detail, content.size(), lines,
            errors, next_chunk, result.chunks.size(), next_symbol, result.symbols.size())
      .run();
  std::string_view frame = compressor.compress(content);
  sql->insert_content.with(id, std::span(reinterpret_cast<const std::uint8_t*>(frame.data()), frame.size()))
      .run();
  for (const Chunk& chunk : result.chunks) {
    std::string_view text = content.substr(chunk.range.begin, chunk.range.size());
    sql->insert_chunk
        .with(next_chunk, id, chunk.ordinal, chunk.parent, chunk.range.begin, chunk.range.end,
              chunk.begin.row, chunk.begin.column, chunk.end.row, chunk.end.column,
              static_cast<int>(chunk.kind), chunk.partial, chunk.name, chunk.scope, chunk.signature, chunk.id)
        .run();
    derive_terms(splitter, chunk, text, terms);
    sql->insert_terms.with(next_chunk, text, terms.words, terms.scope).run();
    ++next_chunk;
  }
  for (std::size_t i = 0; i < result.symbols.size(); ++i) {
    const Symbol& symbol = result.symbols[i];
    sql->insert_symbol
        .with(next_symbol++, id, i, symbol.parent, static_cast<int>(symbol.kind), symbol.name,
              symbol.range.begin, symbol.range.end, symbol.name_range.begin, symbol.name_range.end,
              symbol.begin.row, symbol.begin.column, symbol.end.row, symbol.end.column)
        .run();
  }
  pending_bytes += content.size();
}

// The full-text rows go by giving FTS5 what they were made from.
void Writer::State::drop_blob(std::int64_t id) {
  auto blob = rows->blob(id);
  if (!blob) return;
  std::string content = rows->text(*blob);
  std::vector<Chunk> chunks = rows->chunks(*blob);
  if (!connection.ok()) return;
  if (find_gap(chunks, content.size())) {
    connection.fail(
        {ErrorKind::corrupt, "the index " + connection.path().string() +
                                 " is damaged: the chunks of a blob do not tile it; remove it and index "
                                 "again"});
    return;
  }
  for (const Chunk& chunk : chunks) {
    std::string_view text = std::string_view(content).substr(chunk.range.begin, chunk.range.size());
    derive_terms(splitter, chunk, text, terms);
    sql->delete_terms.with(blob->first_chunk + chunk.ordinal, text, terms.words, terms.scope).run();
  }
  sql->delete_chunks.with(blob->first_chunk, blob->chunk_count).run();
  sql->delete_symbols.with(blob->first_symbol, blob->symbol_count).run();
  sql->delete_content.with(id).run();
  sql->delete_blob.with(id).run();
  pending_bytes += content.size();
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

void Writer::State::sweep(const std::string& from, const std::string* to) {
  // As a rule there is nothing between two paths, and a DELETE that returns rows sets up a table for them
  // first.
  if (to != nullptr) {
    bool nothing = !sql->find_between.with(from, *to).step();
    sql->find_between.reset();
    if (nothing) return;
  }
  Statement& statement = to != nullptr ? sql->sweep.with(from, *to) : sql->sweep_rest.with(from);
  std::uint64_t swept = 0;
  while (statement.step()) {
    ++swept;
    if (!statement.is_null(0)) released.insert(statement.integer(0));
  }
  if (swept > 0) touch();
  pending_rows += swept;
}

void Writer::State::put_row(const LedgerEntry& entry, std::optional<std::int64_t> blob) {
  auto values = [&](Statement& statement) -> Statement& {
    return statement.with(entry.path, to_string(entry.outcome), entry.detail, entry.language, entry.size,
                          entry.blob, blob);
  };
  Statement& old = sql->find_file;
  if (!old.with(entry.path).step()) {
    touch();
    values(sql->insert_file).run();
    return;
  }
  auto old_blob = old.is_null(5) ? std::nullopt : std::optional(old.integer(5));
  BlobId old_hash{};
  bool same_hash = old.is_null(4) ? !entry.blob
                                  : entry.blob && to_array(old.bytes(4), old_hash) && old_hash == *entry.blob;
  bool same = old.bytes(0) == to_string(entry.outcome) && old.bytes(1) == entry.detail &&
              old.bytes(2) == entry.language && static_cast<std::uint64_t>(old.integer(3)) == entry.size &&
              same_hash && old_blob == blob;
  old.reset();
  if (same) return;
  touch();
  if (old_blob && old_blob != blob) released.insert(*old_blob);
  values(sql->update_file).run();
}

template <class Change>
Status Writer::State::attempt(Change&& change) {
  try {
    return change();
  } catch (const std::bad_alloc&) {
    connection.fail({ErrorKind::internal, "out of memory"});  // short enough to need none
  } catch (const std::exception& bug) {
    connection.fail({ErrorKind::internal, bug.what()});
  }
  return connection.status();
}

Result<Writer> Writer::open(const std::filesystem::path& database, const Options& options) {
  if (auto made = make_directory(database.parent_path()); !made) return tl::make_unexpected(made.error());
  auto lock = WriterLock::acquire(database, options);
  if (!lock) return tl::make_unexpected(lock.error());
  auto state = std::make_unique<State>(std::move(*lock));
  if (!state->open(database, options.root)) return tl::make_unexpected(state->connection.error());
  return Writer(std::move(state));
}

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<std::optional<KnownBlob>> Writer::find(const BlobKey& key) {
  Connection& connection = state_->connection;
  std::optional<KnownBlob> known;
  if (auto id = state_->blob_id_of(key); id && state_->sql->known_blob.with(*id).step()) {
    auto outcome = outcome_from_string(state_->sql->known_blob.bytes(0));
    // A blob whose outcome cannot be read is as good as none; verification names it.
    if (outcome) known = KnownBlob{*outcome, std::string(state_->sql->known_blob.bytes(1))};
  }
  state_->sql->known_blob.reset();
  if (!connection.ok()) return tl::make_unexpected(connection.error());
  return known;
}

Result<bool> Writer::has_committed(const BlobKey& key) {
  Statement& statement = *state_->has_committed;
  bool found = statement
                   .with(key.id, key.language, key.grammar, key.options.max_size, key.options.min_size,
                         to_string(key.options.unit))
                   .step();
  statement.reset();
  if (!state_->planning.ok()) return tl::make_unexpected(state_->planning.error());
  return found;
}

bool Writer::settled() const {
  return !state_->in_transaction;
}

Status Writer::put(const LedgerEntry& entry, const BlobKey* key, std::string_view content,
                   const FileResult* result) {
  return state_->attempt([&] { return state_->put(entry, key, content, result); });
}

Status Writer::State::put(const LedgerEntry& entry, const BlobKey* key, std::string_view content,
                          const FileResult* result) {
  if (!connection.ok()) return connection.status();
  if (entry.path.empty() || entry.path <= previous) {
    return failure(ErrorKind::internal, "paths must ascend: " + entry.path + " after " + previous);
  }
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
      } else {
        blob = next_blob++;
      }
      insert_blob(*blob, *key, content, *result);
    }
  }
  sweep(previous, &entry.path);
  put_row(entry, blob);
  previous = entry.path;
  if (pending_bytes >= commit_bytes || pending_rows >= commit_rows) commit();
  return connection.status();
}

Status Writer::finish() {
  return state_->attempt([&] { return state_->finish(); });
}

Status Writer::State::finish() {
  if (!connection.ok()) return connection.status();
  if (!begin()) return connection.status();
  sweep(previous, nullptr);
  if (unfinished) {
    Statement orphans = connection.prepare(
        "SELECT id FROM blob WHERE NOT EXISTS (SELECT 1 FROM file WHERE file.blob = blob.id)");
    while (orphans.step()) released.insert(orphans.integer(0));
  }
  if (partial) {
    drop_unreferenced();
    sql->set_meta.with("state", "complete").run();
  }
  if (commit()) {
    partial = unfinished = false;
    start_pass();
  }
  return connection.status();
}

Status Writer::suspend() {
  state_->commit();
  return state_->connection.status();
}

Status Writer::note_run(const LastRun& run) {
  return state_->attempt([&] {
    if (state_->connection.ok() && state_->begin()) {
      write_last_run(state_->connection, run);
      state_->commit();
    }
    return state_->connection.status();
  });
}

Result<std::vector<Quarantined>> Writer::quarantine() {
  auto entries = read_quarantine(state_->connection, false);
  if (!state_->connection.ok()) return tl::make_unexpected(state_->connection.error());
  return entries;
}

Status Writer::release(const std::vector<Quarantined>& entries) {
  return state_->attempt([&] {
    if (state_->connection.ok() && state_->begin()) {
      for (const Quarantined& entry : entries) state_->quarantine->remove(entry);
      state_->commit();
    }
    return state_->connection.status();
  });
}

}  // namespace froe::store
