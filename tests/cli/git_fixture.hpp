// Runs the real froe in a real git repository.
#pragma once

#include <string>

#include "cli/fixture.hpp"

namespace froe::cli {

class GitTest : public CliTest {
 protected:
  GitTest() { git("init -q ."); }
  // What it prints, without the last line break.
  std::string git(const std::string& arguments) const {
    auto done = shell("git -c user.name=a -c user.email=a@b -c init.defaultBranch=main " + arguments);
    EXPECT_EQ(done.status, 0) << arguments << done.err;
    if (done.out.ends_with('\n')) done.out.pop_back();
    return done.out;
  }
  void commit(const std::string& message) const {
    git("add -A");
    git("commit -qm " + message);
  }
};

}  // namespace froe::cli
