// What a Writer holds and does, for the files that implement its parts.
#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "froe/store.hpp"
#include "froe/store_writer.hpp"
#include "store/checkpointer.hpp"
#include "store/chunk_terms.hpp"
#include "store/compress.hpp"
#include "store/inventory.hpp"
#include "store/lock.hpp"
#include "store/quarantine.hpp"
#include "store/reference_list.hpp"
#include "store/rows.hpp"
#include "store/sqlite.hpp"
#include "store/trees.hpp"

namespace froe::store {

struct Writer::State {
  explicit State(WriterLock held) : lock(std::move(held)) {}

  bool open(const std::filesystem::path& path, const Options& options);
  // Everything that a new pass over the tree starts with.
  void start_pass();
  bool begin();
  // Whether the transaction should end before another file is put.
  [[nodiscard]] bool is_large() const;
  bool commit();
  // Notes that the index is between two states, before the first change of a pass.
  bool touch();
  std::int64_t recipe_id(const BlobKey& key, bool create);
  std::optional<std::int64_t> blob_id_of(const BlobKey& key);
  void insert_blob(std::int64_t id, const BlobKey& key, std::string_view content, const FileResult& result);
  void insert_chunk(std::int64_t blob, const Chunk& chunk, std::string_view text, const Terms& terms);
  bool may_be_cut_again(std::int64_t blob);
  void drop_blob(std::int64_t id);
  // A blob has come or gone.
  void extend_history(const std::string& change);
  void drop_unreferenced();
  Status remove(const std::string& path);
  void put_row(const LedgerEntry& entry, std::optional<std::int64_t> blob,
               const std::optional<FileStamp>& stamp);
  Status put(const LedgerEntry& entry, const BlobKey* key, std::string_view content, const FileResult* result,
             const std::optional<FileStamp>& stamp);
  Status begin_revision(const Revision& revision);
  // Writes down the revision that was begun, now that all of its files are there.
  void end_revision();
  // Takes back what a revision left that was begun and never ended. Its blobs stay until the next `finish`.
  void undo_revision();
  // One row of a revision's ledger; nothing: the file is not in it.
  void put_revision_row(const std::string& path, const LedgerEntry* entry, std::optional<std::int64_t> blob);
  Status collect(std::span<const std::int64_t> revisions, std::span<const std::string> roots);
  Status finish_revision();
  // Every blob that no file names counts as one that lost a file in this pass.
  void release_orphans();
  Status finish();
  // Makes a change that an exception may interrupt. Half a change must never be committed: the connection
  // fails, and all that is left is to close it, which rolls back.
  template <class Change>
  Status attempt(Change&& change);

  WriterLock lock;     // outlives the connections: closing the last one checkpoints
  ToldTokenizer told;  // outlives the connection, which has it
  Connection connection;
  std::optional<ChunkTerms> chunk_terms;
  std::optional<Checkpointer> checkpointer;
  Inventory inventory{
      std::make_unique<Inventory::State>()};  // for the planner's thread, with a connection of its own

  struct Statements {
    explicit Statements(Connection& c);
    Statement find_recipe, insert_recipe, find_blob, known_blob, insert_blob, insert_content, insert_chunk,
        insert_symbol, insert_import, insert_references, insert_metric, insert_token, insert_terms,
        insert_reference_terms, delete_terms, delete_reference_terms, delete_chunks, delete_symbols,
        delete_imports, delete_references, delete_metrics, delete_token, delete_content, delete_blob,
        remove_file, find_file, insert_file, update_file, update_files, update_revision_files,
        find_revision_file, end_revision_file, insert_revision_file, is_referenced, is_retried, set_meta,
        set_rules, set_state;
  };
  std::optional<Statements> sql;
  std::optional<BlobReader> rows;
  std::optional<Quarantine> quarantine;
  ReferenceTerms reference_terms;
  Compressor compressor;

  std::vector<std::pair<std::int64_t, BlobKey>> recipes;  // of this pass; the id in the key is not used
  std::set<std::int64_t> released;                        // blobs that lost a file in this pass
  std::string history;           // a hash over all blobs that came and went, in order
  bool history_changed = false;  // since the last commit
  std::int64_t next_blob = 1;
  std::int64_t next_chunk = 1;
  std::int64_t next_symbol = 1;
  std::int64_t next_import = 1;
  std::int64_t next_metric = 1;
  std::optional<Revision> revision;  // that files are put into; nothing: the work tree
  bool half_revision = false;        // there are rows of one that has not ended
  bool undone = false;      // and such rows were taken back: nobody knows which blobs lost their files
  bool partial = false;     // changed in this pass, or left so by the one before
  bool unfinished = false;  // the pass before did not end: nobody knows which blobs lost their files
  TreeRow tree;             // that files are put into, unless a revision has begun
  std::string rules;
  bool new_rules = false;  // the ledger was made by others
  bool mixed = false;      // and some of its rows are of the new ones by now
  bool in_transaction = false;
  std::uint64_t pending_bytes = 0;
  std::uint64_t pending_rows = 0;
};

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

}  // namespace froe::store
