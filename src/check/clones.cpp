#include "check/clones.hpp"

#include <xxhash.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "check/winnow.hpp"
#include "froe/token_stream.hpp"

namespace froe::check {
namespace {

// What stands in more places is compared with the first of them only.
constexpr std::size_t most_candidates = 16;
// Tokens of files that are kept at hand while clones are compared.
constexpr std::size_t most_tokens_kept = 4U << 20U;
// Pieces that are this much of each other are the same piece.
constexpr double same_piece = 0.8;
// Names that do not correspond one to one, of all names in the piece, beyond which likeness is chance.
constexpr double most_odd_names = 0.2;
// A table repeats one shape: of its runs of four tokens few differ from each other.
constexpr std::uint32_t shape = 4;
constexpr double least_shapes = 1.0 / 3;

struct Pair {
  Fragment earlier;
  Fragment later;
  bool exact = true;
};

// Keeps the tokens of the files that were used last.
class Shelf {
 public:
  explicit Shelf(const Clones::Load& load) : load_(load) {}

  // Valid until the next call but one.
  const std::vector<Lex>& get(std::uint32_t file) {
    auto [found, is_new] = by_file_.try_emplace(file);
    if (is_new) {
      books_.emplace_front(file, load_(file));
      found->second = books_.begin();
      kept_ += books_.front().second.size();
      while (kept_ > most_tokens_kept && books_.size() > 2) {
        kept_ -= books_.back().second.size();
        by_file_.erase(books_.back().first);
        books_.pop_back();
      }
    } else {
      books_.splice(books_.begin(), books_, found->second);
    }
    return books_.front().second;
  }

 private:
  using Book = std::pair<std::uint32_t, std::vector<Lex>>;
  const Clones::Load& load_;
  std::list<Book> books_;  // the one that was used last comes first
  std::unordered_map<std::uint32_t, std::list<Book>::iterator> by_file_;
  std::size_t kept_ = 0;
};

// Looks closer at likenesses. Its tables keep their room for the next one.
class Inspection {
 public:
  bool is_table(const std::vector<Lex>& tokens, std::uint32_t first, std::uint32_t count, bool exact) {
    shapes_.clear();
    for (std::uint32_t i = first; i + shape <= first + count; ++i) {
      std::uint64_t hash = 0;
      for (std::uint32_t j = i; j < i + shape; ++j)
        hash = mix(hash + (exact ? tokens[j].exact : tokens[j].normal));
      shapes_.insert(hash);
      if (static_cast<double>(shapes_.size()) >= least_shapes * count) return false;
    }
    return true;
  }

  // Whether the names of two pieces correspond to each other, but for a few.
  bool is_renamed(const std::vector<Lex>& a, std::uint32_t at_a, const std::vector<Lex>& b,
                  std::uint32_t at_b, std::uint32_t count) {
    to_b_.clear();
    to_a_.clear();
    const auto names = std::ranges::count_if(std::span(a).subspan(at_a, count), &Lex::is_name);
    std::uint32_t odd = 0;
    for (std::uint32_t i = 0; i < count && odd <= most_odd_names * static_cast<double>(names); ++i) {
      const auto& left = a[at_a + i];
      const auto& right = b[at_b + i];
      if (!left.is_name) continue;
      auto there = to_b_.try_emplace(left.exact, right.exact).first->second == right.exact;
      auto back = to_a_.try_emplace(right.exact, left.exact).first->second == left.exact;
      if (!there || !back) ++odd;
    }
    return odd <= most_odd_names * static_cast<double>(names);
  }

