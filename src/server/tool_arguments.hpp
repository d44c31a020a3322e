// The arguments of an agent's tool: one table gives the JSON schema that a model reads and the check of what
// it sends, so that the two cannot differ.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/json_value.hpp"

namespace froe::server {

struct Argument {
  enum class Type : std::uint8_t { text, number, truth, texts };
  std::string_view name;
  Type type = Type::text;
  std::string_view description;
  bool required = false;
  std::uint64_t least = 0;  // of a number
  std::uint64_t most = 0;
  std::uint64_t usual = 0;
  std::vector<std::string_view> values = {};  // of a text: one of these; empty: any
};

// Every tool that lists something has them: how many things, how many tokens, from where on.
inline constexpr std::uint64_t least_tokens = 100;
inline constexpr std::uint64_t most_tokens = 100'000;
[[nodiscard]] std::vector<Argument> with_paging(std::vector<Argument> own, std::uint64_t usual_limit,
                                                std::uint64_t usual_tokens);

// Of the object that a tool takes.
[[nodiscard]] std::string schema_json(std::span<const Argument> arguments);

// Wrong arguments, in words from which whoever sent them learns what is right.
struct ArgumentError {
  std::string message;
};

class ArgumentValues {
 public:
  // Throws ArgumentError: unknown names, wrong types, values out of range, missing ones.
  ArgumentValues(std::span<const Argument> arguments, const json::value* given);

  [[nodiscard]] std::string text(std::string_view name) const;  // empty if it was not given
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  [[nodiscard]] std::uint64_t number(std::string_view name) const;  // the usual one if it was not given
  [[nodiscard]] bool truth(std::string_view name) const;
  // What tells one list from another: all arguments but those of paging.
  [[nodiscard]] std::string identity() const;

 private:
  [[nodiscard]] const json::value* find(std::string_view name) const;

  std::span<const Argument> arguments_;
  json::object given_;
};

}  // namespace froe::server
