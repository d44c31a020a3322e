// One directory as a walk lists it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "discovery/ignore_stack.hpp"
#include "froe/discovery.hpp"

namespace froe::discovery {

// The names in one directory in the order of the walk, held in one block.
struct Listing {
  struct Item {
    std::uint32_t offset = 0;
    std::uint16_t size = 0;
    EntryType type = EntryType::unknown;
    int error = 0;  // why its type is unknown
  };

  std::string names;  // each followed by what it sorts with: '/' for a directory, NUL otherwise
  std::vector<Item> items;
  SpecialNames special;
  int error = 0;  // why the listing is not complete

  [[nodiscard]] std::string_view name(const Item& item) const {
    return std::string_view(names).substr(item.offset, item.size);
  }
};

// Of a directory that was opened just now. Any thread. `hidden`: with names that begin with a dot.
[[nodiscard]] Listing list(int directory, bool hidden);

}  // namespace froe::discovery
