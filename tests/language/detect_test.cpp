#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "froe/language.hpp"

namespace froe::language {
namespace {

std::string detected(std::string_view path, std::string_view content = "") {
  const auto* language = detect(path, content);
  return language ? std::string(language->name) : "none";
}

TEST(Detect, Extension) {
  EXPECT_EQ(detected("src/main.c"), "c");
  EXPECT_EQ(detected("a/b.c/main.cc"), "cpp");
  EXPECT_EQ(detected("x.py"), "python");
  EXPECT_EQ(detected("x.mjs"), "javascript");
  EXPECT_EQ(detected("x.ts"), "typescript");
  EXPECT_EQ(detected("x.d.ts"), "typescript");
  EXPECT_EQ(detected("x.tsx"), "tsx");
  EXPECT_EQ(detected("x.go"), "go");
  EXPECT_EQ(detected("x.rs"), "rust");
  EXPECT_EQ(detected("X.java"), "java");
  EXPECT_EQ(detected("X.cs"), "csharp");
  EXPECT_EQ(detected("x.rb"), "ruby");
  EXPECT_EQ(detected("x.php"), "php");
  EXPECT_EQ(detected("x.sh"), "bash");
  EXPECT_EQ(detected("x.json"), "json");
  EXPECT_EQ(detected("x.kt"), "kotlin");
  EXPECT_EQ(detected("build.gradle.kts"), "kotlin");
  EXPECT_EQ(detected("build.sbt"), "scala");
  EXPECT_EQ(detected("x.swift"), "swift");
  EXPECT_EQ(detected("build.zig"), "zig");
  EXPECT_EQ(detected("init.lua"), "lua");
  EXPECT_EQ(detected("tides.R"), "r");
  EXPECT_EQ(detected("tides.r"), "r");
  EXPECT_EQ(detected("x.jl"), "julia");
  EXPECT_EQ(detected("Main.elm"), "elm");
  EXPECT_EQ(detected("mix.exs"), "elixir");
  EXPECT_EQ(detected("parcel.ex"), "elixir");
  EXPECT_EQ(detected("main.dart"), "dart");
  EXPECT_EQ(detected("Lantern.m"), "objc");
  EXPECT_EQ(detected("Main.hs"), "haskell");
  EXPECT_EQ(detected("river.ml"), "ocaml");
  EXPECT_EQ(detected("river.mli"), "ocaml_interface");
  EXPECT_EQ(detected("x.awk"), "awk");
  EXPECT_EQ(detected("main.tf"), "hcl");
  EXPECT_EQ(detected("rules.mk"), "make");
  EXPECT_EQ(detected("flake.nix"), "nix");
  EXPECT_EQ(detected("X.pm"), "perl");
  EXPECT_EQ(detected("X.psm1"), "powershell");
  EXPECT_EQ(detected("x.svelte"), "svelte");
  EXPECT_EQ(detected("x.vue"), "vue");
  EXPECT_EQ(detected("x.xsd"), "xml");
  EXPECT_EQ(detected("schema.sql"), "sql");
  EXPECT_EQ(detected("Spec.tla"), "tlaplus");
  EXPECT_EQ(detected("Token.sol"), "solidity");
  EXPECT_EQ(detected("paper.tex"), "latex");
  EXPECT_EQ(detected("counter.sv"), "verilog");
  EXPECT_EQ(detected("counter.v"), "verilog");
  EXPECT_EQ(detected("board.dtsi"), "devicetree");
  EXPECT_EQ(detected("lid.scad"), "openscad");
  EXPECT_EQ(detected("Shelf.trigger"), "apex");
  EXPECT_EQ(detected("log4j.properties"), "properties");
  EXPECT_EQ(detected("tides.dtd"), "dtd");
  EXPECT_EQ(detected("Tides.ipynb"), "jupyter");
}

TEST(Detect, ExtensionInAnotherCase) {
  EXPECT_EQ(detected("MAIN.PY"), "python");
  EXPECT_EQ(detected("main.C"), "cpp");  // by custom
  EXPECT_EQ(detected("main.H"), "cpp");
}

TEST(Detect, BaseName) {
  EXPECT_EQ(detected("Rakefile"), "ruby");
  EXPECT_EQ(detected("a/b/.bashrc"), "bash");
  EXPECT_EQ(detected("Pipfile.lock"), "json");
  EXPECT_EQ(detected("Makefile"), "make");
  EXPECT_EQ(detected("src/GNUmakefile"), "make");
  EXPECT_EQ(detected("Makefile.am"), "make");
  EXPECT_EQ(detected("Makefile.PL"), "perl");
  EXPECT_EQ(detected("cpanfile"), "perl");
  EXPECT_EQ(detected(".terraform.lock.hcl"), "hcl");
  EXPECT_EQ(detected("web.config"), "xml");
  EXPECT_EQ(detected("Rakefile/readme"), "none");
}

TEST(Detect, None) {
  EXPECT_EQ(detected(""), "none");
  EXPECT_EQ(detected("readme"), "none");
  EXPECT_EQ(detected("notes.txt", "#include <vector>\n"), "none");
  EXPECT_EQ(detected("directory.py/"), "none");
  EXPECT_EQ(detected(".py"), "none");  // a name, not an extension
  EXPECT_EQ(detected("name."), "none");
}

TEST(Detect, Interpreter) {
  EXPECT_EQ(detected("tool", "#!/bin/sh\necho\n"), "bash");
  EXPECT_EQ(detected("tool", "#! /usr/bin/python3 -u\n"), "python");
  EXPECT_EQ(detected("tool", "#!/usr/bin/python3.11"), "python");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env node\n"), "javascript");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env -S ruby -w\n"), "ruby");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env -Spython3 -u\n"), "python");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env --split-string=php8.2 -n\n"), "php");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env -i -u HOME LANG=C bash\n"), "bash");
  EXPECT_EQ(detected("tool", "#!/bin/bash\r\n"), "bash");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env -S scala-cli shebang\n"), "scala");
  EXPECT_EQ(detected("tool", "#!/bin/bash-5.2\n"), "bash");
  EXPECT_EQ(detected("tool", "#!/usr/bin/lua5.4\n"), "lua");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env luajit\n"), "lua");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env Rscript\n"), "r");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env -S julia --project\n"), "julia");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env elixir\n"), "elixir");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env runhaskell\n"), "haskell");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env ocaml\n"), "ocaml");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env dart\n"), "dart");
  EXPECT_EQ(detected("tool", "#!/usr/bin/gawk -f\n"), "awk");
  EXPECT_EQ(detected("tool", "#!/usr/bin/perl -w\n"), "perl");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env pwsh\n"), "powershell");
  EXPECT_EQ(detected("tool", "#!/usr/bin/make -f\n"), "make");
}

