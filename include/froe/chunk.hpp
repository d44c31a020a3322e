// Cuts one file into chunks along its syntax tree, or along its lines where there is none. This module does
// not know files, processes or the index.
//
// What comes out tiles the content: chunk ranges, in order, are [0, size) without gap or overlap.
#pragma once

#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/document.hpp"
#include "froe/record.hpp"
#include "froe/support.hpp"

namespace froe::syntax {
class Grammar;
class Tree;
class TreeMemory;
}  // namespace froe::syntax

namespace froe::chunk {

struct Walked;

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
  friend class Documents;
  const syntax::Grammar& grammar(std::string_view language);
  // Of a tree, or of the reason why there is none; `with_chunks`: cut, and references if they are asked for.
  // `walked`: what a walk over the tree before found, and then what that over this one did.
  FileResult result_of(const FileTask& task, const syntax::Grammar& rules, const syntax::Tree& tree,
                       std::uint64_t parse_nanoseconds, bool with_chunks, Walked* walked = nullptr);
  std::chrono::milliseconds time_;
  std::map<std::string, std::unique_ptr<const syntax::Grammar>, std::less<>> grammars_;
};

// Answers about documents that are being edited. Keeps the syntax trees of those that it was asked about
// last, so that a change costs what it changes; the answers are those of a parse of the whole text, but where
// the text of a large document (`large_document`) has syntax errors: how these are read may then depend on
// the states before. One thread, on which there are no other trees; while a second one lives, the first is
// not asked.
class Documents {
 public:
  // `time`: as a Chunker's. `most_memory`: if trees have taken more, all but that of the document asked about
  // are dropped.
  explicit Documents(std::chrono::milliseconds time = {}, ByteCount most_memory = ByteCount(512U << 20U));
  Documents(const Documents&) = delete;
  Documents& operator=(const Documents&) = delete;
  ~Documents();

  // As Chunker::chunk; without a tree there are neither folds nor nodes around an offset.
  [[nodiscard]] DocumentResult look(const DocumentTask& task);

 private:
  struct Known;
  // The tree of the task's text; it is the first of the list.
  const syntax::Tree& parse(const DocumentTask& task, const syntax::Grammar& rules);
  Chunker chunker_;
  ByteCount most_memory_;
  std::unique_ptr<syntax::TreeMemory> memory_;  // of the trees below
  std::list<Known> known_;                      // the one asked about last comes first
};
// Bytes; a smaller one is parsed anew in a few milliseconds.
inline constexpr std::size_t large_document = 64U << 10U;

// Cuts without parsing: on blank lines and indentation. `outcome` and `detail` say why. Any thread.
[[nodiscard]] FileResult chunk_as_text(const FileTask& task, Outcome outcome, std::string detail);
// As Chunker::chunk, for what takes little more time than reading it, unless chunks are to be tiny: text
// without a language, if no tokens are counted and its lines are not a few bytes long. Nothing for any other.
// Any thread.
[[nodiscard]] std::optional<FileResult> chunk_if_quick(const FileTask& task);

// For each chunk, where the last lines (LF) of the chunk before it begin that are together no larger than
// `size`: what to repeat in front of it for a reader who sees one chunk at a time. The chunk's own beginning
// where not even one fits.
[[nodiscard]] std::vector<std::uint32_t> overlaps(std::string_view content, const std::vector<Chunk>& chunks,
                                                  std::uint32_t size, SizeUnit unit);

}  // namespace froe::chunk
