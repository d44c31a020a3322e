#include "store/symbol_names.hpp"

#include <optional>
#include <string>

#include "froe/store.hpp"

namespace froe::store {
namespace {

// Of the file; another one is made anew.
constexpr int names_version = 7;

// As SQL writes a text.
std::string quoted(const std::string& text) {
  std::string sql = "'";
  for (char c : text) {
    if (c == '\'') sql += '\'';
    sql += c;
  }
  return sql + '\'';
}

// Two rows for one blob, of the schemas of the index and of the names: its id is used again once it is gone,
// and so are the ids of its definitions and of recipes.
std::string same_blob(const std::string& index, const std::string& names) {
  return "known.id = blob.id AND known.hash = blob.hash AND known.recipe = blob.recipe"
         " AND known.first_symbol = blob.first_symbol AND known.symbol_count = blob.symbol_count"
         " AND blob.recipe IN (SELECT id FROM " +
         index + ".recipe JOIN " + names + ".recipe USING (id, language, grammar))";
}

// A name is of the pass that put it there: it counts as long as its blob is of that pass too. So those of a
// blob that is gone need not be looked for.
constexpr const char* names_tables = R"sql(
CREATE TABLE main.name (name TEXT NOT NULL COLLATE NOCASE, id INTEGER NOT NULL, blob INTEGER NOT NULL,
                        pass INTEGER NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY (name, id)) STRICT, WITHOUT ROWID;
CREATE TABLE main.blob (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, recipe INTEGER NOT NULL,
                        first_symbol INTEGER NOT NULL, symbol_count INTEGER NOT NULL,
                        pass INTEGER NOT NULL) STRICT;
CREATE TABLE main.recipe (id INTEGER PRIMARY KEY, language TEXT NOT NULL, grammar TEXT NOT NULL) STRICT;
CREATE TABLE main.state (pass INTEGER NOT NULL, dropped INTEGER NOT NULL, history TEXT) STRICT;
INSERT INTO main.state VALUES (0, 0, NULL);
)sql";

// Blobs that have gone, or have changed.
constexpr const char* drop_blobs = R"sql(
UPDATE main.state SET pass = pass + 1, dropped = dropped +
  (SELECT coalesce(sum(symbol_count), 0) FROM main.blob WHERE id IN (SELECT id FROM temp.gone));
DELETE FROM main.blob WHERE id IN (SELECT id FROM temp.gone);
)sql";

// Blobs that the names do not know.
constexpr const char* add_blobs = R"sql(
INSERT OR REPLACE INTO main.name
  SELECT symbol.name, symbol.id, symbol.blob, (SELECT pass FROM main.state), symbol.kind
  FROM temp.unknown AS blob
  JOIN source.symbol ON symbol.id >= blob.first_symbol AND symbol.id < blob.first_symbol + blob.symbol_count
  ORDER BY symbol.name COLLATE NOCASE, symbol.id;
INSERT INTO main.blob
  SELECT id, hash, recipe, first_symbol, symbol_count, (SELECT pass FROM main.state) FROM temp.unknown;
)sql";

// Whether the blobs of the names are those of the index, by all that has become of them: without looking at
// any.
bool have_same_history(Connection& connection, const std::string& index, const std::string& names) {
  return connection.integer("SELECT count(*) FROM " + index + ".meta JOIN " + names +
                            ".state ON state.history = meta.value WHERE meta.key = 'history'") == 1;
}

bool bring_up_to_date(Connection& names) {
  if (have_same_history(names, "source", "main")) return names.ok();
  const auto same = same_blob("source", "main");
  names.execute(
      "CREATE TEMP TABLE gone AS SELECT known.id FROM main.blob AS known LEFT JOIN source.blob ON " + same +
      " WHERE source.blob.id IS NULL");
  names.execute(
      "CREATE TEMP TABLE unknown AS SELECT blob.id, blob.hash, blob.recipe, blob.first_symbol,"
      " blob.symbol_count FROM source.blob LEFT JOIN main.blob AS known ON " +
      same + " WHERE known.id IS NULL");
  if (names.integer("SELECT EXISTS (SELECT 1 FROM temp.gone) OR EXISTS (SELECT 1 FROM temp.unknown)") != 0) {
    names.execute(drop_blobs);
    names.execute(add_blobs);
  }
  names.execute(
      "DELETE FROM main.recipe; INSERT INTO main.recipe SELECT id, language, grammar FROM source.recipe;"
      "UPDATE main.state SET history = (SELECT value FROM source.meta WHERE key = 'history')");
  return names.ok();
}

