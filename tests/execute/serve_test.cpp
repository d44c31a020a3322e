// The worker's loop, in a process of its own because it gives up its rights for good; its parent is played
// here.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <stdexcept>
#include <thread>

#include "execute/test_handler.hpp"
#include "froe/execute.hpp"
#include "froe/wire.hpp"

namespace froe::execute {
namespace {

using wire::FrameType;

struct Served {
  int status = -1;   // of its exit; minus the signal that ended it
  std::string said;  // everything the worker wrote after `ready`
  std::optional<WorkerReady> ready;
  std::string printed;  // on standard error
};

// What a function returns in a process of its own.
class Forked {
 public:
  explicit Forked(const std::function<int()>& function) : pid_(::fork()) {
    if (pid_ != 0) return;
    int status = function();
    std::fflush(nullptr);
    std::_Exit(status);
  }
  [[nodiscard]] int join() const {
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  pid_t pid_;
};

void take_ready(Served& served) {
  wire::FrameReader reader;
  auto space = reader.space();
  std::size_t size = std::min(space.size(), served.said.size());
  std::copy_n(served.said.begin(), size, space.begin());
  reader.added(size);
  auto frame = reader.next();
  if (!frame || !*frame || (*frame)->header.type != FrameType::ready) return;
  served.ready = wire::decode<WorkerReady>((*frame)->payload).value();
  served.said.erase(0, wire::header_size + (*frame)->payload.size());
}

// Sends these bytes, then closes the sending side, and collects what the worker answers.
Served serve_bytes(const std::string& bytes, const Handler& handler = handle_test_task) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  UniqueFd parent(ends[0]);
  UniqueFd worker(ends[1]);
  Served served;
  testing::internal::CaptureStderr();
  Forked serving([&] {
    parent.reset();
    return serve(worker.get(), [&](const WorkerSpec&) { return handler; });
  });
  worker.reset();
  std::thread sending([&] {
    for (std::size_t sent = 0; sent < bytes.size();) {
      ssize_t count = ::send(parent.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) break;
      sent += static_cast<std::size_t>(count);
    }
    ::shutdown(parent.get(), SHUT_WR);
  });
  std::array<char, 65536> buffer{};
  for (ssize_t count = 0; (count = ::read(parent.get(), buffer.data(), buffer.size())) > 0;) {
    served.said.append(buffer.data(), static_cast<std::size_t>(count));
  }
  sending.join();
  served.status = serving.join();
  served.printed = testing::internal::GetCapturedStderr();
  take_ready(served);
  return served;
}

std::string start_frame() {
  return wire::encode_frame(FrameType::start, 0, WorkerSpec{"a", {"b"}}).value();
}
FileTask task(std::uint64_t sequence, std::string content) {
  return {sequence, "path", "", std::move(content), {}};
}
std::string task_frame(const FileTask& task) {
  return wire::encode_frame(FrameType::task, task.sequence, task).value();
}
std::string result_frame(const FileTask& task) {
  return wire::encode_frame(FrameType::result, task.sequence, cut_lines(task)).value();
}

TEST(Serve, AnswersEachTaskInOrderUntilTheEnd) {
  FileTask first = task(4, "a\nb");
  FileTask second = task(9, std::string(100'000, '\n'));
  Served served = serve_bytes(start_frame() + task_frame(first) + task_frame(second) + task_frame(first));
  EXPECT_EQ(served.status, 0);
  EXPECT_TRUE(served.ready);
  EXPECT_EQ(served.said, result_frame(first) + result_frame(second) + result_frame(first));
}

TEST(Serve, LeavesQuietlyWithoutATask) {
  EXPECT_EQ(serve_bytes("").status, 0);
  Served served = serve_bytes(start_frame());
  EXPECT_EQ(served.status, 0);
  EXPECT_TRUE(served.ready);
  EXPECT_EQ(served.said, "");
  EXPECT_EQ(served.printed, "");
}

TEST(Serve, RefusesWhatIsNotTheProtocol) {
  std::string wrong_sequence = wire::encode_frame(FrameType::task, 1, task(2, "")).value();
  for (const std::string& bytes :
       {std::string(100, 'x'), task_frame(task(0, "no start")), start_frame() + start_frame(),
        start_frame() + wrong_sequence, start_frame() + task_frame(task(0, "cut")).substr(0, 50),
        start_frame() + wire::encode_empty_frame(FrameType::task, 0)}) {
    Served served = serve_bytes(bytes);
    EXPECT_EQ(served.status, 2);
    EXPECT_NE(served.printed, "");
  }
}

TEST(Serve, EndsWhenTheHandlerThrows) {
  Served served = serve_bytes(start_frame() + task_frame(task(0, "x")), [](const FileTask&) -> FileResult {
    throw std::runtime_error("what happened");
  });
  EXPECT_EQ(served.status, 3);
  EXPECT_NE(served.printed.find("what happened"), std::string::npos);
}

TEST(Serve, CanBeDrivenThroughPipes) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  ASSERT_EQ(::pipe(in.data()), 0);
  ASSERT_EQ(::pipe(out.data()), 0);
  FileTask one = task(0, "x");
  std::string bytes = start_frame() + task_frame(one);
  ASSERT_EQ(::write(in[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  ::close(in[1]);
  Forked serving(
      [&] { return serve(in[0], out[1], [](const WorkerSpec&) { return Handler(handle_test_task); }); });
  EXPECT_EQ(serving.join(), 0);
  ::close(in[0]);
  ::close(out[1]);
  std::string said(10'000, '\0');
  said.resize(static_cast<std::size_t>(::read(out[0], said.data(), said.size())));
  ::close(out[0]);
  Served served;
  served.said = said;
  take_ready(served);
  EXPECT_TRUE(served.ready);
  EXPECT_EQ(served.said, result_frame(one));
}

TEST(Serve, EndsByItsOwnTimer) {
  WorkerSpec spec{"a", {}, {}, {}, confine::Sandbox::off};
  spec.deadlines.worker = 100;
  std::string start = wire::encode_frame(FrameType::start, 0, spec).value();
  Served served = serve_bytes(start + task_frame(task(0, "sleep 20000000\n")));
  EXPECT_EQ(served.status, -SIGALRM);
  // It is armed for each task anew.
  std::string short_tasks;
  for (std::uint64_t i = 0; i < 5; ++i) short_tasks += task_frame(task(i, "sleep 40000\n"));
  EXPECT_EQ(serve_bytes(start + short_tasks).status, 0);
}

TEST(Serve, TellsWhatItIsUnder) {
  WorkerSpec spec;
  spec.limits.memory_bytes = 1U << 30U;
  spec.limits.descriptors = 20;
  Served served = serve_bytes(wire::encode_frame(FrameType::start, 0, spec).value());
  ASSERT_TRUE(served.ready);
  auto has = [&](const std::string& limit) {
    const auto& limits = served.ready->limits;
    return std::find(limits.begin(), limits.end(), limit) != limits.end();
  };
  EXPECT_TRUE(has("core 0"));
  EXPECT_TRUE(has("descriptors 20"));
  EXPECT_EQ(has("data 1073741824"), !confine::is_sanitizer_build());
  EXPECT_EQ(served.ready->level == confine::Level::none, confine::is_sanitizer_build());
  spec.sandbox = confine::Sandbox::off;
  served = serve_bytes(wire::encode_frame(FrameType::start, 0, spec).value());
  EXPECT_EQ(served.ready->level, confine::Level::none);
}

}  // namespace
}  // namespace froe::execute
