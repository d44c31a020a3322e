// Records as JSON, driven by their field lists. A string that is valid UTF-8 is a JSON string; one that is
// not (a path, a name in a file of another encoding) is {"base64": "…"}, so that nothing is lost.
// Enumerations are their names, byte arrays are hexadecimal, an empty optional is null.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/digest.hpp"
#include "froe/portable.hpp"

namespace froe {

void append_json(std::string& out, std::string_view text);
void append_json(std::string& out, double number);
inline void append_json(std::string& out, const std::string& text) {
  append_json(out, std::string_view(text));
}
// Without it a literal would be a truth value.
inline void append_json(std::string& out, const char* text) {
  append_json(out, std::string_view(text));
}
inline void append_json(std::string& out, bool value) {
  out += value ? "true" : "false";
}
template <std::integral Integer>
void append_json(std::string& out, Integer value) {
  out += std::to_string(value);
}
template <class Enum>
requires std::is_enum_v<Enum>
void append_json(std::string& out, Enum value) {
  append_json(out, to_string(value));
}
template <std::size_t N>
void append_json(std::string& out, const std::array<std::uint8_t, N>& bytes) {
  append_json(out, to_hex(bytes));
}
template <class T>
void append_json(std::string& out, const std::optional<T>& value);
template <class T>
void append_json(std::string& out, const std::vector<T>& values);
template <HasFields Record>
void append_json(std::string& out, const Record& record);

// Writes one JSON object member by member; closes it when it goes.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;
  ~JsonObject() { out_ += '}'; }

  template <class T>
  JsonObject& add(std::string_view name, const T& value) {
    append_json(key(name), value);
    return *this;
  }
  // The buffer, with the name and the colon written: for a value that is built by hand.
  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    append_json(out_, name);
    out_ += ':';
    return out_;
  }

 private:
  std::string& out_;
  bool first_ = true;
};

template <class T>
void append_json(std::string& out, const std::optional<T>& value) {
  if (value) {
    append_json(out, *value);
  } else {
    out += "null";
  }
}

template <class T>
void append_json(std::string& out, const std::vector<T>& values) {
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    append_json(out, values[i]);
  }
  out += ']';
}

template <HasFields Record>
void append_json(std::string& out, const Record& record) {
  JsonObject object(out);
  for_each_field(record, [&](std::string_view name, const auto& value) { object.add(name, value); });
}

// Length of the valid UTF-8 sequence that begins at `at`, 1 to 4; 0 if there is none (overlong forms,
// surrogates and values past U+10FFFF are not valid).
[[nodiscard]] std::size_t utf8_sequence(std::string_view text, std::size_t at);
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace froe
