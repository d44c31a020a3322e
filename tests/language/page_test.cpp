// docs/supported-languages.md says what the registry says. With FROE_UPDATE_GOLDEN=1 in the environment the
// page is written anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "froe/language.hpp"

namespace froe::language {
namespace {

constexpr std::string_view head = R"(# Supported languages

<!-- Written by the tests of the language module from grammars/*/language.toml; FROE_UPDATE_GOLDEN=1 writes it anew. -->

What froe cuts along its syntax tree, by which grammar, and what it knows of each language. [Languages](languages.md)
says how one is added, [chunks](chunks.md) what is known of a chunk.

)";

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text.empty() ? "–" : text;
}

// In a cell of a table.
std::string code(std::string_view text) {
  return '`' + std::string(text) + '`';
}

std::string files(const Language& language) {
  std::vector<std::string> all;
  for (auto extension : language.extensions) all.push_back(code('.' + std::string(extension)));
  for (auto name : language.file_names) all.push_back(code(name));
  for (auto interpreter : language.interpreters) all.push_back(code("#!" + std::string(interpreter)));
  return joined(all);
}

std::string kinds(const Language& language) {
  std::set<Kind> all;
  for (const auto& rule : language.rules) {
    if (rule.role == Role::import) all.insert(Kind::import);
    if (rule.role != Role::definition) continue;
    all.insert(rule.kind);
    all.insert(rule.member_kind);
  }
  std::vector<std::string> names;
  for (auto kind : all) names.emplace_back(to_string(kind));
  return joined(names);
}

std::string documentation(const Language& language) {
  std::vector<std::string> all;
  bool has_comments = false;
  bool has_strings = false;
  for (const auto& rule : language.rules) {
    has_comments = has_comments || rule.role == Role::comment;
    has_strings = has_strings || !rule.doc.empty();
  }
  if (has_strings) all.emplace_back("in the body");
  for (auto mark : language.habits.doc_comments) all.push_back(code(mark));
  if (has_comments && language.habits.doc_comments.empty()) all.emplace_back("any comment");
  return joined(all);
}

std::string other_languages(const Language& language) {
  std::set<std::string> all;
  for (const auto& rule : language.embedded) {
    if (!rule.language.empty()) all.emplace(rule.language);
    if (!rule.name.empty()) all.emplace("as named");
  }
  return joined({all.begin(), all.end()});
}

std::string page() {
  std::ostringstream out;
  out << head << languages().size() << " languages. Any other text is cut along its lines.\n\n"
      << "| language | files | grammar | licence |\n|---|---|---|---|\n";
  for (const auto& language : languages()) {
    out << "| " << language.title << " (" << code(language.name) << ") | " << files(language) << " | "
        << code(language.grammar) << " | " << language.license << " |\n";
  }
  out << "\n## What is known\n\n"
      << "Kinds of chunks beside `code` and `comment`; what documents a definition; whether its visibility "
         "and the names "
         "that\nimports bring are known; the languages of parts that are cut along their own trees.\n\n"
      << "| language | kinds | documentation | visibility | imports | parts in "
         "|\n|---|---|---|---|---|---|\n";
  for (const auto& language : languages()) {
    out << "| " << code(language.name) << " | " << kinds(language) << " | " << documentation(language)
        << " | " << (language.habits.visibility.empty() ? "–" : "yes") << " | "
        << (language.imported.empty() ? "–" : "yes") << " | " << other_languages(language) << " |\n";
  }
  return out.str();
}

TEST(SupportedLanguages, PageIsAsTheRegistry) {
  const auto file = std::string(FROE_SOURCE_DIR) + "/docs/supported-languages.md";
  if (std::getenv("FROE_UPDATE_GOLDEN") != nullptr) std::ofstream(file) << page();
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), page()) << "FROE_UPDATE_GOLDEN=1 writes it anew";
}

}  // namespace
}  // namespace froe::language
