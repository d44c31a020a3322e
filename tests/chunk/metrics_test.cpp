// What functions are measured to be, counted by hand from the definitions in docs/check.md.
#include <gtest/gtest.h>

#include "chunk/files.hpp"
#include "froe/chunk.hpp"
#include "froe/token_stream.hpp"

namespace froe::chunk {
namespace {

struct Case {
  const char* language;
  const char* content;
  const char* expected;  // a line for each: name, parameters, nesting, cyclomatic, cognitive
};
void PrintTo(const Case& each, std::ostream* out) {
  *out << each.language;
}

FileResult measure(const std::string& language, const std::string& content) {
  FileTask task;
  task.language = language;
  task.content = content;
  task.options.metrics = true;
  return chunk_afresh(task);
}

std::string metrics_of(const FileResult& result) {
  std::string text;
  for (const auto& metrics : result.metrics) {
    text += result.symbols[metrics.symbol].name;
    for (auto number : {metrics.parameters, metrics.nesting, metrics.cyclomatic, metrics.cognitive})
      text += ' ' + std::to_string(number);
    text += '\n';
  }
  return text;
}

class MetricsOf : public testing::TestWithParam<Case> {};

TEST_P(MetricsOf, Functions) {
  const auto& [language, content, expected] = GetParam();
  auto result = measure(language, content);
  EXPECT_EQ(result.outcome, Outcome::parsed) << "a case should be code";
  EXPECT_EQ(metrics_of(result), expected);
}

// Where the cognitive complexity is not plain, the sum stands beside: in the order of the code, what each
// costs.
INSTANTIATE_TEST_SUITE_P(
    Languages, MetricsOf,
    testing::Values(
        // 0; for 1, if 2, && 1, || 1, else 1 (and its if), else 1, switch 2, conditional 1, goto 1
        Case{"c", R"(int none(void) { return 0; }
int most(int a, const char* b, ...) {
  for (int i = 0; i < a; i++) {
    if (a && b[0] || i) a--;
    else if (a == 2) a = 3;
    else a = 4;
    switch (a) { case 1: break; case 2: break; default: break; }
  }
  a = b ? a : 1;
  goto out;
out:
  return a;
}
)",
             "none 0 0 1 0\nmost 3 2 9 11\n"},
        // range-for 1, try, catch 1, closure, if 2 in it; `not` ends a run: && 1, && 1
        Case{"cpp", R"(template <class T>
int T1(const T& all, int limit = 3) {
  for (const auto& each : all) limit += each;
  try {
    run([&](int x) { if (x) stop(); });
  } catch (const E& error) {
    limit = 0;
  }
  return limit && !(limit && all.size());
}
struct S {
  S() : a(1) {}
  void declared(int);
  bool operator==(const S& other) const { return a == other.a || b; }
};
)",
             "T1 2 2 6 6\nS 0 0 1 0\noperator== 1 0 2 1\n"},
        // while 1, if 2, or 1, elif 1, else 1, match 1, conditional 1, lambda 0, except 1
        Case{"python", R"(def most(self, a, *b, c=1, **d):
    """Says if it is one; for a while."""
    while a:
        if a or b or c:
            a = 1
        elif a:
            a = 2
        else:
            a = 3
    match a:
        case 1: pass
        case _: pass
    try:
        x = a if b else c
    except E:
        x = lambda y: [z for z in y if z]
    return x


class C:
    async def m(self): return 1
)",
             "most 5 2 11 9\nm 1 0 1 0\n"},
        // arrow: for 1, if 2, continue to a label 1; the callback nests: if 2
        Case{"javascript", R"(const arrow = (a, { b }, ...c) => {
  outer: for (const x of a) {
    if (x ?? b) continue outer;
  }
  c.forEach((y) => { if (y) z(); });
};
class K {
  one = x => x ? 1 : 2;
  async *two(a = 1) { do { yield a; } while (a && a); }
}
)",
             "arrow 3 2 5 7\none 1 0 2 1\ntwo 1 1 3 2\n"},
        Case{"typescript", R"(export function most(this: T, a: string, b?: number): void {
  switch (a) { case "1": case "2": break; default: }
  try { a = b!; } catch { if (a) { b = 1; } else { b = 2; } }
}
declare function nothing(a: number): void;
)",
             "most 3 2 5 5\n"},
        Case{"tsx", "const View = (p: P) => <div>{p.a && <b>{p.c ? 1 : 2}</b>}</div>;\n", "View 1 0 3 2\n"},
        // for 1, if 2, else 1 and if, else 1, switch 1, select 1, closure, if 2, goto 1
        Case{"go", R"(package p

func (s *S) Most(a, b int, c ...string) (x int) {
	for i := range c {
		if a > 1 && b > 1 {
			x++
		} else if i == 1 {
			x--
		} else {
			x = 2
		}
	}
	switch x.(type) {
	case int, string:
	default:
	}
	select {
	case <-done:
	}
	go func(y int) {
		if y == 1 {
			return
		}
	}(1)
	goto end
end:
	return x
}
)",
             "Most 3 2 8 11\n"},
        // if 1, else 1 and if let, match 1, loop 1, if 2, break 1 to a label, closure, && 1
        Case{"rust", R"(impl S {
    pub fn most(&self, a: u32, b: Option<u32>) -> u32 {
        let Some(c) = b else { return 1 };
        if a > 1 { f(); } else if let Some(d) = b { g(d); }
        match a { 1 | 2 => {} 3 => {} _ => {} }
        'outer: loop { if a > c { break 'outer; } }
        self.all.iter().any(|x| *x > 1 && *x < 2);
        a
    }
}
trait T { fn declared(&self); }
)",
             "most 3 2 9 8\n"},
        // if 1, else 1 and if, else 1, for 1, while 2, continue 1 to a label, switch 1, lambda, || 1
        Case{"java", R"(class A {
  A(int a) { this.a = a; }
  <T> int most(final T a, int... b) throws E {
    if (a == null) return 1; else if (b.length > 1) return 2; else return 3;
    outer: for (int x : b) { while (x > 1) { continue outer; } }
    switch (b[0]) { case 1: break; default: }
    all.stream().filter(y -> y.a || y.b);
  }
  abstract int declared(int a);
}
)",
             "A 1 0 1 0\nmost 2 2 7 9\n"},
        Case{"csharp", R"(class A {
  int Most(int a, string b = null) {
    foreach (var x in b) { if (x == 'a') a++; else a--; }
    try { } catch (E e) when (a > 1) { }
    int Local(int y) { return y > 1 ? 1 : 2; }
    return a switch { 1 => 2, _ => 3 };
  }
}
)",
             "Most 2 2 6 6\nLocal 1 0 2 1\n"},
        // each 0, if 2, unless 1, case 1, rescue 1, while 1, and 1, conditional 1
        Case{"ruby", R"(def most(a, b = 1, *c, d:, **e, &f)
  a.each do |x|
    puts x if x
  end
  unless a
    b = 2
  end
  case b
  when 1 then 2
  when 2 then 3
  else 4
  end
  a -= 1 while a and b
  a ? 1 : 2
rescue E
  3
end
)",
             "most 6 2 9 8\n"},
        Case{"php", R"(<?php
function most(int $a, &$b, ...$c) {
  foreach ($c as $x) { if ($x && $a) { f(); } elseif ($b) { g(); } else { h(); } }
  $d = function ($y) use ($a) { return $y ?: 1; };
  return match (true) { $a > 1 => 1, default => 2 };
}
)",
             "most 3 2 7 9\n"},
        // for 1, if 2, elif 1, else 1, case 1, && 1 || 1
        Case{"bash", R"(most() {
  for x in "$@"; do
    if [[ $x == a ]]; then one; elif two; then three; else four; fi
  done
  case $1 in
    a) five ;;
    *) six ;;
  esac
  seven && eight || nine
}
)",
             "most 0 2 8 8\n"}),
    [](const auto& each) { return std::string(each.param.language); });

