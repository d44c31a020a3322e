/* Comes before every generated parser: its lexer, with shorter ways through what it does for each character.
 */
#pragma once

#include "lexer_memory.h"
#include "tree_sitter/parser.h"

/* A lexer goes along a run of characters of one byte on a line without telling the runtime of each. When it
 * leaves the run, it says how far it came, where the token begins if something was skipped, and where it ends
 * if one was accepted. */
typedef struct {
  const char* begin; /* where the runtime stands */
  const char* at;
  const char* end; /* the last one whose next is in the same piece of text; `begin`: there is no run */
  const char* token_begin; /* null: where it was */
  const char* token_end;   /* likewise */
} LexerRun;

static inline LexerRun enter_run(const TSLexer* runtime) {
  enum { utf_8 = 0 };
  const LexerMemory* lexer = (const LexerMemory*)(const void*)runtime;
  const char* nowhere = (const char*)lexer;
  LexerRun run = {nowhere, nowhere, nowhere, NULL, NULL};
  if (lexer->lookahead_size != 1 || lexer->range != 0 || lexer->chunk == NULL ||
      lexer->input.encoding != utf_8 || lexer->logger.log) {
    return run;
  }
  const uint64_t chunk_end = (uint64_t)lexer->chunk_start + lexer->chunk_size;
  const uint64_t end = lexer->ranges[0].end < chunk_end ? lexer->ranges[0].end : chunk_end;
  if (lexer->at.byte < lexer->chunk_start || lexer->at.byte >= end) return run;
  run.begin = run.at = lexer->chunk + (lexer->at.byte - lexer->chunk_start);
  run.end = lexer->chunk + (end - 1 - lexer->chunk_start);
  return run;
}

static inline void leave_run(TSLexer* runtime, const LexerRun* run) {
  LexerMemory* lexer = (LexerMemory*)(void*)runtime;
  if (run->token_begin) {
    lexer->token_begin = lexer->at;
    lexer->token_begin.byte += (uint32_t)(run->token_begin - run->begin);
    lexer->token_begin.column += (uint32_t)(run->token_begin - run->begin);
  }
  if (run->token_end && lexer->range != 0) {
    runtime->mark_end(runtime); /* there is no run in such a part, so that this is where the token ended */
  } else if (run->token_end) {
    lexer->token_end = lexer->at;
    lexer->token_end.byte += (uint32_t)(run->token_end - run->begin);
    lexer->token_end.column += (uint32_t)(run->token_end - run->begin);
  }
  const uint32_t length = (uint32_t)(run->at - run->begin);
  if (length == 0) return;
  add_to_pair(&lexer->at.byte, length);
  lexer->at.column += length;
  if (lexer->column.valid) add_to_pair(&lexer->column.value, length);
  lexer->lookahead = *run->at;
}

#undef START_LEXER
#define START_LEXER()                                                        \
  bool result = false;                                                       \
  bool skip = false;                                                         \
  bool eof = false;                                                          \
  int32_t lookahead;                                                         \
  LexerRun run;                                                              \
  goto start;                                                                \
  leave:                                                                     \
  leave_run(lexer, &run);                                                    \
  return result;                                                             \
  next_state:                                                                \
  if (run.at < run.end && lookahead != '\n' && (signed char)run.at[1] > 0) { \
    lookahead = *++run.at;                                                   \
    if (skip) run.token_begin = run.at;                                      \
  } else {                                                                   \
    leave_run(lexer, &run);                                                  \
    lexer->advance(lexer, skip);                                             \
  start:                                                                     \
    run = enter_run(lexer);                                                  \
    lookahead = lexer->lookahead;                                            \
  }                                                                          \
  skip = false;

#undef ACCEPT_TOKEN
#define ACCEPT_TOKEN(symbol)     \
  result = true;                 \
  lexer->result_symbol = symbol; \
  run.token_end = run.at;

#undef END_STATE
#define END_STATE() goto leave;

/* In `eof = lexer->eof(lexer)`: at the end, to which no run leads, the runtime's next character is 0. */
#define eof(lexer) lookahead == 0 && lexer->eof(lexer)

/* Ranges of characters are searched by halves, hundreds of them; those of ASCII are few, and the first. */
#define set_contains(ranges, size, character)                                                     \
  ((character) < 0x80 ? ({                                                                        \
    uint32_t first_behind = 0;                                                                    \
    while (first_behind + 1 < (size) && (ranges)[first_behind].end < (character)) ++first_behind; \
    (ranges)[first_behind].start <= (character) && (character) <= (ranges)[first_behind].end;     \
  })                                                                                              \
                      : set_contains(ranges, size, character))
