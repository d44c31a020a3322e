#include "generate/node_types.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <functional>
#include <sstream>

namespace froe::language::generate {
namespace json = boost::json;

namespace {

std::string in_quotes(std::string_view token) {
  return '\'' + std::string(token) + '\'';
}

}  // namespace

NodeTypes::NodeTypes(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  json::error_code error;
  auto document = json::parse(text.str(), error);
  if (!stream || error || !document.is_array()) {
    throw InputError(file, "node types", "cannot be read; scripts/fetch-grammars installs the grammars");
  }

  std::map<std::string, const json::object*> named;
  for (const auto& value : document.as_array()) {
    const auto& node = value.as_object();
    std::string type(node.at("type").as_string());
    if (node.at("named").as_bool()) {
      named.emplace(std::move(type), &node);
    } else {
      tokens_.insert(in_quotes(type));
    }
  }
  // A supertype may list supertypes.
  std::function<void(const std::string&, Types&)> expand = [&](const std::string& type, Types& into) {
    auto found = named.find(type);
    const auto* subtypes = found == named.end() ? nullptr : found->second->if_contains("subtypes");
    if (!subtypes) {
      into.insert(type);
      return;
    }
    for (const auto& subtype : subtypes->as_array()) {
      const auto& node = subtype.as_object();
      if (node.at("named").as_bool()) expand(std::string(node.at("type").as_string()), into);
    }
  };
  auto types_in = [&](const json::value& holder) {
    Types types;
    for (const auto& type : holder.at("types").as_array()) {
      const auto& node = type.as_object();
      std::string name(node.at("type").as_string());
      if (node.at("named").as_bool()) {
        expand(name, types);
      } else {
        types.insert(in_quotes(name));
      }
    }
    return types;
  };
  for (const auto& [type, node] : named) {
    if (node->contains("subtypes")) {
      expand(type, supertypes_[type]);
      continue;
    }
    if (const auto* extra = node->if_contains("extra"); extra && extra->as_bool()) extras_.insert(type);
    auto& shape = shapes_[type];
    if (const auto* fields = node->if_contains("fields")) {
      for (const auto& field : fields->as_object()) {
        auto types = types_in(field.value());
        shape.children.insert(types.begin(), types.end());
        shape.fields.emplace(field.key(), std::move(types));
      }
    }
    if (const auto* children = node->if_contains("children")) shape.children.merge(types_in(*children));
  }
  // Some lists leave out leaves that are another one's alias (Scala's `type_identifier`).
  Types mentioned;
  for (const auto& [type, shape] : shapes_) mentioned.insert(shape.children.begin(), shape.children.end());
  for (const auto& type : mentioned) {
    if (!supertypes_.contains(type) && !type.starts_with('\'')) shapes_.try_emplace(type);
  }
}

std::string NodeTypes::why_not(const std::string& type) const {
  if (shapes_.contains(type)) return {};
  auto super = supertypes_.find(type);
  if (super == supertypes_.end()) return "the grammar has no node type \"" + type + '"';
  std::string message = '"' + type + "\" is a supertype, which no tree contains; name what it stands for:";
  for (const auto& subtype : super->second) message += ' ' + subtype;
  return message;
}

std::string NodeTypes::why_not_in_path(std::string_view type) const {
  if (!token_of(type)) return why_not(std::string(type));
  return tokens_.contains(std::string(type)) ? "" : "the grammar has no token " + std::string(type);
}

NodeTypes::Types NodeTypes::follow(const Types& from, const PathStep& step) const {
  auto advance = [&](const Types& types) {
    Types next;
    for (const auto& type : types) {
      auto shape = shapes_.find(type);
      if (shape == shapes_.end()) continue;
      auto field = shape->second.fields.find(std::string(step.field));
      if (field != shape->second.fields.end()) {
        next.insert(field->second.begin(), field->second.end());
      } else if (step.field.empty() || (step.repeat && type.ends_with(step.field))) {
        next.insert(shape->second.children.begin(), shape->second.children.end());
        // The grammar does not tell which tokens a node holds outside of its fields, nor where comments are.
        if (!step.types.empty()) {
          next.insert(tokens_.begin(), tokens_.end());
          next.insert(extras_.begin(), extras_.end());
        }
      }
    }
    return next;
  };
  auto reached = advance(from);
  if (step.repeat) {
    for (std::size_t size = 0; size != reached.size();) {
      size = reached.size();
      reached.merge(advance(reached));
    }
  }
  if (step.types.empty()) return reached;
  Types of_type;
  for (auto type : step.types) {
    if (reached.contains(std::string(type))) of_type.emplace(type);
  }
  return of_type;
}

void NodeTypes::check_path(const Description& description, const std::string& where, Types from,
                           std::string_view path) const {
  if (path.empty()) return;
  auto steps = parse_path(path);
  if (!steps) throw InputError(description.file, where, "malformed path \"" + std::string(path) + '"');
  auto leads_nowhere = [&](const std::string& what) {
    return InputError(description.file, where,
                      '"' + std::string(path) + "\" leads nowhere: no " + what + " there");
  };
  for (const auto& step : *steps) {
    for (auto type : step.types) {
      if (auto reason = why_not_in_path(type); !reason.empty()) {
        throw InputError(description.file, where, reason);
      }
      PathStep single;
      single.field = step.field;
      single.repeat = step.repeat;
      single.types = {type};
      if (follow(from, single).empty()) throw leads_nowhere('"' + std::string(type) + '"');
    }
    from = follow(from, step);
    if (from.empty()) throw leads_nowhere("field \"" + std::string(step.field) + '"');
    check_path(description, where, from, step.where);
  }
}

void NodeTypes::check_conditions(const Description& description, const RuleDescription& rule) const {
  const bool is_token = token_of(rule.node).has_value();
  if (auto reason = why_not_in_path(rule.node); !reason.empty()) {
    throw InputError(description.file, rule.key, reason);
  }
  for (const auto& parent : rule.parents) {
    auto reason = why_not(parent);
    // Which tokens a node holds outside of its fields the grammar does not tell.
    if (reason.empty() && !is_token && !shapes_.at(parent).children.contains(rule.node)) {
      reason = "a \"" + parent + "\" never holds a \"" + rule.node + '"';
    }
    if (!reason.empty()) throw InputError(description.file, rule.key + ".parents", reason);
  }
  check_path(description, rule.key + ".contains", {rule.node}, rule.contains);
}

void NodeTypes::check(const Description& description, const RuleDescription& rule) const {
  if (auto reason = why_not(rule.node); !reason.empty()) throw InputError(description.file, rule.key, reason);
  check_conditions(description, rule);
  check_path(description, rule.key + ".name", {rule.node}, rule.name);
  check_path(description, rule.key + ".body", {rule.node}, rule.body);
  check_path(description, rule.key + ".head", {rule.node}, rule.head);
  check_path(description, rule.key + ".owner", {rule.node}, rule.owner);
  check_path(description, rule.key + ".doc", {rule.node}, rule.doc);
}

void NodeTypes::check(const Description& description) const {
  for (const auto& rule : description.rules) check(description, rule);
  for (const auto& rule : description.imported) check(description, rule);
  for (const auto& rule : description.references) check(description, rule);
  for (const auto& rule : description.embedded) {
    check_conditions(description, rule);
    check_path(description, rule.key + ".named", {rule.node}, rule.name);
    check_path(description, rule.key + ".content", {rule.node}, rule.body);
  }
  for (const auto& rule : description.measures) {
    check_conditions(description, rule);
    check_path(description, rule.key + ".name", {rule.node}, rule.name);
    check_path(description, rule.key + ".head", {rule.node}, rule.body);
    bool is_field = rule.field.empty() || std::ranges::any_of(shapes_, [&](const auto& shape) {
                      return shape.second.fields.contains(rule.field);
                    });
    if (!is_field)
      throw InputError(description.file, rule.key + ".field",
                       "the grammar has no field \"" + rule.field + '"');
  }
  auto check_types = [&](const char* key, const Strings& types) {
    for (const auto& type : types) {
      if (auto reason = why_not(type); !reason.empty()) throw InputError(description.file, key, reason);
    }
  };
  check_types("decorators", description.habits.decorators);
  check_types("identifiers", description.identifiers);
  check_types("literals", description.literals);
}

}  // namespace froe::language::generate