bool update(Connection& names, const std::filesystem::path& database) {
  names.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;"
      "PRAGMA journal_size_limit = 1048576; ATTACH " +
      quoted(database.string()) + " AS source");
  if (!names.execute("BEGIN IMMEDIATE")) return false;
  bool is_new = names.integer("PRAGMA main.user_version") != names_version;
  // More names are of blobs that are gone than of others.
  bool is_old = !is_new && names.integer(
                               "SELECT (SELECT dropped FROM main.state) >"
                               " (SELECT total(symbol_count) + 1000 FROM main.blob)") != 0;
  if (is_new || is_old) {
    names.execute(
        "DROP TABLE IF EXISTS main.name; DROP TABLE IF EXISTS main.blob; DROP TABLE IF EXISTS main.recipe;"
        "DROP TABLE IF EXISTS main.state;"
        "DROP TABLE IF EXISTS main.covered;");  // of an earlier version
    names.execute(names_tables);
    names.execute("PRAGMA main.user_version = " + std::to_string(names_version));
  }
  if (!bring_up_to_date(names) || !names.execute("COMMIT")) return false;
  // Whoever opens the file next would read all of a log that somebody who was killed has left. Not worth
  // waiting for those who read it.
  sqlite3_busy_timeout(names.handle(), 0);
  return names.execute("PRAGMA main.wal_checkpoint(TRUNCATE)");
}

}  // namespace

std::filesystem::path symbol_names_path(const std::filesystem::path& database) {
  auto path = database;
  path += "-names";
  return path;
}

Status refresh_symbol_names(const std::filesystem::path& database, const std::function<bool()>& stop) {
  for (bool again = false;; again = true) {
    Connection names;
    bool opened = names.open(symbol_names_path(database), Connection::Mode::write);
    auto ask = stop;
    if (opened) {
      constexpr int instructions = 100'000;
      sqlite3_progress_handler(
          names.handle(), instructions,
          [](void* context) { return (*static_cast<std::function<bool()>*>(context))() ? 1 : 0; }, &ask);
    }
    if (opened && update(names, database)) return {};
    // Whatever it was that is damaged: it holds nothing that is not in the index.
    std::error_code ignored;
    if (names.error().kind != ErrorKind::corrupt || again) return names.status();
    std::filesystem::remove(symbol_names_path(database), ignored);
  }
}

void SymbolNames::attach(Connection& connection) {
  auto path = symbol_names_path(connection.path());
  std::error_code error;
  if (attached_ || sqlite3_get_autocommit(connection.handle()) == 0 || !std::filesystem::exists(path, error))
    return;
  connection.forgive();
  if (!connection.execute("ATTACH " + quoted(path.string()) + " AS names")) return connection.forgive();
  attached_ = connection.integer("PRAGMA names.user_version") == names_version;
  if (!attached_) {
    connection.forgive();
    connection.execute("DETACH names");
  }
  connection.forgive();
}

void SymbolNames::compare(Connection& connection) {
  // They change when another connection has written.
  const std::pair state{connection.integer("PRAGMA main.data_version"),
                        connection.integer("PRAGMA names.data_version")};
  if (compared_at_ == state) return;
  unnamed_.clear();
  are_exact_ = have_same_history(connection, "main", "names");
  if (are_exact_) {
    compared_at_ = state;
    return;
  }
  const std::string blobs = " FROM main.blob LEFT JOIN names.blob AS known ON " + same_blob("main", "names");
  Statement count = connection.prepare("SELECT count(*), count(known.id)" + blobs);
  if (!count.step()) return;
  const auto all = count.integer(0);
  const auto known = count.integer(1);
  count.reset();
  if (known < all) {
    Statement blob = connection.prepare("SELECT blob.first_symbol, blob.symbol_count" + blobs +
                                        " WHERE known.id IS NULL AND blob.symbol_count > 0 ORDER BY 1");
    while (blob.step()) {
      const auto begin = blob.integer(0);
      std::int64_t end = 0;
      if (__builtin_add_overflow(begin, blob.integer(1), &end)) {
        return connection.fail_damaged("a blob has more definitions than there can be");
      }
      if (unnamed_.empty() || unnamed_.back().end != begin) unnamed_.push_back({begin, end});
      unnamed_.back().end = end;
    }
  }
  are_exact_ = known == all && connection.integer("SELECT count(*) FROM names.blob") == all;
  if (connection.ok()) compared_at_ = state;
}

}  // namespace froe::store
