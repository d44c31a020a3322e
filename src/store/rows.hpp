// Rows of the index as records, and the other way round: what the writer, the reader, verification and the
// dump share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "froe/store.hpp"
#include "store/compress.hpp"
#include "store/sqlite.hpp"
#include "store/terms.hpp"

namespace froe::store {

// A row of `blob` with its recipe.
struct BlobRow {
  std::int64_t id = 0;
  BlobKey key;
  std::string outcome;
  std::string detail;
  std::uint64_t size = 0;
  std::uint64_t lines = 0;
  std::string errors;  // JSON: [[begin,end],…]
  std::int64_t first_chunk = 0;
  std::int64_t chunk_count = 0;
  std::int64_t first_symbol = 0;
  std::int64_t symbol_count = 0;
  std::int64_t first_import = 0;
  std::int64_t import_count = 0;
  std::int64_t reference_count = 0;
  std::int64_t first_metric = 0;
  std::int64_t metric_count = 0;
};

// Reads what belongs to a blob. Damage (a kind that does not exist, text that does not decompress, a row
// that is another blob's, a range outside of the text, a parent that does not come first) fails the
// connection with ErrorKind::corrupt.
class BlobReader {
 public:
  explicit BlobReader(Connection& connection);
  [[nodiscard]] std::optional<BlobRow> blob(std::int64_t id);
  [[nodiscard]] std::vector<Chunk> chunks(const BlobRow& blob);
  [[nodiscard]] std::vector<Symbol> symbols(const BlobRow& blob);
  // Where each symbol's name begins, as `NamePlaces` tells.
  [[nodiscard]] std::vector<std::optional<Position>> name_places(const BlobRow& blob);
  [[nodiscard]] std::vector<Import> imports(const BlobRow& blob);
  // `text` is the blob's. Of one name, or of any; and of one kind, or of any.
  [[nodiscard]] std::vector<Reference> references(const BlobRow& blob, std::string_view text,
                                                  std::optional<std::string_view> name = std::nullopt,
                                                  std::optional<ReferenceKind> kind = std::nullopt);
  [[nodiscard]] std::vector<Metrics> metrics(const BlobRow& blob);
  // As froe/token_stream.hpp writes them; empty: none were kept.
  [[nodiscard]] std::string tokens(const BlobRow& blob);
  // The blobs that use a name, in order of their ids.
  [[nodiscard]] std::vector<std::int64_t> users(std::string_view name, std::optional<ReferenceKind> kind);
  [[nodiscard]] std::string text(const BlobRow& blob);
  [[nodiscard]] std::vector<ByteRange> errors(const BlobRow& blob);
  // One chunk and the blob it belongs to.
  struct Owned {
    std::int64_t blob = 0;
    Chunk chunk;
  };
  [[nodiscard]] std::optional<Owned> chunk(std::int64_t id);

 private:
  Chunk to_chunk(const Statement& row);
  // What is said of the blob that a chunk must fit.
  struct Bounds {
    std::int64_t ordinal = 0;  // that it should have
    std::uint64_t size = 0;
    std::int64_t imports = 0;
  };
  void check(const Chunk& chunk, const Bounds& bounds);
  Kind to_kind(std::int64_t number);
  Visibility to_visibility(std::int64_t number);
  [[nodiscard]] std::uint32_t count(const Statement& row, int column);
  [[nodiscard]] std::optional<std::uint32_t> optional_count(const Statement& row, int column);
  // Of this column and the next; nothing if both are null.
  [[nodiscard]] std::optional<ByteRange> optional_range(const Statement& row, int column);

  Connection& connection_;
  Decompressor decompressor_;
  Statement blob_;
  Statement chunks_;
  Statement symbols_;
  Statement name_places_;
  Statement imports_;
  Statement references_;
  Statement metrics_;
  Statement tokens_;
  Statement chunk_;
  Statement text_;
};

[[nodiscard]] std::optional<Outcome> outcome_from_string(std::string_view name);
// False if `bytes` has another length.
[[nodiscard]] bool to_array(std::string_view bytes, std::span<std::uint8_t> array);

// The values of the full-text columns for one chunk; `text` is the chunk's own bytes.
struct Terms {
  std::string words;
  std::string scope;
  std::string name;
};
void derive_terms(IdentifierSplitter& splitter, const Chunk& chunk, std::string_view text, Terms& terms);

// How many lines: line breaks, and one more if there is something after the last.
[[nodiscard]] std::uint64_t count_lines(std::string_view text);
// Whether the chunks, in order, tile `size` bytes; otherwise says where they do not.
[[nodiscard]] std::optional<std::string> find_gap(const std::vector<Chunk>& chunks, std::uint64_t size);

// In the order of their ids. Damage is an error of the connection.
[[nodiscard]] std::vector<Revision> read_revisions(Connection& connection);

}  // namespace froe::store
