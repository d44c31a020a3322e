#include "froe/search.hpp"

#include <algorithm>

#include "froe/json.hpp"

namespace froe::search {
namespace {

// Each term costs a walk over its chunks, and FTS5 nests no expression deeper than 256. More words than this
// are a pasted document, and its first words say enough.
constexpr std::size_t max_terms = 64;
// Longer words are data; the index cuts at 32 KiB in any case.
constexpr std::size_t max_word = 128;

// The columns as the index weights them by default. A name or scope that matches says more than a word
// somewhere in the body; the parts of an identifier say as much as the same words standing alone.
constexpr store::ColumnWeights weights{.text = 1.0, .words = 1.0, .scope = 3.0};

bool is_separator(char c) {
  auto byte = static_cast<unsigned char>(c);
  bool word =
      byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return !word;
}

// Collects the operands of one OR.
class Terms {
 public:
  // Something between quotes: FTS5 splits it as it split the text. Quotes inside are doubled, though none
  // gets here.
  void add(std::string_view phrase) {
    if (terms_.size() >= max_terms || phrase.empty() || phrase.size() > max_word) return;
    std::string term = "\"";
    for (char c : phrase) term.append(c == '"' ? 2 : 1, c);
    term += '"';
    if (std::ranges::find(terms_, term) == terms_.end()) terms_.push_back(std::move(term));
  }
  // A word as it stands, and its parts.
  void add_word(std::string_view word) {
    add(word);
    add_each(store::identifier_parts(word), ' ');
    // The tokenizer makes a phrase of snake_case; its words count for themselves, too.
    if (word.find('_') != std::string_view::npos) add_each(word, '_');
  }
  [[nodiscard]] std::string join() const {
    std::string expression;
    for (const auto& term : terms_) expression += (expression.empty() ? "" : " OR ") + term;
    return expression;
  }

 private:
  void add_each(std::string_view words, char separator) {
    while (!words.empty()) {
      std::size_t end = std::min(words.find(separator), words.size());
      add(words.substr(0, end));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }

  std::vector<std::string> terms_;
};

void add_words(std::string_view text, Terms& terms) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && !is_separator(text[end])) ++end;
    // A lone underscore is no token and would match nothing.
    std::string_view word = text.substr(at, end - at);
    if (word.find_first_not_of('_') != std::string_view::npos) terms.add_word(word);
    at = end + 1;
  }
}

}  // namespace

std::string to_expression(std::string_view text) {
  // FTS5 reads its expression as a C string of UTF-8.
  std::string clean(text);
  for (std::size_t at = 0; at < clean.size();) {
    std::size_t length = utf8_sequence(clean, at);
    if (length == 0 || clean[at] == '\0') {
      clean[at++] = ' ';
    } else {
      at += length;
    }
  }
  Terms terms;
  std::string_view rest = clean;
  while (!rest.empty()) {
    std::size_t quote = rest.find('"');
    std::size_t closing = quote == std::string_view::npos ? quote : rest.find('"', quote + 1);
    if (closing == std::string_view::npos) {
      add_words(rest, terms);
      break;
    }
    add_words(rest.substr(0, quote), terms);
    std::string_view phrase = rest.substr(quote + 1, closing - quote - 1);
    if (std::ranges::any_of(phrase, [](char c) { return !is_separator(c) && c != '_'; })) terms.add(phrase);
    rest.remove_prefix(closing + 1);
  }
  return terms.join();
}

Result<std::vector<store::FoundChunk>> search(store::Reader& reader, const Query& query) {
  bool is_expression = query.syntax == Syntax::expression;
  std::string expression = is_expression ? query.text : to_expression(query.text);
  if (expression.find_first_not_of(" \t\r\n") == std::string::npos) {
    return failure(ErrorKind::invalid_argument,
                   "nothing to search for: the query has no letter or digit in it");
  }
  return reader.match(expression, weights, query.limit,
                      {.language = query.language, .path_prefix = query.path_prefix});
}

}  // namespace froe::search
