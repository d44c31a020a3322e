// `froe check` as people and pipelines run it.
#include "cli/check_fixture.hpp"

namespace froe::cli {
namespace {

using Strings = std::vector<std::string>;

constexpr const char* clones_of_40 = "[check.rules]\nduplicated-code = { limit = 40 }\n";

TEST_F(CheckTest, PassesWhatIsWellAndSaysSo) {
  write("a.py", python_file);
  auto told = froe("check");
  EXPECT_EQ(told.status, 0) << told.err;
  EXPECT_EQ(told.out, "0 findings in 1 file; 0.0 % of 3 lines of code duplicated\npassed\n");
}

TEST_F(CheckTest, PointsAtTheSignatureAndFailsTheGate) {
  write("froe.toml", "[check]\nfail-on = \"warning\"\n[check.rules]\ntoo-many-parameters = { limit = 2 }\n");
  write("a.py", "import os\n\n\n@os.wraps\ndef many(one, two,\n         three):\n    return one\n");
  auto told = froe("check");
  EXPECT_EQ(told.status, 1);
  EXPECT_EQ(told.out,
            "a.py:5:5: warning: function many declares 3 parameters; 2 are allowed [too-many-parameters]\n"
            "    5 | def many(one, two,\n"
            "      |     ^~~~\n"
            "\n1 finding (1 warning) in 2 files; 0.0 % of 4 lines of code duplicated\n"
            "failed: 1 warning\n");
  EXPECT_EQ(froe("check --fail-on error").status, 0) << "the command line wins";
  EXPECT_EQ(froe("check --no-config").status, 0);
}

TEST_F(CheckTest, SaysTheSameWhateverRan) {
  write("froe.toml", clones_of_40);
  write("a.py", function("first"));
  write("b/b.py", function("second", "sum"));
  write("c.c", "int f(int a, int b) { if (a && b || a) return 1; for (;;) goto x; x: return 2; }\n");
  write("broken.go", "package p\nfunc (\n");
  auto told = froe("check --json --executor inline --db ../inline.db");
  auto told_by = [&](const std::string& executor) {
    return froe("check --json --executor " + executor + " --db ../" + executor + ".db").out;
  };
  for (const std::string executor : {"threads", "processes"}) {
    EXPECT_EQ(told_by(executor), told.out) << executor;
    EXPECT_EQ(froe("dump --row-ids --db ../" + executor + ".db").out,
              froe("dump --row-ids --db ../inline.db").out);
  }
  EXPECT_EQ(froe("check --json --db ../inline.db").out, told.out) << "a warm index";
  EXPECT_EQ(froe("check --json --no-update --db ../inline.db").out, told.out);
  EXPECT_EQ(froe("verify --db ../inline.db").status, 0);
}

TEST_F(CheckTest, FindsCodeThatStandsTwice) {
  write("froe.toml", clones_of_40);
  write("a.py", "import sys\n\n" + function("first"));
  write("b.py", "# Words of its own.\n" + function("second", "sum") + "\n\ndef other():\n    return 1\n");
  write("c.py", function("first").replace(0, 0, "x = 1\n"));
  auto told = froe("check --json");
  EXPECT_TRUE(contains(told.out, "also in")) << told.out;
  EXPECT_EQ(found(""), (Strings{"duplicated-code a.py:3 first"})) << told.out;
  // All three are one class, and the lines of all count.
  EXPECT_TRUE(contains(told.out, R"("related":[{"path":"b.py","line":)")) << told.out;
  EXPECT_TRUE(contains(told.out, R"({"path":"c.py","line":2)")) << told.out;
  EXPECT_TRUE(contains(froe("check").out, "; 90.0 % of 30 lines of code duplicated\n"));
  auto gate = froe("check --max-duplication 50");
  EXPECT_EQ(gate.status, 1);
  EXPECT_TRUE(contains(gate.out, "of the lines are duplicated; 50.00 % are allowed")) << gate.out;
  EXPECT_EQ(froe("check --max-duplication 100").status, 0);
}

TEST_F(CheckTest, DoesNotTakeChanceForAClone) {
  write("froe.toml", clones_of_40);
  std::string table = "table = [\n";
  for (int i = 0; i < 60; ++i) table += "    (" + std::to_string(i) + ", \"word\"),\n";
  write("table.py", table + "]\n");
  // The same shape, with names that do not correspond.
  auto odd = function("second");
  for (const auto* name : {"item.size", "item.weight", "item.price"}) {
    auto at = odd.find(name);
    odd.replace(at, 4, "limit");
  }
  for (auto at = odd.find("total"); at != std::string::npos; at = odd.find("total", at + 1)) {
    odd.replace(at, 5, at % 2 == 0 ? "items" : "limit");
  }
  write("a.py", function("first"));
  write("odd.py", odd);
  EXPECT_EQ(found(""), Strings{});
}

TEST_F(CheckTest, ACommentAllowsWithAReason) {
  write("froe.toml",
        "[check.rules]\ntoo-many-parameters = { limit = 1 }\nduplicated-code = { limit = 40 }\n");
  write("a.py",
        "# froe: allow(too-many-parameters) the protocol says so\ndef f(a, b):\n    return a\n\n\n"
        "def g(a, b):  # froe: allow(too-many-parameters) likewise\n    return b\n\n\n"
        "# froe: allow(too-many-parameters)\ndef h(a, b):\n    return b\n\n\n"
        "# froe: allow(too-many-parameters) nothing is wrong\ndef i(a):\n    return a\n\n\n"
        "# froe: allow(too-many-arguments) no such rule\nj = \"froe: allow(syntax-error) in a string\"\n");
  EXPECT_EQ(found(""), (Strings{"bad-suppression a.py:10", "too-many-parameters a.py:11 h",
                                "unused-suppression a.py:15", "bad-suppression a.py:20"}));
  EXPECT_TRUE(contains(froe("check").out, "; 2 suppressed;"));
  // A place of a clone that is allowed is none.
  write("b.py", "# froe: allow-file(too-many-parameters) old code\n" + function("one"));
  write(
      "c.py",
      "# froe: allow-file(too-many-parameters) old code\n# froe: allow(duplicated-code) generated by hand\n" +
          function("two"));
  EXPECT_EQ(found("").size(), 4U);
}

TEST_F(CheckTest, ScopesAndMarksDecideWhatIsJudged) {
  const std::string many = "def f(a, b, c):\n    return a\n";
  write("src/a.py", many);
  write("tests/a.py", many);
  write("old/a.py", many);
  write("vendor/lib/a.py", many);
  write(
      "froe.toml",
      "[check]\nexclude = [\"old\"]\n[check.rules]\ntoo-many-parameters = { level = \"error\", limit = 2 }\n"
      "[[check.scope]]\npaths = [\"tests/*\"]\nrules = { too-many-parameters = \"off\" }\n");
  EXPECT_EQ(found(""), (Strings{"too-many-parameters src/a.py:1 f"}));
  EXPECT_EQ(found("src"), (Strings{"too-many-parameters a.py:1 f"})) << "the settings are found above";
  EXPECT_EQ(found("tests"), Strings{}) << "patterns are about paths from where the settings are";
  EXPECT_EQ(found("tests --config froe.toml"), Strings{}) << "also if they are named";
  // A link is where it stands.
  fs::rename(tree_ / "froe.toml", scratch_ / "shared.toml");
  fs::create_symlink(scratch_ / "shared.toml", tree_ / "froe.toml");
  EXPECT_EQ(found("tests"), Strings{});
}

TEST_F(CheckTest, PatternsOfSettingsElsewhereAreAboutPathsFromTheTree) {
  const std::string many = "def f(a, b, c):\n    return a\n";
  write("src/a.py", many);
  write("old/a.py", many);
  const std::string settings =
      "[check]\nexclude = [\"old\"]\n[check.rules]\ntoo-many-parameters = { limit = 2 }\n";
  write("../policy/froe.toml", settings);
  write("ci/froe.toml", settings);
  for (const std::string file : {"../policy/froe.toml", "ci/froe.toml"}) {
    EXPECT_EQ(found("--config " + file), (Strings{"too-many-parameters src/a.py:1 f"})) << file;
    EXPECT_EQ(froe("check --config " + file).err, "") << file;
  }
  // The tree lies in the directory of these.
  write("../above.toml", settings);
  EXPECT_EQ(found("--config ../above.toml").size(), 2U);
}

TEST_F(CheckTest, PatternsAreMeantAsTheyAreWritten) {
  const std::string many = "def f(a, b, c):\n    return a\n";
  for (const auto* path : {"src/a.py", "old/a.py", "old/deep/b.py", "older/c.py"}) write(path, many);
  auto exclude = [&](const std::string& pattern) {
    write("froe.toml",
          "[check]\nexclude = [\"" + pattern + "\"]\n[check.rules]\ntoo-many-parameters = { limit = 2 }\n");
  };
  for (const std::string pattern : {"old", "old/", "./old", ".//old//", "old/.", "old/*"}) {
    exclude(pattern);
    EXPECT_EQ(found(""), (Strings{"too-many-parameters older/c.py:1 f", "too-many-parameters src/a.py:1 f"}))
        << pattern;
    EXPECT_EQ(froe("check").err, "") << pattern;
  }
  for (const std::string pattern : {".", "./", "*"}) {
    exclude(pattern);
    EXPECT_EQ(found(""), Strings{}) << pattern;
  }
}

TEST_F(CheckTest, PatternsThatNoPathCanMatchAreRefused) {
  write("a.py", python_file);
  for (const std::string pattern : {"/a.py", "/", "../a.py", "lib/../a.py", ".."}) {
    write("froe.toml", "[check]\nexclude = [\n  \"a.py\",\n  \"" + pattern + "\"]\n");
    auto told = froe("check");
    EXPECT_EQ(told.status, 2) << pattern;
    EXPECT_TRUE(contains(told.err, "froe.toml:4: check.exclude: \"" + pattern + "\" matches no path"))
        << told.err;
  }
  write("froe.toml", "[[check.scope]]\npaths = [\"/a.py\"]\nrules = { syntax-error = \"off\" }\n");
  auto told = froe("check");
  EXPECT_EQ(told.status, 2);
  EXPECT_TRUE(contains(told.err, "froe.toml:2: check.scope.paths: \"/a.py\" matches no path")) << told.err;
}

TEST_F(CheckTest, PatternsThatMatchNothingAreTold) {
  write("lib/a.py", python_file);
  write("froe.toml",
        "[check]\nexclude = [\"lib/a.py\",\n  \"lib/b.py\"]\n[[check.scope]]\npaths = [\"*.go\"]\n"
        "rules = { syntax-error = \"off\" }\n");
  auto told = froe("check");
  EXPECT_EQ(told.status, 0) << "it is a note";
  EXPECT_TRUE(contains(told.err, "froe.toml:3: check.exclude: no file matches \"lib/b.py\"\n")) << told.err;
  EXPECT_TRUE(contains(told.err, "froe.toml:5: check.scope.paths: no file matches \"*.go\"\n")) << told.err;
  EXPECT_FALSE(contains(told.err, "a.py")) << told.err;
  EXPECT_EQ(froe("check lib").err, "") << "of a part nobody can tell";
  write("lib/b.py", "");
  write("x.go", "package x\n");
  EXPECT_EQ(froe("check").err, "");
}

TEST_F(CheckTest, ABaselineKnowsWhatWasThere) {
  write("froe.toml", "[check]\nfail-on = \"warning\"\n[check.rules]\ntoo-many-parameters = { limit = 2 }\n");
  write("a.py", "def f(a, b, c):\n    return a\n");
  EXPECT_EQ(froe("check --baseline known.json --update-baseline").status, 0);
  EXPECT_EQ(froe("check --baseline known.json").status, 0);
  // It survives whatever moves lines, and the function's own change.
  write("a.py", "import os\n\n\n\ndef f(a, b, c):\n    return a, os\n\n\ndef g(a, b, c):\n    return a\n");
  EXPECT_EQ(found("--baseline known.json"), (Strings{"too-many-parameters a.py:9 g"}));
  EXPECT_EQ(froe("check --baseline known.json --fail-on new").status, 1);
  EXPECT_TRUE(contains(froe("check --baseline known.json").out, "1 not new"));
}

TEST_F(CheckTest, ABaselineDoesNotKnowOneMoreCopy) {
  write("froe.toml", clones_of_40);
  write("a.py", function("first"));
  write("b.py", function("second"));
  ASSERT_EQ(froe("check --baseline known.json --update-baseline").status, 0);
  EXPECT_EQ(found("--baseline known.json"), Strings{});
  write("c.py", function("third"));
  EXPECT_EQ(found("--baseline known.json"), (Strings{"duplicated-code a.py:1 first"}));
  fs::remove(tree_ / "a.py");
  EXPECT_EQ(found("--baseline known.json"), Strings{}) << "two places, as before";
}

TEST_F(CheckTest, ExplainsItsRules) {
  auto list = froe("check --list-rules");
  EXPECT_EQ(list.status, 0);
  for (const auto* id : {"function-too-long", "duplicated-code", "file-left-out", "bad-suppression"}) {
    EXPECT_TRUE(contains(list.out, id)) << list.out;
    auto told = froe(std::string("check --explain ") + id);
    EXPECT_EQ(told.status, 0);
    EXPECT_TRUE(told.out.starts_with(std::string(id) + " (")) << told.out;
  }
  write("froe.toml", "[check.rules]\nfunction-too-long = { limit = 7 }\n");
  EXPECT_TRUE(contains(froe("check --explain function-too-long").out, "(warning, 7 lines)"));
}

struct Refusal {
  const char* what;
  const char* arguments;
  const char* message;
};
void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.what;
}

class Refused : public CheckTest, public testing::WithParamInterface<Refusal> {};

// Whatever cannot be done is never a green pass.
TEST_P(Refused, WithTheReason) {
  write("a.py", function("a"));
  write("wrong.toml", "[check]\nfail-on = \"sometimes\"\n");
  write("unknown.toml", "[check.rules]\nfunction-too-wide = \"off\"\n");
  write("limit.toml", "[check.rules]\nsyntax-error = { limit = 3 }\n");
  write("no.toml", "[check\n");
  write("key.toml", "[check]\nfail_on = \"new\"\n");
  write("damaged.json", "{\"froe_baseline\": 1, \"findings\": {");
  write("alien.json", "{\"version\": 1, \"fingerprints\": {}}");
  write("odd.json", "{\"froe_baseline\": 1, \"findings\": {\"ab\": 1}}");
  write("later.json", "{\"froe_baseline\": 2, \"findings\": {}}");
  auto told = froe(std::string("check ") + GetParam().arguments);
  EXPECT_EQ(told.status, 2) << told.out;
  EXPECT_TRUE(contains(told.err, GetParam().message)) << told.err;
}

INSTANTIATE_TEST_SUITE_P(
    Check, Refused,
    testing::Values(
        Refusal{"no tree", "nowhere", "cannot check nowhere"},
        Refusal{"a file", "a.py", "is not a directory"},
        Refusal{"no git", "--since HEAD", "is in no git repository"},
        Refusal{"new without since", "--fail-on new", "say what that is"},
        Refusal{"settings twice", "--config wrong.toml --no-config", "do not go together"},
        Refusal{"no settings", "--config nowhere.toml", "cannot read nowhere.toml"},
        Refusal{"wrong word", "--config wrong.toml", "wrong.toml:2: check.fail-on: must be never"},
        Refusal{"wrong rule", "--config unknown.toml", "function-too-wide: there is no such rule"},
        Refusal{"limit of nothing", "--config limit.toml", "this rule has no limit"},
        Refusal{"no TOML", "--config no.toml", "no.toml:"},
        Refusal{"wrong key", "--config key.toml", "check.fail_on: there is no such key"},
        Refusal{"no baseline", "--baseline nowhere.json", "--update-baseline writes one"},
        Refusal{"damaged baseline", "--baseline damaged.json", "damaged.json is not a baseline"},
        Refusal{"alien baseline", "--baseline alien.json", "alien.json is not a baseline"},
        Refusal{"baseline of something", "--baseline odd.json", "the finding ab is none"},
        Refusal{"later baseline", "--baseline later.json", "a baseline of version 2"},
        Refusal{"update of nothing", "--update-baseline", "wants --baseline FILE"},
        Refusal{"update and since", "--baseline b --update-baseline --since HEAD", "do not go together"},
        Refusal{"unwritable output", "-o sarif=no/such/folder/a.sarif",
                "cannot write no/such/folder/a.sarif"},
        Refusal{"full output", "-o sarif=/dev/full", "cannot write /dev/full"},
        Refusal{"no format", "-o xml=a.xml", "must be FORMAT=FILE"},
        Refusal{"no file", "-o sarif", "must be FORMAT=FILE"},
        Refusal{"two formats", "--json --format sarif", "do not go together"},
        Refusal{"no rule", "--explain nothing", "there is no rule nothing"},
        Refusal{"no index", "--no-update", "there is no index"}));

TEST_F(CheckTest, AnIndexWithoutMetricsIsNotJudged) {
  write("a.py", python_file);
  ASSERT_EQ(froe("index").status, 0);
  auto told = froe("check --no-update");
  EXPECT_EQ(told.status, 2);
  EXPECT_TRUE(contains(told.err, "froe index --metrics")) << told.err;
  EXPECT_EQ(froe("check").status, 0) << "gathers them";
  EXPECT_EQ(froe("check --no-update").status, 0);
}

}  // namespace
}  // namespace froe::cli