 private:
  boost::unordered_flat_set<std::uint64_t> shapes_;
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> to_b_;
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> to_a_;
};

// How far two places are alike, around them.
struct Likeness {
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  std::uint32_t length = 0;
};
Likeness compare(const std::vector<Lex>& a, std::uint32_t at_a, const std::vector<Lex>& b, std::uint32_t at_b,
                 bool same_file, std::uint32_t floor_b) {
  Likeness found;
  while (found.before < at_a && found.before < at_b - floor_b &&
         a[at_a - found.before - 1].normal == b[at_b - found.before - 1].normal)
    ++found.before;
  // Of what repeats itself, pieces may touch and not overlap.
  const std::uint32_t most = same_file ? at_b - at_a : std::numeric_limits<std::uint32_t>::max();
  while (found.before + found.after < most && at_a + found.after < a.size() &&
         at_b + found.after < b.size() && a[at_a + found.after].normal == b[at_b + found.after].normal)
    ++found.after;
  found.length = std::min(found.before + found.after, most);
  return found;
}

// Likenesses of one file that are no clones: whoever comes upon one at another of its places need not look
// again.
class Refused {
 public:
  struct Run {
    std::uint32_t end = 0;     // up to this token of the file
    std::uint32_t length = 0;  // of those that are long enough; 0: it is not
  };
  // The one that two places are in; nullptr: none is known.
  [[nodiscard]] const Run* find(std::uint32_t other, std::uint32_t at_other, std::uint32_t at) const {
    auto found = runs_.find(key(other, at_other, at));
    return found != runs_.end() && at < found->second.end ? &found->second : nullptr;
  }
  void add(std::uint32_t other, std::uint32_t at_other, std::uint32_t at, Run run) {
    runs_.insert_or_assign(key(other, at_other, at), run);
  }
  // What has been told is about places behind a floor; it has become another.
  void clear() { runs_.clear(); }

 private:
  // Along a likeness the two places are always as far from each other.
  static std::uint64_t key(std::uint32_t other, std::uint32_t at_other, std::uint32_t at) {
    return std::uint64_t{other} << 32U | static_cast<std::uint32_t>(at - at_other);
  }
  boost::unordered_flat_map<std::uint64_t, Run> runs_;
};

// Longer likenesses that are no clones are not looked into from each of their places, but from the middle on.
constexpr std::uint32_t longest_retried = 2000;

double overlap(const Fragment& a, const Fragment& b) {
  auto begin = std::max(a.first, b.first);
  auto end = std::min(a.first + a.count, b.first + b.count);
  return end <= begin ? 0 : static_cast<double>(end - begin) / std::max(a.count, b.count);
}

Fragment fragment(const std::vector<Lex>& tokens, std::uint32_t file, std::uint32_t first,
                  std::uint32_t count) {
  return {file, first, count, {tokens[first].range.begin, tokens[first + count - 1].range.end}};
}

// Joins pairs that share a piece.
std::vector<CloneClass> classes_of(const std::vector<Pair>& pairs) {
  std::vector<CloneClass> classes;
  std::map<std::uint32_t, std::vector<std::pair<Fragment, std::size_t>>> in_file;
  auto add = [&](const Fragment& piece, std::size_t to) {
    in_file[piece.file].emplace_back(piece, to);
    classes[to].fragments.push_back(piece);
  };
  for (const auto& pair : pairs) {
    const auto& known = in_file[pair.earlier.file];
    auto found = std::ranges::find_if(
        known, [&](const auto& each) { return overlap(each.first, pair.earlier) >= same_piece; });
    auto to = classes.size();
    if (found != known.end()) {
      to = found->second;
    } else {
      classes.emplace_back();
      add(pair.earlier, to);
    }
    classes[to].exact = classes[to].exact && pair.exact;
    add(pair.later, to);
  }
  return classes;
}

}  // namespace

std::vector<Lex> lex(std::string_view content, std::string_view tokens) {
  std::vector<Lex> found;
  TokenReader reader(tokens);
  Token token;
  while (reader.next(token) && token.range.end <= content.size()) {
    Lex next{token.range};
    auto text = content.substr(token.range.begin, token.range.size());
    next.exact = static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()));
    next.is_name = token.is == TokenClass::identifier;
    next.normal = token.is == TokenClass::other ? next.exact : static_cast<std::uint32_t>(token.is);
    found.push_back(next);
  }
  return found;
}

void Clones::add(std::uint32_t file, const std::vector<Lex>& tokens) {
  for (const auto& print : winnow(tokens, least_)) prints_.push_back({print.hash, file, print.at});
}

