// Where the names of definitions stand, wherever one may tell it without asking how columns and lines are
// counted.
#pragma once

#include <optional>
#include <string_view>

#include "froe/record.hpp"

namespace froe::store {

// Of the definitions of one text, which must outlive this.
class NamePlaces {
 public:
  explicit NamePlaces(std::string_view text);
  // Where the name begins; it ends on the same line. Nothing where bytes and units of UTF-16 would make
  // different columns, or "\r" and "\n" different lines; and where the name stands so far behind the begin of
  // its definition that to look for it would cost more than it gives. Nothing for a symbol that does not lie
  // in the text.
  [[nodiscard]] std::optional<Position> of(const Symbol& symbol) const;

 private:
  std::string_view text_;
  bool has_lone_returns_ = false;
};

}  // namespace froe::store
