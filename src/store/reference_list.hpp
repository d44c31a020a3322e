// The references of a blob as one list of a few bytes each: where they are and of what kind, not what they
// say, which is in the text. This file does not know the schema.
//
// A reference is two or three numbers (froe/varint.hpp): how many bytes lie between it and the one before (or
// the beginning of the text); its length times eight, and its kind times two, and 1 if it stands in another
// symbol than the one before (the first: if it stands in any); if so, the ordinal of its symbol and 1, or 0
// for none.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/record.hpp"

namespace froe::store {

struct ListedReference {
  ReferenceKind kind = ReferenceKind::call;
  ByteRange range;
  std::optional<std::uint32_t> symbol;  // by its ordinal
};

// References are in order and do not overlap.
[[nodiscard]] std::string to_list(const std::vector<Reference>& references);

// Reads a list; the list must outlive it.
class ReferenceListReader {
 public:
  explicit ReferenceListReader(std::string_view list) : list_(list) {}
  // False at the end, and where the bytes are no reference; `broken` says which. Ranges ascend; where the
  // text ends and which symbols there are this does not know.
  [[nodiscard]] bool next(ListedReference& reference);
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  [[nodiscard]] bool read(ListedReference& reference);

  std::string_view list_;
  std::uint64_t end_ = 0;
  std::optional<std::uint32_t> symbol_;
  bool broken_ = false;
};

// The values of the columns of `reference_fts` for one blob, in order of kind: each name that is used, once,
// in hexadecimal, so that a name is one term whatever is in it.
using ReferenceTerms = std::array<std::string, all_reference_kinds.size()>;
void derive_terms(const std::vector<Reference>& references, std::string_view text, ReferenceTerms& terms);
// What finds the blobs that use a name, of one kind or of any; the name is not empty.
[[nodiscard]] std::string match_expression(std::string_view name, std::optional<ReferenceKind> kind);

}  // namespace froe::store
