#include "faults/grammar_failures.hpp"

#include <random>

namespace froe::faults {
namespace {

using namespace std::string_literals;

std::string repeat(const std::string& text, std::size_t times) {
  std::string repeated;
  repeated.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

// One more step of indentation on each line.
std::string staircase(const std::string& line, std::size_t steps) {
  std::string text;
  for (std::size_t i = 0; i < steps; ++i) text += std::string(i, ' ') + line + '\n';
  return text;
}

// Without control characters, which would make it a binary file.
std::string random_bytes(std::size_t size, bool printable) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(32 + random() % (printable ? 95 : 224));
  return bytes;
}

}  // namespace

std::map<std::string, std::string> grammar_failures(bool full) {
  auto size = [full](std::size_t small, std::size_t large) { return full ? large : small; };
  // So that a NUL or two do not make it a binary file, which no grammar sees.
  std::string words = repeat("some words that go before\n", 20);
  return {
      // Scanners that keep more state than there is room for (1,024 bytes), or count in 8 bits.
      {"quote_marks", repeat(">", size(300, 100'000)) + "\n"},
      {"nested_maps", staircase("a:", size(300, 1'400))},
      {"nested_blocks", staircase("if x:", size(300, 1'400)) + std::string(300, ' ') + "pass\n"},
      {"long_heredoc", "x = <<" + std::string(size(3'000, 100'000), 'A') + "\nbody\n"},
      {"many_heredocs", repeat("cat <<A <<'B' <<-C ", size(400, 4'000)) + "\nA\nB\nC\n"},
      {"php_heredoc", "<?php $x = <<<" + std::string(size(3'000, 100'000), 'A') + "\nbody\n"},
      {"raw_string_cpp",
       "auto x = R\"" + std::string(size(3'000, 100'000), 'a') + "(text)" + std::string(10, 'a') + "\";\n"},
      {"raw_string_rust", "let x = r" + repeat("#", size(3'000, 100'000)) + "\"text\"#;\n"},
      {"interpolation_csharp", "var x = " + repeat("$\"{", size(700, 20'000)) + "1\n"},
      {"interpolation_raw_csharp", "var x = " + repeat("$$\"\"\"{{", size(400, 20'000)) + "1\n"},
      {"interpolation_ruby", "x = " + repeat("\"#{", size(700, 20'000)) + "1\n"},
      {"interpolation_bash", "x=" + repeat("\"$(", size(700, 20'000)) + "1\n"},
      {"interpolation_javascript", "let x = " + repeat("`${", size(700, 20'000)) + "1\n"},
      {"interpolation_python", "x = " + repeat("f'{f\"{", size(350, 10'000)) + "1\n"},
      {"percent_literals_ruby", "x = " + repeat("%w(%q[%Q{", size(300, 10'000)) + "\n"},
      {"tags", repeat("<a>", size(700, 20'000)) + "\n"},
      // Characters that the functions of <ctype.h> do not know.
      {"digit_outside", "1. \xf1\x8a\x8a\x8a\n"},
      {"brace_and_ideograph", "{\xf0\xb1\xa1\xa0\n"},
      {"only_continuation_bytes", words + repeat("\x80\xbf", 300)},
      // The scanner of Swift compares behind the end of its word.
      {"directive_at_the_end", "#if"},
      // Scanners that never reach the end.
      {"exclamation_mark", "!"},
      {"comment_and_nul", words + "/*\0"s},
      {"quoted_backslash", "\"\\\""},
      {"nothing_but_open", words + "/* \" ' ` <<E {{{ (((\n"},
      {"main", "main = print \"hello\"\n"},
      // Recovery from errors, in the square of the size or worse.
      {"try_catch", repeat("{ try { } catch { (, e\n", size(20, 5'000))},
      {"invalid_json", repeat("{\"a\": tru, [}, \"b\" 1 2 3 nul]\n", size(100, 16'000))},
      {"one_statement", "INSERT INTO t VALUES " + repeat("(1, 2, 'x'),", size(300, 150'000)) + ";\n"},
      {"random_bytes", words + random_bytes(size(2'000, 1U << 20U), false)},
      {"random_words", random_bytes(size(2'000, 1U << 20U), true)},
      {"dockerfile", repeat("FROM a AS b\nRUN x \\\n && y \\\n\n", size(100, 10'000))},
      // Many readings of the same text.
      {"less_than", "x = " + repeat("a<b(", size(60, 5'000)) + "\n"},
      {"template_arguments",
       repeat("a<", size(130, 5'000)) + "int" + repeat(">", size(130, 5'000)) + " x;\n"},
      {"casts", "x = " + repeat("(a)(b)*(c)&", size(100, 10'000)) + "d;\n"},
      {"lambdas", repeat("a { b -> c(d) { ", size(100, 10'000)) + "\n"},
      {"arrows", repeat("(a, b = (c) => ", size(100, 10'000)) + "\n"},
      {"generics", "f" + repeat("<T extends X<", size(60, 5'000)) + "\n"},
      // Nesting.
      {"open_parentheses", repeat("(", size(3'000, 200'000))},
      {"open_brackets", repeat("[", size(3'000, 200'000))},
      {"open_braces", repeat("{", size(3'000, 200'000))},
      {"nested_parentheses", repeat("(", size(3'000, 200'000)) + repeat(")", size(3'000, 200'000))},
      {"nested_objects", repeat("{\"a\":", size(3'000, 350'000)) + "1" + repeat("}", size(3'000, 350'000))},
      {"nested_conditions", repeat("if (a) { ", size(1'000, 100'000)) + repeat("}", size(1'000, 100'000))},
      {"minus_signs", "x = " + repeat("- ", size(3'000, 500'000)) + "1;\n"},
      {"chain", "x" + repeat(".f(1)", size(1'000, 200'000)) + ";\n"},
      {"additions", "x = 1" + repeat(" + 1", size(1'000, 400'000)) + ";\n"},
      {"else_if", "if (a) {}" + repeat(" else if (b) {}", size(500, 50'000)) + "\n"},
      // Size and shape of lines.
      {"header", repeat("#define NAME_OF_A_CONSTANT 12345\n", size(500, 40'000))},
      {"conditionals",
       repeat("#if A\n", size(500, 20'000)) + "int x;\n" + repeat("#endif\n", size(500, 20'000))},
      {"many_lines", repeat("x = 1;\n", size(1'000, 280'000))},
      {"one_line", repeat("x=1;", size(1'000, 500'000))},
      {"carriage_returns", repeat("x = 1;\r", 500)},
      {"white_space", repeat(" \t\n", size(1'000, 500'000))},
      {"byte_order_marks", repeat("\xef\xbb\xbf", 100) + "x = 1\n"},
      {"long_name", std::string(size(20'000, 1'900'000), 'x') + "\n"},
      {"long_string", "x = \"" + std::string(size(20'000, 1'900'000), 'x') + "\"\n"},
      {"long_number", "x = " + std::string(size(20'000, 1'900'000), '9') + "\n"},
      {"long_comment", "/* " + repeat("* / ", size(5'000, 450'000)) + "*/\n"},
      {"backslashes", "x = \"" + std::string(size(10'001, 1'000'001), '\\') + "\"\n"},
  };
}

}  // namespace froe::faults
