#include "discovery/glob.hpp"

#include <optional>
#include <string>

namespace froe::discovery {
namespace {

using Byte = unsigned char;

bool in_range(Byte byte, Byte first, Byte last) {
  return byte >= first && byte <= last;
}

// Membership in a named class such as [:alpha:], ASCII only; nothing for a name that git does not know.
std::optional<bool> in_class(std::string_view name, Byte byte, bool fold_case) {
  const bool lower = in_range(byte, 'a', 'z');
  const bool upper = in_range(byte, 'A', 'Z');
  const bool digit = in_range(byte, '0', '9');
  const bool graph = in_range(byte, 0x21, 0x7e);
  if (name == "alnum") return lower || upper || digit;
  if (name == "alpha") return lower || upper;
  if (name == "blank") return byte == ' ' || byte == '\t';
  if (name == "cntrl") return byte < 0x20 || byte == 0x7f;
  if (name == "digit") return digit;
  if (name == "graph") return graph;
  if (name == "lower") return lower;
  if (name == "print") return graph || byte == ' ';
  if (name == "punct") return graph && !lower && !upper && !digit;
  // Git's own table of white space leaves out vertical tab and form feed.
  if (name == "space") return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
  if (name == "upper") return upper || (fold_case && lower);
  if (name == "xdigit") return digit || in_range(byte, 'a', 'f') || in_range(byte, 'A', 'F');
  return std::nullopt;
}

}  // namespace

Glob::Glob(std::string_view pattern, Syntax syntax) : syntax_(syntax) {
  for (std::size_t at = 0; at < pattern.size() && possible_;) {
    const char byte = pattern[at];
    if (byte == '*') {
      add_stars(pattern, at);
    } else if (byte == '?') {
      tokens_.push_back({TokenType::any});
      ++at;
    } else if (byte == '[') {
      possible_ = add_set(pattern, at);
    } else if (byte == '\\') {
      // A trailing backslash escapes nothing and matches nothing. An escaped letter is not folded: the text
      // is, so that under core.ignorecase git lets an escaped capital match nothing.
      possible_ = at + 1 < pattern.size();
      if (possible_) tokens_.push_back({TokenType::byte, pattern[at + 1]});
      at += 2;
    } else {
      tokens_.push_back({TokenType::byte, syntax.fold_case ? fold(byte) : byte});
      ++at;
    }
  }
}

// `**` is special only as a whole component; otherwise several stars are as good as one.
void Glob::add_stars(std::string_view pattern, std::size_t& at) {
  const std::size_t begin = at;
  while (at < pattern.size() && pattern[at] == '*') ++at;
  const bool begins_component = begin == 0 || pattern[begin - 1] == '/';
  const std::string_view rest = pattern.substr(at);
  if (syntax_.slashes && at - begin > 1 && begins_component) {
    if (rest.empty() || rest.starts_with("\\/")) {
      tokens_.push_back({TokenType::deep_run});
      return;
    }
    if (rest.starts_with('/')) {
      ++at;
      tokens_.push_back({TokenType::any_directories});
      return;
    }
  }
  tokens_.push_back({TokenType::run});
}

bool Glob::add_set(std::string_view pattern, std::size_t& at) {
  Set set;
  const auto add = [&](auto&& contains) {
    for (unsigned value = 0; value < 256; ++value) {
      const char byte = static_cast<char>(value);
      if (contains(static_cast<Byte>(syntax_.fold_case ? fold(byte) : byte))) set.set(value);
    }
  };
  const auto add_byte = [&](Byte byte) { add([byte](Byte text) { return text == byte; }); };

  std::size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  int previous = -1;  // what a '-' would begin a range with
  for (bool first = true;; first = false) {
    if (i >= pattern.size()) return false;
    const char byte = pattern[i];
    if (byte == ']' && !first) break;
    if (byte == '\\') {
      if (++i >= pattern.size()) return false;
      previous = static_cast<Byte>(pattern[i++]);
      add_byte(static_cast<Byte>(previous));
    } else if (byte == '-' && previous >= 0 && i + 1 < pattern.size() && pattern[i + 1] != ']') {
      if (pattern[++i] == '\\' && ++i >= pattern.size()) return false;
      const auto low = static_cast<Byte>(previous);
      const auto high = static_cast<Byte>(pattern[i++]);
      add([&](Byte text) {
        const bool lower = in_range(text, 'a', 'z');
        return in_range(text, low, high) ||
               (syntax_.fold_case && lower && in_range(static_cast<Byte>(text - ('a' - 'A')), low, high));
      });
      previous = -1;
    } else if (byte == '[' && i + 1 < pattern.size() && pattern[i + 1] == ':') {
      const std::size_t close = pattern.find(']', i + 2);
      if (close == std::string_view::npos) return false;
      if (close == i + 2 || pattern[close - 1] != ':') {  // no ":]": the bracket stands for itself
        add_byte('[');
        previous = '[';
        ++i;
        continue;
      }
      const std::string_view name = pattern.substr(i + 2, close - 1 - (i + 2));
      if (!in_class(name, 0, false)) return false;
      add([&](Byte text) { return *in_class(name, text, syntax_.fold_case); });
      previous = -1;
      i = close + 1;
    } else {
      previous = static_cast<Byte>(byte);
      add_byte(static_cast<Byte>(byte));
      ++i;
    }
  }
  if (negated) set.flip();
  if (syntax_.slashes) set.reset('/');
  tokens_.push_back({TokenType::set, 0, static_cast<std::uint16_t>(sets_.size())});
  sets_.push_back(set);
  at = i + 1;
  // Far more sets than any file name can answer; keeps the index within its type.
  return sets_.size() < 65535;
}

int Glob::last_byte() const {
  // With folding the text's byte would have to be folded first; not worth it for a shortcut.
  if (tokens_.empty() || tokens_.back().type != TokenType::byte || syntax_.fold_case) return -1;
  return static_cast<Byte>(tokens_.back().byte);
}

bool Glob::matches_one(const Token& token, char byte) const {
  switch (token.type) {
    case TokenType::byte: return token.byte == (syntax_.fold_case ? fold(byte) : byte);
    case TokenType::any: return !(syntax_.slashes && byte == '/');
    case TokenType::set: return sets_[token.set].test(static_cast<Byte>(byte));
    default: return false;
  }
}

bool Glob::matches(std::string_view text) const {
  if (!possible_) return false;
  constexpr std::size_t none = std::string_view::npos;
  std::size_t run = none;  // the last `*` and where the text after it was last tried
  std::size_t run_end = 0;
  std::size_t deep = none;  // the same for `**`
  std::size_t deep_end = 0;
  std::size_t token = 0;
  std::size_t at = 0;
  for (;;) {
    if (token == tokens_.size()) {
      if (at == text.size()) return true;
    } else if (tokens_[token].type == TokenType::run) {
      run = token++;
      run_end = at;
      continue;
    } else if (tokens_[token].type >= TokenType::deep_run) {
      deep = token++;
      deep_end = at;
      run = none;
      continue;
    } else if (at < text.size() && matches_one(tokens_[token], text[at])) {
      ++token;
      ++at;
      continue;
    }
    // Does not fit: let the last star take more.
    if (run != none && run_end < text.size() && !(syntax_.slashes && text[run_end] == '/')) {
      at = ++run_end;
      token = run + 1;
      continue;
    }
    if (deep == none) return false;
    if (tokens_[deep].type == TokenType::any_directories) deep_end = text.find('/', deep_end);
    if (deep_end >= text.size()) return false;
    at = ++deep_end;
    token = deep + 1;
    run = none;
  }
}

}  // namespace froe::discovery
