#include "froe/compare.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace froe::compare {
namespace {

// Definitions this short are alike by chance.
constexpr std::size_t least_alike = 30;
constexpr std::size_t longest_scope = 1000;

// A symbol or a chunk of one state.
struct Item {
  Place place;
  Kind kind = Kind::text;
  std::string same;   // equal: the same thing, wherever it is
  std::string alike;  // equal: the same but for the name; empty: nothing is alike
  bool done = false;
};

std::uint32_t last_line(Position begin, Position end) {
  return end.column == 0 && end.row > begin.row ? end.row : end.row + 1;
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The text with a mark in place of the name, wherever it stands as a word.
std::string without_name(std::string_view text, std::string_view name) {
  std::string blanked;
  std::size_t at = 0;
  while (!name.empty()) {
    auto found = text.find(name, at);
    if (found == std::string_view::npos) break;
    auto end = found + name.size();
    bool whole = (found == 0 || !is_word(text[found - 1]) || !is_word(name.front())) &&
                 (end == text.size() || !is_word(text[end]) || !is_word(name.back()));
    blanked += text.substr(at, found - at);
    blanked += whole ? std::string_view("\0", 1) : text.substr(found, name.size());
    at = end;
  }
  return blanked.append(text.substr(at));
}

// Adds a piece, any white space as one space. White space and the punctuation between two members say nothing
// of what is around them.
void add_words(std::string& text, std::string_view piece) {
  if (std::ranges::none_of(piece, is_word)) return;
  for (char c : piece) {
    if (!is_space(c)) {
      text += c;
    } else if (!text.ends_with(' ')) {
      text += ' ';
    }
  }
  text += ' ';
}

// The text of each symbol without that of the symbols inside of it.
std::vector<std::string> own_texts(const std::vector<Symbol>& symbols, std::string_view content) {
  std::vector<std::string> texts(symbols.size());
  std::vector<std::uint32_t> from(symbols.size());  // where what was not yet taken begins
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    from[i] = symbols[i].range.begin;
    if (!symbols[i].parent) continue;
    auto parent = *symbols[i].parent;
    auto begin = std::max(from[parent], symbols[i].range.begin);
    add_words(texts[parent], content.substr(from[parent], begin - from[parent]));
    from[parent] = std::max(from[parent], symbols[i].range.end);
  }
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    // Of several names of one node the first has its text.
    bool shared =
        i > 0 && symbols[i].range == symbols[i - 1].range && symbols[i].parent == symbols[i - 1].parent;
    if (shared) {
      texts[i] = symbols[i].name;
      continue;
    }
    auto end = symbols[i].range.end;
    if (from[i] < end) add_words(texts[i], content.substr(from[i], end - from[i]));
  }
  return texts;
}

void add_symbols(const std::string& path, const FileResult& result, std::string_view content,
                 std::vector<Item>& items) {
  auto texts = own_texts(result.symbols, content);
  std::vector<std::string> paths(result.symbols.size());
  for (std::size_t i = 0; i < result.symbols.size(); ++i) {
    const auto& symbol = result.symbols[i];
    std::string scope = symbol.parent ? paths[*symbol.parent] : std::string();
    // Without a bound, deep nesting would make scopes grow with its square.
    paths[i] = scope;
    if (scope.size() < longest_scope) paths[i] += (scope.empty() ? "" : ".") + symbol.name;
    Item item;
    item.place = {
        path, scope, symbol.name, symbol.range, symbol.begin.row + 1, last_line(symbol.begin, symbol.end)};
    item.kind = symbol.kind;
    item.same = std::string(to_string(symbol.kind)) + '\0' + symbol.name + '\0' + texts[i];
    std::erase_if(item.same, is_space);
    if (texts[i].size() >= least_alike) {
      item.alike = std::string(to_string(symbol.kind)) + '\0' + without_name(texts[i], symbol.name);
    }
    items.push_back(std::move(item));
  }
}

