// Reading what a client sent, and the texts that go back. Messages are read by Boost.JSON, which refuses
// invalid UTF-8 and deep nesting; they are written by froe/json.hpp, which writes records without a tree of
// values in between.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "froe/json.hpp"
#include "froe/support.hpp"

namespace froe::server {

namespace json = boost::json;

// Halves of surrogate pairs that stand alone, which no UTF-8 can hold, become U+FFFD, which is one unit of
// UTF-16 as they are: an editor has such text when something was cut in the middle.
// ErrorKind::invalid_argument: it is not JSON.
[[nodiscard]] Result<json::value> parse_json(std::string_view text);

// The member at the end of a path of names; nullptr if there is none.
[[nodiscard]] const json::value* member(const json::value& value, std::string_view name);
template <class... Names>
[[nodiscard]] const json::value* member(const json::value& value, std::string_view name, Names... rest) {
  const auto* found = member(value, name);
  return found == nullptr ? nullptr : member(*found, rest...);
}

[[nodiscard]] std::optional<std::string_view> text_of(const json::value* value);
// A whole number that is not negative.
[[nodiscard]] std::optional<std::uint64_t> number_of(const json::value* value);
[[nodiscard]] bool is_true(const json::value* value);

// A JSON string always: what is no UTF-8 in it becomes U+FFFD, because protocols know strings only.
void append_text(std::string& out, std::string_view text);
[[nodiscard]] std::string text_json(std::string_view text);
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace froe::server
