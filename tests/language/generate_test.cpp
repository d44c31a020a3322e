// Runs the generator on small grammars made for the purpose.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

// A program has functions and comments; a function has a name, a body of calls, and is a kind of item.
constexpr const char* node_types = R"([
  {"type": "item", "named": true, "subtypes": [{"type": "function", "named": true}]},
  {"type": "program", "named": true, "fields": {},
   "children": {"multiple": true, "required": false, "types": [{"type": "item", "named": true}]}},
  {"type": "function", "named": true, "fields": {
    "name": {"multiple": false, "required": true, "types": [{"type": "word", "named": true}]},
    "body": {"multiple": false, "required": true, "types": [{"type": "block", "named": true}]},
    "kind": {"multiple": false, "required": true, "types": [{"type": "fn", "named": false}]}}},
  {"type": "block", "named": true, "fields": {},
   "children": {"multiple": true, "required": false, "types": [{"type": "item", "named": true}]}},
  {"type": "comment", "named": true},
  {"type": "remark", "named": true, "extra": true},
  {"type": "word", "named": true},
  {"type": "fn", "named": false}
])";

class Generate : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "froe-generate-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    write("packages/toy/src/node-types.json", node_types);
    write("packages/toy/package.json", R"({"version": "1.2.3", "license": "MIT"})");
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const fs::path& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  // A language of the given name, and what else its description says.
  void describe(const std::string& name, const std::string& rest, const std::string& extension = "toy") {
    write("grammars/" + name + "/language.toml",
          "name = \"" + name + "\"\ntitle = \"Toy\"\npackage = \"toy\"\ndirectory = \".\"\n" +
              "function = \"tree_sitter_toy\"\nscope_separator = \".\"\nsample = \"x\"\nextensions = [\"" +
              extension + "\"]\n" + rest);
  }
  void describe_rule(const std::string& rule) { describe("toy", "definitions = [{ " + rule + " }]\n"); }

  // Exit status of the generator; what it says on stderr is kept.
  int generate() {
    auto command = std::string(FROE_GENERATE_LANGUAGES) + ' ' + (root_ / "grammars").string() + ' ' +
                   (root_ / "packages").string() + ' ' + (root_ / "out.cpp").string() + " 2>&1";
    auto* output = popen(command.c_str(), "r");
    message_.clear();
    for (int c = fgetc(output); c != EOF; c = fgetc(output)) message_ += static_cast<char>(c);
    int status = pclose(output);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // The generator must refuse the input, name the file and say all of these.
  void expect_refused(std::initializer_list<const char*> parts, const std::string& language = "toy") {
    EXPECT_EQ(generate(), 1);
    EXPECT_NE(message_.find("grammars/" + language + "/language.toml: "), std::string::npos) << message_;
    for (const auto* part : parts) EXPECT_NE(message_.find(part), std::string::npos) << message_;
    EXPECT_FALSE(fs::exists(root_ / "out.cpp"));
  }

  std::string generated() const {
    std::ostringstream text;
    text << std::ifstream(root_ / "out.cpp").rdbuf();
    return text.str();
  }

  fs::path root_;
  std::string message_;
};

