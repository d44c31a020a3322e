#include "chunk/sound.hpp"

#include <algorithm>
#include <optional>

#include "froe/json.hpp"
#include "froe/token_stream.hpp"
#include "froe/tokens.hpp"

namespace froe::chunk {
namespace {

bool is_white(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r';
}

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

// Walks forward only, so that a file is counted once.
class Counter {
 public:
  explicit Counter(std::string_view source) : source_(source) {}

  Position at(std::uint32_t offset) {
    if (offset < offset_) {
      offset_ = 0;
      position_ = {};
    }
    for (; offset_ < offset; ++offset_) {
      if (source_[offset_] == '\n') {
        position_ = {position_.row + 1, 0};
      } else {
        ++position_.column;
      }
    }
    return position_;
  }

 private:
  std::string_view source_;
  std::uint32_t offset_ = 0;
  Position position_;
};

// Whether a valid UTF-8 sequence begins before `offset` and ends behind it.
bool inside_character(std::string_view source, std::uint32_t offset) {
  for (std::uint32_t back = 1; back <= 3 && back <= offset; ++back) {
    if (utf8_sequence(source, offset - back) > back) return true;
  }
  return false;
}

bool is_one_character(std::string_view text) {
  return text.size() == 1 || utf8_sequence(text, 0) == text.size() ||
         std::all_of(text.begin() + 1, text.end(), continues_character);
}

std::string describe(ByteRange range) {
  return "[" + std::to_string(range.begin) + ", " + std::to_string(range.end) + ")";
}

testing::AssertionResult chunks_are_sound(const FileTask& task, const FileResult& result) {
  std::string_view source = task.content;
  Counter rows(source);
  bool valid = is_utf8(source);
  std::uint32_t end = 0;
  for (std::uint32_t i = 0; i < result.chunks.size(); ++i) {
    const auto& chunk = result.chunks[i];
    auto failure = [&] {
      return testing::AssertionFailure() << "chunk " << i << ' ' << describe(chunk.range) << ' ';
    };
    if (chunk.ordinal != i) return failure() << "has ordinal " << chunk.ordinal;
    if (chunk.range.begin != end) return failure() << "does not begin where the one before ended, at " << end;
    if (chunk.range.end <= chunk.range.begin || chunk.range.end > source.size())
      return failure() << "has a bad range";
    end = chunk.range.end;
    if (chunk.parent && *chunk.parent >= i) return failure() << "has parent " << *chunk.parent;
    if (chunk.begin != rows.at(chunk.range.begin)) {
      return failure() << "begins at row " << chunk.begin.row << ", column " << chunk.begin.column;
    }
    if (chunk.end != rows.at(chunk.range.end)) {
      return failure() << "ends at row " << chunk.end.row << ", column " << chunk.end.column;
    }
    if (inside_character(source, chunk.range.begin)) return failure() << "begins inside a character";
    auto text = source.substr(chunk.range.begin, chunk.range.size());
    auto size = naive_size(text, task.options.unit);
    if (size > task.options.max_size && !is_one_character(text)) return failure() << "has size " << size;
    if (valid && !(is_utf8(chunk.name) && is_utf8(chunk.scope) && is_utf8(chunk.signature))) {
      return failure() << "has text that is not UTF-8";
    }
  }
  if (end != source.size())
    return testing::AssertionFailure() << "the chunks end at " << end << " of " << source.size();
  return testing::AssertionSuccess();
}

testing::AssertionResult symbols_are_sound(const FileTask& task, const FileResult& result) {
  Counter begins(task.content);
  Counter ends(task.content);
  std::uint32_t begin = 0;
  for (std::uint32_t i = 0; i < result.symbols.size(); ++i) {
    const auto& symbol = result.symbols[i];
    auto failure = [&] {
      return testing::AssertionFailure()
             << "symbol " << i << ' ' << symbol.name << ' ' << describe(symbol.range) << ' ';
    };
    if (symbol.name.empty()) return failure() << "has no name";
    if (symbol.range.begin > symbol.range.end || symbol.range.end > task.content.size()) {
      return failure() << "has a bad range";
    }
    if (symbol.range.begin < begin) return failure() << "is out of order";
    begin = symbol.range.begin;
    if (symbol.name_range.begin < symbol.range.begin || symbol.name_range.end > symbol.range.end) {
      return failure() << "has its name outside, at " << describe(symbol.name_range);
    }
    if (symbol.begin != begins.at(symbol.range.begin) || symbol.end != ends.at(symbol.range.end)) {
      return failure() << "has the wrong rows or columns";
    }
    if (!symbol.parent) continue;
    if (*symbol.parent >= i) return failure() << "has parent " << *symbol.parent;
    const auto& parent = result.symbols[*symbol.parent];
    if (symbol.range.begin < parent.range.begin || symbol.range.end > parent.range.end) {
      return failure() << "is not inside its parent " << parent.name << ' ' << describe(parent.range);
    }
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult errors_are_sound(const FileTask& task, const FileResult& result) {
  std::uint32_t begin = 0;
  for (auto error : result.errors) {
    bool good = error.begin >= begin && error.begin <= error.end && error.end <= task.content.size();
    if (!good)
      return testing::AssertionFailure()
             << "error " << describe(error) << " is out of order or out of the file";
    begin = error.begin;
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult references_are_sound(const FileTask& task, const FileResult& result) {
  std::uint32_t begin = 0;
  Counter begins(task.content);
  if (!task.options.references && !result.references.empty())
    return testing::AssertionFailure() << "there are references, which nobody asked for";
  for (const auto& reference : result.references) {
    auto failure = [&] {
      return testing::AssertionFailure()
             << "reference " << reference.name << ' ' << describe(reference.range) << ' ';
    };
    if (reference.range.begin < begin || reference.range.size() == 0) return failure() << "is out of order";
    begin = reference.range.end;
    if (task.content.compare(reference.range.begin, reference.range.size(), reference.name) != 0)
      return failure() << "is where there is none";
    if (begins.at(reference.range.begin) != reference.begin) return failure() << "has a wrong position";
    if (!reference.symbol) continue;
    auto around = result.symbols.at(*reference.symbol).range;
    if (reference.range.begin < around.begin || reference.range.end > around.end)
      return failure() << "is outside of its symbol";
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult metrics_are_sound(const FileTask& task, const FileResult& result) {
  if (!task.options.metrics && !(result.metrics.empty() && result.tokens.empty()))
    return testing::AssertionFailure() << "there are metrics or tokens, which nobody asked for";
  if (!tokens_fit(result.tokens, static_cast<std::uint32_t>(task.content.size())))
    return testing::AssertionFailure() << "the tokens are none of the file's";
  std::optional<std::uint32_t> last;
  for (const auto& metrics : result.metrics) {
    const auto& symbol = result.symbols.at(metrics.symbol);
    auto size = symbol.range.size();
    bool in_order = !last || metrics.symbol > *last;
    last = metrics.symbol;
    bool fits = metrics.parameters <= size && metrics.nesting <= size && metrics.cyclomatic - 1 <= size;
    if (!in_order || !fits) return testing::AssertionFailure() << "metrics of " << symbol.name;
  }
  return testing::AssertionSuccess();
}

bool has_body(Kind kind) {
  switch (kind) {
    case Kind::class_:
    case Kind::struct_:
    case Kind::union_:
    case Kind::enum_:
    case Kind::interface:
    case Kind::trait:
    case Kind::impl:
    case Kind::function:
    case Kind::method:
    case Kind::constructor: return true;
    default: return false;
  }
}

bool is_inside_error(ByteRange range, const FileResult& result) {
  return std::any_of(result.errors.begin(), result.errors.end(),
                     [&](ByteRange error) { return error.begin <= range.begin && range.end <= error.end; });
}

}  // namespace

std::uint32_t naive_size(std::string_view text, SizeUnit unit) {
  switch (unit) {
    case SizeUnit::bytes: return static_cast<std::uint32_t>(text.size());
    case SizeUnit::lines: {
      auto breaks = std::count(text.begin(), text.end(), '\n');
      bool open = !text.empty() && text.back() != '\n';
      return static_cast<std::uint32_t>(breaks) + (open ? 1 : 0);
    }
    case SizeUnit::o200k_base: return tokens::tokenizer(tokens::Encoding::o200k_base).count(text);
    case SizeUnit::cl100k_base: return tokens::tokenizer(tokens::Encoding::cl100k_base).count(text);
    case SizeUnit::nonspace: break;
  }
  return static_cast<std::uint32_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return !is_white(c) && !continues_character(c); }));
}

testing::AssertionResult is_sound(const FileTask& task, const FileResult& result) {
  if (result.sequence != task.sequence) return testing::AssertionFailure() << "the sequence is lost";
  if (auto chunks = chunks_are_sound(task, result); !chunks) return chunks;
  if (auto symbols = symbols_are_sound(task, result); !symbols) return symbols;
  if (auto references = references_are_sound(task, result); !references) return references;
  if (auto metrics = metrics_are_sound(task, result); !metrics) return metrics;
  return errors_are_sound(task, result);
}

testing::AssertionResult keeps_definitions_whole(const FileTask& task, const FileResult& result) {
  std::string_view source = task.content;
  for (const auto& symbol : result.symbols) {
    auto text = source.substr(symbol.range.begin, symbol.range.size());
    if (is_inside_error(symbol.range, result)) continue;
    if (text.empty() || !has_body(symbol.kind) || naive_size(text, task.options.unit) > task.options.max_size)
      continue;
    auto holder = std::find_if(result.chunks.begin(), result.chunks.end(),
                               [&](const Chunk& chunk) { return chunk.range.end > symbol.range.begin; });
    if (holder != result.chunks.end() && holder->range.end >= symbol.range.end) continue;
    return testing::AssertionFailure()
           << to_string(symbol.kind) << ' ' << symbol.name << ' ' << describe(symbol.range)
           << " fits and is cut at " << (holder == result.chunks.end() ? 0 : holder->range.end);
  }
  return testing::AssertionSuccess();
}

}  // namespace froe::chunk
