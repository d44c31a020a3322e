#include "chunk/imports.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "chunk/word.hpp"

namespace froe::chunk {
namespace {

// Longer than any name that anyone imports.
constexpr std::size_t max_name = 200;
constexpr std::size_t most_lengths = 31;

std::uint32_t length_bit(std::size_t length) {
  return std::uint32_t{1} << std::min(length, most_lengths);
}

bool is_version(std::string_view text) {
  return text.size() > 1 && text.front() == 'v' &&
         text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

// What follows the last separator: "yaml" of "gopkg.in/go-yaml.v2", "pgx" of "github.com/jackc/pgx/v5".
std::string_view last_part(std::string_view text, std::string_view separator) {
  auto part = text.substr(text.rfind(separator) + 1);  // npos + 1 is 0
  while (is_version(part) && part.size() < text.size()) {
    text.remove_suffix(part.size() + 1);
    part = text.substr(text.rfind(separator) + 1);
  }
  part = part.substr(0, part.find('.'));
  return part.substr(part.rfind('-') + 1);
}

// Perl's `qw(max min)` is one node.
template <class Do>
void for_each_word(std::string_view text, Do something) {
  constexpr std::string_view space = " \t\r\n";
  for (auto begin = text.find_first_not_of(space); begin < text.size();) {
    auto end = std::min(text.find_first_of(space, begin), text.size());
    something(text.substr(begin, end - begin));
    begin = text.find_first_not_of(space, end);
  }
}

// Only what can be found as a word is of use, and `_` is a name that is not wanted.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= max_name && std::all_of(text.begin(), text.end(), is_word) &&
         text.find_first_not_of('_') != std::string_view::npos;
}

}  // namespace

// froe: allow(nesting-too-deep) one walk over a statement
void add_imported(std::vector<Imported>& imports, const syntax::Grammar& grammar, syntax::Node statement,
                  ByteRange scope, std::string_view source) {
  syntax::Cursor cursor(statement);
  std::vector<TSSymbol> above{
      0};  // symbols of the nodes on the way to the cursor, from the statement's parent
  for (;;) {
    auto node = cursor.node();
    if (node.is_named()) {
      if (const auto* rule = grammar.imported(node, {above.back(), false}, source)) {
        for (auto found : rule->name.find_all(node, source)) {
          auto name = found.text(source);
          if (!rule->after.empty()) name = last_part(name, rule->after);
          for_each_word(name, [&](std::string_view word) {
            if (is_name(word)) imports.push_back({std::string(word), statement.range(), scope});
          });
        }
      }
      bool enter = above.size() == 1 || !grammar.has_body(node);
      if (enter && cursor.to_first_child()) {
        above.push_back(node.symbol());
        continue;
      }
    }
    while (!cursor.to_next_sibling()) {
      if (above.size() == 1 || !cursor.to_parent()) return;
      above.pop_back();
    }
  }
}

ImportUses::ImportUses(const std::vector<Imported>& imports, std::string_view source)
    : imports_(imports),
      source_(source),
      words_(imports.empty() ? std::string_view() : source),
      by_scope_(imports.size()),
      used_in_(imports.size(), 0) {
  std::iota(by_scope_.begin(), by_scope_.end(), 0U);
  std::stable_sort(by_scope_.begin(), by_scope_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return imports_[a].scope.begin < imports_[b].scope.begin;
  });
  for (const auto& import : imports_) {
    lengths_[static_cast<unsigned char>(import.name.front())] |= length_bit(import.name.size());
  }
}

std::vector<std::uint32_t> ImportUses::in(ByteRange range) {
  std::vector<std::uint32_t> found;
  if (imports_.empty()) return found;
  ++range_;
  while (range.begin < range.end) {
    auto end = range.end;
    auto behind = range.end;
    if (next_statement_ < imports_.size() && imports_[next_statement_].statement.begin < range.end) {
      auto statement = imports_[next_statement_].statement;
      end = std::max(range.begin, statement.begin);
      behind = std::max(end, statement.end);
      if (statement.end <= range.end) ++next_statement_;
    }
    search({range.begin, end}, found);
    range.begin = behind;
  }
  std::sort(found.begin(), found.end());
  return found;
}

void ImportUses::search(ByteRange range, std::vector<std::uint32_t>& found) {
  for (auto at = words_.next(range.begin); at < range.end;) {
    const auto end = words_.end(at);
    const auto lengths = lengths_[static_cast<unsigned char>(source_[at])];
    if ((lengths & length_bit(end - at)) != 0)
      use(source_.substr(at, end - at), static_cast<std::uint32_t>(at), found);
    at = words_.next(end);
  }
}

void ImportUses::use(std::string_view word, std::uint32_t at, std::vector<std::uint32_t>& found) {
  for (; next_scope_ < by_scope_.size() && imports_[by_scope_[next_scope_]].scope.begin <= at;
       ++next_scope_) {
    auto index = by_scope_[next_scope_];
    in_force_[imports_[index].name].push_back(index);
  }
  auto entry = in_force_.find(word);
  if (entry == in_force_.end()) return;
  auto& indices = entry->second;
  while (!indices.empty() && imports_[indices.back()].scope.end <= at) indices.pop_back();
  if (indices.empty() || used_in_[indices.back()] == range_) return;
  used_in_[indices.back()] = range_;
  found.push_back(indices.back());
}

}  // namespace froe::chunk
