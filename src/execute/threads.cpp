// oneTBB's pipeline has the shape of a run: read in order, handle in parallel, hand over in order.
#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <new>

#include "execute/guard.hpp"
#include "froe/execute.hpp"

#ifdef __SANITIZE_THREAD__
// oneTBB's threads are started and woken inside its library, which is not instrumented, so that its own
// headers seem to race when they read what the caller has set up. Only where such a header is the innermost
// frame.
extern "C" const char* __tsan_default_suppressions() {
  return "race_top:oneapi/tbb/detail/_pipeline_filters.h\n";
}
// The same holds for the read of what a filter captured. A filter's body only calls a member function, which
// is checked.
#define FROE_FILTER_BODY __attribute__((no_sanitize("thread")))
#else
#define FROE_FILTER_BODY
#endif

namespace froe::execute {
namespace {

// Jobs in the pipeline at once, per worker. Bytes are the bound that counts; this one keeps a tree of empty
// files from piling up behind one slow file, yet is far more than the small files that pass while a large one
// is parsed.
constexpr std::size_t tokens_per_worker = 1024;

// A job on its way through the stages. oneTBB hands it from thread to thread inside its library, where the
// thread sanitizer cannot look; the flag is the hand-over in our own code, so that the sanitizer checks the
// stages instead of being told to ignore them.
struct Passenger {
  FileTask task;
  Result<FileResult> result;
  bool answered = false;

  void enter() const { (void)passed_.load(std::memory_order_acquire); }
  void leave() { passed_.store(true, std::memory_order_release); }

 private:
  std::atomic<bool> passed_ = false;
};

class Pipeline {
 public:
  Pipeline(const HandlerFactory& factory, Limits limits, const Source& source, const Sink& sink,
           Observer* observer, const std::atomic<bool>& stop)
      : desks_([this, &factory] {
          return Desk{desks_taken_++, factory(), {}};
        }),
        limits_(limits),
        source_(source),
        sink_(sink),
        observer_(observer),
        stop_(stop) {}

  Status run() {
    // Waiting for room inside the first filter could block the very thread that must make room. So a full
    // pipeline is let run empty and started again. It fills only when a file takes longer than all the others
    // in flight.
    do {
      {
        // Hands what this thread has set up to the threads of the stages.
        std::scoped_lock lock(pulling_, handing_over_);
        full_ = false;
      }
      pipe();
    } while (full_);
    std::scoped_lock lock(pulling_, handing_over_);
    return status_ ? std::move(source_status_) : std::move(status_);
  }

  // After run().
  [[nodiscard]] std::vector<WorkerUsage> usage() const {
    std::vector<WorkerUsage> workers(desks_taken_);
    for (const Desk& desk : desks_) workers.at(desk.slot) = desk.usage;
    return workers;
  }

 private:
  // Owned by the stage that has it; the last one deletes it. (A smart pointer would be copied inside oneTBB.)
  using Token = Passenger*;

  void pipe() {
    using namespace oneapi::tbb;
    auto read =
        make_filter<void, Token>(filter_mode::serial_in_order,
                                 [this](flow_control& control) FROE_FILTER_BODY { return pull(control); });
    auto work = make_filter<Token, Token>(filter_mode::parallel,
                                          [this](Token token) FROE_FILTER_BODY { return process(token); });
    auto write = make_filter<Token, void>(filter_mode::serial_in_order,
                                          [this](Token token) FROE_FILTER_BODY { hand_over(token); });
    parallel_pipeline(limits_.workers * tokens_per_worker, read & work & write);
  }

  Token pull(oneapi::tbb::flow_control& control) {
    Token token = next();
    if (token == nullptr) control.stop();
    return token;
  }

  Token next() {
    std::lock_guard lock(pulling_);
    if (failed_) return nullptr;
    if (in_flight_.load() >= limits_.in_flight.value) {
      full_ = true;
      return nullptr;
    }
    std::optional<Job> job;
    Status status = guarded([&]() -> Status {
      if (stop_) return stopped();
      job = source_();
      return {};
    });
    // What was pulled before is still handed over; a failure there comes first.
    if (!status) source_status_ = std::move(status);
    if (!job) return nullptr;
    in_flight_ += job->task.content.size();
    auto token = std::make_unique<Passenger>();
    token->task = std::move(job->task);
    token->answered = job->answer.has_value();
    if (job->answer) token->result = std::move(*job->answer);
    token->leave();
    return token.release();
  }

  Token process(Token token) {
    token->enter();
    if (!token->answered) {
      Status status = guarded([&]() -> Status {
        token->result = handle(desks_.local(), token->task, observer_);
        return {};
      });
      if (!status) token->result = tl::make_unexpected(std::move(status.error()));
    }
    token->leave();
    return token;
  }

  void hand_over(Token token) {
    std::lock_guard lock(handing_over_);
    token->enter();
    std::unique_ptr<Passenger> passenger(token);
    std::uint64_t size = passenger->task.content.size();
    if (!failed_) {
      Status status = guarded([&]() -> Status {
        if (!passenger->result) return tl::make_unexpected(std::move(passenger->result.error()));
        return sink_({std::move(passenger->task), std::move(*passenger->result)});
      });
      if (!status) {
        status_ = std::move(status);
        failed_ = true;
      }
    }
    in_flight_ -= size;
  }

  std::atomic<unsigned> desks_taken_ = 0;
  oneapi::tbb::enumerable_thread_specific<Desk> desks_;
  Limits limits_;
  const Source& source_;
  const Sink& sink_;
  Observer* observer_;
  const std::atomic<bool>& stop_;
  std::atomic<std::uint64_t> in_flight_ = 0;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> full_ = false;
  // oneTBB runs each serial stage one at a time, so that these are never waited for; they too say it in our
  // own code.
  std::mutex pulling_;
  std::mutex handing_over_;
  Status source_status_;
  Status status_;
};

class ThreadExecutor : public Executor {
 public:
  ThreadExecutor(HandlerFactory factory, Limits limits) : factory_(std::move(factory)), limits_(limits) {
    limits_.workers = std::max(limits_.workers, 1U);
  }

  Result<Usage> run(const Source& source, const Sink& sink, Observer* observer,
                    const std::atomic<bool>& stop) override {
    // oneTBB keeps its threads for the next user; without this they would outlive the run.
    oneapi::tbb::task_scheduler_handle scheduler{oneapi::tbb::attach{}};
    Usage usage;
    Status status = guarded([&]() -> Status {
      // By default oneTBB starts no more threads than there are cores, whatever the arena asks for.
      oneapi::tbb::global_control threads(oneapi::tbb::global_control::max_allowed_parallelism,
                                          limits_.workers);
      oneapi::tbb::task_arena arena(static_cast<int>(limits_.workers));
      Pipeline pipeline(factory_, limits_, source, sink, observer, stop);
      Status ran = arena.execute([&] { return pipeline.run(); });
      usage.workers = pipeline.usage();
      return ran;
    });
    (void)oneapi::tbb::finalize(scheduler,
                                std::nothrow);  // false if the caller uses oneTBB, too: then they stay
    if (!status) return tl::make_unexpected(status.error());
    return usage;
  }

 private:
  HandlerFactory factory_;
  Limits limits_;
};

}  // namespace

std::unique_ptr<Executor> make_threads(HandlerFactory factory, Limits limits) {
  return std::make_unique<ThreadExecutor>(std::move(factory), limits);
}

}  // namespace froe::execute
