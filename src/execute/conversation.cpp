// The supervisor's side of the protocol: what is said to one worker and what is believed of what it says.
#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <sstream>
#include <utility>
#include <vector>

#include "execute/supervisor.hpp"
#include "froe/wire.hpp"

namespace froe::execute {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Errors as values: a worker may go at any moment.
constexpr auto as_value = asio::as_tuple(asio::use_awaitable);

// From the end of the conversation to the end of the process.
constexpr std::chrono::milliseconds grace_period{2000};

// What the worker's next frame may take. A result grows with its file: a byte can begin a chunk, a symbol and
// an error range, and each of these repeats names, scopes and heads that handlers keep to some 2 KiB. So a
// worker that lies about a small file cannot make us take much memory.
std::uint32_t longest_payload(const Worker& worker) {
  constexpr std::uint64_t least = 1U << 20U;
  constexpr std::uint64_t for_each_byte = 4096;
  if (worker.tasks.empty()) return least;
  std::uint64_t limit = least + for_each_byte * worker.tasks.front().task.content.size();
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(limit, wire::max_payload));
}

}  // namespace

Status Supervisor::start_worker() {
  auto child = start_child(spec_);
  if (!child) return tl::make_unexpected(child.error());
  groups_.add(child->process.pid());
  Worker& worker = workers_.emplace_back(io_, std::move(*child), free_slot(), recycling_);
  worker.deadline.set(std::chrono::milliseconds(spec_.deadlines.start));
  if (usage_.workers.size() <= worker.slot) usage_.workers.resize(worker.slot + 1);
  ++usage_.workers[worker.slot].processes;
  ++starting_;
  ++usage_.workers_started;
  asio::co_spawn(io_, live(worker), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);  // out of run()
  });
  return {};
}

asio::awaitable<void> Supervisor::live(Worker& worker) {
  using namespace asio::experimental::awaitable_operators;
  co_await (receive(worker) && send(worker) && keep_deadlines(worker) && await_exit(worker) &&
            pass_output_on(worker));
  retire(worker);
}

asio::awaitable<void> Supervisor::send(Worker& worker) {
  auto& frames = worker.outgoing;
  if (auto ok = frames.add(wire::FrameType::start, 0, spec_); !ok) give_up(std::move(ok.error()));
  std::vector<std::size_t> tasks;  // where their frames begin
  while (!worker.closing) {
    if (!frames.bytes().empty()) {
      auto [error, count] = co_await asio::async_write(worker.socket, asio::buffer(frames.bytes()), as_value);
      frames.clear();
      if (error) {  // receive() finds out why
        // It cannot be blamed on tasks of which nothing was sent.
        const auto unsent = std::ranges::count_if(tasks, [end = count](auto begin) { return begin >= end; });
        // One that lies may have answered them all the same.
        worker.sent -= std::min(worker.sent, static_cast<std::size_t>(unsent));
        break;
      }
    } else if (worker.sent < worker.tasks.size()) {
      tasks = add_tasks(worker);
    } else if (all_done() || (worker.leaving && worker.tasks.empty())) {
      dismiss(worker);
      break;
    } else {
      worker.wake.expires_at(asio::steady_timer::time_point::max());
      co_await worker.wake.async_wait(as_value);
    }
  }
}

std::vector<std::size_t> Supervisor::add_tasks(Worker& worker) {
  std::vector<std::size_t> begins;
  while (worker.sent < worker.tasks.size()) {
    const auto next = worker.tasks.begin() + static_cast<std::ptrdiff_t>(worker.sent);
    const auto begin = worker.outgoing.bytes().size();
    auto ok = worker.outgoing.add(wire::FrameType::task, next->task.sequence, next->task);
    if (ok) {
      ++worker.sent;
      begins.push_back(begin);
      continue;
    }
    Assignment assignment = std::move(*next);
    worker.tasks.erase(next);
    worker.queued_bytes -= assignment.task.content.size();
    finish(std::move(assignment), {{}, {}, Outcome::oversized, std::move(ok.error().message)});
    assign();
  }
  begin_oldest(worker);
  return begins;
}

asio::awaitable<void> Supervisor::receive(Worker& worker) {
  while (!worker.sentence) {
    auto space = worker.frames.space();
    auto [error, count] =
        co_await worker.socket.async_read_some(asio::buffer(space.data(), space.size()), as_value);
    if (error) break;
    worker.frames.added(count);
    if (auto ok = take_frames(worker); !ok && !worker.sentence) {
      worker.sentence = {Outcome::protocol_error, std::move(ok.error().message)};
      worker.process.kill();
    }
  }
  hang_up(worker);
}

Status Supervisor::take_frames(Worker& worker) {
  bool progress = false;
  while (true) {
    worker.frames.set_limit(longest_payload(worker));
    auto frame = worker.frames.next();
    if (!frame) return tl::make_unexpected(frame.error());
    if (!*frame) break;
    if (auto ok = take_frame(worker, **frame); !ok) return ok;
    progress = true;
  }
  if (progress) assign();
  return {};
}

