#include "server/lsp_json.hpp"

#include <limits>

namespace froe::server {
namespace {

void append_position(std::string& out, LspPosition position) {
  out += "{\"line\":" + std::to_string(position.line) +
         ",\"character\":" + std::to_string(position.character) + '}';
}

}  // namespace

void append_range(std::string& out, const LspRange& range) {
  out += "{\"start\":";
  append_position(out, range.begin);
  out += ",\"end\":";
  append_position(out, range.end);
  out += '}';
}

int symbol_kind(Kind kind) {
  switch (kind) {
    case Kind::module: return 3;  // namespace
    case Kind::class_:
    case Kind::impl: return 5;
    case Kind::method: return 6;
    case Kind::property: return 7;
    case Kind::field: return 8;
    case Kind::constructor: return 9;
    case Kind::enum_: return 10;
    case Kind::interface:
    case Kind::trait: return 11;
    case Kind::function: return 12;
    case Kind::variable: return 13;
    case Kind::constant:
    case Kind::macro: return 14;
    case Kind::enumerator: return 22;
    case Kind::struct_:
    case Kind::union_: return 23;
    case Kind::type: return 26;  // type parameter, as others do for aliases
    case Kind::text:
    case Kind::code:
    case Kind::comment:
    case Kind::import: break;
  }
  return 15;  // string
}

LspPosition position_of(const json::value* value) {
  auto line = value == nullptr ? std::nullopt : number_of(member(*value, "line"));
  auto character = value == nullptr ? std::nullopt : number_of(member(*value, "character"));
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  if (!line || !character || *line > most || *character > most)
    throw RequestError(invalid_params, "a position needs a line and a character, which are not negative");
  return {static_cast<std::uint32_t>(*line), static_cast<std::uint32_t>(*character)};
}

LspRange range_of(const json::value* value) {
  if (value == nullptr) throw RequestError(invalid_params, "a range is missing");
  return {position_of(member(*value, "start")), position_of(member(*value, "end"))};
}

std::string required_text(const json::value* value, std::string_view what) {
  auto text = text_of(value);
  if (!text) throw RequestError(invalid_params, std::string(what) + " is missing, or no string");
  return std::string(*text);
}

}  // namespace froe::server
