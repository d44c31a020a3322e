#include "froe/search.hpp"

#include <algorithm>
#include <utility>

#include "froe/json.hpp"

namespace froe::search {
namespace {

// Each term costs a walk over its chunks, and FTS5 nests no expression deeper than 256. More words than this
// are a pasted document, and its first words say enough.
constexpr std::size_t max_terms = 64;
// Longer words are data; the index cuts at 32 KiB in any case.
constexpr std::size_t max_word = 128;
// Each word of a phrase costs a walk too, and a phrase as long as this is found by its beginning.
constexpr std::size_t max_phrase_words = 32;

// The columns as the index weights them by default. A name or scope that matches says more than a word
// somewhere in the body; the parts of an identifier say as much as the same words standing alone.
constexpr store::ColumnWeights weights{.text = 1.0, .words = 1.0, .scope = 3.0};

bool is_separator(char c) {
  auto byte = static_cast<unsigned char>(c);
  bool word =
      byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return !word;
}

// The beginning of a text, for a message.
std::string beginning(std::string_view text) {
  constexpr std::size_t enough = 24;
  if (text.size() <= enough) return std::string(text);
  std::size_t end = 0;
  while (end < enough) end += std::max<std::size_t>(1, utf8_sequence(text, end));
  return std::string(text.substr(0, end)) + "…";
}

// Collects the operands of one OR, and what had to be left out.
class Terms {
 public:
  // Something between quotes: FTS5 splits it as it split the text.
  void add_phrase(std::string_view phrase) {
    std::size_t words = 0;
    bool in_word = false;
    for (std::size_t at = 0; at < phrase.size(); ++at) {
      bool letter = !is_separator(phrase[at]) && phrase[at] != '_';
      if (letter && !in_word && ++words > max_phrase_words) {
        note("the phrase \"" + beginning(phrase) + "\" is searched by its first " +
             std::to_string(max_phrase_words) + " words");
        phrase = phrase.substr(0, at);
      }
      in_word = letter;
    }
    if (words > 0) add(phrase);
  }
  // A word as it stands, and its parts.
  void add_word(std::string_view word) {
    if (word.size() > max_word) {
      note("\"" + beginning(word) + "\" is not searched: it is longer than " + std::to_string(max_word) +
           " bytes");
      return;
    }
    add(word);
    add_each(store::identifier_parts(word), ' ');
    // The tokenizer makes a phrase of snake_case; its words count for themselves, too.
    if (word.find('_') != std::string_view::npos) add_each(word, '_');
  }
  [[nodiscard]] Expression take() {
    for (const auto& term : terms_) all_.text += (all_.text.empty() ? "" : " OR ") + term;
    return std::move(all_);
  }

 private:
  void add(std::string_view term_text) {
    if (term_text.empty()) return;
    // No quote gets here, so none needs doubling.
    std::string term = '"' + std::string(term_text) + '"';
    if (std::ranges::find(terms_, term) != terms_.end()) return;
    if (terms_.size() < max_terms) {
      terms_.push_back(std::move(term));
    } else if (!std::exchange(full_, true)) {
      note("only the first " + std::to_string(max_terms) + " different words of the query are searched");
    }
  }
  void note(std::string sentence) { all_.notes.push_back(std::move(sentence)); }
  void add_each(std::string_view words, char separator) {
    while (!words.empty()) {
      std::size_t end = std::min(words.find(separator), words.size());
      add(words.substr(0, end));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }

  std::vector<std::string> terms_;
  Expression all_;
  bool full_ = false;
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

Expression to_expression(std::string_view text) {
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
    terms.add_phrase(rest.substr(quote + 1, closing - quote - 1));
    rest.remove_prefix(closing + 1);
  }
  return terms.take();
}

Result<Answer> search(store::Reader& reader, const Query& query) {
  bool is_expression = query.syntax == Syntax::expression;
  Expression expression = is_expression ? Expression{query.text, {}} : to_expression(query.text);
  if (expression.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    std::string why = expression.notes.empty() ? "the query has no letter or digit in it"
                                               : std::move(expression.notes.front());
    return failure(ErrorKind::invalid_argument, "nothing to search for: " + why);
  }
  auto chunks = reader.match(expression.text, weights, query.limit,
                             {.language = query.language, .path_prefix = query.path_prefix});
  if (!chunks) return tl::make_unexpected(std::move(chunks.error()));
  return Answer{std::move(*chunks), std::move(expression.notes)};
}

}  // namespace froe::search
