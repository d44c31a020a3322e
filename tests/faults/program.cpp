#include "faults/program.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace froe::faults {
namespace {

constexpr Milliseconds pause{2};

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::string temporary_file() {
  std::string name = (fs::temp_directory_path() / "froe-output-XXXXXX").string();
  int fd = ::mkstemp(name.data());
  if (fd < 0) fail("mkstemp");
  ::close(fd);
  return name;
}

void redirect(const std::string& file, int to) {
  int fd = ::open(file.c_str(), O_WRONLY);
  if (fd < 0 || ::dup2(fd, to) < 0) ::_exit(125);
  ::close(fd);
}

[[noreturn]] void become(const Words& words, const Conditions& conditions, const std::string& out,
                         const std::string& err) {
  redirect(out, STDOUT_FILENO);
  redirect(err, STDERR_FILENO);
  redirect("/dev/null", STDIN_FILENO);
  // Under a sanitizer too, a signal is what the system makes of it, and a leak on purpose is none.
  ::setenv("ASAN_OPTIONS",
           "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:detect_leaks=0", 1);
  if (::chdir(conditions.directory.c_str()) != 0) ::_exit(125);
  if (conditions.before) conditions.before();
  for (const auto& [resource, value] : conditions.limits) {
    rlimit limit{value, value};
    if (::setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) ::_exit(125);
  }
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(126);
}

std::string name_of(pid_t pid) {
  std::string words = read_file("/proc/" + std::to_string(pid) + "/cmdline");
  for (char& c : words) {
    if (c == '\0') c = ' ';
  }
  return std::to_string(pid) + " " + words;
}

}  // namespace

Program::Program(const Words& words, Conditions conditions)
    : conditions_(std::move(conditions)), out_(temporary_file()), err_(temporary_file()) {
  pid_ = ::fork();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) become(words, conditions_, out_, err_);
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    reap(0);
  }
  fs::remove(out_);
  fs::remove(err_);
}

void Program::send(int signal) const {
  if (pid_ > 0) ::kill(pid_, signal);
}

bool Program::reap(int options) {
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = ::waitpid(pid_, &status, options);
  } while (reaped < 0 && errno == EINTR);
  if (reaped == 0) return false;
  pid_ = -1;
  ended_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ended_.took = std::chrono::duration_cast<Milliseconds>(Clock::now() - start_);
  return true;
}

std::string Program::said() const {
  return read_file(err_);
}

bool Program::running() {
  return pid_ > 0 && !reap(WNOHANG);
}

Ended Program::wait() {
  while (running()) {
    if (Clock::now() - start_ > conditions_.at_most) {
      ended_.hung = true;
      send(SIGKILL);
      reap(0);
      break;
    }
    std::this_thread::sleep_for(pause);
  }
  ended_.out = read_file(out_);
  ended_.err = read_file(err_);
  return ended_;
}

Ended run(const Words& words, Conditions conditions) {
  return Program(words, std::move(conditions)).wait();
}

Guardian::Guardian() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) fail("prctl(PR_SET_CHILD_SUBREAPER)");
}

Guardian::~Guardian() {
  (void)left_behind();
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

Words Guardian::left_behind(Milliseconds patience) const {
  Words names;
  auto deadline = Clock::now() + patience;
  while (true) {
    pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
    if (reaped < 0 && errno == ECHILD) return names;
    if (reaped != 0) continue;
    if (Clock::now() >= deadline) {
      for (pid_t child : children_of(::getpid())) {
        names.push_back(name_of(child));
        ::kill(child, SIGKILL);  // ours until it is reaped
      }
    }
    std::this_thread::sleep_for(pause);
  }
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  std::error_code gone;
  // By thread: a child belongs to the thread that started it.
  for (fs::directory_iterator thread("/proc/" + std::to_string(pid) + "/task", gone), end;
       !gone && thread != end; thread.increment(gone)) {
    std::istringstream numbers(read_file(thread->path() / "children"));
    for (pid_t child = 0; numbers >> child;) children.push_back(child);
  }
  return children;
}

bool send_to_child(pid_t parent, pid_t child, int signal) {
  int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  if (descriptor < 0) return false;
  bool sent = false;
  // Asked again now that the descriptor holds on to the process, whoever it is.
  for (pid_t one : children_of(parent)) {
    if (one == child) sent = ::syscall(SYS_pidfd_send_signal, descriptor, signal, nullptr, 0) == 0;
  }
  ::close(descriptor);
  return sent;
}

Scratch::Scratch() {
  std::string name = (fs::temp_directory_path() / "froe-faults-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail("mkdtemp");
  path_ = fs::canonical(name);
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_file(const fs::path& path, const std::string& content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

unsigned from_environment(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

}  // namespace froe::faults