TEST(Metrics, OfAScriptInAPageAreTheFiles) {
  auto result = measure("html", "<p>x</p>\n<script>\nfunction f(a) { if (a) g(); }\n</script>\n");
  EXPECT_EQ(metrics_of(result), "f 1 1 2 1\n");
  EXPECT_FALSE(result.tokens.empty());
}

TEST(Metrics, AreGatheredOnRequestOnly) {
  FileTask task;
  task.language = "c";
  task.content = "int f(void) { return 1; }\n";
  auto result = chunk_afresh(task);
  EXPECT_TRUE(result.metrics.empty());
  EXPECT_TRUE(result.tokens.empty());
}

TEST(Metrics, TokensAreTheCodeWithoutCommentsAndImports) {
  const std::string content = "import os  # why\n\n\ndef f(a):\n    # Words.\n    return f\"{a} b\" + 12\n";
  auto result = measure("python", content);
  std::string text;
  TokenReader reader(result.tokens);
  Token token;
  while (reader.next(token)) {
    text += std::string("oil").at(static_cast<std::size_t>(token.is));
    text += ' ' + content.substr(token.range.begin, token.range.size()) + '\n';
  }
  EXPECT_EQ(text, "o def\ni f\no (\ni a\no )\no :\no return\nl f\"{a} b\"\no +\nl 12\n");
}

}  // namespace
}  // namespace froe::chunk
