// Cuts one file into chunks along its syntax tree, or along its lines where there is none. This module does
// not know files, processes or the index.
//
// What comes out tiles the content: chunk ranges, in order, are [0, size) without gap or overlap.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "froe/record.hpp"

namespace froe::syntax {
class Grammar;
}

namespace froe::chunk {

// Keeps the grammars that it has loaded. One thread at a time.
class Chunker {
 public:
  // `time`: on the processor, for one parse; 0: without end. Its operations are bounded in any case
  // (`syntax::most_steps`). What follows the parse is linear in the file and its tree, in tokens as long as
  // these are as short as words, and needs no bound of its own.
  explicit Chunker(std::chrono::milliseconds time = {});
  Chunker(Chunker&&) noexcept;
  Chunker& operator=(Chunker&&) noexcept;
  ~Chunker();

  // Parses and cuts. The outcome is parsed, parsed_with_errors or, cut as text, timed_out; for a task without
  // a language, text.
  [[nodiscard]] FileResult chunk(const FileTask& task);

 private:
  const syntax::Grammar& grammar(std::string_view language);
  std::chrono::milliseconds time_;
  std::map<std::string, std::unique_ptr<const syntax::Grammar>, std::less<>> grammars_;
};

// Cuts without parsing: on blank lines and indentation. `outcome` and `detail` say why.
[[nodiscard]] FileResult chunk_as_text(const FileTask& task, Outcome outcome, std::string detail);

// For each chunk, where the last lines (LF) of the chunk before it begin that are together no larger than
// `size`: what to repeat in front of it for a reader who sees one chunk at a time. The chunk's own beginning
// where not even one fits.
[[nodiscard]] std::vector<std::uint32_t> overlaps(std::string_view content, const std::vector<Chunk>& chunks,
                                                  std::uint32_t size, SizeUnit unit);

}  // namespace froe::chunk
