/* Where the runtime's lexer keeps what changes with each character, for the runtime and for generated lexers,
 * which know different names for the same memory. */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The runtime's Lexer, as far as others need it; runtime.c proves that it lies so. */
typedef struct {
  int32_t lookahead;
  uint16_t result_symbol;
  void (*functions[6])(void);
  struct {
    uint32_t byte, row, column;
  } at, token_begin, token_end;
  const struct { uint32_t points[4], begin, end; } * ranges;
  const char* chunk;
  struct {
    void* payload;
    void (*read)(void);
    int encoding;
    void (*decode)(void);
  } input;
  struct {
    void* payload;
    void (*log)(void);
  } logger;
  uint32_t range_count, range;
  uint32_t chunk_start, chunk_size;
  uint32_t lookahead_size;
  bool did_get_column;
  struct {
    uint32_t value;
    bool valid;
  } column;
} __attribute__((may_alias)) LexerMemory;

/* Positions and columns are read again soon, as copies, in pieces of eight bytes. A processor hands on what
 * it has just written only to a reader of no more than that piece, so they are written in the same pieces. */
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first of two members is the lower half");
static inline void add_to_pair(void* pair, uint64_t increment) {
  uint64_t both;
  memcpy(&both, pair, sizeof both);
  both += increment;
  memcpy(pair, &both, sizeof both);
}
