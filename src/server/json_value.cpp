#include "server/json_value.hpp"

#include <boost/json/parse.hpp>
#include <charconv>

namespace froe::server {
namespace {

// The unit of UTF-16 that an escape `\uXXXX` at this place stands for.
std::optional<unsigned> unit_at(std::string_view text, std::size_t at) {
  constexpr std::size_t length = 6;
  if (text.size() < at + length || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  const char* digits = text.data() + at + 2;
  auto [end, error] = std::from_chars(digits, digits + 4, unit, 16);
  return error == std::errc() && end == digits + 4 ? std::optional(unit) : std::nullopt;
}

std::string without_lone_surrogates(std::string_view text) {
  constexpr unsigned mask = 0xFC00;
  constexpr unsigned first_half = 0xD800;
  constexpr unsigned second_half = 0xDC00;
  constexpr std::size_t escape = 6;
  std::string mended(text);
  for (auto at = mended.find('\\'); at != std::string::npos; at = mended.find('\\', at)) {
    auto unit = unit_at(mended, at);
    if (!unit) {
      at += 2;  // the escape of something else, which may be a backslash
      continue;
    }
    auto next = unit_at(mended, at + escape);
    bool is_pair = (*unit & mask) == first_half && next && (*next & mask) == second_half;
    bool is_half = (*unit & mask) == first_half || (*unit & mask) == second_half;
    if (is_half && !is_pair) mended.replace(at, escape, "\\ufffd");
    at += is_pair ? 2 * escape : escape;
  }
  return mended;
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = 64;  // no message of either protocol is half as deep
  json::error_code error;
  auto value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error) {
    auto mended = without_lone_surrogates(text);
    if (mended != text) value = json::parse(mended, error, {}, options);
  }
  if (error) return failure(ErrorKind::invalid_argument, "the message is not JSON: " + error.message());
  return value;
}

const json::value* member(const json::value& value, std::string_view name) {
  const auto* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(json::string_view(name.data(), name.size()));
}

std::optional<std::string_view> text_of(const json::value* value) {
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

std::optional<std::uint64_t> number_of(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto* number = value->if_int64(); number != nullptr && *number >= 0) {
    return static_cast<std::uint64_t>(*number);
  }
  if (const auto* number = value->if_uint64()) return *number;
  return std::nullopt;
}

bool is_true(const json::value* value) {
  const auto* truth = value == nullptr ? nullptr : value->if_bool();
  return truth != nullptr && *truth;
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    auto length = utf8_sequence(text, at);
    if (length == 0) {
      valid += "\xEF\xBF\xBD";
      ++at;
    } else {
      valid += text.substr(at, length);
      at += length;
    }
  }
  return valid;
}

void append_text(std::string& out, std::string_view text) {
  if (is_utf8(text)) {
    append_json(out, text);
  } else {
    append_json(out, valid_utf8(text));
  }
}

std::string text_json(std::string_view text) {
  std::string out;
  append_text(out, text);
  return out;
}

}  // namespace froe::server
