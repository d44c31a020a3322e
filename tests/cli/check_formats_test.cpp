// Each format of `froe check`, from a tree with a finding of each rule, under names as bad as files may have,
// before the program that judges such a format.
#include <algorithm>
#include <set>

#include "cli/check_fixture.hpp"

namespace froe::cli {
namespace {

namespace json = boost::json;

const std::string validators = FROE_SOURCE_DIR "/tests/validators";

class CheckFormatsTest : public CheckTest {
 protected:
  CheckFormatsTest() {
    write("froe.toml",
          "[check.rules]\nfunction-too-long = { limit = 5 }\ntoo-many-parameters = { limit = 1 }\n"
          "nesting-too-deep = { limit = 1 }\ncyclomatic-complexity = { limit = 2 }\n"
          "cognitive-complexity = { limit = 2 }\nfile-too-large = { limit = 8 }\n"
          "duplicated-code = { limit = 40 }\nundocumented-public-definition = \"note\"\n");
    write("ünï çödé/ø %#?&'<>.py", function("größe") + "\n# froe: allow(syntax-error)\nx = 1\n");
    write("tab\tand,comma:colon.py",
          "\t\n" + function("twin", "summe") + "# froe: allow(syntax-error) gone\ny = 1\n");
    write("bytes\xff.py", "def \xff(:\n    pass\n");
    write("line\nbreak \"quoted\".py", "def broken(:\n    pass  # \U0001F980 ]]> <!--\n");
    write("conflict.txt", "<<<<<<< mine\na\n=======\nb\n>>>>>>> theirs\n");
    write("wide.txt", std::string("\xff\xfe"
                                  "a\0b\0",
                                  6));
    write("large.py", "x = 1\n" + std::string(5000, '#') + '\n');
  }

