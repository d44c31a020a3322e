// The names that files use, in each language with rules for them: how each is used, and in which symbol.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "chunk/files.hpp"
#include "froe/chunk.hpp"

namespace froe::chunk {
namespace {

struct Case {
  const char* language;
  const char* content;
  const char* expected;  // "kind name@symbol, …"

  friend std::ostream& operator<<(std::ostream& out, const Case& each) {
    return out << each.language << ":\n" << each.content;
  }
};

FileTask task_of(const char* language, std::string content) {
  FileTask task;
  task.language = language;
  task.content = std::move(content);
  task.options.references = true;
  return task;
}

std::string shown(const FileTask& task, const FileResult& result) {
  std::string all;
  for (const auto& reference : result.references) {
    EXPECT_EQ(task.content.substr(reference.range.begin, reference.range.size()), reference.name);
    auto symbol = reference.symbol ? result.symbols[*reference.symbol].name : std::string("-");
    all += (all.empty() ? "" : ", ") + std::string(to_string(reference.kind)) + ' ' + reference.name + '@' +
           symbol;
  }
  return all;
}

class References : public testing::TestWithParam<Case> {};

TEST_P(References, AreNamesWhereTheyAreUsed) {
  auto task = task_of(GetParam().language, GetParam().content);
  auto result = chunk_afresh(task);
  EXPECT_EQ(result.outcome, Outcome::parsed);
  EXPECT_EQ(shown(task, result), GetParam().expected);
  task.options.references = false;
  EXPECT_TRUE(chunk_afresh(task).references.empty()) << "not asked for";
}

INSTANTIATE_TEST_SUITE_P(
    Languages, References,
    testing::Values(
        Case{"python", R"(import os.path
from decimal import Decimal as D
class A(Base, mod.Other):
    @property
    def f(self, x: Optional[Foo], y: Foo | Bar) -> D:
        return os.path.join(self.g(x), h())
)",
             "import os.path@-, import decimal@-, import Decimal@-, type Base@A, type Other@A, call "
             "property@f, type "
             "Optional@f, type Foo@f, type Foo@f, type Bar@f, type D@f, call join@f, call g@f, call h@f"},
        Case{"go", R"(package p
import "net/http"
func (s *Server) F(x int, r http.Request) error { return s.g(x, h(x)) }
)",
             "import net/http@-, type Server@F, type Request@F, call g@F, call h@F"},
        Case{"cpp", R"(#include <vector>
using std::vector;
void f(Foo a) { a::b::c<int>(1); x->g(2); h(); new Bar(3); std::vector<Baz> v; }
)",
             "import vector@-, import vector@-, type Foo@f, call c@f, call g@f, call h@f, call Bar@f, type "
             "vector@f, type Baz@f"},
        Case{"typescript", R"(import { A as B, C } from "./x";
class K extends L implements M { m(p: N): O<P> { return new Q(p.r(), s()); } }
)",
             "import A@-, import C@-, import ./x@-, type L@K, type M@K, type N@m, type O@m, type P@m, call "
             "Q@m, call r@m, call s@m"},
        Case{"tsx", R"(import React from "react";
const f = () => <div><Foo a={b()}/></div>;
)",
             "import React@-, import react@-, call Foo@f, call b@f"},
        Case{"rust", R"(use a::{B, c::D};
use e::F as G;
impl T for S { fn f(x: U) -> V<W> { g(h::i(1).j(), println!("x")) } }
)",
             "import B@-, import D@-, import F@-, type T@S, type U@f, type V@f, type W@f, call g@f, call "
             "i@f, call j@f, call println@f"},
        Case{"java", R"(import a.b.C;
class K extends L<M> implements N { @Override O f(P p) { return new Q(p.r(S::t)); } }
)",
             "import C@-, type L@K, type M@K, type N@K, type Override@f, type O@f, type P@f, call Q@f, call "
             "r@f, other t@f"},
        Case{"csharp", R"(using A.B;
class K : L, M<N> { [O] P f(Q<R> q) { return new S(q.T(U<V>())); } }
)",
             "import A.B@-, type L@K, type M@K, type N@K, type O@f, type P@f, type Q@f, type R@f, call S@f, "
             "call T@f, call U@f, type V@f"},
        Case{"ruby", R"(require "a/b"
class K < L
  include M::N
  def f(x) = x.g(h(1))
end
)",
             "import a/b@-, type L@K, call include@K, type M@K, type N@K, call g@f, call h@f"},
        Case{"php", R"(<?php
use A\B;
class K extends L implements M { function f(N $n): O { return new P($n->q(r(), S::t())); } }
)",
             "import A\\B@-, type L@K, type M@K, type N@f, type O@f, call P@f, call q@f, call r@f, call t@f"},
        Case{
            "kotlin", R"(import a.b.C
class K : L(1), M { fun f(n: N?): O<P> = q(n.r(), Q()) }
)",
            "import a.b.C@-, call L@K, type M@K, type N@f, type O@f, type P@f, call q@f, call r@f, call Q@f"},
        Case{"swift", R"(import A
class K: L { func f(n: N?) -> O<P> { return q(n.r(), Q()) } }
)",
             "import A@-, type L@K, type N@f, type O@f, type P@f, call q@f, call r@f, call Q@f"},
        Case{"scala", R"(import a.b.{C, D => E}
class K extends L with M { def f(n: N): O[P] = q(n.r(), new Q(1), s[T](2)) }
)",
             "import b@-, import C@-, import D@-, type L@K, type M@K, type N@f, type O@f, type P@f, call "
             "q@f, call r@f, call Q@f, call s@f, type T@f"},
        Case{"c", R"(#include <stdio.h>
static struct foo *f(bar_t *x) { return g(x->h(1)); }
)",
             "import stdio.h@-, type foo@f, type bar_t@f, call g@f, call h@f"},
        Case{"javascript", R"(import A, { B } from "x";
class K extends L { m() { return new Q(this.r(), s()); } }
)",
             "import A@-, import B@-, import x@-, type L@K, call Q@m, call r@m, call s@m"}));

TEST(SomeReferences, InAPartInAnotherLanguageAreTheFiles) {
  auto task = task_of("html", "<p>x</p>\n<script>\nfunction f() { return g(1); }\n</script>\n");
  EXPECT_EQ(shown(task, chunk_afresh(task)), "call g@f");
}

TEST(SomeReferences, InAnExampleAreNobodys) {
  auto task = task_of("markdown", "# How\n\n```js\nf(1);\n```\n");
  EXPECT_EQ(shown(task, chunk_afresh(task)), "");
}

TEST(SomeReferences, HaveNoNamesThatAreGarbage) {
  auto task = task_of("c", "#include <a b.h>\nvoid f() { " + std::string(300, 'g') + "(); h(); }\n");
  EXPECT_EQ(shown(task, chunk_afresh(task)), "call h@f") << "neither white space nor what is too long";
}

TEST(SomeReferences, InANodeThatDefinesSeveralBelongToTheFirst) {
  auto task = task_of("go", "package p\n\nvar a, b = f(), g()\n");
  EXPECT_EQ(shown(task, chunk_afresh(task)), "call f@a, call g@a");
}

}  // namespace
}  // namespace froe::chunk
