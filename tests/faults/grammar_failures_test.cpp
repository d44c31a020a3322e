// Inputs of the kinds that have crashed or stalled tree-sitter grammars, each as a file of every language
// that froe ships. Whatever a grammar makes of them, the run ends in time and every file is in the ledger.
#include "faults/grammar_failures.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "faults/program.hpp"
#include "faults/tree.hpp"
#include "froe/language.hpp"

namespace froe::faults {
namespace {

using namespace std::string_literals;

TEST(GrammarFailures, AreAllInTheLedger) {
#ifdef FROE_SANITIZED
  GTEST_SKIP() << "too slow under sanitizers; the fuzzers begin with these inputs";
#endif
  const bool full = from_environment("FROE_FAULTS_FULL", 0) != 0;
  Guardian guardian;
  Scratch scratch;
  std::size_t files = 0;
  for (const auto& [name, content] : grammar_failures(full)) {
    for (const auto& language : language::languages()) {
      auto file = name + '.' + std::string(language.extensions.front());
      auto prefix = language.name == "php" && !content.starts_with("<?") ? "<?php "s : ""s;
      write_file(scratch.path() / "tree" / language.name / file, prefix + content);
      ++files;
    }
  }

  auto database = scratch.path() / "index.db";
  Conditions conditions;
  // Some seconds for each, on a machine with something else to do.
  auto patience = std::chrono::seconds(6 * language::languages().size());
  conditions.at_most = full ? std::chrono::hours(2) : patience;
  auto ended = run({FROE_PROGRAM, "index", scratch.path() / "tree", "--db", database, "-j", "2"}, conditions);
  EXPECT_FALSE(ended.hung);
  EXPECT_TRUE(ended.status == 0 || ended.status == 1) << ended.status << ' ' << ended.err;
  EXPECT_EQ(guardian.left_behind(), Words());
  EXPECT_EQ(verify(FROE_PROGRAM, database), "");

  auto ledger = run({FROE_PROGRAM, "--db", database, "ledger"});
  std::istringstream lines(ledger.out);
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    ++rows;
    if (!line.starts_with("parsed")) std::cout << line << '\n';
  }
  EXPECT_EQ(rows, files);
  std::cout << ended.out << ended.took.count() << " ms\n";
}

}  // namespace
}  // namespace froe::faults
