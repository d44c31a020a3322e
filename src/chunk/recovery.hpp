// Helps a grammar that lost its place. Where it misreads the end of a quotation, say, all that follows may be
// one error; what makes it stumble is one definition or one paragraph as a rule. Lines tell where these begin
// and end, by words and indentation (language::Recovery), and each is tried alone. Without what fails then,
// the grammar reads the rest of the file as ever: what is found is what it read, not what a line looked like.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "chunk/outline.hpp"
#include "froe/record.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

// What may be it.
struct Suspect {
  syntax::Extent piece;  // whole lines; to be parsed alone
  syntax::Extent body;   // what to leave out if that gives an error
};

struct Lost {
  std::size_t definitions = 0;  // lines that look like the beginning of one that the tree does not have
  // In order, and all apart from each other: definitions that hold none, of which the body is left out, and
  // paragraphs between those, of which all is.
  std::vector<Suspect> bodies;
  std::vector<Suspect> paragraphs;
};

// Of a tree with errors, of a whole source. Takes time in proportion to the source and the tree.
[[nodiscard]] Lost lost_in(const syntax::Grammar& grammar, const syntax::Tree& tree, const Outline& outline,
                           std::string_view source);

// In order, those that overlap as one.
[[nodiscard]] std::vector<syntax::Extent> united(std::vector<syntax::Extent> extents);

// What is left of a source without some ranges of it, in order and apart from each other.
[[nodiscard]] std::vector<syntax::Extent> without(const std::vector<syntax::Extent>& left_out,
                                                  std::string_view source);

}  // namespace froe::chunk
