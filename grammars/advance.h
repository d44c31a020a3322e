/* The step of a lexer from one character to the next where both are of one byte, in the same part of the same
 * text: all but the last of a part, and what stands beside a character beyond ASCII. For the runtime and for
 * generated lexers, which know different names for the same memory. */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The runtime's Lexer, as far as the step needs it; runtime.c proves that it lies so. */
typedef struct {
  int32_t lookahead;
  uint16_t result_symbol;
  void (*functions[6])(void);
  struct {
    uint32_t byte, row, column;
  } at, token_start, token_end;
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
} LexerMemory;

/* Positions and columns are read again soon, as copies, in pieces of eight bytes. A processor hands on what
 * it has just written only to a reader of no more than that piece, so they are written in the same pieces. */
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first of two members is the lower half");
static inline void add_to_pair(void* pair, uint64_t increment) {
  uint64_t both;
  memcpy(&both, pair, sizeof both);
  both += increment;
  memcpy(pair, &both, sizeof both);
}

/* False, and nothing is done, where the premise does not hold. */
static inline bool advance_by_byte(LexerMemory* lexer, bool skip) {
  enum { utf_8 = 0 };
  const uint64_t one_line = UINT64_C(1) << 32;
  const uint32_t next = lexer->at.byte + 1;
  const uint32_t in_chunk =
      next - lexer->chunk_start; /* wraps to beyond every chunk where it is before this one */
  if (lexer->lookahead_size != 1 || in_chunk >= lexer->chunk_size || lexer->range >= lexer->range_count ||
      next >= lexer->ranges[lexer->range].end || (signed char)lexer->chunk[in_chunk] < 0 ||
      lexer->input.encoding != utf_8 || lexer->logger.log) {
    return false;
  }
  if (lexer->lookahead == '\n') {
    add_to_pair(&lexer->at.byte, one_line + 1);
    lexer->at.column = 0;
    lexer->column.value = 0;
    lexer->column.valid = true;
  } else {
    add_to_pair(&lexer->at.byte, 1);
    lexer->at.column++;
    if (lexer->column.valid) add_to_pair(&lexer->column.value, 1);
  }
  if (skip) lexer->token_start = lexer->at;
  lexer->lookahead = lexer->chunk[in_chunk];
  return true;
}