std::vector<CloneClass> Clones::find(const Load& load) {
  auto by_hash = [](const Print& a, const Print& b) {
    return std::tuple(a.hash, a.file, a.at) < std::tuple(b.hash, b.file, b.at);
  };
  auto by_place = [](const Print& a, const Print& b) {
    return std::pair(a.file, a.at) < std::pair(b.file, b.at);
  };
  std::ranges::sort(prints_, by_hash);
  // Where each hash that occurs twice begins in the sorted list; the rest goes.
  std::vector<Print> shared;
  for (std::size_t begin = 0, end = 0; begin < prints_.size(); begin = end) {
    for (end = begin; end < prints_.size() && prints_[end].hash == prints_[begin].hash;) ++end;
    if (end - begin > 1)
      shared.insert(shared.end(), prints_.begin() + std::ptrdiff_t(begin),
                    prints_.begin() + std::ptrdiff_t(end));
  }
  prints_ = {};
  auto places = shared;
  std::ranges::sort(places, by_place);

  Shelf shelf(load);
  Inspection inspection;
  std::vector<Pair> pairs;
  std::uint32_t covered = 0;  // up to this token the file is a clone of something already
  std::optional<std::uint32_t> file;
  Refused refused;
  for (const auto& place : places) {
    if (file != place.file) {
      covered = 0;
      refused.clear();
    }
    file = place.file;
    if (place.at < covered) continue;
    auto candidate = std::ranges::lower_bound(shared, place.hash, {}, &Print::hash);
    std::optional<Pair> best;
    std::uint32_t longest_other = 0;  // likeness that is no clone
    for (std::size_t tried = 0; tried < most_candidates && candidate != shared.end() &&
                                candidate->hash == place.hash && by_place(*candidate, place);
         ++candidate, ++tried) {
      if (const auto* known = refused.find(candidate->file, candidate->at, place.at)) {
        longest_other = std::max(longest_other, known->length);
        continue;
      }
      const auto& mine = shelf.get(place.file);
      const auto& other = shelf.get(candidate->file);
      auto like = compare(other, candidate->at, mine, place.at, candidate->file == place.file, covered);
      auto refuse = [&](std::uint32_t length) {
        refused.add(candidate->file, candidate->at, place.at, {place.at + like.after, length});
        longest_other = std::max(longest_other, length);
      };
      if (like.length < least_) {
        refuse(0);
        continue;
      }
      if (best && best->later.count >= like.length) continue;
      const auto from = candidate->at - like.before;
      const auto to = place.at - like.before;
      bool exact = true;
      for (std::uint32_t i = 0; i < like.length && exact; ++i)
        exact = other[from + i].exact == mine[to + i].exact;
      bool alike = exact || inspection.is_renamed(other, from, mine, to, like.length);
      if (!alike || inspection.is_table(mine, to, like.length, exact)) {
        refuse(like.length);
        continue;
      }
      best = Pair{fragment(other, candidate->file, from, like.length),
                  fragment(mine, place.file, to, like.length), exact};
    }
    // What repeats one shape over and over would be compared with itself from each of its places.
    if (!best) {
      if (longest_other > longest_retried) {
        covered = std::max(covered, place.at + longest_other / 2);
        refused.clear();
      }
      continue;
    }
    covered = best->later.first + best->later.count;
    refused.clear();
    pairs.push_back(*best);
  }

  auto classes = classes_of(pairs);
  for (auto& each : classes) {
    std::ranges::sort(each.fragments, [](const Fragment& a, const Fragment& b) {
      return std::pair(a.file, a.first) < std::pair(b.file, b.first);
    });
    const auto& first = each.fragments.front();
    each.tokens = first.count;
    const auto& tokens = shelf.get(first.file);
    for (std::uint32_t i = first.first; i < first.first + first.count; ++i) {
      each.hash = mix(each.hash * hash_base + tokens[i].normal);
    }
  }
  std::ranges::sort(classes, [](const CloneClass& a, const CloneClass& b) {
    const auto& left = a.fragments.front();
    const auto& right = b.fragments.front();
    return std::tuple(left.file, left.first, left.count) < std::tuple(right.file, right.first, right.count);
  });
  return classes;
}

}  // namespace froe::check
