// The complexity of C against pmccabe, over code that people wrote.
#include <algorithm>
#include <map>
#include <regex>

#include "cli/check_fixture.hpp"

namespace froe::cli {
namespace {

using Key = std::pair<std::string, std::string>;  // file, function

std::string field(std::istringstream& row, char end = '|') {
  std::string text;
  std::getline(row, text, end);
  return text;
}

TEST_F(CheckTest, TheComplexityOfCIsPmccabes) {
  fs::copy(FROE_SOURCE_DIR "/grammars/node_modules/tree-sitter/vendor/tree-sitter/lib/src", tree_ / "src",
           fs::copy_options::recursive);
  ASSERT_EQ(froe("index --metrics -q --db ../index.db").status, 0);
  std::map<Key, std::vector<int>> ours;
  std::istringstream rows(
      shell("sqlite3 ../index.db \"SELECT path, name, cyclomatic FROM metrics WHERE path LIKE '%.c'\"").out);
  for (std::string line; std::getline(rows, line);) {
    std::istringstream row(line);
    Key key{field(row), field(row)};
    ours[key].push_back(std::stoi(field(row)));
  }
  std::map<Key, std::vector<int>> theirs;
  auto judged = shell("find src -name '*.c' | xargs pmccabe");
  ASSERT_EQ(judged.status, 0) << judged.err;
  std::istringstream lines(judged.out);
  const std::regex place(R"((.*)\(\d+\): (.*))");
  for (std::string line; std::getline(lines, line);) {
    std::istringstream row(line);
    field(row, '\t');  // McCabe's number where a switch is one decision
    int traditional = std::stoi(field(row, '\t'));
    for (int i = 0; i < 3; ++i) field(row, '\t');
    std::smatch match;
    auto where = field(row, '\n');
    ASSERT_TRUE(std::regex_match(where, match, place)) << where;
    theirs[{match[1], match[2]}].push_back(traditional);
  }
  std::size_t same = 0;
  for (auto& [key, numbers] : theirs) {
    // To pmccabe, which knows no macros, `Array(Type) name = …` is a function.
    if (key.second == "Array") continue;
    auto& mine = ours[key];
    // It takes one side of each `#if` for the code; both are in the tree, as definitions of one name.
    std::ranges::sort(mine, std::greater<>());
    std::ranges::sort(numbers, std::greater<>());
    ASSERT_GE(mine.size(), numbers.size()) << key.first << ' ' << key.second;
    bool both_sides = mine.size() > numbers.size();
    EXPECT_TRUE(both_sides ? std::ranges::includes(mine, numbers, std::greater<>()) : mine == numbers)
        << key.first << ' ' << key.second << ": " << mine.front() << ", pmccabe " << numbers.front();
    same += numbers.size();
  }
  EXPECT_GE(same, 450U);
  for (const auto& [key, numbers] : ours) EXPECT_TRUE(theirs.contains(key)) << key.first << ' ' << key.second;
}

}  // namespace
}  // namespace froe::cli