TEST(Detect, NoInterpreter) {
  EXPECT_EQ(detected("tool", "#!"), "none");
  EXPECT_EQ(detected("tool", "#!\n/bin/sh\n"), "none");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env\n"), "none");
  EXPECT_EQ(detected("tool", "#!/usr/bin/env -u\n"), "none");
  EXPECT_EQ(detected("tool", "#!/usr/bin/tclsh -f\n"), "none");
  EXPECT_EQ(detected("tool", "#!/1.2.3\n"), "none");
  EXPECT_EQ(detected("tool", " #!/bin/sh\n"), "none");
}

TEST(Detect, NameBeforeExtensionBeforeInterpreter) {
  EXPECT_EQ(detected("composer.lock", "#!/bin/sh\n"), "json");
  EXPECT_EQ(detected("tool.py", "#!/bin/sh\n"), "python");
}

TEST(Detect, HeaderByContent) {
  EXPECT_EQ(detected("x.h", ""), "c");
  EXPECT_EQ(detected("x.h", "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n"), "c");
  EXPECT_EQ(detected("x.h", "// has no namespace of its own\nstruct s;\n"), "c");
  EXPECT_EQ(detected("x.h", "#pragma once\nnamespace a {\n}\n"), "cpp");
  EXPECT_EQ(detected("x.h", "struct s {\n \tpublic:\n};"), "cpp");
  EXPECT_EQ(detected("x.h", "#include <vector>\r\n"), "cpp");
  EXPECT_EQ(detected("x.h", "template <class T> class a;"), "cpp");
  EXPECT_EQ(detected("x.h", "// A lantern.\n\n@interface Lantern : NSObject\n@end\n"), "objc");
  EXPECT_EQ(detected("x.h", "#import <Foundation/Foundation.h>\n"), "objc");
  EXPECT_EQ(detected("x.h", "/* @interface is not C */\nint f(void);\n"), "c");
  // Nobody else claims these.
  EXPECT_EQ(detected("x.hpp", ""), "cpp");
  EXPECT_EQ(detected("x.c", "namespace a {\n}\n"), "c");
}

TEST(Detect, ClassByContent) {
  EXPECT_EQ(detected("Shelf.cls", "public class Shelf {}\n"), "apex");
  EXPECT_EQ(detected("letter.cls", "% A letter.\n\\NeedsTeXFormat{LaTeX2e}\n"), "latex");
}

TEST(Detect, LooksAtTheBeginningOnly) {
  std::string far(64U << 10U, '\n');
  EXPECT_EQ(detected("x.h", far + "namespace a {\n"), "c");
  EXPECT_EQ(detected("x.h", far.substr(100) + "namespace a {\n"), "cpp");
}

TEST(FileKind, IsThatOfTheLanguageOrOfTheExtension) {
  EXPECT_EQ(file_kind("a.py", "python"), FileKind::code);
  EXPECT_EQ(file_kind("a.json", "json"), FileKind::data);
  EXPECT_EQ(file_kind("a.yaml", "yaml"), FileKind::config);
  EXPECT_EQ(file_kind("README.txt", "markdown"), FileKind::docs);
  EXPECT_EQ(file_kind("notes.txt", ""), FileKind::docs);
  EXPECT_EQ(file_kind("a/b.ini", ""), FileKind::config);
  EXPECT_EQ(file_kind("a.csv", ""), FileKind::data);
  EXPECT_EQ(file_kind("LICENSE", ""), FileKind::other);
  EXPECT_EQ(file_kind("a.x", "klingon"), FileKind::other);
}

}  // namespace
}  // namespace froe::language
