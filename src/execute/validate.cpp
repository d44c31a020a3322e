#include <algorithm>
#include <functional>
#include <limits>
#include <optional>

#include "froe/execute.hpp"
#include "froe/token_stream.hpp"

namespace froe::execute {
namespace {

tl::unexpected<Error> implausible(std::string_view what, std::size_t index) {
  return failure(ErrorKind::corrupt, std::string(what) + " (number " + std::to_string(index) + ")");
}

bool inside(ByteRange range, std::uint32_t size) {
  return range.begin <= range.end && range.end <= size;
}

bool inside_and_not_empty(ByteRange range, std::uint32_t size) {
  return inside(range, size) && range.size() > 0;
}

// A row takes at least the line break before it, a column the bytes before it.
bool plausible(Position position, std::uint32_t offset) {
  return position.row <= offset && position.column <= offset - position.row;
}

bool in_order(Position a, Position b) {
  return a.row < b.row || (a.row == b.row && a.column <= b.column);
}

bool positions_fit(ByteRange range, Position begin, Position end) {
  return plausible(begin, range.begin) && plausible(end, range.end) && in_order(begin, end);
}

// As languages are named; whether there is such a one the executors do not know.
bool is_language_name(std::string_view text) {
  constexpr std::size_t longest = 64;
  constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  return text.size() <= longest && text.find_first_not_of(characters) == std::string_view::npos;
}

// What is said of the definition that a chunk is or is a part of, which need not lie in the chunk.
Status validate_definition(const Chunk& chunk, std::size_t index, std::uint32_t size) {
  // Around a definition there is at least a byte of each that encloses it.
  if (chunk.nesting > size) return implausible("a chunk's nesting is wrong", index);
  if (!is_language_name(chunk.language)) return implausible("a chunk's language has no such name", index);
  if (chunk.doc && !inside_and_not_empty(*chunk.doc, size))
    return implausible("a chunk's documentation leaves the file", index);
  std::uint32_t previous = 0;
  for (ByteRange decorator : chunk.decorators) {
    if (!inside_and_not_empty(decorator, size) || decorator.begin < previous)
      return implausible("a chunk's decorator leaves the file or is out of order", index);
    previous = decorator.end;
  }
  return {};
}

Status validate_chunks(const std::vector<Chunk>& chunks, std::uint32_t size) {
  std::uint32_t covered = 0;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const Chunk& chunk = chunks[i];
    if (chunk.ordinal != i) return implausible("a chunk is out of order", i);
    if (chunk.range.begin != covered || chunk.range.end <= covered || chunk.range.end > size) {
      return implausible(
          "a chunk does not begin where the one before it ends, or is empty, or leaves the file", i);
    }
    covered = chunk.range.end;
    if (chunk.parent && *chunk.parent >= i) return implausible("a chunk's parent does not precede it", i);
    if (!positions_fit(chunk.range, chunk.begin, chunk.end))
      return implausible("a chunk's position is wrong", i);
    if (auto ok = validate_definition(chunk, i, size); !ok) return ok;
  }
  if (covered != size) return failure(ErrorKind::corrupt, "the chunks do not reach the end of the file");
  return {};
}

Status validate_symbols(const std::vector<Symbol>& symbols, std::uint32_t size) {
  std::uint32_t previous = 0;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const Symbol& symbol = symbols[i];
    if (!inside(symbol.range, size)) return implausible("a symbol leaves the file", i);
    if (!inside(symbol.name_range, symbol.range.end) || symbol.name_range.begin < symbol.range.begin) {
      return implausible("a symbol's name lies outside it", i);
    }
    if (symbol.doc) {
      bool before = symbol.doc->end <= symbol.range.begin;
      bool within = symbol.doc->begin >= symbol.range.begin && symbol.doc->end <= symbol.range.end;
      if (!inside_and_not_empty(*symbol.doc, size) || !(before || within))
        return implausible("a symbol's documentation lies neither before nor inside it", i);
    }
    if (symbol.range.begin < previous) return implausible("a symbol is out of order", i);
    previous = symbol.range.begin;
    if (symbol.parent && *symbol.parent >= i) return implausible("a symbol's parent does not precede it", i);
    if (!positions_fit(symbol.range, symbol.begin, symbol.end))
      return implausible("a symbol's position is wrong", i);
  }
  return {};
}

Status validate_imports(const FileResult& result, std::uint32_t size) {
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < result.imports.size(); ++i) {
    const Import& import = result.imports[i];
    if (import.name.empty()) return implausible("an import has no name", i);
    if (!inside_and_not_empty(import.range, size)) return implausible("an import leaves the file", i);
    if (import.range.begin < begin) return implausible("an import is out of order", i);
    begin = import.range.begin;
  }
  for (const Chunk& chunk : result.chunks) {
    const auto& used = chunk.imports;
    bool ascending = std::adjacent_find(used.begin(), used.end(), std::greater_equal<>()) == used.end();
    if (!ascending || (!used.empty() && used.back() >= result.imports.size()))
      return implausible("a chunk uses an import that there is not, or one twice", chunk.ordinal);
  }
  return {};
}

Status validate_references(const FileResult& result, std::string_view content) {
  const auto size = static_cast<std::uint32_t>(content.size());
  std::uint32_t previous = 0;
  for (std::size_t i = 0; i < result.references.size(); ++i) {
    const Reference& reference = result.references[i];
    if (!inside_and_not_empty(reference.range, size)) return implausible("a reference leaves the file", i);
    if (reference.range.begin < previous)
      return implausible("a reference is out of order or overlaps the one before it", i);
    previous = reference.range.end;
    if (reference.name.size() > longest_reference) return implausible("a reference's name is too long", i);
    if (reference.name != content.substr(reference.range.begin, reference.range.size()))
      return implausible("a reference's name is not what stands there", i);
    if (!plausible(reference.begin, reference.range.begin))
      return implausible("a reference's position is wrong", i);
    if (!reference.symbol) continue;
    if (*reference.symbol >= result.symbols.size())
      return implausible("a reference is in a symbol that there is not", i);
    ByteRange around = result.symbols[*reference.symbol].range;
    if (reference.range.begin < around.begin || reference.range.end > around.end)
      return implausible("a reference lies outside of its symbol", i);
  }
  return {};
}

