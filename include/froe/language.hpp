// Which language a file is in, and what the node types of that language mean. Filled from `grammars/` when
// froe is built; this module does not parse and never looks inside a TSLanguage.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "froe/record.hpp"

struct TSLanguage;  // tree-sitter's; opaque here

namespace froe::language {

// What the chunker does with a node. A node type without a rule is ordinary code.
enum class Role : std::uint8_t {
  definition,  // has a kind and, as a rule, a name
  wrapper,  // goes around the definition directly inside it, whose kind and name it takes (export, decorated,
            // template); around none, or several side by side, it is ordinary code
  container,  // holds definitions side by side (an include guard); opened so that each can stand alone
  comment,
  import,
  attribute,  // goes with the definition that follows (attribute, decorator, annotation on a line of its own)
  prose,      // running text: where it is too long for a chunk it is cut at its lines, whatever it holds
  section,    // says something of all that follows beside it (C++'s `public:`); code otherwise
};

// What a node does to the numbers of `froe check`; docs/check.md says by how much.
enum class Measure : std::uint8_t {
  branch,       // an `if`, and what is like one
  loop,         // also a statement with a loop behind it
  switch_,      // chooses among cases
  case_,        // one that is chosen, other than by default
  handler,      // of an exception
  conditional,  // an expression with two outcomes
  else_,        // the word, or a clause where there is none
  else_if,      // a branch that an `else` leads to
  elif,         // both in one
  logical,      // an operation whose operators, tokens right below it, are evaluated as far as need be
  group,        // parentheses, which do not end a run of these
  jump,         // to somewhere with a name
  closure,      // a function inside, which is measured with the one around it
  parameters,   // a list; `name` leads to each that counts
};
inline constexpr std::array<std::string_view, 14> measure_names{
    "branch",  "loop", "switch",  "case",  "catch", "conditional", "else",
    "else_if", "elif", "logical", "group", "jump",  "closure",     "parameters"};

// Which of its neighbours a node that defines something is one definition with.
enum class Joins : std::uint8_t {
  none,
  same,  // the one before it, if that joins the same and has the same name (a signature and its equations)
  previous,  // the one before it, whatever that is; it is none itself (a body beside its head)
  next,      // the one that follows, or the next `next` (the words before a list of variables)
};

// One step of a path from a node to another below it. In text, steps are joined by "/":
//   "name"         the child in that field; where the field occurs more than once, the first
//   "declarator+"  the child in that field, then that one's, for as long as there is one (C's nested
//                  declarators). A node without the field, whose type ends in the field's name
//                  (`reference_declarator`), stands for its last named child.
//   "=comment"     the first named child of that node type
//   "left=identifier", "value=arrow_function|function_expression"
//                  the child in that field, if it is of one of the types after "="
//   "declarator+=function_declarator"  as "declarator+", ending at the first node of such a type
//   "='interface'", "kind='class'|'actor'"
//                  the same for tokens of the grammar, which are no nodes with a type of their own: keywords
//                  and operators, which may tell what the node is or how it is called
//   "$=string_lit", "name$", "^=text", "name^"
//                  the last such child rather than the first, or the first alone where each would count
//   "1=identifier", "3"
//                  the child at that place among the named children, comments aside
//   "=word:include|load", "=word:--*", "=word:!include|load"
//                  the child, if its text is one of those after ":" or, after ":!", none of them; they hold
//                  none of "/|{}'", and one that ends in "*" is the beginning of a text
//   "=attribute{=attribute_name:id}"
//                  the child, if the path in braces leads on from it
// A step that finds no node leads nowhere, and so does its path; where one child leads nowhere, the next is
// tried. The path "." has no steps: it is the node itself.
struct PathStep {
  std::string_view field;               // empty: any named child
  bool repeat = false;                  // "+"
  bool first = false;                   // "^"
  bool last = false;                    // "$"
  std::uint32_t place = 0;              // from 1; 0: any
  std::vector<std::string_view> types;  // node types or, in quotes, tokens; empty: any
  std::vector<std::string_view> texts;  // empty: any
  bool none_of = false;                 // "!"
  std::string_view where;               // a path; empty: no condition
};
// The token that a type of a path names ("interface" for "'interface'"); nothing if it names a node type.
[[nodiscard]] std::optional<std::string_view> token_of(std::string_view type);
// The steps of a path; they point into it. Nothing if it is malformed.
[[nodiscard]] std::optional<std::vector<PathStep>> parse_path(std::string_view path);

// What nodes of one type mean, under conditions. Of the rules for a node's type, the first whose conditions
// hold counts: `parents`, `local` and `contains` hold, and `name`, if there is one, leads to a node.
struct NodeRule {
  std::string_view node;  // the grammar's name for a named node type
  Role role = Role::definition;
  Kind kind = Kind::code;  // of definitions; otherwise ignored
  // Path to the node whose text is the name; empty: the definition has no name of its own. If it leads to
  // several (`int a, b;`), each is a symbol, and the first names the chunk.
  std::string_view name;
  std::string_view body;  // path to the body: what comes before is the signature; empty or nowhere: none
  // Path to the last node of the head, for grammars that have no node for the body: what follows it is that.
  std::string_view head;
  // False: however small, a definition with a body that could hold others is a chunk of its own. True: while
  // it is under the minimum size it is joined with its neighbours (a rule of a style sheet, a short section).
  bool crumb = false;
  // True: what follows belongs to it (Perl's `package A;`), up to the next such definition beside it or to
  // the end of what both stand in. Such a definition is in outlines and scopes, and never a chunk.
  bool rest = false;
  // Whether nodes side by side, with comments alone between, are one definition.
  Joins joins = Joins::none;
  // True: its name says all of where it is (Perl's `package A::B { … }` inside of A); scopes begin with it.
  bool absolute = false;
  // Kind of this definition when its nearest enclosing definition is a class, struct, interface, trait, impl,
  // enum or union, or when it has an owner; equal to `kind` where it makes no difference.
  Kind member_kind = Kind::code;
  // True: counts everywhere. False: not when the nearest enclosing definition is a function, method or
  // constructor (variables, which are definitions only outside of these).
  bool local = true;
  std::span<const std::string_view> parents;  // types that the node's direct parent may have; empty: any
  std::string_view contains;                  // path that must lead to a node; empty: no such condition
  std::span<const std::string_view> texts;    // what it may say (Ruby's `require "x"`); empty: anything
  // Path to the name of what a definition outside of its class belongs to (Go's receiver, `A::B` in C++'s
  // `void A::B::f() {}`); it ends the definition's scope. If the name lies inside that node, the owner is the
  // text before the name, less the scope separator. Empty or nowhere: none.
  std::string_view owner;
  // Of definitions: path to the string inside that documents it. Empty or nowhere: what documents it are
  // comments. Of comments: path to the part that says something, for nodes that are no comments but document.
  std::string_view doc;
  // Of `Language::embedded`: the language, unless `name` leads to a text that names it; with neither, the
  // part is the host's.
  std::string_view language;
  // Of `Language::embedded`: the part is an example. What it defines is no symbol, and it is looked into only
  // where it has to be cut.
  bool quoted = false;
  // Of `Language::references`: how the names that `name` leads to are used.
  ReferenceKind reference = ReferenceKind::other;
  std::span<const std::string_view> except;  // names that nobody asks for (`int`, `string`)
  // Of `Language::measures`: what the node does; `node` may be a token, in quotes there too. What `body`
  // leads to is not nested in it: the condition of an `if`.
  Measure measure = Measure::branch;
  std::string_view field;  // of the parent, in which the node must stand; empty: anywhere
  // Of `Language::imported`: the name is what follows the last of these in the text (the "/" of a path), up
  // to a dot; "v2" is not a name, but the part before it is. Empty: the text is the name.
  std::string_view after;
};

// Says of a definition who may use it, if all conditions that are given hold. Of a language's rules the first
// that holds counts.
struct VisibilityRule {
  Visibility is = Visibility::unknown;
  // One of these stands in the head of the definition before its name and body, decorators aside; or, if no
  // word of any rule does, in the section that it is in. Not inside of a longer word.
  std::span<const std::string_view> words;
  std::span<const std::string_view> behind;    // one of these stands between the name and the body
  std::string_view name;                       // the name is this; one "*" stands for anything
  bool capital = false;                        // the name begins with a capital letter of ASCII
  std::span<const Kind> kinds;                 // its kind is one of these
  std::span<const Kind> in;                    // the kind of the nearest definition around it is one of these
  std::span<const std::string_view> in_words;  // one of these stands in that definition's head
  bool owned = false;                          // it stands outside of the type that it belongs to
};

// How a language's people document and mark what they define.
struct Habits {
  // What a comment begins with that documents; "/**" is not the beginning of "/***" and "/**/". Empty: any.
  std::span<const std::string_view> doc_comments;
  // What a comment begins with that tells something to a tool, and never documents.
  std::span<const std::string_view> directives;
  // Node types that are decorators in the head of a definition, as its children or theirs; beside those with
  // the role `attribute`.
  std::span<const std::string_view> decorators;
  // Empty: nobody knows. What stands inside of a function and has no word of them in its head is private.
  std::span<const VisibilityRule> visibility;
};

// How the lines of a language's definitions look, for a file in which its grammar loses its place and does
// not find back. What is found that way is read by the grammar all the same.
struct Recovery {
  // Words that a line begins with, after white space, where a definition begins ("sub"); its name follows.
  // Empty: a tree is taken as it is.
  std::span<const std::string_view> starts;
  std::string_view opens;   // what the body begins behind ("{")
  std::string_view closes;  // what the last line of one begins with, indented like the first ("}")
};

// What the files of a language are for, as a rule.
enum class FileKind : std::uint8_t {
  code,
  config,  // settings for a program
  data,
  docs,   // for people to read
  other,  // nobody knows
};
[[nodiscard]] std::string_view to_string(FileKind kind);
[[nodiscard]] std::optional<FileKind> file_kind_from_string(std::string_view name);

struct Language {
  std::string_view name;     // such as "cpp": what records and options say
  std::string_view title;    // such as "C++": for people
  std::string_view grammar;  // package and version, such as "tree-sitter-cpp@0.23.4"
  std::string_view license;  // of the grammar
  FileKind file_kind = FileKind::code;
  std::string_view scope_separator;  // between the names in a scope path
  // True: white space in a name counts, any run of it as one space (a heading). False: it is left out (C++'s
  // `operator ()`).
  bool spaced_names = false;
  std::string_view name_trim;  // characters that are left off at both ends of a name (quotes)
  // A few lines that the grammar reads without an error, for a program that wants to see it at work.
  std::string_view sample;
  std::span<const std::string_view> extensions;    // without the dot
  std::span<const std::string_view> file_names;    // whole base names
  std::span<const std::string_view> interpreters;  // as in `#!/usr/bin/env NAME`; a version suffix is ignored
  // If a line of a file begins with one of these, after white space, and the file's extension is claimed by
  // more than one language, this language wins. (`.h`: C unless a line begins like C++.)
  std::span<const std::string_view> line_starts;
  // One of these is in any definition worth an entry and in any import that stands inside a function, a
  // decorator or an import: what has none is not searched. A mark ("{"), a whole word ("class") or, with "*"
  // behind it, how a word begins. Empty: there is no such sign.
  std::span<const std::string_view> body_openers;
  // True: its scanner writes to variables of the whole program, so two threads must not parse with it at a
  // time.
  bool scanner_globals = false;
  std::span<const NodeRule> rules;
  // Which nodes of an import statement, itself or below it, say what names it brings: those that `name` leads
  // to, all of them, and each word of their text; if it is empty, none. Roles and kinds are ignored.
  std::span<const NodeRule> imported;
  // Which nodes use names: those that `name` leads to, all of them. Names of definitions are left out. Roles
  // and kinds are ignored.
  std::span<const NodeRule> references;
  // What makes functions involved. Roles and kinds are ignored. Empty: nobody has said.
  std::span<const NodeRule> measures;
  // Node types whose text people choose, and those that are a value. All else that is a token is what it
  // says.
  std::span<const std::string_view> identifiers;
  std::span<const std::string_view> literals;
  // Nodes with a part in another language: what `body` leads to, less the nodes that the grammar finds
  // inside. Roles and kinds are ignored.
  std::span<const NodeRule> embedded;
  Habits habits;
  Recovery recovery;
  const TSLanguage* (*load)();
};

// Every language that froe was built with, in order of name. The value behind it is constant; any thread.
[[nodiscard]] std::span<const Language> languages();

// nullptr if there is no such language.
[[nodiscard]] const Language* find(std::string_view name);

// The language that people mean by the first word of a text, in any case: a name, an extension or an
// interpreter ("python", "py", "python3"). nullptr: none.
[[nodiscard]] const Language* find_called(std::string_view text);

// What a file is for, by its language's name or, if it has none, by its extension.
[[nodiscard]] FileKind file_kind(std::string_view path, std::string_view language);

// The language of a file, by base name, then extension, then the `#!` line at the start of `content`.
// nullptr: none, so text. Looks at no more than the first 64 KiB of `content`.
[[nodiscard]] const Language* detect(std::string_view path, std::string_view content);

}  // namespace froe::language
