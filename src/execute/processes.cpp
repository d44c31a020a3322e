// A run in worker processes: a thread that reads and takes shortcuts, one that supervises the workers, one
// that writes. Only the supervisor may start processes; only the writer knows the order.
#include <algorithm>
#include <thread>

#include "execute/guard.hpp"
#include "execute/long_turns.hpp"
#include "execute/ordered_writer.hpp"
#include "execute/supervisor.hpp"
#include "froe/execute.hpp"

namespace froe::execute {
namespace {

class ProcessExecutor : public Executor {
 public:
  ProcessExecutor(WorkerSpec spec, Fallback fallback, Shortcut shortcut, Limits limits)
      : spec_(std::move(spec)),
        fallback_(std::move(fallback)),
        shortcut_(std::move(shortcut)),
        limits_(limits) {
    limits_.workers = std::max(limits_.workers, 1U);
  }

  Result<Usage> run(const Source& source, const Sink& sink, Observer* observer,
                    const std::atomic<bool>& stop) override {
    Result<Usage> result;
    Status status = guarded([&]() -> Status {
      result = supervise(source, sink, observer, stop);
      return {};
    });
    if (!status) return tl::make_unexpected(status.error());
    return result;
  }

  void kill_workers() override { groups_.kill(); }

 private:
  Result<Usage> supervise(const Source& source, const Sink& sink, Observer* observer,
                          const std::atomic<bool>& stop) {
    const LongTurns turns;
    ByteBudget budget(limits_.in_flight);
    OrderedWriter* results = nullptr;
    Supervisor supervisor(
        spec_, limits_, groups_, observer,
        [&](std::uint64_t position, Finished finished) { results->put(position, std::move(finished)); },
        [&] { budget.cancel(); });
    // What stopped the writer is returned by finish(); this error only ends the pool.
    OrderedWriter writer(sink, fallback_, budget, [&] {
      budget.cancel();
      supervisor.fail({ErrorKind::internal, "results cannot be handed over"});
    });
    results = &writer;

    Status read;
    std::thread reader([&] {
      read = guarded([&] { return feed(source, stop, budget, supervisor, writer); });
      supervisor.end_of_input();
    });
    Result<Usage> usage = supervisor.run();
    reader.join();
    Status written = writer.finish();
    if (!written) return tl::make_unexpected(written.error());
    if (!usage) return usage;
    if (!read) return tl::make_unexpected(read.error());
    return usage;
  }

  Status feed(const Source& source, const std::atomic<bool>& stop, ByteBudget& budget, Supervisor& supervisor,
              OrderedWriter& writer) const {
    for (std::uint64_t position = 0;; ++position) {
      if (stop) return stopped();
      std::optional<Job> job = source();
      // The budget is cancelled when the run has failed elsewhere; the reason comes from there.
      if (!job || !budget.acquire(cost_of(job->task))) return {};
      if (shortcut_ && !job->answer) job->answer = shortcut_(job->task);
      if (job->answer) {
        writer.put(position, {std::move(job->task), std::move(job->answer), {}, {}});
      } else {
        supervisor.submit(position, std::move(job->task));
      }
    }
  }

  WorkerSpec spec_;
  Fallback fallback_;
  Shortcut shortcut_;
  Limits limits_;
  ProcessGroups groups_;
};

}  // namespace

std::unique_ptr<Executor> make_processes(WorkerSpec spec, Fallback fallback, Shortcut shortcut,
                                         Limits limits) {
  return std::make_unique<ProcessExecutor>(std::move(spec), std::move(fallback), std::move(shortcut), limits);
}

}  // namespace froe::execute
