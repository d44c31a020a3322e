// The worker's loop, without a process: its parent is played here.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

#include "execute/test_handler.hpp"
#include "froe/execute.hpp"
#include "froe/wire.hpp"

namespace froe::execute {
namespace {

using wire::FrameType;

struct Served {
  int status = -1;
  std::string said;     // everything the worker wrote
  std::string printed;  // on standard error
};

// Sends these bytes, then closes the sending side, and collects what the worker answers.
Served serve_bytes(const std::string& bytes, const Handler& handler = handle_test_task) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  UniqueFd parent(ends[0]);
  UniqueFd worker(ends[1]);
  Served served;
  testing::internal::CaptureStderr();
  std::thread serving([&] {
    served.status = serve(worker.get(), [&] { return handler; });
    worker.reset();
  });
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
  serving.join();
  served.printed = testing::internal::GetCapturedStderr();
  return served;
}

std::string start_frame() {
  return wire::encode_frame(FrameType::start, 0, WorkerSpec{"a", {"b"}}).value();
}
std::string ready_frame() {
  return wire::encode_empty_frame(FrameType::ready, 0);
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
  EXPECT_EQ(served.said, ready_frame() + result_frame(first) + result_frame(second) + result_frame(first));
}

TEST(Serve, LeavesQuietlyWithoutATask) {
  EXPECT_EQ(serve_bytes("").status, 0);
  Served served = serve_bytes(start_frame());
  EXPECT_EQ(served.status, 0);
  EXPECT_EQ(served.said, ready_frame());
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
  EXPECT_EQ(serve(in[0], out[1], [] { return Handler(handle_test_task); }), 0);
  ::close(in[0]);
  ::close(out[1]);
  std::string said(10'000, '\0');
  said.resize(static_cast<std::size_t>(::read(out[0], said.data(), said.size())));
  ::close(out[0]);
  EXPECT_EQ(said, ready_frame() + result_frame(one));
}

}  // namespace
}  // namespace froe::execute
