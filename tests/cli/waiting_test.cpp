// Who waits for another writer of the index.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "cli/fixture.hpp"
#include "froe/support.hpp"

namespace froe::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class WaitingTest : public CliTest {
 protected:
  // Takes the index, as another writer would.
  [[nodiscard]] UniqueFd held() const {
    UniqueFd lock(::open((tree_ / ".froe/index.db.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    EXPECT_EQ(::flock(lock.get(), LOCK_EX | LOCK_NB), 0);
    return lock;
  }

  [[nodiscard]] pid_t start(const std::string& command) const {
    auto pid = ::fork();
    if (pid != 0) return pid;
    int log = ::open(told().c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    ::dup2(log, 1);
    ::dup2(log, 2);
    if (::chdir(tree_.c_str()) != 0) ::_exit(99);
    ::execl(FROE_PROGRAM, FROE_PROGRAM, command.c_str(), nullptr);
    ::_exit(99);
  }
  [[nodiscard]] fs::path told() const { return scratch_ / "told"; }

  // How it ended within some seconds; then it is ended.
  static int status_of(pid_t pid) {
    int status = 0;
    const auto latest = steady_clock::now() + std::chrono::seconds(20);
    while (::waitpid(pid, &status, WNOHANG) == 0) {
      if (steady_clock::now() > latest) ::kill(pid, SIGKILL);
      std::this_thread::sleep_for(milliseconds(5));
    }
    return status;
  }
};

TEST_F(WaitingTest, OneSignalEndsTheWait) {
  write("a.py", python_file);
  ASSERT_EQ(froe("index -q").status, 0);
  for (const std::string command : {"index", "check"}) {
    for (int signal : {SIGINT, SIGTERM}) {
      auto lock = held();
      fs::remove(told());
      auto pid = start(command);
      for (int i = 0; i < 2000 && !contains(read_all(told()), "waiting for the index"); ++i)
        std::this_thread::sleep_for(milliseconds(5));
      ::kill(pid, signal);
      auto status = status_of(pid);
      EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << command << ": " << read_all(told());
    }
  }
  EXPECT_EQ(froe("check").status, 0) << "the index is as it was";
}

}  // namespace
}  // namespace froe::cli
