#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/language.hpp"
#include "froe/syntax.hpp"

namespace froe::syntax {
namespace {

// A small source with its tree; one at a time.
class Source {
 public:
  Source(std::string_view language, std::string text)
      : grammar_(*language::find(language)), text_(std::move(text)), tree_(grammar_, text_) {}

  // The first node of a type, in order of the tree; the root if there is none.
  Node first(std::string_view type) const {
    Cursor cursor(tree_.root());
    for (;;) {
      if (type_of(cursor.node()) == type && cursor.node().is_named()) return cursor.node();
      if (cursor.to_first_child()) continue;
      while (!cursor.to_next_sibling()) {
        if (!cursor.to_parent()) return tree_.root();
      }
    }
  }
  Path path(std::string_view text) const { return {grammar_.raw(), text}; }

  // What the path leads to from the first node of a type; "-" for nowhere.
  std::string find(std::string_view type, std::string_view path_text) const {
    auto found = path(path_text).find(first(type), text_);
    return found ? std::string(found->text(text_)) : "-";
  }
  std::vector<std::string> find_all(std::string_view type, std::string_view path_text) const {
    std::vector<std::string> texts;
    for (auto node : path(path_text).find_all(first(type), text_)) texts.emplace_back(node.text(text_));
    return texts;
  }
  std::optional<Kind> kind_of(std::string_view type, Surroundings around = {}) const {
    const auto* rule = grammar_.rule(first(type), around, text_);
    return rule ? std::optional(rule->kind) : std::nullopt;
  }
  TSSymbol symbol(std::string_view type) const { return first(type).symbol(); }
  static std::string_view type_of(Node node) { return ts_node_type(node.raw()); }

