#include "chunk/cut.hpp"

#include <algorithm>
#include <limits>
#include <span>

namespace froe::chunk {
namespace {

using Cost = std::int64_t;
constexpr Cost ordinary_cut = 1000;
constexpr Cost per_level = 500;
constexpr Cost empty_line = -600;
constexpr Cost inside_line = 3000;
constexpr Cost behind_comment = 8000;
constexpr Cost between_imports = 2000;
constexpr Cost kind_changes = -400;
constexpr Cost opened_definition = -1500;
constexpr Cost small_chunk = 3000;
constexpr Cost large_chunk = 3000;

Cost cut_cost(const Atom& before, const Atom& after, std::uint32_t run_depth) {
  Cost cost = ordinary_cut + per_level * (after.depth - run_depth);
  if (after.after_blank) cost += empty_line;
  if (!after.starts_line) cost += inside_line;
  if (leads(before) && before.starts_line && !after.after_blank) cost += behind_comment;
  if (before.role == AtomRole::import && after.role == AtomRole::import) cost += between_imports;
  if (before.role != after.role || after.role == AtomRole::definition) cost += kind_changes;
  if (before.enclosing != after.enclosing) cost += opened_definition;
  return cost;
}

// Runs of no more atoms than this are searched without shortcuts.
constexpr std::size_t few = 256;

// What a chunk costs by its size. The search asks for the same sizes again and again, and would do little
// else than divide: each is worked out once.
class SizeCosts {
 public:
  explicit SizeCosts(const ChunkOptions& options)
      : floor_(std::max(1U, std::min(options.min_size, options.max_size))), budget_(options.max_size) {}

  // From this size on, more never costs less.
  [[nodiscard]] std::uint32_t floor() const { return floor_; }

  // Of each size up to the largest, or to the budget if that is less: beyond it they cost the same.
  std::span<const std::uint16_t> table(std::uint32_t largest) {
    auto size = known_.size();
    const auto count = std::size_t{std::min(largest, budget_)} + 1;
    if (size < count) known_.resize(count);
    for (; size < count; ++size) known_[size] = cost_of(static_cast<std::uint32_t>(size));
    return known_;
  }

 private:
  // Rounded down. A double divides several times as fast as an integer of its size. With sizes under a
  // million the products are exact and no fraction comes so near to the next number that it would be rounded
  // to it; beyond, a cost may be one more or less.
  [[nodiscard]] std::uint16_t cost_of(std::uint32_t size) const {
    if (size < floor_) return static_cast<std::uint16_t>(double{small_chunk} * (floor_ - size) / floor_);
    if (size >= budget_) return large_chunk;
    const double excess = size - floor_;
    const double room = budget_ - floor_;
    return static_cast<std::uint16_t>(large_chunk * excess * excess / (room * room));
  }

