// tree-sitter's runtime from its package, as one translation unit, with other ways through what a parse does
// most: reading a character, looking up an action, growing and shrinking the stack, counting references. Each
// has the same results as the runtime's own, which it calls wherever its premise does not hold;
// tests/syntax/runtime_test.cpp holds the trees of the two against each other, field by field. A function of
// the package is put aside by giving it another name (`stock_…`) while its file is included.
//
// A tree and all its copies belong to one thread.
#include "atomic.h"
#include "language.h"
#include "lexer.h"
#include "lexer_memory.h"
#include "stack.h"

// References are counted without locking the bus: one thread has the tree.
static inline uint32_t plain_increment(volatile uint32_t* count) {
  return ++*(uint32_t*)count;
}
static inline uint32_t plain_decrement(volatile uint32_t* count) {
  return --*(uint32_t*)count;
}
#define atomic_inc plain_increment
#define atomic_dec plain_decrement

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
#define ts_language_lookup lookup_remembered

#include "alloc.c"
#include "get_changed_ranges.c"
#include "language.c"

#define ts_lexer_init stock_lexer_init
#include "lexer.c"
#undef ts_lexer_init

#define LIES(ours, theirs)                                                          \
  static_assert(offsetof(LexerMemory, ours) == offsetof(Lexer, theirs) &&           \
                    sizeof(((LexerMemory*)0)->ours) == sizeof(((Lexer*)0)->theirs), \
                #theirs)
LIES(lookahead, data.lookahead);
LIES(at, current_position);
LIES(at.byte, current_position.bytes);
LIES(at.row, current_position.extent.row);
LIES(at.column, current_position.extent.column);
LIES(token_begin, token_start_position);
LIES(token_end, token_end_position);
LIES(ranges, included_ranges);
static_assert(sizeof *((LexerMemory*)0)->ranges == sizeof(TSRange) && offsetof(TSRange, end_byte) == 20,
              "ranges");
static_assert(TSInputEncodingUTF8 == 0, "encoding");
LIES(chunk, chunk);
LIES(input.encoding, input.encoding);
LIES(logger.log, logger.log);
LIES(range_count, included_range_count);
LIES(range, current_included_range_index);
LIES(chunk_start, chunk_start);
LIES(chunk_size, chunk_size);
LIES(lookahead_size, lookahead_size);
LIES(column.value, column_data.value);
LIES(column.valid, column_data.valid);
#undef LIES

// From a character of one byte to another in the same part of the same text: all but the last of a part, and
// what stands beside a character beyond ASCII.
static void advance(TSLexer* runtime, bool skip) {
  LexerMemory* lexer = (LexerMemory*)runtime;
  const uint64_t one_line = UINT64_C(1) << 32;
  const uint32_t next = lexer->at.byte + 1;
  const uint32_t in_chunk =
      next - lexer->chunk_start;  // wraps to beyond every chunk where it is before this one
  if (lexer->lookahead_size != 1 || in_chunk >= lexer->chunk_size || lexer->range >= lexer->range_count ||
      next >= lexer->ranges[lexer->range].end || (signed char)lexer->chunk[in_chunk] < 0 ||
      lexer->input.encoding != TSInputEncodingUTF8 || lexer->logger.log) {
    ts_lexer__advance(runtime, skip);
    return;
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
  if (skip) lexer->token_begin = lexer->at;
  lexer->lookahead = lexer->chunk[in_chunk];
}

static void mark_end(TSLexer* base) {
  Lexer* self = (Lexer*)base;
  if (self->current_included_range_index == 0) {
    self->token_end_position = self->current_position;
  } else {
    ts_lexer__mark_end(base);
  }
}

void ts_lexer_init(Lexer* self) {
  stock_lexer_init(self);
  self->data.advance = advance;
  self->data.mark_end = mark_end;
}

#include "node.c"

#define ts_stack_push stock_stack_push
#define ts_stack_pop_count stock_stack_pop_count
#include "stack.c"
#undef ts_stack_push
#undef ts_stack_pop_count

// Only the one link that there is needs to be written, of the eight that a node has room for.
void ts_stack_push(Stack* self, StackVersion version, Subtree subtree, bool pending, TSStateId state) {
  StackHead* head = array_get(&self->heads, version);
  StackNode* previous = head->node;
  StackNode* node = self->node_pool.size > 0 ? array_pop(&self->node_pool) : ts_malloc(sizeof(StackNode));
  node->state = state;
  node->ref_count = 1;
  node->link_count = 1;
  node->links[0] = (StackLink){.node = previous, .subtree = subtree, .is_pending = pending};
  node->position = previous->position;
  node->error_cost = previous->error_cost;
  node->node_count = previous->node_count;
  node->dynamic_precedence = previous->dynamic_precedence;
  if (subtree.ptr) {
    node->position = length_add(node->position, ts_subtree_total_size(subtree));
    node->error_cost += ts_subtree_error_cost(subtree);
    node->node_count += stack__subtree_node_count(subtree);
    node->dynamic_precedence += ts_subtree_dynamic_precedence(subtree);
  } else {
    head->node_count_at_last_error = node->node_count;
  }
  head->node = node;
}

// Where nothing is ambiguous there is one way down, whose subtrees can be counted first and then be written
// where they belong.
StackSliceArray ts_stack_pop_count(Stack* self, StackVersion version, uint32_t count) {
  StackNode* const top = array_get(&self->heads, version)->node;
  StackNode* bottom = top;
  uint32_t size = 0;
  for (uint32_t left = count; left > 0; ++size) {
    const Subtree subtree = bottom->links[0].subtree;
    if (bottom->link_count != 1 || !subtree.ptr) return stock_stack_pop_count(self, version, count);
    if (!ts_subtree_extra(subtree)) --left;
    bottom = bottom->links[0].node;
  }
  SubtreeArray subtrees = array_new();
  array_reserve(&subtrees, (uint32_t)(ts_subtree_alloc_size(size) / sizeof(Subtree)));
  subtrees.size = size;
  StackNode* node = top;
  for (uint32_t i = size; i > 0; --i, node = node->links[0].node) {
    subtrees.contents[i - 1] = node->links[0].subtree;
    ts_subtree_retain(subtrees.contents[i - 1]);
  }
  // Member by member: a head that is put together elsewhere and copied is waited for, see add_to_pair.
  array_reserve(&self->heads, self->heads.size + 1);
  const StackVersion popped = self->heads.size++;
  const StackHead* head = &self->heads.contents[version];
  StackHead* new_head = &self->heads.contents[popped];
  new_head->node = bottom;
  new_head->summary = NULL;
  new_head->node_count_at_last_error = head->node_count_at_last_error;
  new_head->last_external_token = head->last_external_token;
  new_head->lookahead_when_paused = NULL_SUBTREE;
  new_head->status = StackStatusActive;
  stack_node_retain(bottom);
  if (new_head->last_external_token.ptr) ts_subtree_retain(new_head->last_external_token);
  array_clear(&self->slices);
  array_reserve(&self->slices, 1);
  self->slices.size = 1;
  self->slices.contents[0].version = popped;
  self->slices.contents[0].subtrees.contents = subtrees.contents;
  self->slices.contents[0].subtrees.size = subtrees.size;
  self->slices.contents[0].subtrees.capacity = subtrees.capacity;
  return self->slices;
}

#include "parser.c"
#include "query.c"
#include "subtree.c"
#include "tree.c"
#include "tree_cursor.c"
#include "wasm_store.c"
