// The tables of a grammar with one rule, written by hand: a source file is one command, and the command is an external
// token, so that the scanner has the whole file to itself.
#include "tree_sitter/parser.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { token_end = ts_builtin_sym_end, token_command, rule_source_file, symbol_count };
enum { terminals = rule_source_file };
enum { externals = 1 };
enum { state_recover, state_start, state_done, state_command, state_count };

static const char *const symbol_names[symbol_count] = {
    [token_end] = "end",
    [token_command] = "command",
    [rule_source_file] = "source_file",
};

static const TSSymbol public_symbols[symbol_count] = {token_end, token_command, rule_source_file};

static const TSSymbolMetadata symbol_metadata[symbol_count] = {
    [token_end] = {.visible = false, .named = true},
    [token_command] = {.visible = true, .named = true},
    [rule_source_file] = {.visible = true, .named = true},
};

// Each entry says how many actions follow it.
enum { no_action = 0, recover = 1, shift_command = 3, reduce_source_file = 5, accept_input = 7 };
static const TSParseActionEntry actions[] = {
    [no_action] = {.entry = {.count = 0, .reusable = false}},
    [recover] = {.entry = {.count = 1, .reusable = false}},
    RECOVER(),
    [shift_command] = {.entry = {.count = 1, .reusable = true}},
    SHIFT(state_command),
    [reduce_source_file] = {.entry = {.count = 1, .reusable = true}},
    REDUCE(rule_source_file, 1, 0, 0),
    [accept_input] = {.entry = {.count = 1, .reusable = true}},
    ACCEPT_INPUT(),
};

// For terminals an action, for rules the state to go to.
static const uint16_t parse_table[state_count][symbol_count] = {
    [state_recover] = {[token_end] = recover, [token_command] = recover},
    [state_start] = {[token_command] = shift_command, [rule_source_file] = state_done},
    [state_done] = {[token_end] = accept_input},
    [state_command] = {[token_end] = reduce_source_file},
};

static const TSLexMode lex_modes[state_count] = {
    [state_recover] = {.lex_state = 0, .external_lex_state = 1},
    [state_start] = {.lex_state = 0, .external_lex_state = 1},
};
static const bool external_states[2][externals] = {{false}, {true}};
static const TSSymbol external_symbols[externals] = {token_command};

static const TSStateId primary_states[state_count] = {state_recover, state_start, state_done, state_command};
static const uint16_t no_aliases[] = {0};
static const TSSymbol no_alias_sequences[1] = {0};
static const TSFieldMapSlice no_field_slices[1] = {{0, 0}};
static const char *const field_names[1] = {NULL};

// Nothing but the end of the file; everything else is the scanner's.
static bool lex(TSLexer *lexer, TSStateId state) {
  (void)state;
  if (!lexer->eof(lexer)) return false;
  lexer->result_symbol = token_end;
  lexer->mark_end(lexer);
  return true;
}

void *tree_sitter_hostile_external_scanner_create(void);
void tree_sitter_hostile_external_scanner_destroy(void *);
bool tree_sitter_hostile_external_scanner_scan(void *, TSLexer *, const bool *);
unsigned tree_sitter_hostile_external_scanner_serialize(void *, char *);
void tree_sitter_hostile_external_scanner_deserialize(void *, const char *, unsigned);

const TSLanguage *tree_sitter_hostile(void) {
  static const TSLanguage language = {
      .version = 14,
      .symbol_count = symbol_count,
      .alias_count = 0,
      .token_count = terminals,
      .external_token_count = externals,
      .state_count = state_count,
      .large_state_count = state_count,
      .production_id_count = 1,
      .field_count = 0,
      .max_alias_sequence_length = 1,
      .parse_table = &parse_table[0][0],
      .parse_actions = actions,
      .symbol_names = symbol_names,
      .field_names = field_names,
      .field_map_slices = no_field_slices,
      .symbol_metadata = symbol_metadata,
      .public_symbol_map = public_symbols,
      .alias_map = no_aliases,
      .alias_sequences = no_alias_sequences,
      .lex_modes = lex_modes,
      .lex_fn = lex,
      .external_scanner =
          {
              &external_states[0][0],
              external_symbols,
              tree_sitter_hostile_external_scanner_create,
              tree_sitter_hostile_external_scanner_destroy,
              tree_sitter_hostile_external_scanner_scan,
              tree_sitter_hostile_external_scanner_serialize,
              tree_sitter_hostile_external_scanner_deserialize,
          },
      .primary_state_ids = primary_states,
  };
  return &language;
}