 private:
  Grammar grammar_;
  std::string text_;
  Tree tree_;
};

using Texts = std::vector<std::string>;

TEST(Path, NothingAndItself) {
  Source source("c", "int a;");
  EXPECT_TRUE(source.path("").empty());
  EXPECT_FALSE(source.path(".").empty());
  EXPECT_EQ(source.find("declaration", "."), "int a;");
  EXPECT_EQ(source.find("declaration", ""), "-");
  EXPECT_EQ(source.find_all("declaration", "."), Texts{"int a;"});
  EXPECT_THROW(source.path("a//b"), std::logic_error);
}

TEST(Path, OneField) {
  Source source("python", "def f(a): pass\n");
  EXPECT_EQ(source.find("function_definition", "name"), "f");
  EXPECT_EQ(source.find("function_definition", "body"), "pass");
  EXPECT_EQ(source.find("function_definition", "return_type"), "-");
}

TEST(Path, AFieldAsFarAsItGoes) {
  EXPECT_EQ(Source("c", "int a;").find("declaration", "declarator+"), "a");
  EXPECT_EQ(Source("c", "int *(*a[3])(void);").find("declaration", "declarator+"), "a");
  EXPECT_EQ(Source("c", "char **f(int n) { return 0; }").find("function_definition", "declarator+"), "f");
  // A reference has no field for what it refers to.
  EXPECT_EQ(Source("cpp", "T& operator=(T& other);").find("declaration", "declarator+"), "operator=");
  EXPECT_EQ(Source("cpp", "const T&& f() {}").find("function_definition", "declarator+"), "f");
}

TEST(Path, ARepeatedFieldUpToAType) {
  auto ends_at = "declarator+=function_declarator/declarator=identifier";
  EXPECT_EQ(Source("c", "int *f(void);").find("declaration", ends_at), "f");
  EXPECT_EQ(Source("c", "int (*f)(void);").find("declaration", ends_at), "-");
  EXPECT_EQ(Source("c", "int f;").find("declaration", ends_at), "-");
}

TEST(Path, AChildOfATypeAndOneInAFieldOfAType) {
  Source source("javascript", "const f = () => 1, n = 2;");
  EXPECT_EQ(source.find("lexical_declaration", "=variable_declarator/name"), "f");
  EXPECT_EQ(source.find("lexical_declaration", "=variable_declarator/value=number"), "2");
  EXPECT_EQ(source.find("lexical_declaration", "=variable_declarator/value=arrow_function|number"),
            "() => 1");
  EXPECT_EQ(source.find("lexical_declaration", "=variable_declarator/value=string"), "-");
  EXPECT_EQ(source.find("lexical_declaration", "=comment"), "-");
}

TEST(Path, ATokenByItself) {
  Source source("javascript", "static: for (const x of y) f(async () => {});");
  EXPECT_EQ(source.find("arrow_function", "='async'"), "async");
  EXPECT_EQ(source.find("for_in_statement", "='var'|'of'"), "of");
  EXPECT_EQ(source.find("for_in_statement", "kind='const'"), "const");
  EXPECT_EQ(source.find("for_in_statement", "kind='of'"), "-");
  // A node type of that name is none.
  EXPECT_EQ(source.find("for_in_statement", "='let'"), "-");
}

TEST(Path, EachPlaceWhereTheFirstStepCanBegin) {
  EXPECT_EQ(Source("c", "int a, *b, c[2];").find_all("declaration", "declarator+"), (Texts{"a", "b", "c"}));
  EXPECT_EQ(Source("go", "var a, b = 1, 2").find_all("var_spec", "name"), (Texts{"a", "b"}));
  EXPECT_EQ(
      Source("javascript", "let a, b = 1;").find_all("lexical_declaration", "=variable_declarator/name"),
      (Texts{"a", "b"}));
}

TEST(Path, TheLastOrFirstChildAlone) {
  {
    Source source("c", "int a, *b, c[2];");
    EXPECT_EQ(source.find("declaration", "declarator$=identifier"), "a");
    EXPECT_EQ(source.find("declaration", "declarator$"), "c[2]");
    EXPECT_EQ(source.find_all("declaration", "declarator$"), Texts{"c[2]"});
    EXPECT_EQ(source.find_all("declaration", "declarator^"), Texts{"a"});
  }
  Source call("python", "f(1, 2, x)\n");
  EXPECT_EQ(call.find("call", "arguments/$=integer"), "2");
  EXPECT_EQ(call.find("call", "arguments/$=string"), "-");
}

TEST(Path, AChildThatSaysSomething) {
  EXPECT_EQ(Source("c", "int *f, g;").find("declaration", "declarator+:g"), "g");
  EXPECT_EQ(Source("c", "int *f, g;").find("declaration", "declarator+:h"), "-");
  Source source("json", R"({"id": 1, "name": "shelf", "size": 2})");
  EXPECT_EQ(source.find("object", "=pair/key=string/=string_content:name|size"), "name");
  EXPECT_EQ(source.find_all("object", "=pair/key=string/=string_content:name|size"), (Texts{"name", "size"}));
  EXPECT_EQ(source.find("object", "=pair/key=string/=string_content:colour"), "-");
  EXPECT_EQ(source.find("object", "=pair/value:2"), "2");
  EXPECT_EQ(source.find("object", "=pair/key=string/=string_content:x*|na*"), "name");
  EXPECT_EQ(source.find("object", "=pair/key=string/=string_content:*"), "id");
  EXPECT_EQ(source.find_all("object", "=pair/key=string/=string_content:!size|i*"), Texts{"name"});
  EXPECT_EQ(source.find("object", "=pair/key=string/=string_content:names*"), "-");
}

TEST(Path, AChildFromWhichAnotherPathLeadsOn) {
  Source source("json", R"({"id": {"a": 1}, "name": {"b": "shelf"}, "size": {"a": 2}})");
  EXPECT_EQ(source.find("object", "=pair{key/=string_content:name}/value"), R"({"b": "shelf"})");
  EXPECT_EQ(source.find("object", "=pair{value/=pair{key:\"a\"}/value:2}/key"), "\"size\"");
  EXPECT_EQ(source.find("object", "$=pair{value/=pair}/key"), "\"size\"");
  EXPECT_EQ(source.find("object", "=pair{value=array}/key"), "-");
  EXPECT_EQ(source.find_all("object", "=pair{value/=pair/value=number}/key"), (Texts{"\"id\"", "\"size\""}));
}

TEST(Path, EachPlaceOfALaterStep) {
  Source source("python", "a, b = c, d = 1, 2\n");
  EXPECT_EQ(source.find_all("expression_statement", "=assignment/left=pattern_list/=identifier"),
            (Texts{"a", "b"}));
  EXPECT_EQ(source.find_all("expression_statement", "=assignment/left=pattern_list/^=identifier"),
            Texts{"a"});
  EXPECT_EQ(source.find_all("expression_statement", "=assignment/left=pattern_list/$=identifier"),
            Texts{"b"});
  EXPECT_EQ(source.find_all("expression_statement", "=assignment/left=identifier"), Texts{});
}

TEST(Path, TheFirstPlaceAlone) {
  Source source("go", "package p\nvar a, b = 1, 2");
  EXPECT_EQ(source.find_all("var_spec", "name^"), Texts{"a"});
  EXPECT_EQ(source.find("var_spec", "name^"), "a");
  EXPECT_EQ(source.find_all("var_spec", "name^:b"), Texts{"b"});
  EXPECT_EQ(source.find_all("var_spec", "name^:c"), Texts{});
}

TEST(Path, ThePlaceAmongAllChildren) {
  Source source("go", "package p\nfunc f() { /* why */ a, b = c(1), d }\n");
  EXPECT_EQ(source.find("expression_list", "1=identifier"), "a");
  EXPECT_EQ(source.find_all("expression_list", "2"), Texts{"b"});
  EXPECT_EQ(source.find("expression_list", "2=call_expression"), "-");
  EXPECT_EQ(source.find("expression_list", "3"), "-");
  // A comment has no place, nor has a token.
  EXPECT_EQ(source.find("block", "1/1/1/1=identifier"), "a");
  EXPECT_EQ(source.find("block", "=comment"), "/* why */");
}

TEST(Path, AReceiverPastPointerAndParameters) {
  auto owner = "receiver/=parameter_declaration/type+";
  EXPECT_EQ(Source("go", "package p\nfunc (s *Set[K, V]) Add() {}").find("method_declaration", owner), "Set");
  EXPECT_EQ(Source("go", "package p\nfunc (Set) Len() {}").find("method_declaration", owner), "Set");
}

TEST(Rules, FirstWhoseConditionsHold) {
  EXPECT_EQ(Source("c", "int f(void);").kind_of("declaration"), Kind::function);
  EXPECT_EQ(Source("c", "int (*f)(void);").kind_of("declaration"), Kind::variable);
  EXPECT_EQ(Source("c", "struct s { int a; } s;").kind_of("declaration"), Kind::struct_);
  EXPECT_EQ(Source("c", "struct s *s;").kind_of("declaration"), Kind::variable);
}

TEST(Rules, DependOnWhereANodeStands) {
  {
    Source source("python", "x = 1\n");
    EXPECT_EQ(source.kind_of("expression_statement"), Kind::variable);
    EXPECT_EQ(source.kind_of("expression_statement", {0, true}), std::nullopt);
  }
  Source bare("c", "struct s { int a; };");
  EXPECT_EQ(bare.kind_of("struct_specifier"), std::nullopt);  // below nothing
  EXPECT_EQ(bare.kind_of("struct_specifier", {bare.symbol("translation_unit"), false}), Kind::struct_);
}

TEST(Rules, DependOnAWord) {
  EXPECT_EQ(Source("bash", "source lib.sh\n").kind_of("command"),
            Kind::code);  // an import has no kind of its own
  EXPECT_EQ(Source("bash", "echo lib.sh\n").kind_of("command"), std::nullopt);
}

TEST(Tree, KnowsItsErrors) {
  Grammar grammar(*language::find("json"));
  {
    std::string text = "{\"a\": [1, 2]}";
    Tree good(grammar, text);
    EXPECT_FALSE(good.root().has_error());
    EXPECT_EQ(good.root().range(), (ByteRange{0, 13}));
  }
  std::string text = "{\"a\": ]";
  Tree bad(grammar, text);
  EXPECT_TRUE(bad.root().has_error());
}

}  // namespace
}  // namespace froe::syntax
