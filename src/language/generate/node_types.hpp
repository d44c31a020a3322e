// The shape of a grammar's trees, from the node-types.json in its package.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "generate/description.hpp"

namespace froe::language::generate {

class NodeTypes {
 public:
  explicit NodeTypes(const std::filesystem::path& file);

  // Refuses a description that names a node type or a field which the grammar does not have, or a path that
  // no tree has.
  void check(const Description& description) const;

 private:
  using Types = std::set<std::string>;  // visible node types; tokens are in quotes, as in a path
  struct Shape {
    std::map<std::string, Types> fields;
    Types children;  // in fields or not
  };

  // Why a node type cannot stand in a rule, or a type in a path; empty if it can.
  [[nodiscard]] std::string why_not(const std::string& type) const;
  [[nodiscard]] std::string why_not_in_path(std::string_view type) const;
  [[nodiscard]] Types follow(const Types& from, const PathStep& step) const;
  void check(const Description& description, const RuleDescription& rule) const;
  void check_conditions(const Description& description, const RuleDescription& rule) const;
  // `where` is the key of the path, for the message.
  void check_path(const Description& description, const std::string& where, Types from,
                  std::string_view path) const;

  std::map<std::string, Shape> shapes_;
  Types tokens_;
  Types extras_;  // what may stand anywhere, where the grammar says so (not all do)
  std::map<std::string, Types> supertypes_;  // what the grammar calls by one name without a node of that name
};

}  // namespace froe::language::generate
