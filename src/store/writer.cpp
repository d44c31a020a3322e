#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "froe/store_writer.hpp"
#include "store/last_run.hpp"
#include "store/lock.hpp"
#include "store/quarantine.hpp"
#include "store/writer_state.hpp"

namespace froe::store {
namespace {

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

Result<Writer> Writer::open(const std::filesystem::path& database, const Options& options) {
  if (auto made = make_directory(database.parent_path()); !made) return tl::make_unexpected(made.error());
  auto lock = WriterLock::acquire(database, options);
  if (!lock) return tl::make_unexpected(lock.error());
  auto state = std::make_unique<State>(std::move(*lock));
  if (!state->open(database, options)) return tl::make_unexpected(state->connection.error());
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

Inventory& Writer::inventory() {
  return state_->inventory;
}

bool Writer::settled() const {
  return !state_->in_transaction;
}

Status Writer::put(const LedgerEntry& entry, const BlobKey* key, std::string_view content,
                   const FileResult* result, const std::optional<FileStamp>& stamp) {
  return state_->attempt([&] { return state_->put(entry, key, content, result, stamp); });
}

Status Writer::remove(const std::string& path) {
  return state_->attempt([&] { return state_->remove(path); });
}

Status Writer::begin_revision(const Revision& revision) {
  return state_->attempt([&] { return state_->begin_revision(revision); });
}

Status Writer::collect(std::span<const std::int64_t> revisions, std::span<const std::string> roots) {
  return state_->attempt([&] { return state_->collect(revisions, roots); });
}

Status Writer::finish() {
  return state_->attempt([&] { return state_->finish(); });
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
