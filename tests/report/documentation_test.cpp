#include "report/documentation.hpp"

#include <gtest/gtest.h>

namespace froe::report {
namespace {

struct Case {
  const char* text;
  const char* plain;
};

TEST(Documentation, HasNoMarks) {
  for (const auto& [text, plain] : {
           Case{"// One.", "One."},
           Case{"/// One.\n    /// Two.", "One.\nTwo."},
           Case{"//! Inner.", "Inner."},
           Case{"# One.\n#\n#   indented", "One.\n\n  indented"},
           Case{"#: Sphinx", "Sphinx"},
           Case{"/** One. */", "One."},
           Case{"/**\n   * One.\n   *\n   *  - item\n   */", "One.\n\n - item"},
           Case{"/* One\n   two */", "One\ntwo"},
           Case{"/*\n   a: 1\n     b: 2\n*/", "a: 1\n  b: 2"},
           Case{"/** one **/\n// two\n/* three */", "one\ntwo\nthree"},
           Case{"/* a\n * # no mark\n * // nor this\n */", "a\n# no mark\n// nor this"},
           Case{"/* 2 *3 */", "2 *3"},
           Case{"\"\"\"One.\n\n    Two.\n      Three.\n    \"\"\"", "One.\n\nTwo.\n  Three."},
           Case{"r'''raw'''", "raw"},
           Case{"'one'", "one"},
           Case{"-- | Haskell\n-- more", "Haskell\nmore"},
           Case{"{- | Haskell\n   more -}", "Haskell\nmore"},
           Case{"<!-- one -->", "one"},
           Case{"(* one *)", "one"},
           Case{"=begin\none\n=end", "one"},
           Case{";; Lisp", "Lisp"},
           Case{"% Erlang", "Erlang"},
           Case{"// dos\r\n// line\r\n", "dos\nline"},
           Case{"/* never closed\n * at all", "never closed\nat all"},
           Case{"", ""},
           Case{"//", ""},
           Case{"/**/", ""},
           Case{"\"", ""},
           Case{"\"\"", ""},
           Case{"caf\xe9", "caf\xe9"},
       }) {
    EXPECT_EQ(plain_documentation(text), plain) << text;
  }
}

TEST(Documentation, IsSummedUpByItsFirstSentence) {
  EXPECT_EQ(summary("One. Two."), "One.");
  EXPECT_EQ(summary("One\n  goes on. Two."), "One goes on.");
  EXPECT_EQ(summary("No end\n\nSecond paragraph."), "No end");
  EXPECT_EQ(summary("Words, e.g. these, are 3.5 long. Two."), "Words, e.g. these, are 3.5 long.");
  EXPECT_EQ(summary("Really? Yes."), "Really?");
  EXPECT_EQ(summary(""), "");
}

}  // namespace
}  // namespace froe::report
