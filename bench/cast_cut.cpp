// Greedy cutting along the syntax tree as cAST does (arXiv 2506.15655), with froe's own parsers: what froe's
// cuts are held against. A file that fits is one chunk. Otherwise the nodes below the root are taken in order
// into a window until the next does not fit; a node that does not fit into an empty window is opened, and its
// own windows, merged greedily as neighbours, take its place. A leaf that does not fit yields nothing.
//
// cast_cut SIZE DIRECTORY: a line of JSON for each chunk of each file that has a grammar, with the byte range
// from its first node to its last. SIZE is the budget, in characters that are not white space.
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "froe/discovery.hpp"
#include "froe/index.hpp"
#include "froe/json.hpp"
#include "froe/language.hpp"
#include "froe/syntax.hpp"

namespace {

using namespace froe;

struct Window {
  ByteRange range;
  std::uint32_t size = 0;  // of its nodes; what is between them is white space
};

// How many characters that are not white space come before each byte.
class Sizes {
 public:
  explicit Sizes(std::string_view source) : before_{0} {
    before_.reserve(source.size() + 1);
    for (char c : source) {
      bool space = c == ' ' || (c >= '\t' && c <= '\r');
      bool continuation = (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
      before_.push_back(before_.back() + (space || continuation ? 0 : 1));
    }
  }
  [[nodiscard]] std::uint32_t operator()(ByteRange range) const {
    return before_[range.end] - before_[range.begin];
  }

 private:
  std::vector<std::uint32_t> before_;
};

// The children of one opened node.
struct Level {
  std::vector<Window> closed;
  std::optional<Window> open;

  void close() {
    if (open) closed.push_back(*std::exchange(open, std::nullopt));
  }
};

// Not across a leaf that was left out: it would be back in the range.
std::vector<Window> merge_neighbours(const std::vector<Window>& windows, const Sizes& size_of,
                                     std::uint32_t budget) {
  std::vector<Window> merged;
  for (const Window& each : windows) {
    std::uint32_t joined = merged.empty() ? 0 : merged.back().size + each.size;
    if (!merged.empty() && joined <= budget &&
        size_of({merged.back().range.begin, each.range.end}) == joined) {
      merged.back() = {{merged.back().range.begin, each.range.end}, joined};
    } else {
      merged.push_back(each);
    }
  }
  return merged;
}

std::vector<Window> cut(const syntax::Tree& tree, std::string_view source, std::uint32_t budget) {
  const Sizes size_of(source);
  ByteRange whole = tree.root().range();
  if (size_of(whole) <= budget) return {{whole, size_of(whole)}};
  syntax::Cursor cursor(tree.root());
  if (!cursor.to_first_child()) return {};
  std::vector<Level> levels(1);
  for (;;) {
    ByteRange range = cursor.node().range();
    std::uint32_t size = size_of(range);
    Level& level = levels.back();
    if (level.open && level.open->size + size > budget) level.close();
    if (size > budget) {
      if (cursor.to_first_child()) {
        levels.emplace_back();
        continue;
      }
    } else if (level.open) {
      level.open->range.end = range.end;
      level.open->size += size;
    } else {
      level.open = Window{range, size};
    }
    while (!cursor.to_next_sibling()) {
      levels.back().close();
      std::vector<Window> windows = std::move(levels.back().closed);
      levels.pop_back();
      if (levels.empty()) return windows;
      windows = merge_neighbours(windows, size_of, budget);
      auto& above = levels.back().closed;
      above.insert(above.end(), windows.begin(), windows.end());
      cursor.to_parent();
    }
  }
}

class Cutter {
 public:
  explicit Cutter(std::uint32_t budget) : budget_(budget) {}

  void print(const std::string& path, const FileTask& task) {
    const syntax::Tree tree(grammar(task.language), task.content);
    if (tree.given_up() != syntax::GivenUp::no) {
      std::cerr << "cast_cut: " << path << " takes too long to parse\n";
      return;
    }
    for (const Window& each : cut(tree, task.content, budget_)) {
      std::string line;
      JsonObject(line).add("path", path).add("range", each.range);
      std::cout << line << '\n';
    }
  }

 private:
  const syntax::Grammar& grammar(const std::string& language) {
    auto& known = grammars_[language];
    if (!known) known = std::make_unique<const syntax::Grammar>(*language::find(language));
    return *known;
  }

  std::uint32_t budget_;
  std::map<std::string, std::unique_ptr<const syntax::Grammar>> grammars_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: cast_cut SIZE DIRECTORY\n";
    return 2;
  }
  Cutter cutter(static_cast<std::uint32_t>(std::stoul(argv[1])));
  index::Options options;
  auto walk = discovery::Walk::open(argv[2], options.discovery);
  if (!walk) {
    std::cerr << "cast_cut: " << walk.error().message << '\n';
    return 2;
  }
  while (auto entry = walk->next()) {
    auto plan = index::plan(argv[2], *entry, options);
    if (!plan) {
      std::cerr << "cast_cut: " << plan.error().message << '\n';
      return 2;
    }
    if (!plan->task.language.empty()) cutter.print(plan->entry.path, plan->task);
  }
  return std::cout.flush() ? 0 : 2;
}
