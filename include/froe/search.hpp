// Free text to ranked chunks. This module does not know SQL or how the index is stored; it knows FTS5's
// expressions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/store.hpp"
#include "froe/support.hpp"

namespace froe::search {

// How `Query::text` is meant.
enum class Syntax : std::uint8_t {
  words,       // any bytes: words and "quoted phrases", any of which may match
  expression,  // an FTS5 expression over the columns text, words, scope and name, as it is
};

struct Query {
  std::string text;
  std::uint32_t limit = 10;
  Syntax syntax = Syntax::words;
  std::optional<std::string> language;  // of the registry
  std::string path_prefix;
};

// An FTS5 expression for free text; empty if there is no word in it. Never one that FTS5 refuses.
// Words that say nothing about what is meant, such as "the" and "of", are not in it unless there are no
// others or they stand between quotes.
struct Expression {
  std::string text;
  std::vector<std::string> operands;  // what it joins: words, and phrases without their quotes
  std::vector<std::string> notes;     // sentences about what else of the query is not in it, and why
};
[[nodiscard]] Expression to_expression(std::string_view text);

struct Answer {
  // Best first; equal scores by path and ordinal. Scores of different queries cannot be compared.
  std::vector<store::FoundChunk> chunks;
  std::vector<std::string> notes;  // as in Expression
};
// ErrorKind::invalid_argument if there is nothing to search for.
[[nodiscard]] Result<Answer> search(store::Reader& reader, const Query& query);

}  // namespace froe::search