// No number can be larger than what there is to count.
Status validate_metrics(const FileResult& result, std::uint32_t size) {
  for (std::size_t i = 0; i < result.metrics.size(); ++i) {
    const Metrics& metrics = result.metrics[i];
    if (metrics.symbol >= result.symbols.size() || (i > 0 && metrics.symbol <= result.metrics[i - 1].symbol))
      return implausible("what was measured is of a symbol that there is not, or out of order", i);
    auto text = result.symbols[metrics.symbol].range.size();
    bool plausible_numbers = metrics.parameters <= text && metrics.nesting <= text &&
                             metrics.cyclomatic >= 1 && metrics.cyclomatic - 1 <= text;
    if (!plausible_numbers) return implausible("a function is measured to be more than its text", i);
  }
  if (!tokens_fit(result.tokens, size))
    return failure(ErrorKind::corrupt, "the tokens are none of the file's");
  return {};
}

Status validate_errors(const std::vector<ByteRange>& errors, std::uint32_t size) {
  std::uint32_t previous = 0;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (!inside(errors[i], size)) return implausible("an error range leaves the file", i);
    if (errors[i].begin < previous) return implausible("an error range is out of order", i);
    previous = errors[i].begin;
  }
  return {};
}

// Whether a worker may give this outcome to this task, and the rest of the result belongs to it.
Status validate_outcome(const FileTask& task, const FileResult& result) {
  auto wrong = [&](const char* why) {
    return failure(ErrorKind::corrupt,
                   "the outcome " + std::string(to_string(result.outcome)) + " is given to a file " + why);
  };
  bool with_errors = !result.errors.empty();
  switch (result.outcome) {
    case Outcome::parsed:
    case Outcome::parsed_with_errors:
      if (task.language.empty()) return wrong("without a language");
      if (with_errors != (result.outcome == Outcome::parsed_with_errors)) {
        return wrong(with_errors ? "with error ranges" : "without error ranges");
      }
      return {};
    case Outcome::text:
    case Outcome::timed_out:
      if (task.language.empty() != (result.outcome == Outcome::text)) {
        return wrong(task.language.empty() ? "without a language" : "with a language");
      }
      if (with_errors || !result.symbols.empty() || !result.imports.empty() || !result.references.empty() ||
          !result.metrics.empty() || !result.tokens.empty())
        return wrong("with symbols, imports, references, metrics, tokens or error ranges");
      return {};
    default: return wrong("by a worker, to which that is not known");
  }
}

// All but how the chunks tile the file.
Status validate_findings(const FileTask& task, const FileResult& result) {
  if (result.sequence != task.sequence) {
    return failure(ErrorKind::corrupt, "the result is for task " + std::to_string(result.sequence) +
                                           ", not " + std::to_string(task.sequence));
  }
  if (task.content.size() > std::numeric_limits<std::uint32_t>::max()) {
    return failure(ErrorKind::corrupt, "no range can reach the end of a file of this size");
  }
  auto size = static_cast<std::uint32_t>(task.content.size());
  if (auto ok = validate_outcome(task, result); !ok) return ok;
  if (auto ok = validate_symbols(result.symbols, size); !ok) return ok;
  if (auto ok = validate_imports(result, size); !ok) return ok;
  if (!task.options.references && !result.references.empty())
    return failure(ErrorKind::corrupt, "there are references, which nobody asked for");
  if (auto ok = validate_references(result, task.content); !ok) return ok;
  if (!task.options.metrics && !(result.metrics.empty() && result.tokens.empty()))
    return failure(ErrorKind::corrupt, "there are metrics or tokens, which nobody asked for");
  if (auto ok = validate_metrics(result, size); !ok) return ok;
  return validate_errors(result.errors, size);
}

}  // namespace

Status validate(const FileTask& task, const FileResult& result) {
  if (auto ok = validate_findings(task, result); !ok) return ok;
  return validate_chunks(result.chunks, static_cast<std::uint32_t>(task.content.size()));
}

Status validate(const DocumentTask& task, const DocumentResult& result) {
  if (auto ok = validate_findings(task.file, result.file); !ok) return ok;
  auto size = static_cast<std::uint32_t>(task.file.content.size());
  if (task.cut) {
    if (auto ok = validate_chunks(result.file.chunks, size); !ok) return ok;
  } else if (!result.file.chunks.empty() || !result.file.references.empty()) {
    return failure(ErrorKind::corrupt, "there are chunks or references, which nobody asked for");
  }
  std::uint32_t previous = 0;
  for (std::size_t i = 0; i < result.folds.size(); ++i) {
    if (!inside(result.folds[i], size) || result.folds[i].begin < previous)
      return implausible("a fold leaves the document or is out of order", i);
    previous = result.folds[i].begin;
  }
  if (result.around.size() != task.at.size())
    return failure(ErrorKind::corrupt, "not each offset has its nodes");
  for (std::size_t i = 0; i < result.around.size(); ++i) {
    std::optional<ByteRange> inner;
    for (auto range : result.around[i]) {
      bool holds = !inner || (range.begin <= inner->begin && inner->end <= range.end);
      if (!inside(range, size) || !holds) return implausible("a node is not around what it should be", i);
      inner = range;
    }
  }
  return {};
}

}  // namespace froe::execute
