#include <algorithm>
#include <chrono>
#include <utility>

#include "chunk/difference.hpp"
#include "chunk/walked.hpp"
#include "froe/chunk.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {
namespace {

using Clock = std::chrono::steady_clock;

// An editor shows a few at a time; a tree takes twenty to forty times its text.
constexpr std::size_t most_documents = 32;
constexpr std::size_t most_bytes = 10U << 20U;

// More than anybody folds; the rest is generated.
constexpr std::size_t most_folds = 20'000;

// Of the nodes that begin on a line and end on a later one, the largest.
std::vector<ByteRange> folds_of(const syntax::Tree& tree) {
  std::vector<ByteRange> folds;
  std::uint32_t last_row = 0;
  syntax::Cursor cursor(tree.root());
  if (!cursor.to_first_child()) return folds;
  for (;;) {
    auto node = cursor.node();
    bool on_lines = node.end().row > node.begin().row;
    bool is_first = folds.empty() || node.begin().row > last_row;
    if (on_lines && is_first && node.is_named() && !node.is_error()) {
      last_row = node.begin().row;
      folds.push_back(node.range());
      if (folds.size() == most_folds) return folds;
    }
    // What lies on one line has nothing to fold.
    if (on_lines && cursor.to_first_child()) continue;
    while (!cursor.to_next_sibling()) {
      if (!cursor.to_parent()) return folds;
    }
  }
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

std::vector<ByteRange> around(const syntax::Tree& tree, std::string_view source, std::uint32_t offset) {
  offset = std::min(offset, static_cast<std::uint32_t>(source.size()));
  // Behind the last letter of a word one means the word.
  bool behind_word =
      offset > 0 && is_word(source[offset - 1]) && (offset == source.size() || !is_word(source[offset]));
  if (behind_word) --offset;
  std::vector<ByteRange> ranges;
  syntax::Cursor cursor(tree.root());
  do {
    auto range = cursor.node().range();
    if (offset < range.begin || offset > range.end) break;
    if (ranges.empty() || ranges.back() != range) ranges.push_back(range);
  } while (cursor.to_child_behind(offset));
  std::reverse(ranges.begin(), ranges.end());
  return ranges;
}

}  // namespace

struct Documents::Known {
  std::string path;
  std::string language;
  std::string text;
  std::unique_ptr<syntax::Tree> tree;
  Walked walked;  // of the tree, once that was
};

Documents::Documents(std::chrono::milliseconds time, ByteCount most_memory)
    : chunker_(time), most_memory_(most_memory), memory_(std::make_unique<syntax::TreeMemory>()) {}
Documents::~Documents() = default;

const syntax::Tree& Documents::parse(const DocumentTask& task, const syntax::Grammar& rules) {
  const auto& file = task.file;
  auto is_it = [&](const Known& known) { return known.path == file.path && known.language == file.language; };
  auto found = std::find_if(known_.begin(), known_.end(), is_it);
  // What is freed is kept for blocks of its size, and may be more than the trees that are left. A document
  // that takes this much by itself keeps it.
  const bool has_others = known_.size() > (found == known_.end() ? 0 : 1);
  const bool is_same = found != known_.end() && found->tree && found->text == file.content;
  if (memory_->taken() > most_memory_.value && has_others && !is_same) {
    known_.clear();
    found = known_.end();
    memory_.reset();
    memory_ = std::make_unique<syntax::TreeMemory>();
  }
  if (found == known_.end())
    found = known_.insert(known_.begin(), {file.path, file.language, {}, nullptr, {}});
  known_.splice(known_.begin(), known_, found);
  auto& known = known_.front();
  if (is_same) return *known.tree;
  syntax::ParseOptions options{.steps = 0, .time = chunker_.time_, .parts = {}, .lasting = true};
  if (known.tree) {
    auto edits = differences(known.text, file.content);
    std::for_each(edits.rbegin(), edits.rend(), [&](const syntax::Edit& edit) { known.tree->edit(edit); });
    options.before = known.tree.get();
  }
  known.text = file.content;
  auto tree = std::make_unique<syntax::Tree>(rules, known.text, options);
  // How errors are mended depends on what was taken over.
  bool again = options.before != nullptr && tree->given_up() == syntax::GivenUp::no &&
               file.content.size() < large_document && tree->root().has_error();
  if (again) {
    options.before = nullptr;
    tree = std::make_unique<syntax::Tree>(rules, known.text, options);
  }
  known.tree = std::move(tree);
  std::size_t bytes = 0;
  std::size_t kept = 0;
  for (auto each = known_.begin(); each != known_.end();) {
    bytes += each->text.size();
    bool keep = kept == 0 || (kept < most_documents && bytes <= most_bytes);
    ++kept;
    each = keep ? std::next(each) : known_.erase(each);
  }
  return *known.tree;
}

DocumentResult Documents::look(const DocumentTask& task) {
  DocumentResult result;
  const auto& file = task.file;
  if (file.language.empty()) {
    if (task.cut) {
      result.file = chunk_as_text(file, Outcome::text, {});
    } else {
      result.file.sequence = file.sequence;
      result.file.outcome = Outcome::text;
    }
    result.around.resize(task.at.size());
    return result;
  }
  const auto& rules = chunker_.grammar(file.language);
  auto start = Clock::now();
  const auto& tree = parse(task, rules);
  auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
  result.file = chunker_.result_of(file, rules, tree, static_cast<std::uint64_t>(nanoseconds), task.cut,
                                   &known_.front().walked);
  result.around.resize(task.at.size());
  if (tree.given_up() != syntax::GivenUp::no) {
    known_.pop_front();
    return result;
  }
  if (task.folds) result.folds = folds_of(tree);
  for (std::size_t i = 0; i < task.at.size(); ++i)
    result.around[i] = around(tree, known_.front().text, task.at[i]);
  return result;
}

}  // namespace froe::chunk
