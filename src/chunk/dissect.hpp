// Takes a parsed source apart into definitions and atoms, with its parts in other languages: a script in a
// page, an example in a document. What comes out names nothing of the trees.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chunk/atoms.hpp"
#include "chunk/measure.hpp"
#include "chunk/outline.hpp"
#include "chunk/survey.hpp"
#include "froe/record.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

struct Dissected {
  Outline outline;
  std::vector<Atom> atoms;
  Survey survey;  // of what the options ask for
  // What was left out, for people: empty if nothing was.
  std::string detail;
  bool out_of_time = false;  // on a part; then nothing else is of use
};

using FindGrammar = std::function<const syntax::Grammar&(const language::Language&)>;

// A whole source that was parsed.
struct Parsed {
  const syntax::Grammar& grammar;
  const syntax::Tree& tree;
  std::string_view source;
};

// `measure`: of the whole source; without one there are neither atoms nor a survey, which is several times
// quicker. `time`: for the parses of all parts; 0: without end. Their steps together are those that the whole
// source may take. `walked`: as `outline` has it.
[[nodiscard]] Dissected dissect(const Parsed& whole, const Measure* measure, const ChunkOptions& options,
                                std::chrono::milliseconds time, const FindGrammar& find_grammar,
                                Walked* walked = nullptr);

}  // namespace froe::chunk
