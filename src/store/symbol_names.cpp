#include "store/symbol_names.hpp"

#include <string>

#include "froe/store.hpp"

namespace froe::store {
namespace {

// Of the file; another one is made anew.
constexpr int names_version = 3;

// As SQL writes a text.
std::string quoted(const std::string& text) {
  std::string sql = "'";
  for (char c : text) {
    if (c == '\'') sql += '\'';
    sql += c;
  }
  return sql + '\'';
}

// Blobs that the names do not know, or know by other content: a blob's id is used again once it is gone.
constexpr const char* update_names = R"sql(
CREATE TEMP TABLE unknown AS
  SELECT source.blob.id, source.blob.hash, source.blob.first_symbol, source.blob.symbol_count
  FROM source.blob LEFT JOIN main.blob AS known
    ON known.id = source.blob.id AND known.hash = source.blob.hash AND known.first_symbol = source.blob.first_symbol
    AND known.symbol_count = source.blob.symbol_count
  WHERE known.id IS NULL;
INSERT OR IGNORE INTO main.name
  SELECT lower(symbol.name), symbol.id FROM temp.unknown AS blob
  JOIN source.symbol ON symbol.id >= blob.first_symbol AND symbol.id < blob.first_symbol + blob.symbol_count
  ORDER BY 1, 2;
INSERT OR REPLACE INTO main.blob SELECT id, hash, first_symbol, symbol_count FROM temp.unknown;
DROP TABLE temp.unknown;
)sql";

constexpr const char* names_tables = R"sql(
CREATE TABLE main.name (folded TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (folded, id)) STRICT, WITHOUT ROWID;
CREATE TABLE main.blob (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, first_symbol INTEGER NOT NULL,
                        symbol_count INTEGER NOT NULL) STRICT;
)sql";

bool update(Connection& names, const std::filesystem::path& database) {
  names.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;"
      "PRAGMA journal_size_limit = 1048576; ATTACH " +
      quoted(database.string()) + " AS source");
  if (!names.execute("BEGIN IMMEDIATE")) return false;
  bool is_new = names.integer("PRAGMA main.user_version") != names_version;
  // More than half of it is of blobs that are gone.
  bool is_old =
      !is_new &&
      names.integer(
          "SELECT (SELECT count(*) FROM main.blob) > 2 * (SELECT count(*) FROM source.blob) + 100") != 0;
  if (is_new || is_old) {
    names.execute(
        "DROP TABLE IF EXISTS main.name; DROP TABLE IF EXISTS main.blob;"
        "DROP TABLE IF EXISTS main.covered;");  // of an earlier version
  }
  if (is_new || is_old) names.execute(names_tables);
  return names.execute(update_names) &&
         names.execute("PRAGMA main.user_version = " + std::to_string(names_version) + "; COMMIT");
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

void SymbolNames::find_unnamed(Connection& connection) {
  // They change when another connection has written.
  const std::pair state{connection.integer("PRAGMA main.data_version"),
                        connection.integer("PRAGMA names.data_version")};
  if (found_at_ == state) return;
  connection.execute(
      "CREATE TEMP TABLE IF NOT EXISTS unnamed (first_symbol INTEGER, symbol_count INTEGER); DELETE FROM "
      "temp.unnamed;"
      "INSERT INTO temp.unnamed SELECT blob.first_symbol, blob.symbol_count FROM main.blob"
      " LEFT JOIN names.blob AS known ON known.id = blob.id AND known.hash = blob.hash"
      " AND known.first_symbol = blob.first_symbol AND known.symbol_count = blob.symbol_count"
      " WHERE known.id IS NULL AND blob.symbol_count > 0");
  if (connection.ok()) found_at_ = state;
}

}  // namespace froe::store