  // Checks once and writes all formats beside the tree.
  void check() const {
    std::string outputs;
    for (const auto* format : {"text", "jsonl", "sarif", "gitlab", "github", "rdjsonl", "junit"})
      outputs += std::string(" -o ") + format + "='" + (scratch_ / format).string() + "'";
    auto told = froe("check --max-parse-size 4000" + outputs);
    ASSERT_EQ(told.status, 1) << told.err;
    EXPECT_EQ(told.out, read_all(scratch_ / "text"));
  }
  std::string file(const std::string& format) const { return "'" + (scratch_ / format).string() + "'"; }
  std::vector<json::object> lines(const std::string& format) const {
    std::vector<json::object> all;
    std::istringstream text(read_all(scratch_ / format));
    for (std::string line; std::getline(text, line);) all.push_back(json::parse(line).as_object());
    return all;
  }
};

TEST_F(CheckFormatsTest, PlatformsArePointedFromTheTopOfTheRepository) {
  ASSERT_EQ(shell("git init -q .").status, 0);
  write("sub dir/deep/a.py", "def f(a, b, c, d, e, f, g, h):\n    return a\n");
  auto annotations = froe("check 'sub dir' --format github -o sarif=" + file("sarif"));
  EXPECT_NE(annotations.out.find("file=sub dir/deep/a.py"), std::string::npos) << annotations.out;
  EXPECT_NE(read_all(scratch_ / "sarif").find("\"uri\":\"sub%20dir/deep/a.py\""), std::string::npos);
  auto text = froe("check 'sub dir'");
  EXPECT_EQ(text.out.find("sub dir/deep"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("deep/a.py:1"), std::string::npos) << text.out;
}

TEST_F(CheckFormatsTest, TheTreeHasAFindingOfEachRule) {
  check();
  std::set<std::string> rules;
  std::set<std::string> fingerprints;
  std::size_t findings = 0;
  for (const auto& line : lines("jsonl")) {
    if (line.at("type") != "finding") continue;
    ++findings;
    rules.emplace(line.at("rule").as_string());
    fingerprints.emplace(line.at("fingerprint").as_string());
  }
  EXPECT_EQ(rules.size(), 14U);
  EXPECT_EQ(fingerprints.size(), findings) << "each its own";
}

TEST_F(CheckFormatsTest, SarifIsWhatGitHubTakes) {
  check();
  auto log = scratch_ / "judged";
  // It looks at nothing of another name.
  auto told =
      shell("cp " + file("sarif") +
            " ../froe.sarif && DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_BUNDLE_EXTRACT_BASE_DIR='" +
            scratch_.string() + "' '" + validators +
            "/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool' validate ../froe.sarif" +
            " --rule-kind 'Sarif;Ghas' --level 'Error;Warning;Note' --log ForceOverwrite --output '" +
            log.string() + "'");
  ASSERT_EQ(told.status, 0) << told.out << told.err << "scripts/fetch-validators installs it";
  auto run = json::parse(read_all(log)).at("runs").as_array().at(0).as_object();
  ASSERT_FALSE(run.at("results").as_array().empty()) << "it has something to say of every file" << told.out;
  for (const auto& result : run.at("results").as_array()) {
    const auto* level = result.as_object().if_contains("level");
    bool is_error = level != nullptr && *level == "error";
    EXPECT_FALSE(is_error) << json::serialize(result);
  }
  auto results =
      json::parse(read_all(scratch_ / "sarif")).at("runs").as_array().at(0).at("results").as_array();
  std::set<std::string> uris;
  for (const auto& result : results) {
    uris.emplace(result.at("locations")
                     .as_array()
                     .at(0)
                     .at("physicalLocation")
                     .at("artifactLocation")
                     .at("uri")
                     .as_string());
  }
  EXPECT_TRUE(uris.contains("%C3%BCn%C3%AF%20%C3%A7%C3%B6d%C3%A9/%C3%B8%20%25%23%3F%26%27%3C%3E.py"));
  EXPECT_TRUE(uris.contains("bytes%FF.py"));
  EXPECT_TRUE(uris.contains("line%0Abreak%20%22quoted%22.py"));
}

TEST_F(CheckFormatsTest, CodeQualityFitsItsSchema) {
  check();
  auto told = shell("cp " + file("gitlab") + " ../gitlab.json && node '" + validators +
                    "/node_modules/ajv-cli/dist/index.js' validate -s '" + validators +
                    "/code-quality.schema.json' -d ../gitlab.json");
  EXPECT_EQ(told.status, 0) << told.out << told.err;
  EXPECT_TRUE(contains(told.out, "valid")) << told.out;
  EXPECT_GE(json::parse(read_all(scratch_ / "gitlab")).as_array().size(), 14U);
}

// The judge knows whole documents alone, so that the lines become one.
TEST_F(CheckFormatsTest, ReviewdogsLinesAreDiagnostics) {
  check();
  json::array diagnostics;
  for (auto& line : lines("rdjsonl")) diagnostics.push_back(std::move(line));
  EXPECT_GE(diagnostics.size(), 14U);
  std::ofstream(scratch_ / "all.json") << json::serialize(json::object{{"diagnostics", diagnostics}});
  auto told = shell("node '" + validators +
                    "/node_modules/@umbrelladocs/rdformat-validator/bin/rdformat-validator.js' --strict "
                    "--no-extra-fields ../all.json");
  EXPECT_EQ(told.status, 0) << told.out << told.err;
  EXPECT_TRUE(contains(told.out, "Total errors: 0")) << told.out;
}

TEST_F(CheckFormatsTest, JUnitFitsItsSchema) {
  check();
  auto told = shell("xmllint --noout --schema '" + validators + "/junit.xsd' " + file("junit"));
  EXPECT_EQ(told.status, 0) << told.err;
  auto failures = shell("xmllint --xpath 'count(//failure)' " + file("junit")).out;
  EXPECT_EQ(std::stoul(failures), lines("rdjsonl").size());
}

TEST_F(CheckFormatsTest, AnnotationsAreOneCommandALine) {
  check();
  std::istringstream text(read_all(scratch_ / "github"));
  std::size_t count = 0;
  for (std::string line; std::getline(text, line); ++count) {
    bool is_command = line.starts_with("::error file=") || line.starts_with("::warning file=") ||
                      line.starts_with("::notice file=");
    EXPECT_TRUE(is_command) << line;
    // Whatever a name holds, the properties end at the second pair of colons.
    auto properties = line.substr(2, line.find("::", 2) - 2);
    EXPECT_EQ(std::ranges::count(properties, ','), 5) << line;
  }
  EXPECT_EQ(count, lines("rdjsonl").size());
}

TEST_F(CheckFormatsTest, FingerprintsSurviveWhatMovesLines) {
  const std::string options = "--max-parse-size 4000";
  auto before = fingerprints(options);
  auto path = tree_ / "ünï çödé/ø %#?&'<>.py";
  auto content = read_all(path);
  std::ofstream(path, std::ios::binary) << "import os\n\n\nprint(os)\n\n\n" + content;
  EXPECT_EQ(fingerprints(options), before);
}

}  // namespace
}  // namespace froe::cli
