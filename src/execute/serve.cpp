// The loop of a worker process. It knows descriptors and frames; what a task means is the handler's business.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>

#include "froe/execute.hpp"
#include "froe/wire.hpp"

namespace froe::execute {
namespace {

enum ExitStatus : int {
  exit_ok = 0,
  exit_protocol = 2,                  // the parent said something that is not the protocol
  exit_handler = 3,                   // the handler threw, or its result fits no frame
  exit_io = confine::exit_abandoned,  // the descriptors failed; usually the parent is gone
  exit_confinement = 5,               // the limits or the sandbox that were asked for cannot be had
};
static_assert(confine::exit_abandoned == 4 && confine::exit_out_of_memory == 6);

// Ends a conversation with an exit status.
struct Ended {
  int status;
};

// One conversation. Any call throws Ended when there is no going on.
class Conversation {
 public:
  Conversation(int input, int output) : input_(input), output_(output) {}

  // The next frame, which must be of this type. Ends with 0 if the parent is done.
  wire::Frame receive(wire::FrameType type) {
    while (true) {
      auto frame = frames_.next();
      if (!frame) end(exit_protocol, frame.error().message);
      if (*frame) {
        if ((*frame)->header.type != type) end(exit_protocol, "a frame of another type was due");
        return **frame;
      }
      read_more();
    }
  }

  template <PortableRecord Record>
  Record decode(const wire::Frame& frame) {
    auto record = wire::decode<Record>(frame.payload);
    if (!record) end(exit_protocol, record.error().message);
    return std::move(*record);
  }

  // Ends with this status if the record fits no frame.
  template <PortableRecord Record>
  void send(wire::FrameType type, std::uint64_t job, const Record& record, int status) {
    if (auto ok = writer_.add(type, job, record); !ok) end(status, ok.error().message);
    for (auto bytes = writer_.bytes(); !bytes.empty();) {
      // Without a signal if the parent is gone: the status says so.
      ssize_t count = ::send(output_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == ENOTSOCK) count = ::write(output_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EPIPE) end(exit_io, "");  // the parent has given up; it knows why
      if (count < 0) end(exit_io, system_error("cannot write a frame", errno).message);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    writer_.clear();
  }

  [[noreturn]] static void end(int status, const std::string& message) {
    if (!message.empty()) std::fprintf(stderr, "%s\n", message.c_str());
    throw Ended{status};
  }

 private:
  void read_more() {
    auto space = frames_.space();
    ssize_t count = 0;
    do {
      count = ::read(input_, space.data(), space.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) end(exit_io, system_error("cannot read a frame", errno).message);
    if (count == 0) {
      if (frames_.in_frame()) end(exit_protocol, "the parent left in the middle of a frame");
      end(exit_ok, "");
    }
    frames_.added(static_cast<std::size_t>(count));
  }

  int input_;
  int output_;
  wire::FrameReader frames_;
  wire::FrameWriter writer_;
};

// What a worker of files is told and says, and what one of documents.
struct Files {
  using Task = FileTask;
  static constexpr auto task_frame = wire::FrameType::task;
  static constexpr auto result_frame = wire::FrameType::result;
  static std::uint64_t sequence(const Task& task) { return task.sequence; }
};
struct DocumentsBeingEdited {
  using Task = DocumentTask;
  static constexpr auto task_frame = wire::FrameType::question;
  static constexpr auto result_frame = wire::FrameType::answer;
  static std::uint64_t sequence(const Task& task) { return task.file.sequence; }
};

template <class Work, class Factory>
[[noreturn]] void converse(Conversation& conversation, int input, const Factory& factory) {
  auto spec = conversation.decode<WorkerSpec>(conversation.receive(wire::FrameType::start));
  // The handler may need rights to load. The first task, which makes foreign code run on foreign input, finds
  // them gone.
  auto handler = factory(spec);
  auto confinement = confine::enter(spec.limits, spec.sandbox, input);
  if (!confinement) conversation.end(exit_confinement, confinement.error().message);
  conversation.send(wire::FrameType::ready, 0, confinement->report(), exit_confinement);
  confine::TaskClock clock;
  std::chrono::milliseconds deadline(spec.deadlines.worker);
  while (true) {
    wire::Frame frame = conversation.receive(Work::task_frame);
    std::uint64_t job = frame.header.job;
    auto task = conversation.decode<typename Work::Task>(frame);
    if (Work::sequence(task) != job)
      conversation.end(exit_protocol, "a task is not the job that its frame names");
    clock.arm(deadline);
    auto answer = handler(task);
    clock.disarm();
    conversation.send(Work::result_frame, job, answer, exit_handler);
  }
}

template <class Work, class Factory>
int serve_work(int input, int output, const Factory& factory) {
  // A parent that dies cannot close a worker that is busy. The signal is tied to the thread that started us;
  // if it went before the call, the parent has changed, or the socket is at its end.
  pid_t parent = ::getppid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) return exit_io;
  try {
    Conversation conversation(input, output);
    converse<Work>(conversation, input, factory);
  } catch (const Ended& ended) {
    return ended.status;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "the handler threw: %s\n", error.what());
    return exit_handler;
  }
}

}  // namespace

int serve(int input, int output, const WorkerHandlerFactory& factory) {
  // The parent's writer is one thread, and when the last worker ends, what it has not written is all that is
  // left to do: where there are fewer processors than threads it goes first. Of a processor that it shares
  // with a worker it has four fifths. (So has any other program: a worker's deadlines in wall time come
  // sooner on a machine that is busy, and between two turns of its own it can wait for some tenths of a
  // second. How much is parsed is counted in steps.)
  constexpr int politeness = 6;
  ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + politeness);
  return serve_work<Files>(input, output, factory);
}

int serve_documents(int descriptor, const DocumentHandlerFactory& factory) {
  return serve_work<DocumentsBeingEdited>(descriptor, descriptor, factory);
}

int serve(int descriptor, const WorkerHandlerFactory& factory) {
  return serve(descriptor, descriptor, factory);
}

}  // namespace froe::execute
