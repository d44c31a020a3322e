// tree-sitter's runtime from its package, as one translation unit, with other ways through what a parse does
// most: reading a character, looking up an action, growing and shrinking the stack, counting references. Each
// has the same results as the runtime's own, which it calls wherever its premise does not hold. And a parse
// after an edit takes more over from the tree before: whole lists, and what was ambiguous for a moment.
// tests/syntax/runtime_test.cpp holds the trees of the two against each other, field by field. A function of
// the package is put aside by giving it another name (`stock_…`) while its file is included.
//
// A tree and all its copies belong to one thread.
#include "atomic.h"
#include "edits.h"
#include "language.h"
#include "lexer.h"
#include "lexer_memory.h"
#include "lookups.h"
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
#define ts_language_lookup lookup_remembered

static _Thread_local bool prepares_for_edits;

void ts_prepare_for_edits(bool prepare) {
  prepares_for_edits = prepare;
}

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

// Called in stack.c before it is defined there.
void stock_stack_clear(Stack* self);

#define ts_stack_clear stock_stack_clear
#define ts_stack_push stock_stack_push
#define ts_stack_pop_count stock_stack_pop_count
#include "stack.c"
#undef ts_stack_clear
#undef ts_stack_push
#undef ts_stack_pop_count

// Whether the stack may have had several versions when a token was put on this node. There is room for it.
static bool* is_ambiguous(StackNode* node) {
  static_assert(offsetof(StackNode, ref_count) - offsetof(StackNode, link_count) > sizeof node->link_count,
                "room");
  return (bool*)(&node->link_count + 1);
}

void ts_stack_clear(Stack* self) {
  stock_stack_clear(self);
  *is_ambiguous(self->base_node) = false;
}

// A list that is settled settles its elements before the last, but not by themselves: by what stands behind
// them, as far as it was looked at. That counts as having been looked at for them. `inside`: the state behind
// each element. Nodes of a tree before are left as they are.
static void settle_elements(SubtreeHeapData* list, TSStateId inside) {
  uint32_t behind = list->lookahead_bytes;
  for (SubtreeHeapData* at = list;;) {
    const Subtree* children = ts_subtree_children(((Subtree){.ptr = at}));
    for (uint32_t i = 1; i < at->child_count; ++i) behind += ts_subtree_total_bytes(children[i]);
    if (ts_subtree_child_count(children[0]) < 2 || ts_subtree_symbol(children[0]) != list->symbol) return;
    SubtreeHeapData* before = (SubtreeHeapData*)children[0].ptr;
    const Subtree* elements = ts_subtree_children(children[0]);
    const Subtree last = elements[before->child_count - 1];
    // The list's nodes are held by the stack too, until what was reduced is taken from it.
    const bool is_new =
        before->ref_count <= 2 && ts_subtree_child_count(last) > 0 && last.ptr->ref_count == 1;
    if (!is_new || before->error_cost > 0 || ts_subtree_symbol(elements[0]) != list->symbol ||
        !ts_subtree_is_fragile(last))
      return;
    SubtreeHeapData* element = (SubtreeHeapData*)last.ptr;
    element->parse_state = inside;
    element->fragile_left = element->fragile_right = false;
    if (element->lookahead_bytes < behind) element->lookahead_bytes = behind;
    before->parse_state = list->parse_state;
    before->fragile_left = before->fragile_right = false;
    if (before->lookahead_bytes < behind) before->lookahead_bytes = behind;
    at = before;
  }
}

// What is ambiguous at its edges is marked as fragile, and no later parse takes it over: what it is may have
// been decided by what stands beside it. That cannot be where the stack had one version both when its first
// token came and when it was reduced, before the token behind it was looked at.
static inline void settle(SubtreeHeapData* reduced, StackNode* below, TSStateId next) {
  const bool is_list = !reduced->visible && !reduced->named;
  if (!(reduced->fragile_left || reduced->fragile_right || is_list)) return;
  if (reduced->parse_state == TS_TREE_STATE_NONE || *is_ambiguous(below) || reduced->error_cost > 0 ||
      reduced->ref_count > 1)
    return;
  reduced->fragile_left = reduced->fragile_right = false;
  if (is_list) settle_elements(reduced, next);
}

