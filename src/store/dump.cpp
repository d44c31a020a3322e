#include <algorithm>
#include <ostream>

#include "froe/json.hpp"
#include "froe/store.hpp"
#include "store/reader_state.hpp"
#include "store/schema.hpp"
#include "store/trees.hpp"

namespace froe::store {
namespace {

// Builds one line at a time and hands it over.
class Lines {
 public:
  explicit Lines(std::ostream& out) : out_(out) {}
  template <class Fill>
  void add(std::string_view type, Fill&& fill) {
    line_.clear();
    {
      JsonObject object(line_);
      object.add("type", type);
      fill(object);
    }
    line_ += '\n';
    out_.write(line_.data(), static_cast<std::streamsize>(line_.size()));
  }

 private:
  std::ostream& out_;
  std::string line_;
};

template <HasFields Record>
void add_fields(JsonObject& object, const Record& record) {
  for_each_field(record, [&](std::string_view name, const auto& value) { object.add(name, value); });
}

void dump_files(Connection& connection, Lines& lines, bool row_ids) {
  Statement files = connection.prepare(
      "SELECT path, outcome, detail, language, size, hash, mark, blob FROM file ORDER BY path");
  while (files.step()) {
    LedgerEntry entry = to_entry(connection, files);
    lines.add("file", [&](JsonObject& object) {
      add_fields(object, entry);
      if (row_ids) {
        object.add("blob_row", files.is_null(7) ? std::nullopt : std::optional(files.integer(7)));
      }
    });
  }
}

void dump_blob(BlobReader& rows, const BlobRow& blob, Lines& lines, bool row_ids) {
  std::string text = rows.text(blob);
  lines.add("blob", [&](JsonObject& object) {
    object.add("id", blob.key.id).add("language", blob.key.language).add("grammar", blob.key.grammar);
    object.add("options", blob.key.options).add("outcome", std::string_view(blob.outcome));
    object.add("detail", blob.detail).add("size", blob.size).add("lines", blob.lines);
    object.key("errors") += blob.errors;
    object.add("text", blob_id(text)).add("chunks", blob.chunk_count).add("symbols", blob.symbol_count);
    object.add("imports", blob.import_count).add("references", blob.reference_count);
    object.add("metrics", blob.metric_count).add("tokens", blob_id(rows.tokens(blob)));
    if (row_ids) object.add("row", blob.id);
  });
  for (const Chunk& chunk : rows.chunks(blob)) {
    lines.add("chunk", [&](JsonObject& object) {
      add_fields(object, chunk);
      if (row_ids) object.add("row", blob.first_chunk + chunk.ordinal);
    });
  }
  std::int64_t import_row = blob.first_import;
  for (const Import& import : rows.imports(blob)) {
    lines.add("import", [&](JsonObject& object) {
      add_fields(object, import);
      if (row_ids) object.add("row", import_row);
    });
    ++import_row;
  }
  std::int64_t row = blob.first_symbol;
  for (const Symbol& symbol : rows.symbols(blob)) {
    lines.add("symbol", [&](JsonObject& object) {
      add_fields(object, symbol);
      if (row_ids) object.add("row", row);
    });
    ++row;
  }
  for (const Reference& reference : rows.references(blob, text))
    lines.add("reference", [&](JsonObject& object) { add_fields(object, reference); });
  std::int64_t metric_row = blob.first_metric;
  for (const Metrics& metrics : rows.metrics(blob)) {
    lines.add("metric", [&](JsonObject& object) {
      add_fields(object, metrics);
      if (row_ids) object.add("row", metric_row);
    });
    ++metric_row;
  }
}

void dump_blobs(Connection& connection, Lines& lines, bool row_ids) {
  Statement keys = connection.prepare(
      "SELECT blob.id FROM blob JOIN recipe ON recipe.id = blob.recipe"
      " ORDER BY hash, language, grammar, max_size, min_size, unit, with_references, with_metrics");
  BlobReader rows(connection);
  while (keys.step()) {
    if (auto blob = rows.blob(keys.integer(0))) dump_blob(rows, *blob, lines, row_ids);
  }
}

// A digest of the full-text index in the order of its terms: where each occurs, or, without row ids, in how
// many chunks and how often.
void dump_terms(Connection& connection, Lines& lines, bool row_ids) {
  connection.execute(
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.term_instance USING"
      " fts5vocab(main, chunk_fts, instance);"
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.term_column USING fts5vocab(main, chunk_fts, col)");
  Statement terms = connection.prepare(row_ids ? "SELECT term, col, doc, offset FROM temp.term_instance"
                                               : "SELECT term, col, doc, cnt FROM temp.term_column");
  constexpr std::size_t block = 1U << 20U;
  BlobId chained{};
  std::string rows;
  std::uint64_t count = 0;
  auto chain = [&] {
    rows.append(reinterpret_cast<const char*>(chained.data()), chained.size());
    chained = blob_id(rows);
    rows.clear();
  };
  while (terms.step()) {
    ++count;
    rows.append(terms.bytes(0)).append("\t").append(terms.bytes(1)).append("\t");
    rows.append(std::to_string(terms.integer(2)))
        .append("\t")
        .append(std::to_string(terms.integer(3)))
        .append("\n");
    if (rows.size() >= block) chain();
  }
  chain();
  lines.add("terms", [&](JsonObject& object) {
    object.add("of", row_ids ? std::string_view("instances") : std::string_view("columns"));
    object.add("rows", count).add("digest", chained);
  });
}

// A line for each revision, in order of commit, with a digest of the lines that its files would have.
void dump_revisions(Connection& connection, Lines& lines, bool row_ids) {
  auto revisions = read_revisions(connection);
  std::ranges::sort(revisions, {}, &Revision::commit);
  for (const Revision& revision : revisions) {
    Statement files = connection.prepare(
        "SELECT path, outcome, detail, language, size, hash, mark FROM revision_file"
        " WHERE since <= ?1 AND until > ?1 ORDER BY path");
    files.with(revision.id);
    BlobId chained{};
    std::uint64_t count = 0;
    while (files.step()) {
      std::string line(reinterpret_cast<const char*>(chained.data()), chained.size());
      {
        JsonObject object(line);
        add_fields(object, to_entry(connection, files));
      }
      chained = blob_id(line);
      ++count;
    }
    lines.add("revision", [&](JsonObject& object) {
      object.add("commit", revision.commit).add("name", revision.name).add("rules", revision.rules);
      object.add("part", revision.part);
      object.add("files", count).add("digest", chained);
      if (row_ids) object.add("row", revision.id);
    });
  }
}

}  // namespace

Status Reader::dump(std::ostream& out, bool row_ids) {
  Connection& connection = state_->connection;
  State::Snapshot snapshot(connection);
  Lines lines(out);
  bool complete = is_complete(connection);
  lines.add("index", [&](JsonObject& object) {
    object.add("format", format_version).add("terms", terms_version).add("complete", complete);
  });
  dump_files(connection, lines, row_ids);
  dump_revisions(connection, lines, row_ids);
  dump_blobs(connection, lines, row_ids);
  dump_terms(connection, lines, row_ids);
  if (connection.ok() && !out.flush()) return failure(ErrorKind::io, "cannot write the dump");
  return connection.status();
}

}  // namespace froe::store
