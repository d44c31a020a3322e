#include "store/json_lists.hpp"

#include <charconv>

namespace froe::store {
namespace {

bool take(std::string_view& text, std::string_view token) {
  if (!text.starts_with(token)) return false;
  text.remove_prefix(token.size());
  return true;
}

bool take_number(std::string_view& text, std::uint32_t& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

template <class T, class Append>
std::string list(const std::vector<T>& values, Append append) {
  std::string json = "[";
  for (const T& value : values) {
    if (json.size() > 1) json += ',';
    append(json, value);
  }
  return json + ']';
}

template <class T, class Take>
std::optional<std::vector<T>> list(std::string_view json, Take take_value) {
  std::vector<T> values;
  if (json == "[]") return values;
  if (!take(json, "[")) return std::nullopt;
  do {
    if (!take_value(json, values.emplace_back())) return std::nullopt;
  } while (take(json, ","));
  if (json != "]") return std::nullopt;
  return values;
}

}  // namespace

std::string to_json(const std::vector<ByteRange>& ranges) {
  return list(ranges, [](std::string& json, ByteRange range) {
    json += '[' + std::to_string(range.begin) + ',' + std::to_string(range.end) + ']';
  });
}

std::string to_json(const std::vector<std::uint32_t>& numbers) {
  return list(numbers, [](std::string& json, std::uint32_t number) { json += std::to_string(number); });
}

std::optional<std::vector<ByteRange>> ranges_from_json(std::string_view json) {
  return list<ByteRange>(json, [](std::string_view& text, ByteRange& range) {
    return take(text, "[") && take_number(text, range.begin) && take(text, ",") &&
           take_number(text, range.end) && take(text, "]");
  });
}

std::optional<std::vector<std::uint32_t>> numbers_from_json(std::string_view json) {
  return list<std::uint32_t>(json, take_number);
}

}  // namespace froe::store
