// Clones against the same search without any of its early ends, over streams that are full of near misses.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "check/clones.hpp"
#include "check/winnow.hpp"

namespace froe::check {
namespace {

using Files = std::vector<std::vector<Lex>>;

struct Place {
  std::uint32_t file = 0;
  std::uint32_t at = 0;
  auto operator<=>(const Place&) const = default;
};

// Two places are compared from where they stand to both sides, names and tables are looked at as a whole, and
// nothing is remembered from one place to the next.
class Plain {
 public:
  Plain(const Files& files, std::uint32_t least) : files_(files), least_(least) {
    for (std::uint32_t file = 0; file < files.size(); ++file) {
      for (const auto& run : winnow(files[file], least)) places_[run.hash].push_back({file, run.at});
    }
  }

  // One line for each class; sorted, for the order of equals is nobody's.
  std::vector<std::string> classes() {
    std::map<Place, std::uint64_t> in_order;
    for (const auto& [hash, places] : places_) {
      for (const auto& place : places) in_order[place] = hash;
    }
    Place covered;
    for (const auto& [place, hash] : in_order) {
      if (place.file != covered.file) covered = {place.file, 0};
      if (place < covered) continue;
      auto best = best_at(place, places_[hash], covered.at);
      if (best.length == 0) continue;
      covered.at = best.at.at + best.length;
      join(best);
    }
    std::vector<std::string> lines;
    for (auto& each : classes_) {
      std::ranges::sort(each.pieces, {}, &Piece::at);
      std::string line = each.exact ? "exact" : "renamed";
      for (const auto& piece : each.pieces) {
        line += ' ' + std::to_string(piece.at.file) + ':' + std::to_string(piece.at.at) + '+' +
                std::to_string(piece.length);
      }
      lines.push_back(line);
    }
    std::ranges::sort(lines);
    return lines;
  }
  [[nodiscard]] int refused() const { return refused_; }

 private:
  struct Piece {
    Place at;
    std::uint32_t length = 0;
  };
  struct Likeness {
    Place other;
    Place at;
    std::uint32_t length = 0;
    bool exact = true;
  };
  struct Class {
    std::vector<Piece> pieces;
    bool exact = true;
  };

  Likeness best_at(const Place& place, const std::vector<Place>& alike, std::uint32_t floor) {
    constexpr int most = 16;
    Likeness best;
    for (int i = 0; i < most && alike[i] < place; ++i) {
      auto like = compare(alike[i], place, floor);
      if (like.length < least_) continue;
      if (!is_clone(like)) {
        ++refused_;
      } else if (like.length > best.length) {
        best = like;
      }
    }
    return best;
  }

  [[nodiscard]] const Lex& token(const Place& place, std::uint32_t offset) const {
    return files_[place.file][place.at + offset];
  }

  [[nodiscard]] Likeness compare(Place other, Place place, std::uint32_t floor) const {
    const auto distance = other.file == place.file ? place.at - other.at : ~0U;
    std::uint32_t length = 0;
    while (other.at > 0 && place.at > floor &&
           files_[other.file][other.at - 1].normal == files_[place.file][place.at - 1].normal) {
      --other.at;
      --place.at;
    }
    while (place.at + length < files_[place.file].size() && other.at + length < files_[other.file].size() &&
           token(other, length).normal == token(place, length).normal)
      ++length;
    Likeness like{other, place, std::min(length, distance)};
    for (std::uint32_t i = 0; i < like.length; ++i)
      like.exact = like.exact && token(other, i).exact == token(place, i).exact;
    return like;
  }

  [[nodiscard]] bool is_clone(const Likeness& like) const {
    return !is_table(like) && (like.exact || is_renamed(like));
  }

  [[nodiscard]] bool is_table(const Likeness& like) const {
    std::set<std::vector<std::uint32_t>> shapes;
    for (std::uint32_t i = 0; i + 4 <= like.length; ++i) {
      std::vector<std::uint32_t> shape;
      for (std::uint32_t j = i; j < i + 4; ++j)
        shape.push_back(like.exact ? token(like.at, j).exact : token(like.at, j).normal);
      shapes.insert(shape);
    }
    return static_cast<double>(shapes.size()) < 1.0 / 3 * like.length;
  }

  [[nodiscard]] bool is_renamed(const Likeness& like) const {
    std::map<std::uint32_t, std::uint32_t> there;
    std::map<std::uint32_t, std::uint32_t> back;
    int names = 0;
    int odd = 0;
    for (std::uint32_t i = 0; i < like.length; ++i) {
      if (!token(like.other, i).is_name) continue;
      ++names;
      auto a = token(like.other, i).exact;
      auto b = token(like.at, i).exact;
      auto is_so = there.emplace(a, b).first->second == b;
      auto is_so_back = back.emplace(b, a).first->second == a;
      if (!is_so || !is_so_back) ++odd;
    }
    return odd <= 0.2 * names;
  }

