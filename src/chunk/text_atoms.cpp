// Atoms of a text without a tree.
#include <algorithm>

#include "chunk/atoms.hpp"
#include "chunk/split_text.hpp"

namespace froe::chunk {
namespace {

// Columns of indentation that count as one level where there is no syntax.
constexpr std::uint32_t columns_per_level = 4;

std::uint32_t indentation(std::string_view line) {
  std::uint32_t columns = 0;
  for (char c : line) {
    if (c == '\t') {
      columns += columns_per_level;
    } else if (c == ' ') {
      ++columns;
    } else {
      break;
    }
  }
  return columns;
}

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_space);
}

}  // namespace

std::vector<Atom> text_atoms(const Measure& measure, ByteRange range, const ChunkOptions& options) {
  std::vector<Atom> atoms;
  bool blank = false;
  split_text(measure, range, options.max_size, [&](ByteRange piece) {
    auto text = measure.text(piece);
    bool starts_line = atoms.empty() || measure.source()[piece.begin - 1] == '\n' ||
                       measure.source()[piece.begin - 1] == '\r';
    // Empty lines go with the text before them and make the next line a good place to cut.
    if (!atoms.empty() && is_blank(text) &&
        measure.size({atoms.back().range.begin, piece.end}) <= options.max_size) {
      atoms.back().range.end = piece.end;
      blank = blank || starts_line;
      return;
    }
    Atom atom;
    atom.range = piece;
    atom.role = AtomRole::text;
    atom.depth = std::min(max_depth, indentation(text) / columns_per_level);
    atom.starts_line = starts_line;
    atom.after_blank = blank;
    atoms.push_back(atom);
    blank = false;
  });
  return atoms;
}

}  // namespace froe::chunk
