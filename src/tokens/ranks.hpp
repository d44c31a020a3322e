// The packed ranks inside the program, as pack/main.cpp writes them.
#pragma once

#include <string_view>

#include "froe/tokens.hpp"

namespace froe::tokens {

[[nodiscard]] std::string_view packed_ranks(Encoding encoding);

}  // namespace froe::tokens
