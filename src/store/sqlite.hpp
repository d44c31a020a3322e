// A thin owner of SQLite's connection and statements. Errors are sticky: after the first one every call does
// nothing and returns false, so that a function checks once, at its end, and a writer whose disk is full
// stays stopped. This file does not know the schema.
#pragma once

#include <sqlite3.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "froe/support.hpp"

namespace froe::store {

class Statement;

// To be bound as a blob, where text would be one.
[[nodiscard]] inline std::span<const std::uint8_t> as_blob(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

// One database connection. Statements point at it: it does not move.
class Connection {
 public:
  enum class Mode {
    read,       // beside a writer
    immutable,  // nobody writes: no lock, no shared memory, so that read-only media will do
    write,      // creates the file
  };
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool open(const std::filesystem::path& path, Mode mode);

  [[nodiscard]] bool ok() const { return !error_; }
  [[nodiscard]] Status status() const;
  [[nodiscard]] const Error& error() const { return *error_; }  // only when !ok()
  // Keeps the first error.
  void fail(Error error);
  // What is in the database cannot be: what is wrong with it, and the way out.
  [[nodiscard]] Error damaged(std::string_view what) const;
  void fail_damaged(std::string_view what) { fail(damaged(what)); }
  // Turns SQLite's present error into one of ours.
  void fail_with(int code, std::string_view doing);
  // Forgets an error that concerned one request only.
  void forgive() { error_.reset(); }

  // Runs statements that return nothing.
  bool execute(const std::string& sql);
  [[nodiscard]] Statement prepare(std::string_view sql);
  // The first column of the only row.
  [[nodiscard]] std::int64_t integer(std::string_view sql);

  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
  std::filesystem::path path_;
  std::optional<Error> error_;
};

// A prepared statement. What is bound is not copied: it lives until the statement was run.
class Statement {
 public:
  Statement() = default;
  Statement(Connection& connection, std::string_view sql);
  // Whether it was prepared.
  explicit operator bool() const { return handle_ != nullptr; }

  // Starts the statement again with these values, in order.
  template <class... Values>
  Statement& with(const Values&... values) {
    reset();
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }
  // True: there is a row. False: done, or failed.
  bool step();
  // Steps to the end. False: failed.
  bool run();
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(handle_.get(), column); }
  // Valid until the next step or reset.
  [[nodiscard]] std::string_view bytes(int column) const;
  [[nodiscard]] bool is_null(int column) const {
    return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
  }

 private:
  void bind(int index, std::string_view text);
  void bind(int index, std::span<const std::uint8_t> blob);
  void bind(int index, std::nullopt_t) { sqlite3_bind_null(handle_.get(), index); }
  void bind(int index, double value) { sqlite3_bind_double(handle_.get(), index, value); }
  template <std::integral Integer>
  void bind(int index, Integer value) {
    sqlite3_bind_int64(handle_.get(), index, static_cast<std::int64_t>(value));
  }
  template <class T>
  void bind(int index, const std::optional<T>& value) {
    if (value) {
      bind(index, *value);
    } else {
      bind(index, std::nullopt);
    }
  }
  template <std::size_t N>
  void bind(int index, const std::array<std::uint8_t, N>& blob) {
    bind(index, std::span<const std::uint8_t>(blob));
  }
  void bind(int index, const std::string& text) { bind(index, std::string_view(text)); }
  void bind(int index, const char* text) { bind(index, std::string_view(text)); }

  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  Connection* connection_ = nullptr;
};

}  // namespace froe::store
