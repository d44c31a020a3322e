#include "froe/search.hpp"

#include <algorithm>
#include <utility>

#include "froe/json.hpp"
#include "search/rank.hpp"

namespace froe::search {
namespace {

// Each term costs a walk over its chunks, and FTS5 nests no expression deeper than 256. More words than this
// are a pasted document, and its first words say enough.
constexpr std::size_t max_terms = 64;
// Longer words are data; the index cuts at 32 KiB in any case.
constexpr std::size_t max_word = 128;
// Each word of a phrase costs a walk too, and a phrase as long as this is found by its beginning.
constexpr std::size_t max_phrase_words = 32;

// Words of English that stand in any sentence. They are in most comments and in few answers, and a sentence
// of ten words has five of them. None that somebody may mean as code or as a condition: not, all, if, while.
constexpr std::string_view empty_words =
    " a an and are as at be been being but by can could did do does for from had has have in into is it its "
    "may"
    " might of on onto or shall should so such than that the their them then there these they this those to "
    "was were"
    " what when where whether which who whom whose will with would ";

bool is_empty_word(std::string_view word) {
  std::string lower(" ");
  for (std::size_t at = 0; at < word.size(); ++at) {
    char c = word[at];
    bool upper = c >= 'A' && c <= 'Z';
    if (upper && at > 0) return false;  // OR, IT
    lower += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return empty_words.find(lower + ' ') != std::string_view::npos;
}

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
    if (words > 0) add_to(all_.operands, phrase);
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
    auto& operands = all_.operands;
    if (operands.empty()) operands = std::move(empty_);
    if (operands.size() > max_terms) {
      operands.resize(max_terms);
      note("only the first " + std::to_string(max_terms) + " different words of the query are searched");
    }
    // No quote gets here, so none needs doubling.
    for (const auto& each : operands) all_.text += (all_.text.empty() ? "\"" : " OR \"") + each + '"';
    return std::move(all_);
  }

 private:
  static void add_to(std::vector<std::string>& operands, std::string_view operand) {
    // One more than are used shows that there are more.
    if (operand.empty() || operands.size() > max_terms) return;
    if (std::ranges::find(operands, operand) == operands.end()) operands.emplace_back(operand);
  }
  void add(std::string_view word) { add_to(is_empty_word(word) ? empty_ : all_.operands, word); }
  void note(std::string sentence) { all_.notes.push_back(std::move(sentence)); }
  void add_each(std::string_view words, char separator) {
    while (!words.empty()) {
      std::size_t end = std::min(words.find(separator), words.size());
      add(words.substr(0, end));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }

  Expression all_;
  std::vector<std::string> empty_;
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
  Expression expression = is_expression ? Expression{query.text, {}, {}} : to_expression(query.text);
  if (expression.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    std::string why = expression.notes.empty() ? "the query has no letter or digit in it"
                                               : std::move(expression.notes.front());
    return failure(ErrorKind::invalid_argument, "nothing to search for: " + why);
  }
  std::vector<std::vector<std::string>> operands;
  for (const auto& operand : expression.operands) {
    auto terms = reader.terms(operand);
    if (!terms) return tl::make_unexpected(std::move(terms.error()));
    if (!terms->empty()) operands.push_back(std::move(*terms));
  }
  Bm25 ranker(std::move(operands));
  auto chunks = reader.match(expression.text, ranker, query.limit,
                             {.language = query.language, .path_prefix = query.path_prefix});
  if (!chunks) return tl::make_unexpected(std::move(chunks.error()));
  return Answer{std::move(*chunks), std::move(expression.notes)};
}

}  // namespace froe::search
