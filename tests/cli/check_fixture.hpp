// Trees that froe check judges.
#pragma once

#include <boost/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "cli/fixture.hpp"

namespace froe::cli {

class CheckTest : public CliTest {
 protected:
  void git(const std::string& arguments) const {
    auto done = shell("git -c user.name=a -c user.email=a@b -c init.defaultBranch=main " + arguments);
    EXPECT_EQ(done.status, 0) << arguments << done.err;
  }
  void commit(const std::string& message) const {
    git("add -A");
    git("commit -qm " + message);
  }

  // What `froe check --json ARGUMENTS` finds, in order.
  std::vector<boost::json::object> findings(const std::string& arguments) const {
    auto told = froe("check --json " + arguments);
    EXPECT_LT(told.status, 2) << told.err;
    std::vector<boost::json::object> all;
    std::istringstream lines(told.out);
    for (std::string line; std::getline(lines, line);) {
      auto object = boost::json::parse(line).as_object();
      if (object.at("type") == "finding") all.push_back(std::move(object));
    }
    return all;
  }
  // The same as "RULE PATH:LINE SYMBOL".
  std::vector<std::string> found(const std::string& arguments) const {
    std::vector<std::string> all;
    for (const auto& finding : findings(arguments)) {
      auto text = [&](const char* key) { return std::string(finding.at(key).as_string()); };
      all.push_back(text("rule") + ' ' + text("path") + ':' + std::to_string(finding.at("line").as_int64()));
      if (!text("symbol").empty()) all.back() += ' ' + text("symbol");
    }
    return all;
  }
  std::set<std::string> fingerprints(const std::string& arguments) const {
    std::set<std::string> all;
    for (const auto& finding : findings(arguments)) all.emplace(finding.at("fingerprint").as_string());
    return all;
  }

  // A function of Python with some sixty tokens; `name` and `word` are names in it.
  static std::string function(const std::string& name, const std::string& word = "total") {
    return "def " + name + "(items, limit):\n    " + word +
           " = 0\n    for item in items:\n        if item.size > limit:\n            " + word +
           " += item.size * 2 + item.weight\n        else:\n            " + word +
           " -= item.price[item.kind]\n    print(\"sum\", " + word + ", len(items))\n    return " + word +
           " / limit + 1\n";
  }
};

}  // namespace froe::cli