TEST_F(Generate, WritesATable) {
  describe("toy", R"(
comments = ["comment"]
definitions = [
  { node = "function", kind = "class", name = "name", contains = "kind", texts = ["a\"b\\c"], parents = ["program"] },
  { node = "function", kind = "function", member_kind = "method", name = "name=word", body = "body", local = false, crumb = true, absolute = true },
]
prose = ["word"]
spaced_names = true
name_trim = "\"'"
)");
  EXPECT_EQ(generate(), 0) << message_;
  auto text = generated();
  for (const auto* part : {"toy@1.2.3", "Kind::class_", "Kind::method", R"("a\"b\\c")", "Role::comment",
                           ".local = false", ".crumb = true", ".absolute = true", ".spaced_names = true",
                           R"(.name_trim = "\"')", "Role::prose", "tree_sitter_toy"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

TEST_F(Generate, WritesHabits) {
  describe("toy", R"toml(
definitions = [{ node = "function", kind = "function", name = "name", body = "body", doc = "body/=function/name" }]
sections = ["word"]
doc_comments = ["///"]
directives = ["// tool:"]
decorators = ["comment"]
visibility = [
  { is = "internal", words = ["pub(crate)"], in = ["class", "struct"], in_words = ["for"] },
  { is = "private", name = "_*", kinds = ["enum"], owned = true },
  { is = "public", capital = true },
  { is = "unknown" },
]
)toml");
  EXPECT_EQ(generate(), 0) << message_;
  auto text = generated();
  for (const auto* part : {R"(.doc = "body/=function/name")", "Role::section", R"({"///", })",
                           R"({"// tool:", })", "\"pub(crate)\"", "{Kind::class_, Kind::struct_, }",
                           "{Kind::enum_, }", R"(.name = "_*")", ".capital = true", ".owned = true"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

TEST_F(Generate, WritesWhatIsImported) {
  describe("toy", R"(
imported = [
  { node = "function", contains = "name" },
  { node = "block", name = "=function/name", after = "/" },
]
)");
  EXPECT_EQ(generate(), 0) << message_;
  auto text = generated();
  for (const auto* part : {"toy_imported{{", R"(.name = "=function/name")", R"(.after = "/")"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

TEST_F(Generate, WritesWhatIsUsedAndForWhat) {
  describe("toy", R"(
file_kind = "docs"
references = [{ node = "block", kind = "call", name = "=function/name", except = ["print"] }]
)");
  EXPECT_EQ(generate(), 0) << message_;
  auto text = generated();
  for (const auto* part :
       {"toy_references{{", ".reference = ReferenceKind{0}", "{\"print\", }", "FileKind{3}"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  describe("toy", R"(references = [{ node = "block", kind = "calls", name = "=function/name" }])");
  EXPECT_EQ(generate(), 1);
  EXPECT_NE(message_.find("references[0].kind"), std::string::npos) << message_;
  describe("toy", R"(references = [{ node = "block", kind = "call", name = "=wurd" }])");
  EXPECT_EQ(generate(), 1);
  EXPECT_NE(message_.find("references[0].name"), std::string::npos) << message_;
  describe("toy", "file_kind = \"prose\"\n");
  EXPECT_EQ(generate(), 1);
  EXPECT_NE(message_.find("file_kind"), std::string::npos) << message_;
}

TEST_F(Generate, SharesRules) {
  describe("toy", R"(
definitions = [{ node = "function", kind = "macro", name = "name" }]
doc_comments = ["///"]
)");
  describe("toyx", R"(
rules_of = "toy"
references = [{ node = "block", kind = "call", name = "=function/name" }]
)",
           "toyx");
  EXPECT_EQ(generate(), 0) << message_;
  auto text = generated();
  EXPECT_NE(text.find("Kind::macro"), text.rfind("Kind::macro"));
  EXPECT_NE(text.find("\"///\""), text.rfind("\"///\""));
}

TEST_F(Generate, RefusesNoLanguageAtAll) {
  fs::create_directories(root_ / "grammars");
  EXPECT_EQ(generate(), 1);
}

TEST_F(Generate, RefusesWrongSyntax) {
  describe("toy", "comments = [\n");
  expect_refused({"line "});
}

TEST_F(Generate, RefusesUnknownKeys) {
  describe("toy", "colour = \"red\"\n");
  expect_refused({"colour: unknown key"});
  describe_rule("node = \"function\", kind = \"function\", colour = 1");
  expect_refused({"definitions[0].colour: unknown key"});
  describe("toy", "comments = [{ node = \"comment\", kind = \"function\" }]\n");
  expect_refused({"comments[0].kind: unknown key"});
}

TEST_F(Generate, RefusesMissingKeysAndWrongTypes) {
  write("grammars/toy/language.toml", "name = \"toy\"\n");
  expect_refused({"title: missing"});
  describe_rule("kind = \"function\"");
  expect_refused({"definitions[0].node: missing"});
  describe_rule("node = \"function\"");
  expect_refused({"definitions[0].kind: missing"});
  describe_rule("node = \"function\", kind = \"function\", crumb = \"no\"");
  expect_refused({"definitions[0].crumb: must be true or false"});
  describe_rule("node = \"function\", kind = \"function\", local = \"no\"");
  expect_refused({"definitions[0].local: must be true or false"});
  describe("toy", "file_names = \"x\"\n");
  expect_refused({"file_names: must be an array of strings"});
  describe("toy", "comments = [3]\n");
  expect_refused({"comments[0]: must be a node type or a table"});
  describe_rule("node = \"function\", kind = \"function\", texts = [\"x\"]");
  expect_refused({"definitions[0].texts: says nothing without contains"});
}

TEST_F(Generate, RefusesUnknownKinds) {
  describe_rule("node = \"function\", kind = \"subroutine\"");
  expect_refused({"definitions[0].kind", "unknown kind \"subroutine\""});
  describe_rule("node = \"function\", kind = \"function\", member_kind = \"subroutine\"");
  expect_refused({"definitions[0].member_kind", "unknown kind"});
  describe_rule("node = \"function\", kind = \"comment\"");
  expect_refused({"definitions[0].kind", "not a kind of definition"});
}

TEST_F(Generate, RefusesWhatTheGrammarDoesNotHave) {
  describe_rule("node = \"procedure\", kind = \"function\"");
  expect_refused({"definitions[0]", "no node type \"procedure\""});
  describe_rule("node = \"item\", kind = \"function\"");
  expect_refused({"\"item\" is a supertype", "function"});
  describe_rule("node = \"fn\", kind = \"function\"");
  expect_refused({"no node type \"fn\""});
  describe_rule("node = \"function\", kind = \"function\", name = \"title\"");
  expect_refused({"definitions[0].name", "no field \"title\""});
  describe_rule("node = \"function\", kind = \"function\", name = \"name/name\"");
  expect_refused({"definitions[0].name", "leads nowhere"});
  describe_rule("node = \"function\", kind = \"function\", name = \"name=block\"");
  expect_refused({"definitions[0].name", "no \"block\" there"});
  describe_rule("node = \"function\", kind = \"function\", name = \"name=wrod\"");
  expect_refused({"no node type \"wrod\""});
  describe_rule("node = \"function\", kind = \"function\", body = \"=comment\"");
  expect_refused({"definitions[0].body", "no \"comment\" there"});
  describe_rule("node = \"function\", kind = \"function\", body = \"body{name}\"");
  expect_refused({"definitions[0].body", "no field \"name\""});
  describe_rule("node = \"function\", kind = \"function\", body = \"body{=function{=comment}}\"");
  expect_refused({"definitions[0].body", "no \"comment\" there"});
  describe_rule("node = \"function\", kind = \"function\", contains = \"='fnord'\"");
  expect_refused({"definitions[0].contains", "no token 'fnord'"});
  describe_rule("node = \"function\", kind = \"function\", contains = \"name='fn'\"");
  expect_refused({"definitions[0].contains", "no \"'fn'\" there"});
  describe_rule("node = \"function\", kind = \"function\", contains = \"='fn'/name\"");
  expect_refused({"definitions[0].contains", "no field \"name\" there"});
  describe_rule("node = \"function\", kind = \"function\", owner = \"a=/\"");
  expect_refused({"definitions[0].owner", "malformed path"});
  describe_rule("node = \"function\", kind = \"function\", parents = [\"word\"]");
  expect_refused({"definitions[0].parents", "never holds"});
  describe("toy", "wrappers = [\"wrapping\"]\n");
  expect_refused({"wrappers[0]", "no node type \"wrapping\""});
}

TEST_F(Generate, TakesWhatMayStandAnywhereForSteps) {
  describe_rule(R"(node = "function", kind = "function", name = "name", doc = "=comment")");
  expect_refused({"leads nowhere"});
  describe_rule(R"(node = "function", kind = "function", name = "name", doc = "=remark")");
  EXPECT_EQ(generate(), 0) << message_;
}

TEST_F(Generate, TakesTokensForSteps) {
  describe_rule("node = \"function\", kind = \"function\", contains = \"='fn'\"");
  EXPECT_EQ(generate(), 0) << message_;
  EXPECT_NE(generated().find("\"='fn'\""), std::string::npos);
  describe_rule("node = \"function\", kind = \"function\", contains = \"kind='fn'\"");
  EXPECT_EQ(generate(), 0) << message_;
}

TEST_F(Generate, RefusesHabitsThatCannotBe) {
  describe_rule("node = \"function\", kind = \"function\", doc = \"body/=word\"");
  expect_refused({"definitions[0].doc", "no \"word\" there"});
  describe_rule("node = \"function\", kind = \"function\", joins = \"all\"");
  expect_refused({"definitions[0].joins", "must be \"same\", \"previous\" or \"next\""});
  describe_rule("node = \"function\", kind = \"function\", head = \"body/=word\"");
  expect_refused({"definitions[0].head", "no \"word\" there"});
  describe("toy", "wrappers = [{ node = \"function\", doc = \"name\" }]\n");
  expect_refused({"wrappers[0].doc", "comments"});
  describe("toy", "doc_comments = \"//\"\n");
  expect_refused({"doc_comments: must be an array of strings"});
  describe("toy", "body_openers = [\"{\", \"\"]\n");
  expect_refused({"body_openers: must be an array of strings that are not empty"});
  describe("toy", "body_openers = [\"*\"]\n");
  expect_refused({"body_openers: \"*\" goes behind the beginning of a word"});
  describe("toy", "decorators = [\"annotation\"]\n");
  expect_refused({"decorators: the grammar has no node type \"annotation\""});
  describe("toy", "sections = [\"section\"]\n");
  expect_refused({"sections[0]", "no node type \"section\""});
  describe("toy", "visibility = \"public\"\n");
  expect_refused({"visibility: must be an array"});
  describe("toy", "visibility = [\"public\"]\n");
  expect_refused({"visibility[0]: must be a table"});
  describe("toy", "visibility = [{ words = [\"x\"] }]\n");
  expect_refused({"visibility[0].is: missing"});
  describe("toy", "visibility = [{ is = \"secret\" }]\n");
  expect_refused({"visibility[0].is: unknown visibility \"secret\""});
  describe("toy", "visibility = [{ is = \"public\", name = \"*_*\" }]\n");
  expect_refused({"visibility[0].name: has more than one *"});
  describe("toy", "visibility = [{ is = \"public\", in = [\"comment\"] }]\n");
  expect_refused({"visibility[0].in: \"comment\" is not a kind of definition"});
  describe("toy", "visibility = [{ is = \"public\", kinds = [\"x\"] }]\n");
  expect_refused({"visibility[0].kinds: unknown kind \"x\""});
  describe("toy", "visibility = [{ is = \"public\", word = [\"x\"] }]\n");
  expect_refused({"visibility[0].word: unknown key"});
  describe("toy", "visibility = [{ is = \"public\" }, { is = \"private\", name = \"_*\" }]\n");
  expect_refused({"visibility[1]: never applies"});
}

TEST_F(Generate, WritesHowTheGrammarFindsBack) {
  describe("toy", R"toml(recovery = { starts = ["fn", "class"], opens = "{", closes = "}" }
)toml");
  EXPECT_EQ(generate(), 0) << message_;
  auto text = generated();
  for (const auto* part : {R"({"fn", "class", })", R"(.opens = "{", .closes = "}")"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
}

TEST_F(Generate, RefusesARecoveryThatCannotBe) {
  describe("toy", "recovery = [\"fn\"]\n");
  expect_refused({"recovery: must be a table"});
  describe("toy", "recovery = { opens = \"{\", closes = \"}\" }\n");
  expect_refused({"recovery.starts: missing"});
  describe("toy", "recovery = { starts = [\"fn\"], opens = \"{\" }\n");
  expect_refused({"recovery.closes: missing"});
  describe("toy", "recovery = { starts = [\"fn\"], opens = \"{\", closes = \"}\", ends = \"}\" }\n");
  expect_refused({"recovery.ends: unknown key"});
}

TEST_F(Generate, RefusesWhatCannotBeImported) {
  describe("toy", "imported = [\"function\"]\n");
  expect_refused({"imported[0]: must be a table"});
  describe("toy", "imported = [{ node = \"function\", kind = \"class\" }]\n");
  expect_refused({"imported[0].kind: unknown key"});
  describe("toy", "imported = [{ node = \"function\", after = \"/\" }]\n");
  expect_refused({"imported[0].after: says nothing without name"});
  describe("toy", "imported = [{ node = \"function\", name = \"title\" }]\n");
  expect_refused({"imported[0].name", "no field \"title\""});
  describe("toy", "imported = [{ node = \"function\" }, { node = \"function\", name = \"name\" }]\n");
  expect_refused({"imported[1]", "never applies: imported[0]"});
}

TEST_F(Generate, RefusesRulesThatNeverApply) {
  describe("toy", R"(
definitions = [{ node = "function", kind = "function" }, { node = "function", kind = "macro", name = "name" }]
)");
  expect_refused({"definitions[1]", "never applies: definitions[0]"});
  describe("toy", R"(
imports = ["function"]
wrappers = ["function"]
)");
  expect_refused({"wrappers[0]", "never applies: imports[0]"});
}

TEST_F(Generate, RefusesConflicts) {
  describe("toy", "");
  describe("zoy", "");
  expect_refused({"extensions: \"toy\" belongs to", "line_starts"}, "zoy");
  describe("zoy", "line_starts = [\"zoy\"]\n");
  EXPECT_EQ(generate(), 0) << message_;
  fs::remove(root_ / "out.cpp");
  describe("toy", "interpreters = [\"toy\"]\n");
  describe("zoy", "interpreters = [\"toy\"]\n", "zoy");
  expect_refused({"interpreters: \"toy\" belongs to"}, "zoy");
  describe("toy", "file_names = [\"Toyfile\"]\n");
  describe("zoy", "file_names = [\"Toyfile\"]\n", "zoy");
  expect_refused({"file_names: \"Toyfile\" belongs to"}, "zoy");
}

TEST_F(Generate, RefusesAnotherNameThanTheFolders) {
  describe("toy", "");
  fs::rename(root_ / "grammars/toy", root_ / "grammars/joy");
  expect_refused({"name: must be the name of the folder"}, "joy");
}

TEST_F(Generate, RefusesSharedRulesOfNobody) {
  describe("toy", "rules_of = \"nobody\"\n");
  expect_refused({"rules_of", "no language \"nobody\""});
  describe("toy", "rules_of = \"toy\"\ncomments = [\"comment\"]\n");
  expect_refused({"rules_of", "no room"});
  describe("toy", "rules_of = \"toy\"\ndirectives = [\"#!\"]\n");
  expect_refused({"rules_of", "no room"});
}

TEST_F(Generate, NamesTheRemedyForAMissingPackage) {
  describe("toy", "");
  fs::remove_all(root_ / "packages");
  EXPECT_EQ(generate(), 1);
  EXPECT_NE(message_.find("scripts/fetch-grammars"), std::string::npos) << message_;
}

}  // namespace
