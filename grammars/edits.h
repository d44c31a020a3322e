// What runtime.c adds to tree-sitter's interface.
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

// Whether the trees that this thread parses from now on are to be edited and parsed again. They are then
// marked so that a later parse takes over more of them, which costs a hundredth or two; other trees are those
// of the package's runtime in every field. Not at first.
void ts_prepare_for_edits(bool prepare);

#ifdef __cplusplus
}
#endif