Status Supervisor::take_frame(Worker& worker, const wire::Frame& frame) {
  const wire::FrameHeader& header = frame.header;
  if (!worker.ready) {
    if (header.type != wire::FrameType::ready)
      return failure(ErrorKind::corrupt, "the first frame is not ready");
    auto said = wire::decode<WorkerReady>(frame.payload);
    if (!said) return tl::make_unexpected(said.error());
    if (!usage_.confinement || said->level < usage_.confinement->level) usage_.confinement = std::move(*said);
    worker.ready = true;
    // It may have been dismissed meanwhile, and is then to leave in time.
    if (!worker.dismissed) worker.deadline.clear();
    any_was_ready_ = true;
    failed_starts_ = 0;
    --starting_;
    return {};
  }
  if (header.type != wire::FrameType::result) return failure(ErrorKind::corrupt, "a frame is not a result");
  if (worker.sent == 0 || header.job != worker.tasks.front().task.sequence) {
    return failure(ErrorKind::corrupt, "a result for task " + std::to_string(header.job) + " is not due");
  }
  auto result = wire::decode<FileResult>(frame.payload);
  if (!result) return tl::make_unexpected(result.error());
  if (auto ok = validate(worker.tasks.front().task, *result); !ok) return ok;
  end_oldest(worker);
  Assignment assignment = std::move(worker.tasks.front());
  worker.tasks.pop_front();
  --worker.sent;
  worker.queued_bytes -= assignment.task.content.size();
  WorkerUsage& usage = usage_.workers[worker.slot];
  ++usage.jobs;
  usage.bytes += ByteCount(assignment.task.content.size());
  worker.deadline.clear();
  begin_oldest(worker);
  worker.fresh = false;
  if (worker.wear.answered(worker.process)) worker.leaving = true;
  if (worker.leaving && worker.tasks.empty()) worker.wake.cancel();
  finish(std::move(assignment), {{}, std::move(*result), {}, {}});
  return {};
}

void Supervisor::dismiss(Worker& worker) {
  worker.dismissed = true;
  // What its exit tells may be a peak of ours instead (Process::reap).
  worker.peak_memory = worker.process.peak_memory();
  error_code ignored;
  worker.socket.shutdown(asio::socket_base::shutdown_send, ignored);
  worker.deadline.set(grace_period);
}

void Supervisor::hang_up(Worker& worker) {
  worker.closing = true;
  error_code ignored;
  worker.socket.shutdown(asio::socket_base::shutdown_both, ignored);
  worker.wake.cancel();
  worker.deadline.set(grace_period);
}

asio::awaitable<void> Supervisor::keep_deadlines(Worker& worker) {
  while (true) {
    // Not in the loop's condition: GCC 12 makes a trap of it.
    bool late = co_await worker.deadline.passed();
    if (!late) break;
    if (!worker.sentence) worker.sentence = lateness_of(worker);
    worker.process.kill();
  }
}

Verdict Supervisor::lateness_of(const Worker& worker) const {
  auto seconds = [](std::uint32_t milliseconds) {
    std::ostringstream text;
    text << milliseconds / 1000.0 << " s";
    return text.str();
  };
  if (worker.closing) return {Outcome::protocol_error, "it closed its socket and did not leave"};
  if (!worker.ready) return {Outcome::timed_out, "not ready within " + seconds(spec_.deadlines.start)};
  return {Outcome::timed_out, "no answer within " + seconds(spec_.deadlines.parent)};
}

asio::awaitable<void> Supervisor::await_exit(Worker& worker) {
  // Asio may wake us for an event of a descriptor that is gone already, so only the system tells.
  while (!worker.process.ended()) {
    co_await worker.ended.async_wait(asio::posix::stream_descriptor::wait_read, as_value);
  }
  groups_.remove(worker.pid);
  worker.exit = worker.process.reap();
  worker.exit.peak_memory = std::max(worker.exit.peak_memory, worker.peak_memory);
  worker.deadline.close();
  // What it said before it went is still read. Then both streams are at their end even if a process that it
  // started holds on to them.
  error_code ignored;
  worker.socket.shutdown(asio::socket_base::shutdown_both, ignored);
  worker.output.cancel(ignored);
}

asio::awaitable<void> Supervisor::pass_output_on(Worker& worker) {
  OutputLines lines(worker.pid, allowance_);
  std::array<char, 4096> buffer{};
  error_code end;
  while (worker.process.running() && !end) {
    auto [error, count] = co_await worker.output.async_read_some(asio::buffer(buffer), as_value);
    lines.add({buffer.data(), count});
    if (error != asio::error::operation_aborted) end = error;
  }
  worker.output.non_blocking(true, end);
  while (!end) {
    std::size_t count = worker.output.read_some(asio::buffer(buffer), end);
    lines.add({buffer.data(), count});
  }
  lines.end();
}

}  // namespace froe::execute
