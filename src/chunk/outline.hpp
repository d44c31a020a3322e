// The definitions of a parsed file, found in one walk over its tree. A node that names several (`int a, b;`)
// gives several with the same range.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/record.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

inline constexpr std::uint32_t no_definition = std::numeric_limits<std::uint32_t>::max();

// What a definition is, by ranges of the source: it outlives the tree that it was found in.
struct Definition {
  const void* node;  // tells which definitions one node gave; names nothing once the tree is gone
  const language::Language* language;
  const syntax::Rule* rule;
  Kind kind;
  std::uint32_t parent = no_definition;  // index of the enclosing definition
  ByteRange range;                       // of the node, with the wrappers around it
  Position begin;
  Position end;
  std::uint32_t head =
      0;  // where the signature begins: behind decorators, with the words of the wrappers (`export`)
  bool quoted = false;  // in an example, so no symbol
  bool joined = false;  // several nodes side by side are one definition; `node` is the first
  std::optional<ByteRange> name;
  std::optional<ByteRange> owner;     // name of what it belongs to, for a definition outside of its class
  std::optional<std::uint32_t> body;  // where its body begins
  std::optional<ByteRange> doc;
  std::vector<ByteRange> decorators;
  ByteRange section;        // what says something of all beside it from there on (`public:`); empty: nothing
  std::uint32_t depth = 0;  // how many definitions are around it
  Visibility visibility = Visibility::unknown;
};

// A name that an import statement brings, and where it is in force: in the definition around the statement.
struct Imported {
  std::string name;
  ByteRange statement;
  ByteRange scope;
};

// A part in another language.
struct Embedded {
  const language::Language* language;
  std::uint32_t definition = no_definition;  // innermost around it
  bool quoted = false;                       // an example
  ByteRange content;                         // of the node that is its text
  std::vector<syntax::Extent> parts;  // of the content, less what is the host's (the `>` of a quotation)
};

struct Outline {
  // In order of the nodes in the tree, so that parents precede their children.
  std::vector<Definition> definitions;
  std::vector<Imported> imports;   // in order of the nodes too
  std::vector<Embedded> embedded;  // in order of the nodes
  // Outermost error nodes and missing tokens.
  std::vector<ByteRange> errors;
  // What was left out, for the grammar to read the rest, in order. Errors as well.
  std::vector<ByteRange> left_out;
};

struct Walked;

// `walked`: of the tree that this one was made from, if any, which must have lived until this one was there;
// becomes that of this tree. nullptr: nobody asks again.
[[nodiscard]] Outline outline(const syntax::Grammar& grammar, const syntax::Tree& tree,
                              std::string_view source, Walked* walked = nullptr);

}  // namespace froe::chunk
