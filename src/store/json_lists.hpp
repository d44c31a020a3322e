// Lists as the index keeps them, in JSON: [[begin,end],…] and [1,2,…].
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/record.hpp"

namespace froe::store {

[[nodiscard]] std::string to_json(const std::vector<ByteRange>& ranges);
[[nodiscard]] std::string to_json(const std::vector<std::uint32_t>& numbers);
// Nothing if it is not what `to_json` writes.
[[nodiscard]] std::optional<std::vector<ByteRange>> ranges_from_json(std::string_view json);
[[nodiscard]] std::optional<std::vector<std::uint32_t>> numbers_from_json(std::string_view json);

}  // namespace froe::store