// Only the one link that there is needs to be written, of the eight that a node has room for.
void ts_stack_push(Stack* self, StackVersion version, Subtree subtree, bool pending, TSStateId state) {
  StackHead* head = array_get(&self->heads, version);
  StackNode* previous = head->node;
  StackNode* node = self->node_pool.size > 0 ? array_pop(&self->node_pool) : ts_malloc(sizeof(StackNode));
  node->state = state;
  node->ref_count = 1;
  node->link_count = 1;
  *is_ambiguous(node) = false;
  if (prepares_for_edits) {
    if (subtree.ptr && ts_subtree_child_count(subtree) > 0 && !pending) {
      settle((SubtreeHeapData*)subtree.ptr, previous, state);
    } else if (self->heads.size > 1) {
      *is_ambiguous(previous) = true;
    }
  }
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

// Behind each element of a list stand two actions, of which the parser takes the one and passes over the
// other: to reduce, and to shift in a repetition. That is no ambiguity.
static inline void look_up_actions(const TSLanguage* language, TSStateId state, TSSymbol symbol,
                                   TableEntry* entry) {
  ts_language_table_entry(language, state, symbol, entry);
  if (!prepares_for_edits || entry->action_count != 2) return;
  const TSParseAction* last = &entry->actions[1];
  if (last->type == TSParseActionTypeShift && last->shift.repetition) entry->action_count = 1;
}

// Whether the first token of a node of the tree before was read in the state in which the parser would be if
// the node on top of the stack had not been taken over as a whole, but come token by token.
static bool was_read_there(const TSParser* self, Subtree tree);

// What the state of a node is compared with may be one that is left by reducing before the node is put on the
// stack.
static TSStateId state_for_use(const TSParser* self, Subtree tree, TSStateId state);

// The parser passes over a node of the tree before that the scanner comes to in another state. It may be in
// that state at the same place a token of no characters later: all that must be lost is what the node begins
// with.
static bool is_scanner_state(TSParser* self, const Subtree* token, Subtree other);

// Each of the following stands once in parser.c, but for the comparison of states, which stands twice:
// conditions inside of functions that are otherwise as they are.
#define ts_language_table_entry look_up_actions
#define ts_subtree_external_scanner_state_eq(token, other) is_scanner_state(self, &(token), other)
#define ts_subtree_parse_state(tree) state_for_use(self, tree, state)
#define memcmp(leaf_lexer, lexer, size) (was_read_there(self, tree) ? 0 : memcmp(leaf_lexer, lexer, size))
#include "parser.c"
#undef ts_language_table_entry
#undef ts_subtree_external_scanner_state_eq
#undef ts_subtree_parse_state
#undef memcmp

static bool is_scanner_state(TSParser* self, const Subtree* token, Subtree other) {
  if (ts_subtree_external_scanner_state_eq(*token, other)) return true;
  if (prepares_for_edits && token == &self->reusable_node.last_external_token) {
    while (reusable_node_descend(&self->reusable_node)) {
    }
  }
  return false;
}

static bool is_of_tree_before(const TSParser* self, Subtree tree) {
  const ReusableNode* node = &self->reusable_node;
  return prepares_for_edits && node->stack.size > 0 && ts_subtree_child_count(tree) > 0 &&
         node->stack.contents[node->stack.size - 1].tree.ptr == tree.ptr;
}

// In which state the next token is read once the last one of a node has been put on the stack.
static TSStateId state_behind(const TSLanguage* language, TSStateId state, Subtree tree) {
  while (ts_subtree_child_count(tree) > 0) {
    const Subtree* child = ts_subtree_children(tree);
    const Subtree* last = child + ts_subtree_child_count(tree) - 1;
    for (; child < last; ++child) {
      if (!ts_subtree_extra(*child))
        state = ts_language_next_state(language, state, ts_subtree_symbol(*child));
    }
    tree = *last;
  }
  return ts_subtree_extra(tree) ? state : ts_language_next_state(language, state, ts_subtree_symbol(tree));
}

static Subtree first_leaf(Subtree tree) {
  while (ts_subtree_child_count(tree) > 0) tree = ts_subtree_children(tree)[0];
  return tree;
}

static bool was_read_there(const TSParser* self, Subtree tree) {
  const StackNode* top = array_get(&self->stack->heads, 0)->node;
  if (!is_of_tree_before(self, tree) || top->link_count != 1 || !top->links[0].is_pending) return false;
  const Subtree leaf = first_leaf(tree);
  // A keyword that became a word because it could not stand there.
  if (ts_subtree_is_keyword(leaf) && ts_subtree_symbol(leaf) == self->language->keyword_capture_token)
    return false;
  const StackLink* reused = &top->links[0];
  return state_behind(self->language, reused->node->state, reused->subtree) ==
         ts_subtree_leaf_parse_state(leaf);
}

// Asked about what begins with a word, which is the same token wherever the lexer is the same if it is no
// keyword anywhere; and about what is shifted, where the state does not reduce.
static TSStateId state_for_use(const TSParser* self, Subtree tree, TSStateId state) {
  const TSStateId own = ts_subtree_parse_state(tree);
  if (own == state || !is_of_tree_before(self, tree)) return own;
  TableEntry entry;
  look_up_actions(self->language, state, ts_subtree_leaf_symbol(tree), &entry);
  if (entry.action_count != 1 || entry.actions->type != TSParseActionTypeReduce) return own;
  return ts_subtree_is_keyword(first_leaf(tree)) ? own : state;
}

#include "query.c"

#define ts_subtree_compress stock_subtree_compress
#include "subtree.c"
#undef ts_subtree_compress

// Whether elements of a list may stand where the parser is in the state, as if they had come one by one.
static bool is_list_part(const TSLanguage* language, TSStateId state, Subtree tree) {
  if (state == TS_TREE_STATE_NONE || ts_subtree_child_count(tree) < 2) return false;
  const TSSymbol symbol = ts_subtree_symbol(tree);
  const TSSymbol first = ts_subtree_symbol(ts_subtree_children(tree)[0]);
  const TSStateId next = ts_language_next_state(language, state, symbol);
  return next != 0 && (first == symbol || ts_language_next_state(language, state, first) == next);
}

static TSStateId state_before_last_child(const TSLanguage* language, Subtree parent) {
  TSStateId state = ts_subtree_parse_state(parent);
  for (uint32_t i = 0; i + 1 < ts_subtree_child_count(parent) && state != TS_TREE_STATE_NONE; ++i) {
    const Subtree child = ts_subtree_children(parent)[i];
    if (!ts_subtree_extra(child)) state = ts_language_next_state(language, state, ts_subtree_symbol(child));
  }
  return state;
}

// How often a list can be turned, of as often as is wanted, before an element would be taken for a list: both
// have the same symbol, where elements consist of several nodes.
static unsigned most_turns(Subtree tree, unsigned wanted) {
  const TSSymbol symbol = ts_subtree_symbol(tree);
  unsigned turns = 0;
  for (; turns < wanted; ++turns) {
    for (int i = 0; i < 3; ++i) {
      if (ts_subtree_child_count(tree) < 2 || ts_subtree_symbol(tree) != symbol) return turns;
      if (i < 2) tree = ts_subtree_children(tree)[0];
    }
    if (ts_subtree_symbol(ts_subtree_children(tree)[0]) != symbol) return turns;
  }
  return turns;
}

// Lists are balanced by turning ((a b) c) into (a (b c)), again and again. What the turned nodes begin with
// is another, and with it the state in which the parser comes to them: with that, a later parse can take them
// over as they are, and need not go through the list element by element. With the state of before it never
// would.
void ts_subtree_compress(MutableSubtree self, unsigned count, const TSLanguage* language,
                         MutableSubtreeArray* stack) {
  if (!prepares_for_edits) {
    stock_subtree_compress(self, count, language, stack);
    return;
  }
  Subtree tree = ts_subtree_from_mut(self);
  count = most_turns(tree, count);
  stock_subtree_compress(self, count, language, stack);
  const TSSymbol symbol = self.ptr->symbol;
  for (; count > 0; --count) {
    tree = ts_subtree_children(tree)[0];
    if (ts_subtree_child_count(tree) == 0 || ts_subtree_symbol(tree) != symbol || tree.ptr->ref_count > 1)
      return;
    const Subtree last = ts_subtree_children(tree)[tree.ptr->child_count - 1];
    if (ts_subtree_child_count(last) == 0 || ts_subtree_symbol(last) != symbol || last.ptr->ref_count > 1)
      return;
    const TSStateId state = state_before_last_child(language, tree);
    const bool is_whole = is_list_part(language, state, last);
    ts_subtree_to_mut_unsafe(last).ptr->parse_state = is_whole ? state : TS_TREE_STATE_NONE;
  }
}

#include "tree.c"
#include "tree_cursor.c"
#include "wasm_store.c"
