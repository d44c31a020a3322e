// What a state of a parser does with a symbol, remembered: for runtime.c.
#pragma once

#include <stdint.h>
#include <string.h>

#include "language.h"

// What a state does with a symbol is found in most grammars by reading through the list of the state. The
// pairs that occur are few, so those last asked for are kept, of the language last asked about. Recovery from
// an error asks about all symbols of a state, one after the other: the second that is not known has the whole
// list written out as a row.
enum { remembered_lookups = 4096, longest_row = 2048 };

typedef struct {
  const TSLanguage* language;
  // Of the lookup that was last not known, and of the row. None is 0: the generator keeps states 0 and 1 as
  // tables.
  TSStateId missed_state;
  TSStateId row_state;
  // From the lowest bit: 16 of the value, 16 of the symbol, 16 of the state, and one that says that it is
  // set.
  uint64_t entries[remembered_lookups];
  uint16_t row[longest_row];
} LookupMemory;

static _Thread_local LookupMemory lookup_memory;

static void write_row(LookupMemory* memory, const TSLanguage* language, TSStateId state) {
  memset(memory->row, 0, language->symbol_count * sizeof *memory->row);
  const uint16_t* list =
      &language->small_parse_table[language->small_parse_table_map[state - language->large_state_count]];
  for (uint16_t groups = *list++; groups > 0; --groups) {
    const uint16_t value = *list++;
    for (uint16_t symbols = *list++; symbols > 0; --symbols) memory->row[*list++] = value;
  }
  memory->row_state = state;
}

static uint16_t look_up_unknown(LookupMemory* memory, const TSLanguage* language, TSStateId state,
                                TSSymbol symbol, uint64_t* entry) {
  if (memory->language != language) {
    memset(memory, 0, sizeof *memory);
    memory->language = language;
  } else if (memory->missed_state == state && language->symbol_count <= longest_row && symbol < longest_row) {
    write_row(memory, language, state);
    return memory->row[symbol];
  }
  memory->missed_state = state;
  const uint16_t value = ts_language_lookup(language, state, symbol);
  *entry = (UINT64_C(1) << 32 | (uint64_t)state << 16 | symbol) << 16 | value;
  return value;
}

static inline uint16_t lookup_remembered(const TSLanguage* language, TSStateId state, TSSymbol symbol) {
  if (state < language->large_state_count)
    return language->parse_table[state * language->symbol_count + symbol];
  LookupMemory* memory = &lookup_memory;
  uint64_t* entry = &memory->entries[(state * 37U + symbol) % remembered_lookups];
  if (memory->language == language) {
    if (*entry >> 16 == (UINT64_C(1) << 32 | (uint64_t)state << 16 | symbol)) return (uint16_t)*entry;
    if (memory->row_state == state && symbol < longest_row) return memory->row[symbol];
  }
  return look_up_unknown(memory, language, state, symbol, entry);
}