  std::uint32_t floor_;
  std::uint32_t budget_;
  std::vector<std::uint16_t> known_;
};

// How much there is before the end of each atom of a run, counted from the same place. Tokens are added up:
// they may join across an end, so that the sum can be off by a few, and what is then too large is cut when it
// is known.
std::vector<std::uint32_t> sizes_upto(const std::vector<Atom>& atoms, Span run, const Measure& measure) {
  std::vector<std::uint32_t> upto;
  upto.reserve(run.last - run.first);
  std::uint32_t sum = 0;
  for (auto i = run.first; i < run.last; ++i) {
    if (measure.counts_tokens()) sum += measure.size(atoms[i].range);
    upto.push_back(measure.counts_tokens() ? sum : measure.size({0, atoms[i].range.end}));
  }
  return upto;
}

// What the search may not divide: the atoms of a run or, in a long one, the small atoms together that make no
// difference. The search looks back as many pieces as fit the budget; a column of digits has thousands. So of
// the places to cut that lie within 1/256 of the budget only the cheapest is left, and those beside a larger
// atom.
template <class CostBefore>
std::vector<Span> pieces_of(Span run, std::uint32_t size_before, const std::vector<std::uint32_t>& upto,
                            std::uint32_t budget, CostBefore cost_before) {
  bool is_long = run.last - run.first > few;
  auto bucket_of = [&](std::uint32_t size) { return std::uint64_t{size} * few / std::max(1U, budget); };
  std::vector<Span> pieces{{run.first, run.first + 1}};
  bool last_is_forced = true;  // whether the last piece must begin where it does
  auto before = bucket_of(size_before);
  auto here = bucket_of(upto.front());
  for (auto i = run.first + 1; i < run.last; ++i) {
    auto after = bucket_of(upto[i - run.first]);
    bool forced = !is_long || before != here || here != after;
    auto& last = pieces.back();
    if (!forced && !last_is_forced && cost_before(i) < cost_before(last.first)) {
      pieces[pieces.size() - 2].last = i;
      last.first = i;
      last.last = i + 1;
    } else if (!forced && !last_is_forced) {
      last.last = i + 1;
    } else {
      pieces.push_back({i, i + 1});
    }
    last_is_forced = forced;
    before = here;
    here = after;
  }
  return pieces;
}

// `least_cost`, with costs of sizes that were asked for before.
std::vector<Span> partition(const std::vector<Atom>& atoms, Span run, const Measure& measure,
                            std::uint32_t budget, SizeCosts& size_costs) {
  auto depth = std::numeric_limits<std::uint32_t>::max();
  for (auto i = run.first; i < run.last; ++i) depth = std::min(depth, atoms[i].depth);
  auto cost_before = [&](std::size_t atom) { return cut_cost(atoms[atom - 1], atoms[atom], depth); };
  auto sizes = sizes_upto(atoms, run, measure);
  auto size_before = sizes.front() - std::min(sizes.front(), measure.size(atoms[run.first].range));
  auto pieces = pieces_of(run, size_before, sizes, budget, cost_before);
  auto count = pieces.size();

  // The size of pieces [i, k) is upto[k - 1] - from[i]: in lines too, where sizes do not add up.
  std::vector<std::uint32_t> upto(count);
  std::vector<std::uint32_t> from(count);
  for (std::size_t i = 0; i < count; ++i) {
    ByteRange range{atoms[pieces[i].first].range.begin, atoms[pieces[i].last - 1].range.end};
    upto[i] = sizes[pieces[i].last - 1 - run.first];
    from[i] = upto[i] - std::min(upto[i], measure.size(range));
  }
  const auto size_cost = size_costs.table(upto.back() - *std::ranges::min_element(from));
  // Tokens may join, so that more is less.
  const bool more_is_more = std::ranges::is_sorted(from);
  // best: least cost of the pieces before `end`; last[k]: where the last chunk of the best partition of k
  // pieces begins; reach[k]: that partition's cost and the cut behind it; cheaper[k]: the nearest place
  // before k that costs less to reach, 0 if there is none.
  std::vector<Cost> reach(count + 1, 0);
  std::vector<std::size_t> last(count + 1, 0);
  std::vector<std::size_t> cheaper(count + 1, 0);
  for (std::size_t end = 1; end <= count; ++end) {
    const auto upto_end = upto[end - 1];
    // One piece is taken even if it is too much.
    auto first = end - 1;
    auto best = reach[first] + size_cost[std::min(upto_end - from[first], budget)];
    for (auto begin = first; begin > 0;) {
      // A chunk that is even larger and begins where it costs as much to come is no better.
      const bool is_large = upto_end - from[begin] >= size_costs.floor();
      begin = is_large && more_is_more ? cheaper[begin] : begin - 1;
      const auto size = upto_end - from[begin];
      if (size > budget) break;
      const auto cost = reach[begin] + size_cost[size];
      if (cost < best) {
        best = cost;
        first = begin;
      }
    }
    last[end] = first;
    if (end == count) break;
    reach[end] = best + cost_before(pieces[end].first);
    auto before = end - 1;
    while (before > 0 && reach[before] >= reach[end]) before = cheaper[before];
    cheaper[end] = before;
  }
  std::vector<Span> spans;
  for (auto end = count; end > 0; end = last[end])
    spans.push_back({pieces[last[end]].first, pieces[end - 1].last});
  std::reverse(spans.begin(), spans.end());
  return spans;
}

class Cutter {
 public:
  Cutter(const std::vector<Atom>& atoms, const Measure& measure, const ChunkOptions& options)
      : atoms_(atoms), measure_(measure), options_(options), size_costs_(options) {}