void add_chunks(const std::string& path, const FileResult& result, std::vector<Item>& items) {
  for (const auto& chunk : result.chunks) {
    Item item;
    item.place = {path,        chunk.scope,         chunk.name,
                  chunk.range, chunk.begin.row + 1, last_line(chunk.begin, chunk.end)};
    item.kind = chunk.kind;
    item.same.assign(chunk.id.begin(), chunk.id.end());
    items.push_back(std::move(item));
  }
}

class Matching {
 public:
  Matching(std::vector<Item> before, std::vector<Item> after, bool chunks)
      : before_(std::move(before)), after_(std::move(after)), chunks_(chunks) {}

  std::vector<Change> run() {
    // From what is surely the same to what is only likely to be.
    pair(std::nullopt,
         [](const Item& item) { return std::tuple(item.place.path, item.place.scope, item.same); });
    pair(What::moved, [](const Item& item) { return std::tuple(item.same); });
    pair(What::changed, [](const Item& item) {
      return std::tuple(item.place.path, item.place.scope, item.place.name, item.kind);
    });
    if (!chunks_)
      pair(
          What::renamed, [](const Item& item) { return std::tuple(item.alike); }, &Item::alike);
    for (const auto& item : before_) {
      if (!item.done) add(What::removed, &item, nullptr);
    }
    for (const auto& item : after_) {
      if (!item.done) add(What::added, nullptr, &item);
    }
    return std::move(changes_);
  }

 private:
  // Pairs what is left with equal keys, in order. `what`: what that means; nothing: no change.
  template <class Key>
  void pair(std::optional<What> what, Key key, std::string Item::*wanted = nullptr) {
    std::map<decltype(key(std::declval<Item>())), std::vector<Item*>> left;
    for (auto item = before_.rbegin(); item != before_.rend(); ++item) {
      if (!item->done && (!wanted || !(*item.*wanted).empty())) left[key(*item)].push_back(&*item);
    }
    for (auto& item : after_) {
      if (item.done || (wanted && (item.*wanted).empty())) continue;
      auto found = left.find(key(item));
      if (found == left.end() || found->second.empty()) continue;
      auto& old = *found->second.back();
      found->second.pop_back();
      old.done = item.done = true;
      if (what) add(*what, &old, &item);
    }
  }

  void add(What what, const Item* before, const Item* after) {
    Change change;
    change.what = what;
    change.is_chunk = chunks_;
    change.kind = (after ? after : before)->kind;
    if (before) change.before = before->place;
    if (after) change.after = after->place;
    changes_.push_back(std::move(change));
  }

  std::vector<Item> before_;
  std::vector<Item> after_;
  bool chunks_;
  std::vector<Change> changes_;
};

}  // namespace

std::string_view to_string(What what) {
  constexpr std::array<std::string_view, 5> names{"added", "removed", "changed", "moved", "renamed"};
  return names.at(static_cast<std::size_t>(what));
}

std::vector<Change> compare(const std::vector<FilePair>& files) {
  std::vector<Change> changes;
  for (bool chunks : {false, true}) {
    std::vector<Item> before;
    std::vector<Item> after;
    for (const auto& file : files) {
      auto add = [&](const FileResult& result, std::string_view content, std::vector<Item>& items) {
        if (chunks) {
          add_chunks(file.path, result, items);
        } else {
          add_symbols(file.path, result, content, items);
        }
      };
      if (file.before) add(*file.before, file.before_content, before);
      if (file.after) add(*file.after, file.after_content, after);
    }
    auto found = Matching(std::move(before), std::move(after), chunks).run();
    std::move(found.begin(), found.end(), std::back_inserter(changes));
  }
  auto order = [](const Change& change) {
    const auto& place = change.after ? *change.after : *change.before;
    return std::tuple(std::string_view(place.path), change.is_chunk, place.range.begin, place.range.end);
  };
  std::stable_sort(changes.begin(), changes.end(),
                   [&](const Change& a, const Change& b) { return order(a) < order(b); });
  return changes;
}

}  // namespace froe::compare
