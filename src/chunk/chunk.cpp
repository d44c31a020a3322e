#include "froe/chunk.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>

#include "chunk/atoms.hpp"
#include "chunk/dissect.hpp"
#include "chunk/live_chunk.hpp"
#include "chunk/measure.hpp"
#include "chunk/outline.hpp"
#include "chunk/references.hpp"
#include "chunk/split_text.hpp"
#include "chunk/survey.hpp"
#include "froe/byte_masks.hpp"
#include "froe/language.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {
namespace {

using Clock = std::chrono::steady_clock;

std::uint64_t nanoseconds_since(Clock::time_point start) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count());
}

// Text is cut a section at a time: an atom takes fifty times what a line of one letter does. No file that is
// worth reading is longer, and a cut at the end of a section costs nobody anything.
constexpr std::uint32_t text_section = 1U << 20U;

// Whether lines have a dozen bytes on average; CR LF counts as two breaks. Text of ordinary lines is cut at
// several hundred megabytes per second, of numbers on a line each at a tenth, of letters at a hundredth.
bool has_long_lines(std::string_view text) {
  constexpr std::size_t long_line = 12;
  std::size_t breaks = 0;
  for (std::size_t i = 0; i < text.size(); i += sizeof(std::uint64_t))
    breaks += static_cast<std::size_t>(std::popcount(bytes_between(eight_bytes(text, i), '\n', '\r')));
  return breaks * long_line <= text.size();
}

// The step at which a live, lazy sequence becomes plain records.
std::vector<Chunk> materialise(const CutFile& file, std::string_view language) {
  Materialiser plain(file, language);
  std::vector<Chunk> chunks;
  for (const auto& live : live_chunks(file)) chunks.push_back(plain(live));
  return chunks;
}

}  // namespace

Chunker::Chunker(std::chrono::milliseconds time) : time_(time) {}
Chunker::Chunker(Chunker&&) noexcept = default;
Chunker& Chunker::operator=(Chunker&&) noexcept = default;
Chunker::~Chunker() = default;

const syntax::Grammar& Chunker::grammar(std::string_view language) {
  auto found = grammars_.find(language);
  if (found == grammars_.end()) {
    const auto* known = language::find(language);
    if (known == nullptr) throw std::invalid_argument("there is no language named " + std::string(language));
    found = grammars_.emplace(language, std::make_unique<const syntax::Grammar>(*known)).first;
  }
  return *found->second;
}

FileResult Chunker::chunk(const FileTask& task) {
  if (task.language.empty()) return chunk_as_text(task, Outcome::text, {});
  const auto& rules = grammar(task.language);
  auto start = Clock::now();
  syntax::Tree tree(rules, task.content, {.steps = 0, .time = time_, .parts = {}});
  return result_of(task, rules, tree, nanoseconds_since(start), true);
}

FileResult Chunker::result_of(const FileTask& task, const syntax::Grammar& rules, const syntax::Tree& tree,
                              std::uint64_t parse_nanoseconds, bool with_chunks, Walked* walked) {
  auto give_up = [&](const std::string& most) {
    const std::string detail = "parsing took more than " + most;
    FileResult result;
    if (with_chunks) {
      result = chunk_as_text(task, Outcome::timed_out, detail);
    } else {
      result.sequence = task.sequence;
      result.outcome = Outcome::timed_out;
      result.detail = detail;
    }
    result.parse_nanoseconds = parse_nanoseconds;
    return result;
  };
  const auto time = std::to_string(time_.count()) + " ms";
  if (tree.given_up() == syntax::GivenUp::time) return give_up(time);
  if (tree.given_up() == syntax::GivenUp::steps)
    return give_up(std::to_string(syntax::most_steps(task.content.size())) + " steps");
  FileResult result;
  result.sequence = task.sequence;
  result.parse_nanoseconds = parse_nanoseconds;

  auto start = Clock::now();
  std::optional<Measure> measure;
  if (with_chunks) measure.emplace(task.content, task.options.unit);
  auto left = time_;
  if (time_.count() > 0) {
    auto spent =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(parse_nanoseconds));
    left = std::max(time_ - spent, std::chrono::milliseconds(1));
  }
  auto [found, atoms, surveyed, detail, out_of_time] = dissect(
      {rules, tree, task.content}, measure ? &*measure : nullptr, task.options, left,
      [&](const language::Language& part) -> const syntax::Grammar& { return grammar(part.name); }, walked);
  if (out_of_time) return give_up(time);
  result.detail = std::move(detail);
  if (measure) result.chunks = materialise(CutFile{found, atoms, *measure, task.options}, task.language);
  result.symbols = materialise(found, task.content);
  result.imports = materialise(found.imports);
  result.references = settle_references(std::move(surveyed.references), result.symbols, task.content);
  result.metrics = settle_metrics(surveyed.functions, result.symbols);
  result.tokens = to_stream(surveyed.tokens);
  result.errors = std::move(found.errors);
  result.outcome = result.errors.empty() ? Outcome::parsed : Outcome::parsed_with_errors;
  result.chunk_nanoseconds = nanoseconds_since(start);
  return result;
}

FileResult chunk_as_text(const FileTask& task, Outcome outcome, std::string detail) {
  auto start = Clock::now();
  FileResult result;
  result.sequence = task.sequence;
  result.outcome = outcome;
  result.detail = std::move(detail);
  Measure measure(task.content, task.options.unit);
  const Outline nothing;
  std::vector<Atom> atoms;
  const CutFile file{nothing, atoms, measure, task.options};
  Materialiser plain(file, task.language);
  const auto size = static_cast<std::uint32_t>(task.content.size());
  for (std::uint32_t begin = 0, end = 0; begin < size; begin = end) {
    end = size - begin <= text_section ? size : line_end(task.content, begin + text_section, size);
    atoms = text_atoms(measure, {begin, end}, task.options);
    for (const auto& live : live_chunks(file)) result.chunks.push_back(plain(live));
  }
  result.chunk_nanoseconds = nanoseconds_since(start);
  return result;
}

std::optional<FileResult> chunk_if_quick(const FileTask& task) {
  if (!task.language.empty() || counts_tokens(task.options.unit) || !has_long_lines(task.content))
    return std::nullopt;
  return chunk_as_text(task, Outcome::text, {});
}

}  // namespace froe::chunk