  std::vector<Span> run() {
    std::size_t at = 0;
    while (at < atoms_.size()) {
      auto alone = at;
      while (alone < atoms_.size() && !atoms_[alone].alone) ++alone;
      auto lead = alone == atoms_.size() ? alone : first_leading(alone, at);
      add_run({at, lead}, {lead, alone});
      if (alone == atoms_.size()) break;
      spans_.push_back({std::min(lead, held_), alone + 1});
      held_ = none;
      at = alone + 1;
    }
    return std::move(spans_);
  }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  std::uint32_t size(std::size_t first, std::size_t last) const {
    return measure_.size({atoms_[first].range.begin, atoms_[last - 1].range.end});
  }

  // Comments and attributes that touch the definition from above, as far as they fit with it.
  std::size_t first_leading(std::size_t alone, std::size_t limit) const {
    auto first = alone;
    while (first > limit && leads(atoms_[first - 1]) && atoms_[first - 1].starts_line &&
           !atoms_[first].after_blank && size(first - 1, alone + 1) <= options_.max_size) {
      --first;
    }
    return first;
  }

  // What stands between two definitions. A scrap in which nothing is defined goes to a neighbour that it
  // fits.
  void add_run(Span run, Span next) {
    if (run.first == run.last) return;
    bool scrap = size(run.first, run.last) < options_.min_size / 3;
    bool opens_module = false;  // then it belongs to what comes
    for (auto i = run.first; i < run.last; ++i) {
      const auto& atom = atoms_[i];
      scrap = scrap && !atom.opens && atom.role != AtomRole::definition && atom.role != AtomRole::import &&
              atom.role != AtomRole::text;
      opens_module = opens_module || atom.head_of != no_definition;
    }
    if (scrap) {
      bool fits_before =
          !opens_module && !spans_.empty() && size(spans_.back().first, run.last) <= options_.max_size;
      bool fits_after = next.last < atoms_.size() && size(run.first, next.last + 1) <= options_.max_size;
      if (fits_before && (!fits_after || !atoms_[run.first].after_blank)) {
        spans_.back().last = run.last;
        return;
      }
      if (fits_after) {
        held_ = run.first;
        return;
      }
    }
    auto pieces = partition(atoms_, run, measure_, options_.max_size, size_costs_);
    spans_.insert(spans_.end(), pieces.begin(), pieces.end());
  }

  const std::vector<Atom>& atoms_;
  const Measure& measure_;
  const ChunkOptions& options_;
  SizeCosts size_costs_;
  std::vector<Span> spans_;
  std::size_t held_ = none;  // where a scrap begins that goes with the next definition
};

}  // namespace

bool leads(const Atom& atom) {
  return atom.role == AtomRole::comment || atom.role == AtomRole::attribute;
}

std::vector<Span> least_cost(const std::vector<Atom>& atoms, Span run, const Measure& measure,
                             const ChunkOptions& options) {
  SizeCosts size_costs(options);
  return partition(atoms, run, measure, options.max_size, size_costs);
}

std::vector<Span> cut(const std::vector<Atom>& atoms, const Measure& measure, const ChunkOptions& options) {
  return Cutter(atoms, measure, options).run();
}

}  // namespace froe::chunk
