// What holds for every result of the chunker, whatever the input and the options.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "froe/record.hpp"

namespace froe::chunk {

// The first thing that is wrong, or success. Counts sizes, rows and columns for itself, byte by byte.
[[nodiscard]] testing::AssertionResult is_sound(const FileTask& task, const FileResult& result);

// Success if no definition that fits the budget is cut: each function, method, constructor and type lies
// within one chunk. This is promised for `nonspace` only, where the white space around a definition takes no
// room, and not inside of what the grammar could not read.
[[nodiscard]] testing::AssertionResult keeps_definitions_whole(const FileTask& task,
                                                               const FileResult& result);

// Size of `text` in a unit, counted naively.
[[nodiscard]] std::uint32_t naive_size(std::string_view text, SizeUnit unit);

}  // namespace froe::chunk
