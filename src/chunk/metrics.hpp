// Measures functions while a walk goes over their tree. What counts, and where it comes from: docs/check.md.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chunk/outline.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

struct Measured;

class Meter {
 public:
  // Adds to `functions`. All must outlive the meter.
  Meter(const Outline& outline, std::string_view source, std::vector<Measured>& functions);

  // Every node, before its children, with the rule that measures it, if any, and after them.
  void enter(syntax::Node node, const syntax::Rule* rule);
  void leave() { frames_.pop_back(); }

 private:
  static constexpr std::uint32_t none = no_definition;
  // A node on the way from the root to where the walk stands.
  struct Frame {
    std::uint32_t function = none;  // that its children belong to, by place in `functions_`
    std::uint32_t body = 0;         // where that one's begins
    std::uint32_t nesting = 0;      // of its children
    std::uint32_t depth = 0;        // the same, conditional expressions aside
    std::uint32_t run = none;       // of logical operators that goes on below it
    bool logical = false;           // tokens right below it are such operators
    const void* flat = nullptr;     // the child that is not nested in it
    std::uint32_t flat_nesting = 0;
    std::uint32_t flat_depth = 0;
  };
  [[nodiscard]] bool begin_function(syntax::Node node, Frame& frame);
  void apply(const syntax::Rule& rule, syntax::Node node, const Frame& above, Frame& frame);
  void add_operator(syntax::Node node, const Frame& above);

  std::string_view source_;
  std::vector<Measured>& functions_;
  std::unordered_map<const void*, const Definition*> definitions_;  // functions with a body, by node
  std::vector<bool> has_list_;  // by function: its parameters have been counted
  std::vector<TSSymbol> runs_;  // the last operator of each run
  std::vector<Frame> frames_;
};

}  // namespace froe::chunk
