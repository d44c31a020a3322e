// Where two records differ, in words: "chunks[3].name: "put" and "putt"".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "froe/json.hpp"
#include "froe/portable.hpp"

namespace froe::cli {

template <class T>
std::optional<std::string> first_difference(const T& a, const T& b, const std::string& name) {
  std::string left;
  std::string right;
  append_json(left, a);
  append_json(right, b);
  if (left == right) return std::nullopt;
  return name + ": " + left + " and " + right;
}

template <class T>
requires HasFields<T> std::optional<std::string> first_difference(const std::vector<T>& a,
                                                                  const std::vector<T>& b,
                                                                  const std::string& name);

template <class T>
requires HasFields<T> std::optional<std::string> first_difference(const T& a, const T& b,
                                                                  const std::string& name = {}) {
  std::optional<std::string> difference;
  auto compare = [&](const auto& field) {
    if (difference) return;
    auto path = (name.empty() ? "" : name + '.') + std::string(field.name);
    difference = first_difference(a.*(field.pointer), b.*(field.pointer), path);
  };
  std::apply([&](const auto&... field) { (compare(field), ...); }, T::fields());
  return difference;
}

template <class T>
requires HasFields<T> std::optional<std::string> first_difference(const std::vector<T>& a,
                                                                  const std::vector<T>& b,
                                                                  const std::string& name) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (auto found = first_difference(a[i], b[i], name + '[' + std::to_string(i) + ']')) return found;
  }
  if (a.size() == b.size()) return std::nullopt;
  return name + ": " + std::to_string(a.size()) + " and " + std::to_string(b.size()) + " of them";
}

}  // namespace froe::cli
