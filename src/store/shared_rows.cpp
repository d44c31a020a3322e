#include "store/shared_rows.hpp"

#include <algorithm>
#include <limits>

namespace froe::store {
namespace {

// Often enough that both are done at about the same time, and so rarely that asking costs nothing.
constexpr std::int64_t steps = 128;
// To begin costs as much as going through a thousand rows or so, wherever they are.
constexpr std::int64_t worth_taking = 8;  // steps

}  // namespace

SharedRows::SharedRows(std::int64_t middle, std::int64_t last)
    : last_(std::min(last, std::numeric_limits<std::int64_t>::max() - 1)),
      step_(std::max<std::int64_t>(1, last / steps)),
      ranges_{{{.next = std::numeric_limits<std::int64_t>::min(), .end = middle + 1},
               {.next = middle + 1, .end = std::numeric_limits<std::int64_t>::max()}}} {}

std::optional<std::int64_t> SharedRows::begin(Side side) {
  const std::lock_guard lock(mutex_);
  Range& own = ranges_.at(static_cast<std::size_t>(side));
  Range& others = ranges_.at(1 - static_cast<std::size_t>(side));
  if (!own.is_begun) {
    own.is_begun = true;
    return own.next;
  }
  own.end = own.next;  // there was nothing in what it did not get to
  const auto from = std::max<std::int64_t>(others.next, 1);
  const auto end = std::min(others.end, last_ + 1);
  // Who met no row at all got to nothing, and ends before any row.
  if (end <= from || end - from < worth_taking * step_) return std::nullopt;
  const auto left = end - from;
  own.next = from + left / 2;
  own.end = others.end;
  others.end = own.next;
  return own.next;
}

std::int64_t SharedRows::extend(Side side, std::int64_t row) {
  const std::lock_guard lock(mutex_);
  Range& own = ranges_.at(static_cast<std::size_t>(side));
  own.next = row < own.end - step_ ? row + step_ : own.end;
  return own.next;
}

}  // namespace froe::store
