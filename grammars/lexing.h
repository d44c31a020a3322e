/* Comes before every generated parser: its lexer, with shorter ways through what it does for each character.
 */
#pragma once

#include "advance.h"
#include "tree_sitter/parser.h"

/* As generated lexers begin, but for the step by a byte, which is done in place. */
#undef START_LEXER
#define START_LEXER()                                       \
  bool result = false;                                      \
  bool skip = false;                                        \
  bool eof = false;                                         \
  int32_t lookahead;                                        \
  goto start;                                               \
  next_state:                                               \
  if (!advance_by_byte((LexerMemory*)(void*)lexer, skip)) { \
    lexer->advance(lexer, skip);                            \
  }                                                         \
  start:                                                    \
  skip = false;                                             \
  lookahead = lexer->lookahead;

/* In `eof = lexer->eof(lexer)`: at the end the next character is 0, and hardly ever elsewhere. */
#define eof(lexer) lookahead == 0 && lexer->eof(lexer)

/* Ranges of characters are searched by halves, hundreds of them; those of ASCII are few, and the first. */
#define set_contains(ranges, size, character)                                                     \
  ((character) < 0x80 ? ({                                                                        \
    uint32_t first_behind = 0;                                                                    \
    while (first_behind + 1 < (size) && (ranges)[first_behind].end < (character)) ++first_behind; \
    (ranges)[first_behind].start <= (character) && (character) <= (ranges)[first_behind].end;     \
  })                                                                                              \
                      : set_contains(ranges, size, character))
