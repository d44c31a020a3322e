#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands.hpp"
#include "cli/composition.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/signals.hpp"
#include "froe/chunk.hpp"
#include "froe/index.hpp"
#include "froe/report.hpp"

namespace froe::cli {
namespace {

// Prints what comes out of the executor.
class Printer {
 public:
  // `context` may be null.
  Printer(const ChunkArguments& arguments, const report::Template* context)
      : arguments_(arguments), context_(context) {}

  Status print(const index::Plan& plan, const execute::Completed& done) {
    const auto& entry = plan.entry;
    auto outcome = plan.key && entry.outcome != Outcome::oversized ? done.result.outcome : entry.outcome;
    if (!plan.key || lost_tree(outcome) || outcome == Outcome::oversized) {
      auto detail = done.result.detail.empty() ? entry.detail : done.result.detail;
      complain(report::printable(entry.path) + ": " + std::string(to_string(outcome)) +
               (detail.empty() ? std::string() : ": " + detail) +
               (plan.key ? "; cut as text" : "; left out"));
      degraded_ = degraded_ || is_finding(outcome);
    }
    if (!plan.key) return {};
    store::FoundChunk found;
    found.path = entry.path;
    found.language = entry.language;
    std::vector<std::uint32_t> overlaps;
    if (arguments_.overlap > 0) {
      overlaps =
          chunk::overlaps(done.task.content, done.result.chunks, arguments_.overlap, done.task.options.unit);
    }
    report::FileView view{.outcome = outcome,
                          .content = done.task.content,
                          .chunks = done.result.chunks,
                          .symbols = done.result.symbols,
                          .imports = done.result.imports,
                          .errors = done.result.errors,
                          .overlaps = overlaps};
    const report::File file(view);
    for (const auto& chunk : done.result.chunks) {
      found.chunk = chunk;
      output_.write(report::chunk_json(found, file, {.text = arguments_.text, .context = context_}));
    }
    if (output_.closed()) return failure(ErrorKind::interrupted, "the reader of standard output has gone");
    return {};
  }

  Output& output() { return output_; }
  [[nodiscard]] bool degraded() const { return degraded_; }

 private:
  const ChunkArguments& arguments_;
  const report::Template* context_;
  Output output_;
  bool degraded_ = false;
};

}  // namespace

int run(const CommonArguments&, const ChunkArguments& arguments) {
  StopSignals signals;  // before any thread
  auto inputs = Inputs::open(arguments.inputs, signals.descriptor());
  if (!inputs) return fail(inputs.error());
  auto context = context_template(arguments.context);
  if (!context) return fail(context.error());
  Printer printer(arguments, *context ? &**context : nullptr);
  std::mutex mutex;
  std::deque<index::Plan> plans;  // without their content, in the order of their sequence numbers
  std::uint64_t sequence = 0;

  auto source = [&]() -> std::optional<execute::Job> {
    auto plan = inputs->next();
    if (!plan) return std::nullopt;
    execute::Job job{std::move(plan->task), std::nullopt};
    job.task.sequence = sequence++;
    if (!plan->key) {
      job.answer.emplace();
      job.answer->sequence = job.task.sequence;
    }
    std::lock_guard lock(mutex);
    plans.push_back(std::move(*plan));
    return job;
  };
  auto sink = [&](const execute::Completed& done) -> Status {
    std::unique_lock lock(mutex);
    auto plan = std::move(plans.front());
    plans.pop_front();
    lock.unlock();
    return printer.print(plan, done);
  };
  auto executor = make_executor(arguments.inputs.cut);
  AtSecondSignal kill(signals, [&] { executor->kill_workers(); });
  auto usage = executor->run(source, sink, nullptr, signals.stop());
  printer.output().flush();
  if (signals.received() != 0) return 128 + signals.received();
  if (int error = printer.output().error()) return fail(system_error("cannot write standard output", error));
  if (!usage && !printer.output().closed()) return fail(usage.error());
  if (inputs->failed()) return exit_failure;
  return printer.degraded() ? exit_findings : 0;
}

}  // namespace froe::cli
