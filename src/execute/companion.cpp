// The parent's end of the conversation with the one process that keeps documents. Plain waiting: there is one
// question at a time, and whoever asks has nothing else to do.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "execute/child.hpp"
#include "execute/death.hpp"
#include "execute/output_lines.hpp"
#include "froe/execute.hpp"
#include "froe/wire.hpp"

namespace froe::execute {
namespace {

using Clock = std::chrono::steady_clock;

// As for the supervisor's workers: an answer grows with its text.
std::uint32_t longest_payload(std::size_t text) {
  constexpr std::uint64_t least = 1U << 20U;
  constexpr std::uint64_t for_each_byte = 4096;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(least + for_each_byte * text, wire::max_payload));
}

void make_nonblocking(int descriptor) {
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

}  // namespace

class Companion::Conversation {
 public:
  Conversation(Child child, OutputAllowance& allowance)
      : child_(std::move(child)), lines_(child_.process.pid(), allowance) {
    make_nonblocking(child_.socket.get());
    make_nonblocking(child_.output.get());
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  ~Conversation() {
    if (!child_.process.running()) return;
    // It leaves by itself when there is nobody to talk to; if it is busy it need not finish.
    child_.process.kill();
    child_.process.reap();
    pass_output_on();
    lines_.end();
  }

  [[nodiscard]] pid_t process() const { return child_.process.pid(); }

  // Sends the bytes; waits for a frame of this type. An error: the conversation is over.
  [[nodiscard]] Result<wire::Frame> exchange(std::string_view bytes, wire::FrameType type,
                                             std::uint32_t longest, std::chrono::milliseconds patience) {
    frames_.set_limit(longest);
    const auto end = Clock::now() + patience;
    for (;;) {
      if (bytes.empty()) {
        auto frame = frames_.next();
        if (!frame) return tl::make_unexpected(std::move(frame.error()));
        if (*frame) {
          if ((*frame)->header.type != type)
            return failure(ErrorKind::corrupt, "it sent a frame of another type");
          return **frame;
        }
      }
      auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
      if (left <= 0)
        return failure(ErrorKind::busy, "no answer within " + std::to_string(patience.count()) + " ms");
      auto events = static_cast<short>(bytes.empty() ? POLLIN : POLLIN | POLLOUT);
      std::array<pollfd, 2> waiting{pollfd{child_.socket.get(), events, 0},
                                    pollfd{output_open_ ? child_.output.get() : -1, POLLIN, 0}};
      if (::poll(waiting.data(), waiting.size(), static_cast<int>(left)) < 0 && errno != EINTR)
        return tl::make_unexpected(system_error("cannot wait for a worker", errno));
      if (waiting[1].revents != 0) pass_output_on();
      if ((waiting[0].revents & POLLOUT) != 0 && !send(bytes)) return gone();
      if ((waiting[0].revents & ~POLLOUT) != 0 && !receive()) return gone();
    }
  }

  // What it died of; kills it if it lives.
  [[nodiscard]] Verdict end(const Error& error, const WorkerSpec& spec) {
    std::optional<Verdict> sentence;
    if (error.kind == ErrorKind::busy) sentence = {Outcome::timed_out, error.message};
    if (error.kind == ErrorKind::corrupt) sentence = {Outcome::protocol_error, error.message};
    if (sentence) child_.process.kill();
    auto peak = child_.process.peak_memory();
    auto exit = child_.process.reap();
    exit.peak_memory = std::max(exit.peak_memory, peak);
    pass_output_on();
    lines_.end();
    return judge({exit, sentence, frames_.in_frame(), spec.limits.memory_bytes});
  }

 private:
  static tl::unexpected<Error> gone() { return failure(ErrorKind::io, "it is gone"); }

  // False: there is nobody to send to.
  bool send(std::string_view& bytes) {
    auto count = ::send(child_.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return errno == EINTR || errno == EAGAIN;
    bytes.remove_prefix(static_cast<std::size_t>(count));
    return true;
  }
  bool receive() {
    auto space = frames_.space();
    auto count = ::read(child_.socket.get(), space.data(), space.size());
    if (count < 0) return errno == EINTR || errno == EAGAIN;
    frames_.added(static_cast<std::size_t>(count));
    return count > 0;
  }
  void pass_output_on() {
    std::array<char, 4096> buffer{};
    for (;;) {
      auto count = ::read(child_.output.get(), buffer.data(), buffer.size());
      if (count == 0) output_open_ = false;
      if (count <= 0) return;
      lines_.add({buffer.data(), static_cast<std::size_t>(count)});
    }
  }

  Child child_;
  OutputLines lines_;
  bool output_open_ = true;
  wire::FrameReader frames_;
};

Companion::Companion(WorkerSpec spec)
    : spec_(std::move(spec)), allowance_(std::make_unique<OutputAllowance>()) {}
Companion::~Companion() = default;

int Companion::process() const {
  return conversation_ ? conversation_->process() : 0;
}

std::optional<Companion::Lost> Companion::start() {
  auto child = start_child(spec_);
  if (!child) return Lost{Outcome::killed, child.error().message};
  auto conversation = std::make_unique<Conversation>(std::move(*child), *allowance_);
  auto start = wire::encode_frame(wire::FrameType::start, 0, spec_);
  if (!start) return Lost{Outcome::killed, start.error().message};
  auto ready = conversation->exchange(*start, wire::FrameType::ready, longest_payload(0),
                                      std::chrono::milliseconds(spec_.deadlines.start));
  if (!ready) {
    auto verdict = conversation->end(ready.error(), spec_);
    return Lost{Outcome::killed, "a worker ended before it was ready (" + verdict.detail + ")"};
  }
  conversation_ = std::move(conversation);
  return std::nullopt;
}

tl::expected<DocumentResult, Companion::Lost> Companion::ask(DocumentTask task) {
  task.file.sequence = questions_++;
  auto question = wire::encode_frame(wire::FrameType::question, task.file.sequence, task);
  if (!question) return tl::make_unexpected(Lost{Outcome::oversized, question.error().message});
  for (bool again = false;; again = true) {
    if (!conversation_) {
      if (auto lost = start()) return tl::make_unexpected(std::move(*lost));
    }
    auto answer = take_answer(task, *question);
    if (answer) return std::move(*answer);
    auto [outcome, detail] = conversation_->end(answer.error(), spec_);
    conversation_.reset();
    if (again || outcome == Outcome::timed_out) return tl::make_unexpected(Lost{outcome, std::move(detail)});
  }
}

Result<DocumentResult> Companion::take_answer(const DocumentTask& task, std::string_view question) {
  auto frame =
      conversation_->exchange(question, wire::FrameType::answer, longest_payload(task.file.content.size()),
                              std::chrono::milliseconds(spec_.deadlines.parent));
  if (!frame) return tl::make_unexpected(std::move(frame.error()));
  auto result = wire::decode<DocumentResult>(frame->payload);
  if (!result) return result;
  if (auto valid = validate(task, *result); !valid) return tl::make_unexpected(std::move(valid.error()));
  return result;
}

}  // namespace froe::execute
