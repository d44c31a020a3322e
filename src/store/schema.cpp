#include "store/schema.hpp"

#include <string>

#include "froe/record.hpp"
#include "store/terms.hpp"

namespace froe::store {
namespace {

// Chunks, symbols, imports and metrics of a blob have consecutive ids, so that a blob names them by the first
// and the count and no index on them is needed. `file_blob` finds where a chunk occurs.
constexpr const char* tables = R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE kind (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE visibility (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE recipe (
  id INTEGER PRIMARY KEY,
  language TEXT NOT NULL,
  grammar TEXT NOT NULL,
  max_size INTEGER NOT NULL,
  min_size INTEGER NOT NULL,
  unit TEXT NOT NULL,
  with_references INTEGER NOT NULL,
  with_metrics INTEGER NOT NULL
) STRICT;
CREATE TABLE blob (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL,
  recipe INTEGER NOT NULL REFERENCES recipe (id),
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  size INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  errors TEXT NOT NULL,
  first_chunk INTEGER NOT NULL,
  chunk_count INTEGER NOT NULL,
  first_symbol INTEGER NOT NULL,
  symbol_count INTEGER NOT NULL,
  first_import INTEGER NOT NULL,
  import_count INTEGER NOT NULL,
  reference_count INTEGER NOT NULL,
  first_metric INTEGER NOT NULL,
  metric_count INTEGER NOT NULL,
  UNIQUE (hash, recipe)
) STRICT;
CREATE TABLE content (
  blob INTEGER PRIMARY KEY REFERENCES blob (id),
  lz4 BLOB NOT NULL
) STRICT;
CREATE TABLE chunk (
  id INTEGER PRIMARY KEY,
  blob INTEGER NOT NULL REFERENCES blob (id),
  ordinal INTEGER NOT NULL,
  parent INTEGER,
  begin_byte INTEGER NOT NULL,
  end_byte INTEGER NOT NULL,
  begin_row INTEGER NOT NULL,
  begin_column INTEGER NOT NULL,
  end_row INTEGER NOT NULL,
  end_column INTEGER NOT NULL,
  kind INTEGER NOT NULL REFERENCES kind (id),
  visibility INTEGER NOT NULL REFERENCES visibility (id),
  partial INTEGER NOT NULL,
  composite INTEGER NOT NULL,
  nesting INTEGER NOT NULL,
  language TEXT,
  name TEXT NOT NULL,
  scope TEXT NOT NULL,
  signature TEXT NOT NULL,
  doc_begin_byte INTEGER,
  doc_end_byte INTEGER,
  decorators TEXT,
  imports TEXT,
  stable_id BLOB NOT NULL
) STRICT;
CREATE TABLE import (
  id INTEGER PRIMARY KEY,
  blob INTEGER NOT NULL REFERENCES blob (id),
  name TEXT NOT NULL,
  begin_byte INTEGER NOT NULL,
  end_byte INTEGER NOT NULL
) STRICT;
CREATE TABLE symbol (
  id INTEGER PRIMARY KEY,
  blob INTEGER NOT NULL REFERENCES blob (id),
  ordinal INTEGER NOT NULL,
  parent INTEGER,
  kind INTEGER NOT NULL REFERENCES kind (id),
  visibility INTEGER NOT NULL REFERENCES visibility (id),
  name TEXT NOT NULL,
  begin_byte INTEGER NOT NULL,
  end_byte INTEGER NOT NULL,
  name_begin_byte INTEGER NOT NULL,
  name_end_byte INTEGER NOT NULL,
  doc_begin_byte INTEGER,
  doc_end_byte INTEGER,
  begin_row INTEGER NOT NULL,
  begin_column INTEGER NOT NULL,
  end_row INTEGER NOT NULL,
  end_column INTEGER NOT NULL,
  name_row INTEGER,
  name_column INTEGER
) STRICT;
CREATE TABLE reference (
  blob INTEGER PRIMARY KEY REFERENCES blob (id),
  list BLOB NOT NULL
) STRICT;
CREATE TABLE metric (
  id INTEGER PRIMARY KEY,
  blob INTEGER NOT NULL REFERENCES blob (id),
  symbol INTEGER NOT NULL,
  parameters INTEGER NOT NULL,
  nesting INTEGER NOT NULL,
  cyclomatic INTEGER NOT NULL,
  cognitive INTEGER NOT NULL
) STRICT;
CREATE TABLE token (
  blob INTEGER PRIMARY KEY REFERENCES blob (id),
  size INTEGER NOT NULL,
  lz4 BLOB NOT NULL
) STRICT;
CREATE TABLE file (
  path TEXT PRIMARY KEY,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  language TEXT NOT NULL,
  size INTEGER NOT NULL,
  hash BLOB,
  mark TEXT,
  blob INTEGER REFERENCES blob (id),
  mtime_ns INTEGER,
  ctime_ns INTEGER,
  inode INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE tree (
  id INTEGER PRIMARY KEY,
  root TEXT NOT NULL UNIQUE,
  rules TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  commit_hash BLOB NOT NULL,
  name TEXT NOT NULL,
  rules TEXT NOT NULL,
  part TEXT NOT NULL
) STRICT;
CREATE TABLE revision_file (
  path TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  language TEXT NOT NULL,
  size INTEGER NOT NULL,
  hash BLOB,
  mark TEXT,
  blob INTEGER REFERENCES blob (id),
  PRIMARY KEY (path, since)
) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine (
  hash BLOB NOT NULL,
  language TEXT NOT NULL,
  grammar TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (hash, language, grammar)
) STRICT, WITHOUT ROWID;
CREATE TABLE last_run (
  executor TEXT NOT NULL,
  nanoseconds INTEGER NOT NULL,
  sandbox TEXT NOT NULL,
  sandbox_detail TEXT NOT NULL
) STRICT;
CREATE TABLE last_run_worker (
  slot INTEGER PRIMARY KEY,
  jobs INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  cpu_nanoseconds INTEGER NOT NULL,
  peak_memory INTEGER NOT NULL,
  processes INTEGER NOT NULL,
  deaths INTEGER NOT NULL,
  recycled INTEGER NOT NULL
) STRICT;
CREATE TABLE last_run_file (
  rank INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  parse_nanoseconds INTEGER NOT NULL,
  chunk_nanoseconds INTEGER NOT NULL
) STRICT;
CREATE INDEX file_blob ON file (blob) WHERE blob IS NOT NULL;
CREATE INDEX revision_file_blob ON revision_file (blob) WHERE blob IS NOT NULL;

CREATE VIRTUAL TABLE chunk_fts USING fts5 (
  text, words, scope, name,
  content = '', tokenize = 'porter unicode61'
);
CREATE VIRTUAL TABLE reference_fts USING fts5 (
  call, type, import, other,
  content = '', columnsize = 0, detail = 'column', tokenize = 'ascii'
);

CREATE VIEW ledger AS
  SELECT path, outcome, detail, language, size, mark, lower(hex(hash)) AS blob FROM file;
CREATE VIEW chunks AS
  SELECT file.path, chunk.begin_row + 1 AS first_line,
         chunk.end_row + (chunk.end_column > 0) AS last_line,
         kind.name AS kind, chunk.scope, chunk.name, chunk.signature, visibility.name AS visibility,
         chunk.nesting, chunk.partial, chunk.composite, chunk.ordinal, chunk.parent,
         chunk.begin_byte, chunk.end_byte, chunk.doc_begin_byte, chunk.doc_end_byte, chunk.decorators,
         (SELECT group_concat(import.name, ' ') FROM json_each(chunk.imports) AS used
          JOIN import ON import.id = blob.first_import + used.value) AS imports,
         coalesce(chunk.language, file.language) AS language, lower(hex(chunk.stable_id)) AS stable_id,
         chunk.id AS chunk
  FROM file
  JOIN blob ON blob.id = file.blob
  JOIN chunk ON chunk.blob = blob.id AND chunk.id >= blob.first_chunk
            AND chunk.id < blob.first_chunk + blob.chunk_count
  JOIN kind ON kind.id = chunk.kind
  JOIN visibility ON visibility.id = chunk.visibility;
CREATE VIEW symbols AS
  SELECT file.path, symbol.begin_row + 1 AS first_line,
         symbol.end_row + (symbol.end_column > 0) AS last_line,
         kind.name AS kind, symbol.name, visibility.name AS visibility, symbol.ordinal, symbol.parent,
         symbol.begin_byte, symbol.end_byte, symbol.doc_begin_byte, symbol.doc_end_byte, file.language
  FROM file
  JOIN blob ON blob.id = file.blob
  JOIN symbol ON symbol.blob = blob.id AND symbol.id >= blob.first_symbol
             AND symbol.id < blob.first_symbol + blob.symbol_count
  JOIN kind ON kind.id = symbol.kind
  JOIN visibility ON visibility.id = symbol.visibility;

CREATE VIEW imports AS
  SELECT file.path, import.name, import.begin_byte, import.end_byte, file.language
  FROM file
  JOIN blob ON blob.id = file.blob
  JOIN import ON import.blob = blob.id AND import.id >= blob.first_import
             AND import.id < blob.first_import + blob.import_count;

CREATE VIEW metrics AS
  SELECT file.path, symbol.begin_row + 1 AS first_line, kind.name AS kind, symbol.name,
         symbol.end_row + (symbol.end_column > 0) - symbol.begin_row AS lines, metric.parameters,
         metric.nesting, metric.cyclomatic, metric.cognitive, file.language
  FROM file
  JOIN blob ON blob.id = file.blob
  JOIN metric ON metric.blob = blob.id AND metric.id >= blob.first_metric
             AND metric.id < blob.first_metric + blob.metric_count
  JOIN symbol ON symbol.id = blob.first_symbol + metric.symbol
  JOIN kind ON kind.id = symbol.kind;

-- Merge rarely and much at once. Postings in memory are a hash table that every token probes: 2 MiB of it stay in the
-- processor's caches, 8 MiB cost a tenth more of the whole run.
INSERT INTO chunk_fts (chunk_fts, rank) VALUES ('hashsize', 2097152);
INSERT INTO chunk_fts (chunk_fts, rank) VALUES ('automerge', 0);
INSERT INTO chunk_fts (chunk_fts, rank) VALUES ('crisismerge', 64);
INSERT INTO chunk_fts (chunk_fts, rank) VALUES ('rank', 'bm25(1.0, 1.0, 3.0, 6.0)');
INSERT INTO reference_fts (reference_fts, rank) VALUES ('hashsize', 2097152);
INSERT INTO reference_fts (reference_fts, rank) VALUES ('automerge', 0);
INSERT INTO reference_fts (reference_fts, rank) VALUES ('crisismerge', 64);
)sql";

bool create(Connection& connection) {
  if (!connection.execute("BEGIN IMMEDIATE") || !connection.execute(tables)) return false;
  Statement kind = connection.prepare("INSERT INTO kind VALUES (?, ?)");
  for (Kind each : all_kinds) kind.with(static_cast<int>(each), to_string(each)).run();
  Statement visibility = connection.prepare("INSERT INTO visibility VALUES (?, ?)");
  for (Visibility each : all_visibilities) visibility.with(static_cast<int>(each), to_string(each)).run();
  Statement meta = connection.prepare("INSERT INTO meta VALUES (?, ?)");
  meta.with("revisions", "complete").run();
  meta.with("terms", std::to_string(terms_version)).run();
  meta.with("history", "").run();
  return connection.execute("PRAGMA application_id = " + std::to_string(application_id) +
                            "; PRAGMA user_version = " + std::to_string(format_version) + "; COMMIT");
}

// A crash between the first page and the first commit leaves a database without anything in it.
bool holds_nothing(Connection& connection) {
  return connection.integer("PRAGMA application_id") == 0 &&
         connection.integer("SELECT count(*) FROM sqlite_schema") == 0;
}

}  // namespace

bool prepare_to_write(Connection& connection) {
  bool empty = holds_nothing(connection);
  if (!connection.ok()) return false;
  if (!empty && !check_format(connection)) return false;
  // The size of a page has to be set before there is one. Where nothing was, a loss of power has nothing to
  // destroy: what makes an empty index is not waited for, which would be five times. Until the first copy of
  // the log it may cost what this run did, not more.
  if (empty) connection.execute("PRAGMA page_size = 16384; PRAGMA synchronous = OFF");
  Statement wal = connection.prepare("PRAGMA journal_mode = WAL");
  if (wal.step() && wal.bytes(0) != "wal") {
    connection.fail({ErrorKind::io, "cannot write the index " + connection.path().string() +
                                        ": its file system does not allow SQLite's write-ahead log"});
  }
  wal.reset();
  connection.execute(
      "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4096;"
      "PRAGMA journal_size_limit = 67108864");
  if (empty && !(connection.ok() && create(connection))) return false;
  return connection.execute("PRAGMA synchronous = NORMAL");
}

bool check_format(Connection& connection) {
  std::string name = connection.path().string();
  std::int64_t application = connection.integer("PRAGMA application_id");
  std::int64_t format = connection.integer("PRAGMA user_version");
  if (!connection.ok()) return false;
  if (application != application_id && holds_nothing(connection)) {
    connection.fail(
        {ErrorKind::not_found, "there is nothing in the index " + name +
                                   " yet: the run that began it was stopped early; `froe index` makes it"});
  } else if (application != application_id) {
    connection.fail({ErrorKind::corrupt, name + " is not a froe index"});
  } else if (format > format_version) {
    connection.fail({ErrorKind::too_new, "the index " + name + " was written by a later froe (format " +
                                             std::to_string(format) + ", this one reads up to " +
                                             std::to_string(format_version) +
                                             "): use that one, or remove the index"});
  } else if (format < format_version ||
             connection.integer("SELECT value FROM meta WHERE key = 'terms'") != terms_version) {
    connection.fail({ErrorKind::corrupt,
                     "the index " + name + " was written by an earlier froe: remove it and index again"});
  }
  return connection.ok();
}

}  // namespace froe::store
