// A worker process that misbehaves as the content of a task says: "!<what> <argument>".
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <vector>

#include "execute/test_handler.hpp"
#include "froe/execute.hpp"
#include "froe/wire.hpp"

namespace froe::execute {
namespace {

void say(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(worker_descriptor, bytes.data(), bytes.size());
    if (count <= 0) std::_Exit(99);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string answer_as(std::uint64_t job, const FileResult& result) {
  return wire::encode_frame(wire::FrameType::result, job, result).value();
}

void put(std::string& frame, std::size_t at, std::uint32_t value) {
  auto bytes = wire::to_little_endian(value);
  std::copy(bytes.begin(), bytes.end(), frame.begin() + static_cast<std::ptrdiff_t>(at));
}
// Gives a frame the length and the checksums of what it has become.
void seal(std::string& frame) {
  std::string_view payload = std::string_view(frame).substr(wire::header_size);
  put(frame, 16, static_cast<std::uint32_t>(payload.size()));
  put(frame, 20, wire::crc32c(payload));
  put(frame, 24, wire::crc32c(std::string_view(frame).substr(0, 24)));
}

// Also where a sanitizer catches the signal.
[[noreturn]] void die_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  std::_Exit(98);
}

[[noreturn]] void wait_to_be_killed() {
  while (true) ::pause();
}

// Whether no worker has asked for this path before.
bool is_first(const std::string& path) {
  return ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) >= 0;
}
bool is_among_first(int count, const std::string& path) {
  for (int i = 0; i < count; ++i) {
    if (is_first(path + "-" + std::to_string(i))) return true;
  }
  return false;
}

// Starts a process that waits, and leaves its number as the target of a symbolic link.
void leave_child(const std::string& path) {
  pid_t child = ::fork();
  if (child == 0) wait_to_be_killed();
  // A worker may not write to files; a link is none.
  std::error_code there_already;
  std::filesystem::create_symlink(std::to_string(child), path, there_already);
}

// Reachable to the end, so that no checker of leaks complains of what is meant.
std::vector<char*>& leaked() {
  static auto* all = new std::vector<char*>;
  return *all;
}

// A megabyte, which counts once it is touched.
void touch(volatile char* memory) {
  for (std::size_t i = 0; i < (1U << 20U); i += 512) memory[i] = 1;
}

// The descriptors that are open, each with what it is, in order.
std::string list_descriptors() {
  std::vector<std::string> open;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
    bool is_this_listing = target.ends_with("/fd") && target.starts_with("/proc");
    if (!gone && !is_this_listing) {
      open.push_back(entry.path().filename().string() + " " + target.substr(0, target.find(':')));
    }
  }
  std::sort(open.begin(), open.end());
  std::string list;
  for (const auto& one : open) list += one + "\n";
  return list;
}

using Behaviour = std::function<void(const FileTask&, const std::string& argument, FileResult&)>;

