// What leads up to a definition or stands in its head: documentation, decorators, and the words that say who
// may use it. What counts as which is the language's data (language::Habits).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "chunk/outline.hpp"
#include "froe/language.hpp"
#include "froe/record.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

// No more decorators of a definition are kept; each of its parts repeats them.
inline constexpr std::size_t max_decorators = 32;

// A comment or an attribute in front of what may be a definition.
struct Lead {
  ByteRange range;
  bool attribute = false;
  std::optional<ByteRange> doc;  // the part that documents, of what is no comment
};

// Of the leads, in order, those comments that document what begins at `begin`: an unbroken run of comments of
// the documenting kind, the nearest one. No empty line separates it from what follows, nor its comments from
// each other.
[[nodiscard]] std::optional<ByteRange> doc_in(const std::vector<Lead>& leads, std::uint32_t begin,
                                              const language::Habits& habits, std::string_view source);

// The string inside the definition that documents it.
[[nodiscard]] std::optional<ByteRange> doc_inside(const syntax::Rule& rule, syntax::Node node,
                                                  std::string_view source);

// Adds the attributes among the leads, and the decorators in the head of the node, which ends at `end`.
void add_decorators(std::vector<ByteRange>& decorators, const std::vector<Lead>& leads);
void add_decorators(std::vector<ByteRange>& decorators, const syntax::Grammar& grammar, syntax::Node node,
                    std::uint32_t end);

// What leads up to a wrapper (`export`, `template <…>`), and so to the definition inside.
struct Wrapper {
  std::optional<ByteRange> doc;
  std::vector<ByteRange> decorators;
};

// Gives the wrapped definition what the wrapper, this node, has.
void wrap(Definition& definition, syntax::Node node, Wrapper wrapper, const syntax::Grammar& grammar,
          std::string_view source);

// Gives the other names of a definition's node what its wrappers gave the first; once, when the outermost is
// left.
void share_head(std::vector<Definition>& definitions, std::uint32_t first);

// Where the body begins.
[[nodiscard]] std::optional<std::uint32_t> body_of(const syntax::Rule& rule, syntax::Node node,
                                                   std::string_view source);

// The name of what it belongs to, in front of its own.
[[nodiscard]] std::optional<ByteRange> owner_of(const syntax::Rule& rule, syntax::Node node,
                                                std::optional<ByteRange> name,
                                                const language::Language& language, std::string_view source);

// Where the head of a wrapped definition begins, which on its own begins at `inner`.
[[nodiscard]] std::uint32_t head_in(const syntax::Grammar& grammar, syntax::Node wrapper, std::uint32_t inner,
                                    std::string_view source);

// Gives a definition of a node that begins at `begin` what leads up to it now, in place of what did before.
void lead_up_to(Definition& definition, const std::vector<Lead>& leads, std::uint32_t begin,
                const language::Habits& habits, std::string_view source);

// Who may use the definition, of an outline that is complete.
[[nodiscard]] Visibility visibility_of(const Outline& outline, std::uint32_t definition,
                                       const language::Habits& habits, std::string_view source);

}  // namespace froe::chunk