  // Into the class of the first known piece of the file that the earlier one is.
  void join(const Likeness& like) {
    const Piece earlier{like.other, like.length};
    const Piece later{like.at, like.length};
    auto& known = pieces_[like.other.file];
    auto found = std::ranges::find_if(known, [&](const auto& each) { return is_same(each.first, earlier); });
    std::size_t to = classes_.size();
    if (found != known.end()) {
      to = found->second;
    } else {
      known.emplace_back(earlier, to);
      classes_.push_back({{earlier}});
    }
    pieces_[like.at.file].emplace_back(later, to);
    classes_[to].pieces.push_back(later);
    classes_[to].exact = classes_[to].exact && like.exact;
  }
  static bool is_same(const Piece& a, const Piece& b) {
    auto begin = std::max(a.at.at, b.at.at);
    auto end = std::min(a.at.at + a.length, b.at.at + b.length);
    return end > begin && static_cast<double>(end - begin) / std::max(a.length, b.length) >= 0.8;
  }

  const Files& files_;
  std::uint32_t least_;
  std::map<std::uint64_t, std::vector<Place>> places_;  // of what winnowing keeps, in order
  std::map<std::uint32_t, std::vector<std::pair<Piece, std::size_t>>> pieces_;
  std::vector<Class> classes_;
  int refused_ = 0;
};

// What the streams of a round are made of, again and again: pieces whose copies have other names, in order or
// not, or another token somewhere; tables; noise.
class Streams {
 public:
  explicit Streams(unsigned seed) : random_(seed) {
    for (int i = 0; i < 4; ++i) pieces_.push_back(piece());
  }

  Files files() {
    Files files(1 + below(5));
    for (auto& file : files) {
      for (auto parts = below(7); parts > 0; --parts) append(file);
      for (std::uint32_t i = 0; i < file.size(); ++i) file[i].range = {i, i + 1};
    }
    return files;
  }

 private:
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }

  static Lex word(std::uint32_t number) { return {{}, number, number, false}; }
  static Lex name(std::uint32_t number) { return {{}, 1000 + number, 1000, true}; }

  // Of few words and names, so that much is alike by chance.
  std::vector<Lex> piece() {
    std::vector<Lex> tokens(10 + below(90));
    const auto words = 2 + below(40);
    const auto names = 1 + below(12);
    for (auto& each : tokens) each = below(3) == 0 ? name(below(names)) : word(1 + below(words));
    return tokens;
  }

  void append(std::vector<Lex>& file) {
    auto tokens = pieces_[below(static_cast<std::uint32_t>(pieces_.size()))];
    const auto kind = below(8);
    if (kind == 0) tokens = piece();
    if (kind == 1) tokens.resize(1 + below(static_cast<std::uint32_t>(tokens.size())));
    if (kind == 2) tokens[below(static_cast<std::uint32_t>(tokens.size()))] = word(777);
    // Other names: each always the same, or some of them as they come.
    const auto shift = below(3) * 100;
    const auto odd = kind < 5 ? 0 : below(101);
    for (auto& each : tokens) {
      if (each.is_name) each = name(each.exact - 1000 + shift + (below(100) < odd ? below(9) : 0));
    }
    if (kind == 3) {
      // Of one shape, and as often as not behind each other in several files.
      tokens.resize(1 + below(9));
      const auto shape = tokens;
      for (auto times = below(30); times > 0; --times)
        tokens.insert(tokens.end(), shape.begin(), shape.end());
    }
    file.insert(file.end(), tokens.begin(), tokens.end());
  }

  std::mt19937 random_;
  std::vector<std::vector<Lex>> pieces_;
};

std::vector<std::string> found(const Files& files, std::uint32_t least) {
  Clones clones(least);
  for (std::uint32_t file = 0; file < files.size(); ++file) clones.add(file, files[file]);
  std::vector<std::string> lines;
  for (const auto& each : clones.find([&](std::uint32_t file) { return files[file]; })) {
    std::string line = each.exact ? "exact" : "renamed";
    for (const auto& piece : each.fragments) {
      EXPECT_EQ(piece.range, (ByteRange{piece.first, piece.first + piece.count}));
      line += ' ' + std::to_string(piece.file) + ':' + std::to_string(piece.first) + '+' +
              std::to_string(piece.count);
    }
    lines.push_back(line);
  }
  std::ranges::sort(lines);
  return lines;
}

// Streams are too short for the one end that gives something up: of likenesses of more than two thousand
// tokens that are no clones.
TEST(PlainClones, EarlyEndsChangeNothing) {
  int refused = 0;
  std::size_t classes = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Streams streams(seed);
    const auto files = streams.files();
    const std::uint32_t least = 20 + seed % 21;
    Plain plain(files, least);
    const auto expected = plain.classes();
    ASSERT_EQ(found(files, least), expected) << "seed " << seed;
    refused += plain.refused();
    classes += expected.size();
  }
  // Without them there was nothing to end early.
  EXPECT_GT(refused, 3000);
  EXPECT_GT(classes, 1000U);
}

}  // namespace
}  // namespace froe::check