const std::map<std::string, Behaviour>& behaviours() {
  static const std::map<std::string, Behaviour> all{
      {"signal", [](auto&, auto& argument, auto&) { die_by(std::stoi(argument)); }},
      {"exit", [](auto&, auto& argument, auto&) { std::_Exit(std::stoi(argument)); }},
      {"throw", [](auto&, auto&, auto&) { throw std::runtime_error("thrown on request"); }},
      // The first worker that sees it dies: a file that remembers is at the path given.
      {"once",
       [](auto&, auto& argument, auto&) {
         if (is_first(argument)) die_by(SIGKILL);
       }},
      // The same by stopping, which only somebody else can end.
      {"once-stop",
       [](auto&, auto& argument, auto&) {
         if (is_first(argument)) std::raise(SIGSTOP);
       }},
      // "N PATH": the first N workers that see it are killed.
      {"kill-times",
       [](auto&, auto& argument, auto&) {
         if (is_among_first(std::stoi(argument), argument.substr(argument.find(' ') + 1))) die_by(SIGKILL);
       }},
      {"hang", [](auto&, auto&, auto&) { wait_to_be_killed(); }},
      {"stop",
       [](auto&, auto&, auto&) {
         std::raise(SIGSTOP);
         wait_to_be_killed();
       }},
      {"signal-proof",
       [](auto&, auto&, auto&) {
         sigset_t every{};
         ::sigfillset(&every);
         ::sigprocmask(SIG_BLOCK, &every, nullptr);
         wait_to_be_killed();
       }},
      {"fork", [](auto&, auto& argument, auto&) { leave_child(argument); }},
      {"fork-hang",
       [](auto&, auto& argument, auto&) {
         leave_child(argument);
         auto done = std::filesystem::path(argument).parent_path() / "done";
         while (!std::filesystem::exists(done)) ::usleep(10'000);
       }},
      // Without end: by operator new; by malloc as a parser does, with abort or without a look at what it
      // gave.
      {"allocate",
       [](auto&, auto&, auto&) {
         while (true) touch(new char[1U << 20U]);
       }},
      {"allocate-and-abort",
       [](auto&, auto&, auto&) {
         while (auto* memory = static_cast<char*>(std::malloc(1U << 20U))) touch(memory);
         std::signal(SIGABRT, SIG_DFL);
         std::abort();
       }},
      {"allocate-and-write",
       [](auto&, auto&, auto&) {
         std::signal(SIGSEGV, SIG_DFL);
         while (true) touch(static_cast<char*>(std::malloc(1U << 20U)));
       }},
      {"leak",
       [](auto&, auto& argument, auto&) {
         auto size = std::stoul(argument);
         auto* memory = static_cast<volatile char*>(std::malloc(size));
         for (std::size_t i = 0; i < size; i += 512) memory[i] = 1;
         leaked().push_back(const_cast<char*>(memory));
       }},
      {"garbage",
       [](auto&, auto&, auto&) {
         say(std::string(100, 'x'));
         wait_to_be_killed();
       }},
      {"truncated",
       [](auto& task, auto&, auto& result) {
         std::string frame = answer_as(task.sequence, result);
         say(std::string_view(frame).substr(0, frame.size() - 1));
         std::_Exit(0);
       }},
      {"oversized",
       [](auto& task, auto&, auto& result) {
         std::string frame = answer_as(task.sequence, result);
         put(frame, 16, wire::max_payload + 1);
         put(frame, 24, wire::crc32c(std::string_view(frame).substr(0, 24)));
         say(frame);
         wait_to_be_killed();
       }},
      {"wrong-id",
       [](auto& task, auto&, auto& result) {
         say(answer_as(task.sequence + 1000, result));
         wait_to_be_killed();
       }},
      {"wrong-type",
       [](auto& task, auto&, auto& result) {
         say(wire::encode_frame(wire::FrameType::task, task.sequence, result).value());
         wait_to_be_killed();
       }},
      {"duplicate", [](auto& task, auto&, auto& result) { say(answer_as(task.sequence, result)); }},
      {"wrong-sequence", [](auto&, auto&, auto& result) { ++result.sequence; }},
      {"not-tiling", [](auto&, auto&, auto& result) { result.chunks.front().range.end -= 1; }},
      // A few bytes that promise more than there is memory, in each place where a count can stand.
      {"claims",
       [](auto& task, auto& argument, auto&) {
         // The strings and lists of a result follow its number and its outcome: the first of them are empty.
         FileResult honest;
         honest.sequence = task.sequence;
         std::string frame = answer_as(task.sequence, honest) + std::string(1000, '\0');
         std::size_t at = wire::header_size + 9 + 4 * std::stoul(argument);
         frame.replace(at, 4, "\xff\xff\xff\xff");
         seal(frame);
         say(frame);
         wait_to_be_killed();
       }},
      // As many records as a frame of so many bytes can hold.
      {"maximal",
       [](auto& task, auto& argument, auto& result) {
         result.chunks.clear();
         result.errors.resize(std::stoul(argument) / 8);
         say(answer_as(task.sequence, result));
         wait_to_be_killed();
       }},
      {"print",
       [](auto&, auto&, auto&) {
         std::printf("on standard output\n");
         std::fflush(stdout);
         std::fprintf(stderr, "on standard error, unfinished");
       }},
      {"flood",
       [](auto&, auto&, auto&) {
         for (int i = 0; i < 100'000; ++i) std::fprintf(stderr, "a line among very many of them\n");
       }},
      {"descriptors", [](auto&, auto&, auto& result) { result.detail = list_descriptors(); }},
      {"signals",
       [](auto&, auto&, auto& result) {
         sigset_t blocked{};
         ::sigprocmask(SIG_BLOCK, nullptr, &blocked);
         struct sigaction pipe {};
         ::sigaction(SIGPIPE, nullptr, &pipe);
         result.detail = std::string(::sigismember(&blocked, SIGUSR1) != 0 ? "blocked" : "open") +
                         (pipe.sa_handler == SIG_DFL ? " default" : " changed") +
                         (::getpgrp() == ::getpid() ? " own-group" : " shared-group");
       }},
      // Closes its end and stays.
      {"hang-up",
       [](auto&, auto&, auto&) {
         ::close(worker_descriptor);
         wait_to_be_killed();
       }},
  };
  return all;
}

FileResult misbehave(const FileTask& task) {
  FileResult result = handle_test_task(task);
  if (!task.content.starts_with('!')) return result;
  std::string what = task.content.substr(1, task.content.find_first_of(" \n") - 1);
  auto space = task.content.find(' ');
  auto argument =
      space == std::string::npos ? "" : task.content.substr(space + 1, task.content.find('\n') - space - 1);
  behaviours().at(what)(task, argument, result);
  return result;
}

}  // namespace
}  // namespace froe::execute

int main(int argc, char** argv) {
  std::string_view how = argc > 1 ? argv[1] : "";
  if (how == "dies-before-ready") return 7;
  if (how == "not-ready") {
    std::string frame = froe::wire::encode_empty_frame(froe::wire::FrameType::result, 0);
    (void)!::write(froe::execute::worker_descriptor, frame.data(), frame.size());
    ::pause();
  }
  if (how == "never-ready") ::pause();
  if (how == "never-reads" ||
      (how == "dies-when-ready" && froe::execute::is_among_first(std::atoi(argv[3]), argv[2]))) {
    std::string frame =
        froe::wire::encode_frame(froe::wire::FrameType::ready, 0, froe::execute::WorkerReady{}).value();
    (void)!::write(froe::execute::worker_descriptor, frame.data(), frame.size());
    if (how == "dies-when-ready") froe::execute::die_by(SIGKILL);
    ::pause();
  }
  int status = froe::execute::serve(froe::execute::worker_descriptor, [](const froe::execute::WorkerSpec&) {
    return froe::execute::Handler(froe::execute::misbehave);
  });
  if (how == "lingers") ::pause();
  return status;
}
