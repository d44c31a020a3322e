// Atoms: the pieces of a file that a chunk is made of. They tile the file, and a chunk is a run of them. An
// atom is the largest node that fits the budget, or a line where there is no such node.
#pragma once

#include <cstdint>
#include <vector>

#include "chunk/measure.hpp"
#include "chunk/outline.hpp"
#include "froe/record.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

enum class AtomRole : std::uint8_t { code, definition, comment, import, attribute, text };

// Deeper than any place where the difference still matters, and small enough that costs cannot overflow.
inline constexpr std::uint32_t max_depth = 64;

struct Atom {
  ByteRange range;
  AtomRole role = AtomRole::code;
  std::uint32_t definition = no_definition;  // the definition that this atom is the whole of
  std::uint32_t head_of = no_definition;     // the outermost opened definition that begins here
  std::uint32_t enclosing = no_definition;   // innermost opened definition around it
  std::uint32_t depth = 0;                   // in the syntax tree, of a cut before this atom
  bool starts_line = true;                   // nothing but white space before it on its line
  bool after_blank = false;                  // an empty line before it
  bool alone = false;                        // a definition that is a chunk of its own
  bool opens = false;   // the head of an opened class or function, which names more than a scrap
  bool closes = false;  // the last token of an opened node, such as `end`
  const language::Language* language = nullptr;  // of a part in another language than the file's
};

// Of a parsed source, in order, white space between them left out. `embedded`: the atoms of each of the
// outline's parts in other languages, in order; none where it is left to the host.
[[nodiscard]] std::vector<Atom> syntax_atoms(const syntax::Grammar& grammar, const syntax::Tree& tree,
                                             const Outline& outline,
                                             const std::vector<std::vector<Atom>>& embedded,
                                             const Measure& measure, const ChunkOptions& options);

// Gives every byte of the source to an atom: the gap up to and with its first line break to the atom before,
// the rest to the atom after.
void tile(std::vector<Atom>& atoms, const Measure& measure);

// Of whole lines of a file without a tree; depth is indentation.
[[nodiscard]] std::vector<Atom> text_atoms(const Measure& measure, ByteRange range,
                                           const ChunkOptions& options);

// The definition that encloses both; no_definition if none does.
[[nodiscard]] std::uint32_t common_enclosing(const Outline& outline, std::uint32_t a, std::uint32_t b);

}  // namespace froe::chunk
