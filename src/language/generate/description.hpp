// What a language.toml says, read strictly: an unknown key or word is an error that names the file and the
// key.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "froe/language.hpp"

namespace froe::language::generate {

// Something is wrong with the input; the message is for whoever wrote it.
class InputError : public std::runtime_error {
 public:
  InputError(const std::filesystem::path& file, const std::string& key, const std::string& message)
      : std::runtime_error(file.string() + ": " + key + ": " + message) {}
};

using Strings = std::vector<std::string>;

// The parts of a NodeRule, owned.
struct RuleDescription {
  std::string key;  // where it stands in the file, such as "definitions[3]"
  std::string node;
  Role role = Role::definition;
  Kind kind = Kind::code;
  Kind member_kind = Kind::code;
  bool local = true;
  bool crumb = false;
  bool absolute = false;
  bool rest = false;
  Joins joins = Joins::none;
  Strings parents;
  Strings texts;
  std::string name;
  std::string body;
  std::string head;
  std::string contains;
  std::string owner;
  std::string doc;
  ReferenceKind reference = ReferenceKind::other;
  Strings except;
  std::string after;
  std::string language;
  bool quoted = false;
  Measure measure = Measure::branch;
  std::string field;
};

// The parts of a VisibilityRule, owned.
struct VisibilityDescription {
  Visibility is = Visibility::unknown;
  Strings words;
  Strings behind;
  std::string name;
  bool capital = false;
  std::vector<Kind> kinds;
  std::vector<Kind> in;
  Strings in_words;
  bool owned = false;
};

// The parts of Habits, owned.
struct HabitsDescription {
  Strings doc_comments;
  Strings directives;
  Strings decorators;
  std::vector<VisibilityDescription> visibility;

  [[nodiscard]] bool empty() const {
    return doc_comments.empty() && directives.empty() && decorators.empty() && visibility.empty();
  }
};

// The parts of a Recovery, owned.
struct RecoveryDescription {
  Strings starts;
  std::string opens;
  std::string closes;
};

struct Description {
  std::filesystem::path file;
  std::string name;
  std::string title;
  std::string package;
  std::string directory;
  std::string function;
  std::string scope_separator;
  FileKind file_kind = FileKind::code;
  bool spaced_names = false;
  bool scanner_globals = false;
  std::string name_trim;
  std::string sample;
  Strings extensions;
  Strings file_names;
  Strings interpreters;
  Strings line_starts;
  Strings body_openers;
  std::string rules_of;  // the language whose rules these are, if not its own
  std::vector<RuleDescription> rules;
  std::vector<RuleDescription> imported;
  std::vector<RuleDescription> references;
  std::vector<RuleDescription> measures;
  Strings identifiers;
  Strings literals;
  std::vector<RuleDescription> embedded;
  HabitsDescription habits;
  RecoveryDescription recovery;

  [[nodiscard]] bool has_no_rules() const {
    return rules.empty() && imported.empty() && measures.empty() && embedded.empty() && habits.empty();
  }
};

[[nodiscard]] Description read_description(const std::filesystem::path& file);

// Gives the languages with `rules_of` their rules.
void share_rules(std::vector<Description>& descriptions);

// What no single file can tell: two languages with one claim to a file and nothing to decide it, or a part in
// a language that there is not. `descriptions` are in order of name.
void check_conflicts(const std::vector<Description>& descriptions);

}  // namespace froe::language::generate
