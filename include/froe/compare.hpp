// What differs between two states of a set of files, told in definitions and chunks instead of lines. Knows
// neither git nor files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/record.hpp"

namespace froe::compare {

enum class What : std::uint8_t {
  added,
  removed,
  changed,  // its text; of a definition that holds others, what does not belong to these
  moved,    // to another file, or to another definition around it
  renamed,  // the same text but for the name
};
[[nodiscard]] std::string_view to_string(What what);

// Where something is.
struct Place {
  std::string path;
  std::string scope;  // names of the definitions around it, outermost first, of a symbol joined by dots
  std::string name;   // empty: a chunk that is no definition
  ByteRange range;
  std::uint32_t first_line = 0;  // from 1
  std::uint32_t last_line = 0;
};

// Something that is not what, or where, it was.
struct Change {
  What what = What::changed;
  bool is_chunk = false;  // otherwise a symbol
  Kind kind = Kind::text;
  std::optional<Place> before;  // nothing: added
  std::optional<Place> after;   // nothing: removed
};

// One file in both states, cut under the same options. A state in which there is no such file has no result.
struct FilePair {
  std::string path;
  std::string before_content;
  std::string after_content;
  std::optional<FileResult> before;
  std::optional<FileResult> after;
};

// Chunks are the same if their stable ids are, symbols if kind, name and text are. What is the same in the
// same place is left out; in another, it was moved; in the same place, but not the same, it was changed. In
// order of path, then of where it is now (or was); symbols before chunks.
[[nodiscard]] std::vector<Change> compare(const std::vector<FilePair>& files);

}  // namespace froe::compare
