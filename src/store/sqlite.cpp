#include "store/sqlite.hpp"

#include "froe/store_records.hpp"

namespace froe::store {
namespace {

// `file:` and the path, so that parameters can follow.
std::string to_uri(const std::filesystem::path& path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (char c : std::filesystem::absolute(path).string()) {
    auto byte = static_cast<unsigned char>(c);
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                 c == '-' || c == '_' || c == '.';
    if (plain) {
      uri += c;
    } else {
      uri += '%';
      uri += digits[byte >> 4U];
      uri += digits[byte & 15U];
    }
  }
  return uri;
}

}  // namespace

bool Connection::open(const std::filesystem::path& path, Mode mode) {
  path_ = path;
  int flags = SQLITE_OPEN_URI;
  flags |= mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  std::string name = to_uri(path) + (mode == Mode::immutable ? "?immutable=1" : "");
  sqlite3* handle = nullptr;
  int code = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) {
    fail_with(code, "open");
    return false;
  }
  sqlite3_extended_result_codes(handle, 1);
  // Long enough for a reader that meets recovery after a crash.
  sqlite3_busy_timeout(handle, 5000);
  // The file may come from anywhere: no SQL of its schema may do more than the schema needs. Under a mapping,
  // a file that somebody truncates would be a SIGBUS.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (!execute("PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;")) return false;
  // A search in a large tree reads tens of megabytes, and the next one most of them again.
  return mode == Mode::write || execute("PRAGMA cache_size = -32768");
}

Status Connection::status() const {
  if (error_) return tl::make_unexpected(*error_);
  return {};
}

void Connection::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

Error Connection::damaged(std::string_view what) const {
  return {ErrorKind::corrupt, "the index " + path_.string() + " is damaged: " + std::string(what) +
                                  "; remove it and index again"};
}

void Connection::fail_with(int code, std::string_view doing) {
  std::string name = path_.string();
  std::string reason = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  std::string at = "cannot " + std::string(doing) + " the index " + name + ": ";
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return fail({ErrorKind::corrupt, name + " is not a froe index: it is not an SQLite database"});
    case SQLITE_CORRUPT: return fail_damaged(reason);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return fail({ErrorKind::busy, at + "another program has locked the database"});
    case SQLITE_FULL:
      return fail({ErrorKind::io, at + "the disk is full; what was committed before is intact"});
    case SQLITE_READONLY: return fail({ErrorKind::io, at + "it is read-only"});
    case SQLITE_INTERRUPT: return fail({ErrorKind::interrupted, at + "stopped"});
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_AUTH:
    case SQLITE_NOLFS: {
      int number = handle_ ? sqlite3_system_errno(handle_.get()) : 0;
      if (number != 0) return fail(system_error(at + reason, number));
      return fail({ErrorKind::io, at + reason});
    }
    default: return fail({ErrorKind::internal, at + reason});
  }
}

bool Connection::execute(const std::string& sql) {
  if (!ok()) return false;
  int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return true;
  fail_with(code, "use");
  return false;
}

Statement Connection::prepare(std::string_view sql) {
  return {*this, sql};
}

std::int64_t Connection::integer(std::string_view sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

Statement::Statement(Connection& connection, std::string_view sql) : connection_(&connection) {
  if (!connection.ok()) return;
  sqlite3_stmt* handle = nullptr;
  int code = sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                                SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) connection.fail_with(code, "query");
}

bool Statement::step() {
  if (!handle_ || !connection_->ok()) return false;
  int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE)
    connection_->fail_with(code, sqlite3_stmt_readonly(handle_.get()) ? "read" : "write");
  // Ends the implied transaction of a read: an unfinished statement would hold its snapshot.
  sqlite3_reset(handle_.get());
  return false;
}

bool Statement::run() {
  while (step()) {
  }
  return connection_->ok();
}

void Statement::reset() {
  if (handle_) sqlite3_reset(handle_.get());
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(handle_.get(), column);
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return data ? std::string_view(static_cast<const char*>(data), size) : std::string_view();
}

// sqlite3 takes a null pointer for NULL: an empty value needs an address.
void Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(handle_.get(), index, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

void Statement::bind(int index, std::span<const std::uint8_t> blob) {
  static constexpr std::uint8_t nothing = 0;
  sqlite3_bind_blob64(handle_.get(), index, blob.empty() ? &nothing : blob.data(), blob.size(),
                      SQLITE_STATIC);
}

Engine engine() {
  Engine found{sqlite3_libversion(), {}};
  for (int i = 0; const char* option = sqlite3_compileoption_get(i); ++i) found.options.emplace_back(option);
  return found;
}

}  // namespace froe::store
