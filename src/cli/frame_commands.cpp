// The worker protocol by hand: what froe would say to a worker, a worker on standard input and output, and
// either side's words made readable.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands.hpp"
#include "cli/composition.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "froe/chunk.hpp"
#include "froe/execute.hpp"
#include "froe/json.hpp"
#include "froe/messages.hpp"
#include "froe/report.hpp"
#include "froe/wire.hpp"

namespace froe::cli {
namespace {

// A frame as a line of JSON, or why its payload is not what its type says.
Result<std::string> frame_json(const wire::Frame& frame) {
  std::string line;
  std::optional<Error> wrong;
  {
    JsonObject object(line);
    object.add("type", frame.header.type).add("job", frame.header.job).add("length", frame.header.length);
    execute::for_each_message([&]<class Message>(Message) {
      if (Message::type != frame.header.type) return;
      auto record = wire::decode<typename Message::Record>(frame.payload);
      if (record) {
        object.add("record", *record);
      } else {
        wrong = std::move(record.error());
      }
    });
  }
  if (wrong) return tl::make_unexpected(std::move(*wrong));
  return line + '\n';
}

// Counts frames and bytes, so that what is wrong can be named.
class Decoder {
 public:
  int run() {
    while (!output_.closed()) {
      auto space = frames_.space();
      auto count = ::read(STDIN_FILENO, space.data(), space.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail(system_error("cannot read standard input", errno));
      if (count == 0) break;
      frames_.added(static_cast<std::size_t>(count));
      if (!print_frames()) return finish(output_, exit_findings);
      // Who watches a conversation wants to see each frame when it comes.
      output_.flush();
    }
    if (!output_.closed() && frames_.in_frame()) complain_here("the stream ends in the middle of the frame");
    return finish(output_, wrong_ ? exit_findings : 0);
  }

 private:
  // False once the stream is broken: where the next frame begins is not known.
  bool print_frames() {
    for (;;) {
      auto frame = frames_.next();
      if (!frame) {
        complain_here(frame.error().message);
        return false;
      }
      if (!*frame) return true;
      auto line = frame_json(**frame);
      if (line) {
        output_.write(*line);
      } else {
        complain_here(std::string(to_string((*frame)->header.type)) + ": " + line.error().message);
      }
      ++number_;
      offset_ += wire::header_size + (*frame)->header.length;
    }
  }

  void complain_here(const std::string& what) {
    output_.flush();
    complain("frame " + std::to_string(number_) + ", at byte " + std::to_string(offset_) + ": " + what);
    wrong_ = true;
  }

  wire::FrameReader frames_;
  Output output_;
  std::uint64_t number_ = 1;
  std::uint64_t offset_ = 0;
  bool wrong_ = false;
};

}  // namespace

int run(const CommonArguments&, const FrameEncodeArguments& arguments) {
  auto inputs = Inputs::open(arguments.inputs);
  if (!inputs) return fail(inputs.error());
  Output output;
  auto start = wire::encode_frame(wire::FrameType::start, 0, worker_spec(arguments.inputs.cut));
  if (!start) return fail(start.error());
  output.write(*start);
  bool left_out = false;
  std::uint64_t sequence = 0;
  while (auto plan = inputs->next()) {
    if (!plan->key) {
      complain(report::printable(plan->entry.path) + ": " + std::string(to_string(plan->entry.outcome)) +
               "; no task for a worker");
      left_out = true;
      continue;
    }
    plan->task.sequence = sequence++;
    auto frame = wire::encode_frame(wire::FrameType::task, plan->task.sequence, plan->task);
    if (!frame) return fail({frame.error().kind, plan->task.path + ": " + frame.error().message});
    output.write(*frame);
    if (output.closed()) break;
  }
  return finish(output, inputs->failed() ? exit_failure : left_out ? exit_findings : 0);
}

int run(const CommonArguments&, const FrameDecodeArguments&) {
  return Decoder().run();
}

int run(const CommonArguments&, const WorkerArguments& arguments) {
  execute::WorkerHandlerFactory handler = [](const execute::WorkerSpec& spec) {
    return chunk_handler(spec.deadlines)();
  };
  if (arguments.documents) {
    keep_small_blocks();
    return execute::serve_documents(execute::worker_descriptor, [](const execute::WorkerSpec& spec) {
      // With room for one more large parse.
      const auto limit = spec.limits.memory_bytes;
      const ByteCount most_memory(limit > 0 ? limit / 2 : 512U << 20U);
      auto documents =
          std::make_shared<chunk::Documents>(std::chrono::milliseconds(spec.deadlines.parse), most_memory);
      return [documents](const DocumentTask& task) { return documents->look(task); };
    });
  }
  if (!arguments.stdio) return execute::serve(execute::worker_descriptor, handler);
  // A grammar that prints must not print into the frames, nor one that reads read them.
  UniqueFd input(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, execute::worker_descriptor));
  UniqueFd output(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, execute::worker_descriptor));
  UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!input || !output || !null || ::dup2(null.get(), STDIN_FILENO) < 0 ||
      ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
    return fail(system_error("cannot set up the worker's descriptors", errno));
  }
  null.reset();
  return execute::serve(input.get(), output.get(), handler);
}

}  // namespace froe::cli
