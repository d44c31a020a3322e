#include "chunk/dissect.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "chunk/recovery.hpp"
#include "froe/language.hpp"

namespace froe::chunk {
namespace {

// A page in an example in a document, with a script in it; what nests deeper is text.
constexpr int max_nesting = 3;

class Dissection {
 public:
  Dissection(std::string_view source, const Measure* measure, const ChunkOptions& options,
             std::chrono::milliseconds time, const FindGrammar& find_grammar)
      : source_(source),
        measure_(measure),
        options_(options),
        time_(time),
        find_grammar_(find_grammar),
        steps_(syntax::most_steps(source.size())) {}

  Dissected run(const syntax::Grammar& grammar, const syntax::Tree& tree, int nesting,
                Walked* walked = nullptr) {
    auto found = outline(grammar, tree, source_, walked);
    if (nesting > 0 || found.errors.empty()) return take_apart(grammar, tree, std::move(found), nesting);
    std::vector<syntax::Extent> left_out;
    auto without_bodies = read_again(grammar, tree, &Lost::bodies, found, left_out);
    const auto& better = without_bodies ? *without_bodies : tree;
    // What is a paragraph of code, and what is one of prose in a comment, a better tree knows better.
    auto without_paragraphs = read_again(grammar, better, &Lost::paragraphs, found, left_out);
    for (const auto& each : left_out) {
      found.left_out.push_back(each.range);
      found.errors.push_back(each.range);
    }
    return take_apart(grammar, without_paragraphs ? *without_paragraphs : better, std::move(found), nesting);
  }

  std::string detail() && { return std::move(detail_); }
  [[nodiscard]] bool out_of_time() const { return out_of_time_; }

 private:
  using Clock = std::chrono::steady_clock;

  Dissected take_apart(const syntax::Grammar& grammar, const syntax::Tree& tree, Outline found, int nesting) {
    Dissected whole;
    whole.outline = std::move(found);
    if (measure_ != nullptr) {
      whole.survey = survey(grammar, tree, whole.outline, source_, options_);
      // Of which a part was not looked at.
      const auto& left_out = whole.outline.left_out;
      std::erase_if(whole.survey.functions, [&](const Measured& function) {
        auto first = std::lower_bound(left_out.begin(), left_out.end(), function.range.begin,
                                      [](ByteRange out, std::uint32_t at) { return out.begin < at; });
        return first != left_out.end() && first->end <= function.range.end;
      });
    }
    std::vector<std::vector<Atom>> atoms_of(whole.outline.embedded.size());
    for (std::size_t i = 0; nesting < max_nesting && i < atoms_of.size(); ++i) {
      const auto& part = whole.outline.embedded[i];
      if (!stays_whole(part)) atoms_of[i] = merge(part, run(part, nesting), whole);
    }
    auto by_begin = [](const auto& a, const auto& b) { return a.begin < b.begin; };
    std::stable_sort(whole.outline.errors.begin(), whole.outline.errors.end(), by_begin);
    std::stable_sort(
        whole.outline.imports.begin(), whole.outline.imports.end(),
        [](const Imported& a, const Imported& b) { return a.statement.begin < b.statement.begin; });
    if (measure_ != nullptr)
      whole.atoms = syntax_atoms(grammar, tree, whole.outline, atoms_of, *measure_, options_);
    return whole;
  }

  // If the grammar lost its place: a tree without those of the suspects that fail, and what is left out
  // already. Its outline takes the place of the one that was found. nullptr if that has nothing for it.
  std::unique_ptr<syntax::Tree> read_again(const syntax::Grammar& grammar, const syntax::Tree& tree,
                                           std::vector<Suspect> Lost::*suspects, Outline& found,
                                           std::vector<syntax::Extent>& left_out) {
    // The lexer looks for its place among all that is left, again and again.
    constexpr std::size_t most_suspects = 2000;
    auto lost = lost_in(grammar, tree, found, source_);
    if ((lost.*suspects).size() > most_suspects) return nullptr;
    auto all = left_out;
    for (const auto& suspect : lost.*suspects) {
      auto alone = parse(grammar, {&suspect.piece, 1});
      if (!alone) return nullptr;
      if (alone->root().has_error()) all.push_back(suspect.body);
    }
    if (all.size() == left_out.size()) return nullptr;
    all = united(std::move(all));
    auto rest = without(all, source_);
    auto again = rest.empty() ? nullptr : parse(grammar, rest);
    if (!again) return nullptr;
    auto outline = chunk::outline(grammar, *again, source_);
    bool is_better = outline.definitions.size() > found.definitions.size() &&
                     lost_in(grammar, *again, outline, source_).definitions < lost.definitions;
    if (!is_better) return nullptr;
    found = std::move(outline);
    left_out = std::move(all);
    return again;
  }

