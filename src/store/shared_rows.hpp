// Who counts which rows: two halves of an index are not two halves of the work, as words stand where they
// like.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

namespace froe::store {

// The rows of an index, for two that go through them side by side: each has a range of its own, and who is
// done with it takes half of what the other has not got to. Both may call it at the same time.
class SharedRows {
 public:
  // The one has the rows up to `middle`, and the other those after it. There should be none after `last`.
  SharedRows(std::int64_t middle, std::int64_t last);
  // Whose they are.
  enum class Side : std::uint8_t { one, other };
  // Where to begin: the first row of one's own range, and of what one takes when one is done with it.
  // Nothing: what is left is too little for two.
  [[nodiscard]] std::optional<std::int64_t> begin(Side side);
  // Who goes through ascending rows and meets one past those that it has got to asks for more. Up to where
  // they are its own now; not past `row`: it is another's.
  [[nodiscard]] std::int64_t extend(Side side, std::int64_t row);

 private:
  struct Range {
    std::int64_t next = 0;  // the first row that was not got to
    std::int64_t end = 0;
    bool is_begun = false;
  };
  std::mutex mutex_;
  std::int64_t last_;
  std::int64_t step_;  // as many rows are got to at once
  std::array<Range, 2> ranges_;
};

}  // namespace froe::store
