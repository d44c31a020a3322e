#include "chunk/names.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "chunk/measure.hpp"
#include "froe/json.hpp"

namespace froe::chunk {
namespace {

// Long enough for real heads with their parameters; what is longer is generated.
constexpr std::size_t max_signature = 400;
constexpr std::size_t max_scope = 1000;

// Names are short; what is longer is not a name but a mistake of the grammar.
// White space in them is left out or, if they are spaced, any run of it is one space.
std::string plain_name(ByteRange range, std::string_view source, const syntax::Rule& rule) {
  auto trimmed = [&](std::uint32_t at) { return rule.name_trim.find(source[at]) != std::string_view::npos; };
  while (range.begin < range.end && trimmed(range.begin)) ++range.begin;
  while (range.begin < range.end && trimmed(range.end - 1)) --range.end;
  std::string name;
  bool space = false;
  for (std::size_t at = range.begin; at < range.end && at - range.begin < max_signature;) {
    // A whole character or nothing, as in a signature.
    auto length = std::min<std::size_t>(std::max<std::size_t>(1, utf8_sequence(source, at)), range.end - at);
    if (is_space(source[at])) {
      space = rule.spaced_name && !name.empty();
    } else {
      if (space) name += ' ';
      space = false;
      name += source.substr(at, length);
    }
    at += length;
  }
  return name;
}

// Members of `Cache<Key>` and of `Cache<int>` are members of Cache.
std::string without_arguments(const std::string& owner) {
  std::string plain;
  int depth = 0;
  for (char c : owner) {
    if (c == '<') ++depth;
    if (depth == 0) plain += c;
    if (c == '>' && depth > 0) --depth;
  }
  return plain;
}

}  // namespace

std::string name_of(const Definition& definition, std::string_view source) {
  if (!definition.name) return {};
  return plain_name(*definition.name, source, *definition.rule);
}

std::string scope_of(const Outline& outline, std::uint32_t definition, bool with_own,
                     std::string_view source) {
  struct Name {
    std::string text;
    std::string_view separator;  // behind it
  };
  std::vector<Name> names;
  auto add = [&](std::string name) {
    auto separator = outline.definitions[definition].language->scope_separator;
    if (!name.empty()) names.push_back({std::move(name), separator});
  };
  for (bool own = true; definition != no_definition; own = false) {
    const auto& at = outline.definitions[definition];
    if (!own || with_own) add(name_of(at, source));
    if (at.owner) add(without_arguments(plain_name(*at.owner, source, *at.rule)));
    if (at.rule->absolute) break;
    definition = at.parent;
  }
  // The innermost names say most; without a bound, deep nesting would make the scopes of a file grow with its
  // square.
  std::size_t length = 0;
  std::size_t kept = 0;
  while (kept < names.size() && length + names[kept].text.size() <= max_scope)
    length += names[kept++].text.size();
  std::string scope;
  while (kept-- > 0) {
    scope += names[kept].text;
    if (kept > 0) scope += names[kept].separator;
  }
  return scope;
}

std::string signature_of(const Definition& definition, std::string_view source) {
  ByteRange range{definition.head, definition.range.end};
  if (definition.body) range.end = std::max(range.begin, *definition.body);
  std::string signature;
  bool space = false;
  for (std::size_t at = range.begin; at < range.end && signature.size() < max_signature; ++at) {
    if (is_space(source[at])) {
      space = !signature.empty();
      continue;
    }
    if (space) signature += ' ';
    space = false;
    // A whole character or nothing, so that the cut leaves valid text valid.
    auto length = std::max<std::size_t>(1, utf8_sequence(source, at));
    signature += source.substr(at, length);
    at += length - 1;
  }
  if (definition.body && signature.ends_with(" ="))
    signature.resize(signature.size() - 2);  // Ruby: `def done? = …`
  return signature;
}

}  // namespace froe::chunk
