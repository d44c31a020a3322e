// What one walk over a tree gathers beside its outline, as far as it is asked for: where names are used, how
// involved functions are, the tokens of its code. What comes out names nothing of the tree.
#pragma once

#include <string_view>
#include <vector>

#include "chunk/outline.hpp"
#include "chunk/references.hpp"
#include "froe/record.hpp"
#include "froe/syntax.hpp"
#include "froe/token_stream.hpp"

namespace froe::chunk {

// Of a function, whose place in the file's outline is not known yet.
struct Measured {
  ByteRange range;  // of the definition
  Metrics metrics;
};

struct Survey {
  std::vector<Use> references;  // not settled
  std::vector<Measured> functions;
  std::vector<Token> tokens;
};

// `outline` is that of the tree.
[[nodiscard]] Survey survey(const syntax::Grammar& grammar, const syntax::Tree& tree, const Outline& outline,
                            std::string_view source, const ChunkOptions& options);

// Adds what was found in a part in another language, which takes the place of the tokens that its host saw.
void merge(Survey& whole, Survey inner, const Embedded& part);

// Says of which symbols the functions are, in order of these; those that are none are left out.
[[nodiscard]] std::vector<Metrics> settle_metrics(const std::vector<Measured>& functions,
                                                  const std::vector<Symbol>& symbols);
[[nodiscard]] std::string to_stream(const std::vector<Token>& tokens);

}  // namespace froe::chunk
