/* Comes before every scanner. Those that call the C library for memory get it where tree-sitter does instead.
 */
#pragma once

#include <stdlib.h>

extern void* (*ts_current_malloc)(size_t);
extern void* (*ts_current_calloc)(size_t, size_t);
extern void* (*ts_current_realloc)(void*, size_t);
extern void (*ts_current_free)(void*);

/* Swift's scanner asks for no object at all, and then uses one. */
static inline void* froe_scanner_calloc(size_t count, size_t size) {
  return ts_current_calloc(count == 0 ? 1 : count, size);
}

#define malloc ts_current_malloc
#define calloc froe_scanner_calloc
#define realloc ts_current_realloc
#define free ts_current_free
