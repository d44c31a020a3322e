#include "server/tool_arguments.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

namespace froe::server {
namespace {

std::string_view type_name(Argument::Type type) {
  switch (type) {
    case Argument::Type::text: return "string";
    case Argument::Type::number: return "integer";
    case Argument::Type::truth: return "boolean";
    case Argument::Type::texts: return "array";
  }
  return "string";
}

bool is_paging(std::string_view name) {
  return name == "limit" || name == "max_tokens" || name == "cursor";
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (auto word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

// What is wrong with a value; empty: nothing.
std::string fault(const Argument& argument, const json::value& value) {
  switch (argument.type) {
    case Argument::Type::text: {
      auto text = text_of(&value);
      if (!text) return "must be a string";
      bool known =
          argument.values.empty() || std::ranges::find(argument.values, *text) != argument.values.end();
      return known ? "" : "must be one of: " + joined(argument.values);
    }
    case Argument::Type::number: {
      auto number = number_of(&value);
      bool fits = number && *number >= argument.least && *number <= argument.most;
      return fits ? ""
                  : "must be a whole number from " + std::to_string(argument.least) + " to " +
                        std::to_string(argument.most);
    }
    case Argument::Type::truth: return value.is_bool() ? "" : "must be true or false";
    case Argument::Type::texts: {
      const auto* array = value.if_array();
      bool fits = array != nullptr && !array->empty() && array->size() <= argument.most &&
                  std::ranges::all_of(*array, [](const json::value& each) { return each.is_string(); });
      return fits ? "" : "must be an array of 1 to " + std::to_string(argument.most) + " strings";
    }
  }
  return {};
}

}  // namespace

std::vector<Argument> with_paging(std::vector<Argument> own, std::uint64_t usual_limit,
                                  std::uint64_t usual_tokens) {
  using Type = Argument::Type;
  own.push_back({.name = "limit",
                 .type = Type::number,
                 .description = "Most results to return.",
                 .least = 1,
                 .most = 500,
                 .usual = usual_limit});
  own.push_back({.name = "max_tokens",
                 .type = Type::number,
                 .description = "The answer is never longer than this many tokens (o200k_base).",
                 .least = least_tokens,
                 .most = most_tokens,
                 .usual = usual_tokens});
  own.push_back({.name = "cursor",
                 .type = Type::text,
                 .description = "next_cursor of an earlier answer to the same arguments, to continue it."});
  return own;
}

std::string schema_json(std::span<const Argument> arguments) {
  std::string text;
  JsonObject schema(text);
  schema.add("type", "object");
  {
    JsonObject properties(schema.key("properties"));
    for (const auto& argument : arguments) {
      JsonObject property(properties.key(argument.name));
      property.add("type", type_name(argument.type)).add("description", argument.description);
      if (argument.type == Argument::Type::number) {
        property.add("minimum", argument.least).add("maximum", argument.most).add("default", argument.usual);
      }
      if (argument.type == Argument::Type::truth) property.add("default", false);
      if (argument.type == Argument::Type::texts) {
        property.key("items") += R"({"type":"string"})";
        property.add("minItems", 1).add("maxItems", argument.most);
      }
      if (!argument.values.empty()) property.add("enum", argument.values);
    }
  }
  std::vector<std::string_view> required;
  for (const auto& argument : arguments) {
    if (argument.required) required.push_back(argument.name);
  }
  if (!required.empty()) schema.add("required", required);
  schema.add("additionalProperties", false);
  return text;
}

ArgumentValues::ArgumentValues(std::span<const Argument> arguments, const json::value* given)
    : arguments_(arguments) {
  if (given != nullptr && !given->is_null()) {
    const auto* object = given->if_object();
    if (object == nullptr) throw ArgumentError{"arguments must be an object"};
    given_ = *object;
  }
  std::vector<std::string_view> names;
  for (const auto& argument : arguments) names.push_back(argument.name);
  for (const auto& [key, value] : given_) {
    const std::string_view name(key.data(), key.size());
    auto known = std::ranges::find(arguments, name, &Argument::name);
    if (known == arguments.end()) {
      throw ArgumentError{"there is no argument named " + valid_utf8(name) + "; there are: " + joined(names)};
    }
    if (auto wrong = fault(*known, value); !wrong.empty())
      throw ArgumentError{std::string(name) + ' ' + wrong};
  }
  for (const auto& argument : arguments) {
    if (argument.required && find(argument.name) == nullptr)
      throw ArgumentError{std::string(argument.name) + " is missing"};
  }
}

const json::value* ArgumentValues::find(std::string_view name) const {
  return given_.if_contains(json::string_view(name.data(), name.size()));
}

std::string ArgumentValues::text(std::string_view name) const {
  return std::string(text_of(find(name)).value_or(""));
}

std::vector<std::string> ArgumentValues::texts(std::string_view name) const {
  std::vector<std::string> all;
  const auto* value = find(name);
  if (value == nullptr) return all;
  for (const auto& each : value->get_array()) all.emplace_back(*text_of(&each));
  return all;
}

std::uint64_t ArgumentValues::number(std::string_view name) const {
  if (auto number = number_of(find(name))) return *number;
  auto argument = std::ranges::find(arguments_, name, &Argument::name);
  return argument == arguments_.end() ? 0 : argument->usual;
}

bool ArgumentValues::truth(std::string_view name) const {
  return is_true(find(name));
}

std::string ArgumentValues::identity() const {
  std::string text;
  for (const auto& argument : arguments_) {
    const auto* value = find(argument.name);
    if (value == nullptr || is_paging(argument.name)) continue;
    text.append(argument.name).append("=").append(json::serialize(*value)).append("\n");
  }
  return text;
}

}  // namespace froe::server
