// The writing side of the index, and what a planner asks before it writes. See froe/store.hpp for the errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "froe/store_records.hpp"
#include "froe/support.hpp"

namespace froe::store {

// What the index has of files and blobs as of the last commit. Beside a writer it may be asked by another
// thread, one at a time: a planner need not wait for the thread that puts.
class Inventory {
 public:
  // Of one tree of the index. An index, or a tree, that is not there yet has nothing.
  static Result<Inventory> open(const std::filesystem::path& database, const std::string& root);
  Inventory(Inventory&&) noexcept;
  Inventory& operator=(Inventory&&) noexcept;
  ~Inventory();

  // Whether the blob is there and need not be cut again.
  [[nodiscard]] Result<bool> has(const BlobKey& key);
  // Under which key the chunks of a file of the ledger are kept; nothing if it has none.
  [[nodiscard]] Result<std::optional<BlobKey>> key_of(const std::string& path);
  // The next files of the ledger in order of path (bytes), behind `after`; no more than `most`. None: that
  // was the last.
  [[nodiscard]] Result<std::vector<KnownFile>> files(const std::string& after, std::size_t most);
  // The file of the ledger with this path.
  [[nodiscard]] Result<std::optional<KnownFile>> file(const std::string& path);
  // In the order of their ids.
  [[nodiscard]] Result<std::vector<Revision>> revisions();
  // The next paths of the last revision in order (bytes), behind `after`; no more than `most`.
  [[nodiscard]] Result<std::vector<std::string>> latest_paths(const std::string& after, std::size_t most);
  // By which rules the ledger was made (Writer::Options); empty if a pass with others was not finished.
  [[nodiscard]] Result<std::string> rules();

 private:
  struct State;
  explicit Inventory(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
  friend class Writer;
};

// Holds the right to write. At most one per database at a time, in any process.
class Writer {
 public:
  struct Options {
    // Absolute path of the tree that the ledger's calls are about. The first tree of an index has its paths
    // in the ledger as they are given; a second one, while the first is still where it was, has absolute
    // ones.
    std::string root;
    // A first tree that is no longer where it was is this one. False: it is not, as no pass over it follows.
    bool may_have_moved = true;
    bool wait = true;  // for another writer to finish; otherwise fail with ErrorKind::busy
    std::function<void(const std::string& holder)> on_wait;  // called once if it has to wait; may be null
    // What the ledger's rows depend on beside the files, in any form: a file that looks as it did need not be
    // read again while this is the same.
    std::string rules = {};
    // No other threads make the terms of a large text, and compress it. It makes no difference to the index.
    bool alone = false;
  };
  // Creates the database and its directory if need be.
  static Result<Writer> open(const std::filesystem::path& database, const Options& options);
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();  // what was not committed is rolled back

  // Sees what was put before, committed or not.
  [[nodiscard]] Result<std::optional<KnownBlob>> find(const BlobKey& key);
  // For the planner's thread; lives as long as the writer.
  [[nodiscard]] Inventory& inventory();
  // Whether everything that was put is committed.
  [[nodiscard]] bool settled() const;
  // Records one file in the ledger, at most once in a pass. `key` is given for indexed outcomes; `stamp` is
  // that of the state that was read, if no later state can look the same. If the blob is not known yet,
  // `content` and `result` are stored under the key; otherwise they are not looked at and may be null.
  // Commits now and then, always between files. A result that `is_quarantined` puts its content into
  // quarantine. A blob whose tree was lost and that is not in quarantine does not count as known: a result
  // that comes now takes its place, for all files that have it. After an error of the index, or an exception
  // on the way (reported as ErrorKind::internal), the writer is stopped for good: every further call fails,
  // and what was not committed is rolled back.
  [[nodiscard]] Status put(const LedgerEntry& entry, const BlobKey* key, std::string_view content,
                           const FileResult* result, const std::optional<FileStamp>& stamp = std::nullopt);
  // Takes a file out of the ledger; none of that name is no error.
  [[nodiscard]] Status remove(const std::string& path);

  // From here on, and until `finish`, `put` and `remove` are about the files of this revision (its id is not
  // looked at), as they differ from the last one; a revision that was begun before is done. It takes the
  // place of one of the same part of the same commit.
  [[nodiscard]] Status begin_revision(const Revision& revision);
  // Takes revisions and trees out, drops all that nothing names any more, and gives the space back: with the
  // whole index in a new order, which takes as much room again for a while. Not while a pass is on.
  [[nodiscard]] Status collect(std::span<const std::int64_t> revisions, std::span<const std::string> roots);

  // After the last file: removes every blob that no file names, and commits.
  [[nodiscard]] Status finish();
  // Commits what was put and removed.
  [[nodiscard]] Status suspend();

  // Replaces what is kept of the last run, and commits.
  [[nodiscard]] Status note_run(const LastRun& run);

  // What is in quarantine; without paths.
  [[nodiscard]] Result<std::vector<Quarantined>> quarantine();
  // Takes these out of it and commits: their content is cut anew when it is planned next.
  [[nodiscard]] Status release(const std::vector<Quarantined>& entries);

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace froe::store
