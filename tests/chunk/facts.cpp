#include "chunk/facts.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "chunk/measure.hpp"
#include "chunk/recovery.hpp"
#include "froe/language.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {
namespace {

bool is_white(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

using Range = std::pair<std::uint32_t, std::uint32_t>;

// What is at hand in the tree: which bytes are in comments, and which ranges are nodes.
struct Nodes {
  std::vector<bool> in_comment;
  std::set<Range> ranges;

  explicit Nodes(std::string_view source) : in_comment(source.size()) {}

  void add(const syntax::Grammar& grammar, const syntax::Tree& tree, std::string_view source) {
    syntax::Cursor cursor(tree.root());
    for (;;) {
      auto node = cursor.node();
      auto range = node.range();
      ranges.emplace(range.begin, range.end);
      const auto* rule = grammar.rule(node, {}, source);
      if (rule && rule->role == language::Role::comment) {
        std::fill(in_comment.begin() + range.begin, in_comment.begin() + range.end, true);
      }
      if (cursor.to_first_child()) continue;
      while (!cursor.to_next_sibling()) {
        if (!cursor.to_parent()) return;
      }
    }
  }

  bool is_documentation(ByteRange doc, std::string_view source) const {
    bool only_comments = true;
    for (auto at = doc.begin; at < doc.end; ++at)
      only_comments = only_comments && (in_comment[at] || is_white(source[at]));
    auto first = source.substr(doc.begin, 3).find_first_of("\"'");
    bool is_string = first != std::string_view::npos && ranges.contains({doc.begin, doc.end});
    return only_comments || is_string;
  }
};

// Loading a grammar takes longer than a parse.
const syntax::Grammar& grammar_of(const std::string& language) {
  static std::map<std::string, std::unique_ptr<const syntax::Grammar>> grammars;
  auto& grammar = grammars[language];
  if (!grammar) grammar = std::make_unique<const syntax::Grammar>(*language::find(language));
  return *grammar;
}

std::string describe(ByteRange range) {
  return "[" + std::to_string(range.begin) + ", " + std::to_string(range.end) + ")";
}

bool trimmed(ByteRange range, std::string_view source) {
  return range.size() > 0 && !is_white(source[range.begin]) && !is_white(source[range.end - 1]);
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    auto end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

// What lies outside of the innermost ranges of errors: what was left out may lie in an error of what was
// read.
std::vector<syntax::Extent> without_errors(const FileResult& result, std::string_view source) {
  auto errors = result.errors;
  std::sort(errors.begin(), errors.end(),
            [](ByteRange a, ByteRange b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; });
  std::vector<syntax::Extent> innermost;
  for (auto error : errors) {
    if (error.size() == 0) continue;
    while (!innermost.empty() && error.end <= innermost.back().range.end) innermost.pop_back();
    auto begin = behind({}, source.substr(0, error.begin));
    innermost.push_back({error, begin, behind(begin, source.substr(error.begin, error.size()))});
  }
  return innermost.empty() ? std::vector<syntax::Extent>() : without(innermost, source);
}

testing::AssertionResult check_chunk(const Chunk& chunk, const Nodes& nodes, std::string_view source) {
  auto failure = [&] {
    return testing::AssertionFailure() << "chunk " << chunk.ordinal << ' ' << chunk.name;
  };
  if (chunk.doc && !(trimmed(*chunk.doc, source) && nodes.is_documentation(*chunk.doc, source)))
    return failure() << " has as documentation " << describe(*chunk.doc);
  std::uint32_t end = 0;
  for (auto decorator : chunk.decorators) {
    auto fault = [&](const char* what) { return failure() << what << describe(decorator); };
    if (decorator.begin < end) return fault(" has out of order the decorator ");
    if (!nodes.ranges.contains({decorator.begin, decorator.end})) return fault(" has no node as decorator ");
    if (!chunk.partial && decorator.end > chunk.range.end) return fault(" ends before its decorator ");
    end = decorator.end;
  }
  bool describes_nothing = chunk.name.empty() && chunk.signature.empty();
  bool knows = chunk.doc || !chunk.decorators.empty() || chunk.visibility != Visibility::unknown;
  if (describes_nothing && knows) return failure() << " knows of a definition that it has not";
  return testing::AssertionSuccess();
}

}  // namespace

testing::AssertionResult facts_are_sound(const FileTask& task, const FileResult& result) {
  if (task.language.empty()) return testing::AssertionSuccess();
  const auto& grammar = grammar_of(task.language);
  syntax::Tree tree(grammar, task.content);
  if (tree.given_up() != syntax::GivenUp::no) return testing::AssertionSuccess();
  Nodes nodes(task.content);
  nodes.add(grammar, tree, task.content);
  // Where the grammar lost its place, the chunker had it read the file without what made it stumble.
  if (auto parts = without_errors(result, task.content);
      !parts.empty() && !grammar.language().recovery.starts.empty())
    nodes.add(grammar, syntax::Tree(grammar, task.content, {.steps = 0, .time = {}, .parts = parts}),
              task.content);
  for (const auto& chunk : result.chunks) {
    if (auto sound = check_chunk(chunk, nodes, task.content); !sound) return sound;
    for (auto import : chunk.imports) {
      const auto& name = result.imports[import].name;
      if (!has_word(std::string_view(task.content).substr(chunk.range.begin, chunk.range.size()), name))
        return testing::AssertionFailure() << "chunk " << chunk.ordinal << " does not use " << name;
    }
  }
  for (const auto& symbol : result.symbols) {
    auto failure = [&] { return testing::AssertionFailure() << "symbol " << symbol.name; };
    if (!symbol.doc) continue;
    if (!(trimmed(*symbol.doc, task.content) && nodes.is_documentation(*symbol.doc, task.content)))
      return failure() << " has as documentation " << describe(*symbol.doc);
    bool before = symbol.doc->end <= symbol.range.begin;
    bool inside = symbol.doc->begin >= symbol.range.begin && symbol.doc->end <= symbol.range.end;
    if (!before && !inside) return failure() << " is not by its documentation " << describe(*symbol.doc);
  }
  return testing::AssertionSuccess();
}

}  // namespace froe::chunk
