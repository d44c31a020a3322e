// What holds for what a chunk or a symbol knows of its definition, held against the syntax tree.
#pragma once

#include <gtest/gtest.h>

#include "froe/record.hpp"

namespace froe::chunk {

// The first thing that is wrong, or success:
// - documentation stands before its definition or inside it, and is nothing but comments, or one string;
// - decorators are ascending, are nodes of the tree, and do not reach behind their chunk;
// - the head of a definition that is a chunk alone has its decorators in the chunk, unless they did not fit;
// - nesting is that of the parents;
// - a chunk has the name of each import that it uses as a whole word.
[[nodiscard]] testing::AssertionResult facts_are_sound(const FileTask& task, const FileResult& result);

}  // namespace froe::chunk