  // nullptr if it is given up, or nothing is left of steps or time for it.
  std::unique_ptr<syntax::Tree> parse(const syntax::Grammar& grammar, std::span<const syntax::Extent> parts) {
    if (steps_ == 0 || out_of_time_) return nullptr;
    auto start = Clock::now();
    auto tree = std::make_unique<syntax::Tree>(
        grammar, source_, syntax::ParseOptions{.steps = steps_, .time = time_left(), .parts = parts});
    // The parser counts hundreds of operations; a small part, which takes less, is not for nothing.
    steps_ -= std::min(steps_, tree->steps() + 1);
    if (time_.count() > 0) time_ = std::max(time_ - (Clock::now() - start), least_time);
    out_of_time_ = tree->given_up() == syntax::GivenUp::time;
    return tree->given_up() == syntax::GivenUp::no ? std::move(tree) : nullptr;
  }

  // An example of which no definition and no error counts is looked into only to be cut.
  [[nodiscard]] bool stays_whole(const Embedded& part) const {
    return part.quoted && (measure_ == nullptr || measure_->size(part.content) <= options_.max_size);
  }

  // What is left is for the parts to come; a little always is.
  static constexpr std::chrono::nanoseconds least_time = std::chrono::milliseconds(1);
  [[nodiscard]] std::chrono::milliseconds time_left() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time_);
  }

  Dissected run(const Embedded& part, int nesting) {
    const auto& grammar = find_grammar_(*part.language);
    if (auto tree = parse(grammar, part.parts)) return run(grammar, *tree, nesting + 1);
    if (out_of_time_) return {};
    if (detail_.empty()) {
      detail_ = "parsing the " + std::string(part.language->title) + " from line " +
                std::to_string(part.parts.front().begin.row + 1) + " on took too long";
    }
    return {};
  }

  // Adds what was found in a part to what is around it, and returns the part's atoms.
  static std::vector<Atom> merge(const Embedded& part, Dissected inner, Dissected& whole) {
    auto& outline = whole.outline;
    const auto offset = static_cast<std::uint32_t>(outline.definitions.size());
    const auto around = part.definition;
    const auto depth = around == no_definition ? 0 : outline.definitions[around].depth + 1;
    for (auto& definition : inner.outline.definitions) {
      definition.parent = definition.parent == no_definition ? around : definition.parent + offset;
      definition.depth += depth;
      definition.quoted = definition.quoted || part.quoted;
      outline.definitions.push_back(std::move(definition));
    }
    if (!part.quoted) {
      for (auto& import : inner.outline.imports) {
        import.scope.begin = std::max(import.scope.begin, part.content.begin);
        import.scope.end = std::min(import.scope.end, part.content.end);
        outline.imports.push_back(std::move(import));
      }
      for (auto error : inner.outline.errors) outline.errors.push_back(error);
      chunk::merge(whole.survey, std::move(inner.survey), part);
    }
    for (auto& atom : inner.atoms) {
      if (atom.definition != no_definition) atom.definition += offset;
      if (atom.head_of != no_definition) atom.head_of += offset;
      atom.enclosing = atom.enclosing == no_definition ? around : atom.enclosing + offset;
      if (!atom.language) atom.language = part.language;
    }
    return std::move(inner.atoms);
  }

  std::string_view source_;
  const Measure* measure_;
  const ChunkOptions& options_;
  std::chrono::nanoseconds time_;
  const FindGrammar& find_grammar_;
  std::uint64_t steps_;  // left for all parts
  std::string detail_;
  bool out_of_time_ = false;
};

}  // namespace

Dissected dissect(const Parsed& whole, const Measure* measure, const ChunkOptions& options,
                  std::chrono::milliseconds time, const FindGrammar& find_grammar, Walked* walked) {
  Dissection dissection(whole.source, measure, options, time, find_grammar);
  auto dissected = dissection.run(whole.grammar, whole.tree, 0, walked);
  if (measure != nullptr) tile(dissected.atoms, *measure);
  dissected.out_of_time = dissection.out_of_time();
  dissected.detail = std::move(dissection).detail();
  return dissected;
}

}  // namespace froe::chunk
