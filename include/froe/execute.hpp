// Runs a handler over a stream of file tasks, inline, in threads or in worker processes, and hands the
// results over in the order of submission. This module does not know what the handler does: neither
// tree-sitter nor SQLite is visible here.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/confine.hpp"
#include "froe/document.hpp"
#include "froe/record.hpp"
#include "froe/support.hpp"

namespace froe::execute {

// A task on its way through an executor. One that already has its answer takes its place in the order and is
// handed on untouched.
struct Job {
  FileTask task;
  std::optional<FileResult> answer;
};
struct Completed {
  FileTask task;
  FileResult result;
};

// Yields the next job, numbered 0, 1, 2 … in `task.sequence`; nothing at the end. Called from one thread at a
// time, not always the same one. An exception from any of these functions ends the run with
// ErrorKind::internal.
using Source = std::function<std::optional<Job>()>;
// Takes results in the order of their sequence numbers. Called from one thread at a time, possibly at the
// same time as the source. An error stops the run.
using Sink = std::function<Status(Completed)>;
// Cuts one file. A handler belongs to one thread. What a file can do wrong is an outcome; an exception is a
// bug, and in a worker process its death.
using Handler = std::function<FileResult(const FileTask&)>;
using HandlerFactory = std::function<Handler()>;
// Answers for a task whose worker died, in the parent and without a parser. Called from one thread at a time.
using Fallback = std::function<FileResult(const FileTask&, Outcome, std::string detail)>;
// Answers for a task that no parser sees and that is handled faster than it is sent to a worker process;
// nothing for any other. Called in the parent, on the source's thread, possibly at the same time as the
// fallback.
using Shortcut = std::function<std::optional<FileResult>(const FileTask&)>;

// Told who works on what, for a progress display or a trace; not told of jobs that came with their answer or
// took the shortcut. Called from any thread, several at once.
//
// A slot is a place in the pool, counted from 0: a thread, or a succession of worker processes. Each
// `started` is followed by one `finished` of the same file and slot, and a slot works on one file at a time.
// A file whose worker died is started again, mostly in another slot.
class Observer {
 public:
  virtual ~Observer() = default;
  // A worker begins with the file; it is not in its queue any more.
  virtual void started(std::uint64_t sequence, std::string_view path, ByteCount size, unsigned slot) = 0;
  // It is done with the file: the answer is there, though the sink has yet to take it, or the worker is gone.
  virtual void finished(std::uint64_t sequence, unsigned slot) = 0;
};

// When a worker process is replaced though nothing is wrong with it.
struct Recycling {
  // After so many files; 0: never. A start costs some 10 ms of processor time, this many files several
  // seconds: a third of a percent for bounding what can add up in a process.
  std::uint64_t files = 4000;
  // When its own memory has grown to more than this many times what it was after the first files, and the
  // slack, which leaves room for what the parser keeps for the next file; 0: never.
  std::uint64_t growth = 4;
  ByteCount slack{64U << 20U};
};

struct Limits {
  unsigned workers = 1;  // threads or processes that parse; 0 means 1
  // Bytes of file content between source and sink. Exceeded by at most one file: a size is known once it is
  // read.
  ByteCount in_flight{32U << 20U};
  Recycling recycling{};
};

// How long things may take, in milliseconds. Nested, so that the gentlest that can end a matter ends it: the
// parser is asked to stop, and cannot always; the worker's own timer ends the worker, unless it is stopped or
// has tampered with it; the parent kills, which always works.
struct Deadlines {
  std::uint32_t parse = 5000;   // processor time of one parse; for the handler to keep
  std::uint32_t worker = 6000;  // one task, by the worker's own timer
  std::uint32_t parent = 7000;  // one task, from when it became the oldest that the worker has, by SIGKILL
  std::uint32_t start = 30000;  // from the start of a worker until it is ready, by SIGKILL

  static constexpr auto fields() {
    return std::tuple{field("parse", &Deadlines::parse), field("worker", &Deadlines::worker),
                      field("parent", &Deadlines::parent), field("start", &Deadlines::start)};
  }
  friend bool operator==(const Deadlines&, const Deadlines&) = default;
};

// How a worker process is started. A plain record: it is the first frame that a worker receives.
struct WorkerSpec {
  std::string program;                 // path of the executable
  std::vector<std::string> arguments;  // that make it call `serve` on the descriptor `worker_descriptor`
  Deadlines deadlines{};
  confine::Limits limits{};
  confine::Sandbox sandbox = confine::Sandbox::automatic;

  static constexpr auto fields() {
    return std::tuple{field("program", &WorkerSpec::program), field("arguments", &WorkerSpec::arguments),
                      field("deadlines", &WorkerSpec::deadlines), field("limits", &WorkerSpec::limits),
                      field("sandbox", &WorkerSpec::sandbox)};
  }
};
// What a worker says first: what it is under, and what it has open.
using WorkerReady = confine::Report;
// Where a worker finds its socket. Its other descriptors are stdin (/dev/null) and captured stdout and
// stderr.
inline constexpr int worker_descriptor = 3;

// What was done in one slot.
struct WorkerUsage {
  std::uint64_t jobs = 0;             // files that were answered
  ByteCount bytes;                    // their content
  std::uint64_t cpu_nanoseconds = 0;  // user and system: of its processes, or of handling files in its thread
  ByteCount peak_memory;              // largest resident set of one of its processes; 0 for a thread
  std::uint64_t processes = 0;        // that filled the slot, one after another; 0 for a thread
  std::uint64_t deaths = 0;           // of these, died or were killed before the run was over
  std::uint64_t recycled = 0;         // of these, replaced in time, before they could do harm

  [[nodiscard]] std::uint64_t restarts() const { return processes > 0 ? processes - 1 : 0; }
};

// What the workers did, summed over a run and each for itself.
struct Usage {
  std::uint64_t cpu_nanoseconds = 0;  // user and system, of worker processes only
  ByteCount peak_worker_memory;       // largest resident set of one worker process
  std::uint64_t workers_started = 0;  // worker processes, replacements included
  std::uint64_t workers_lost = 0;     // worker processes that died while they held a task
  std::vector<WorkerUsage> workers;   // by slot
  // What the worker processes were under: of the one with the lowest level. Nothing if there was none.
  std::optional<WorkerReady> confinement;
};

// A pool for one run at a time. Destroying it leaves no thread and no process behind.
class Executor {
 public:
  virtual ~Executor() = default;
  // Pulls the source dry and gives everything to the sink. When `stop` becomes true, no further job is
  // pulled; what is in flight is finished and handed over, and the run ends with ErrorKind::interrupted.
  // `observer` may be null.
  [[nodiscard]] virtual Result<Usage> run(const Source& source, const Sink& sink, Observer* observer,
                                          const std::atomic<bool>& stop) = 0;
  // Kills the worker processes and whatever they started, at once. For a program that is about to end and
  // cannot wait for `run`, which may find its workers dead and start others. Any thread, at any time.
  virtual void kill_workers() {}
};

[[nodiscard]] std::unique_ptr<Executor> make_inline(HandlerFactory factory);
// Threads share an address space: a crash, a hang or a memory blow-up in a grammar is one of the whole
// program.
[[nodiscard]] std::unique_ptr<Executor> make_threads(HandlerFactory factory, Limits limits);
// A worker that dies costs the file it held its syntax tree: `fallback` answers for that file, and the run
// goes on. `shortcut` may be empty.
[[nodiscard]] std::unique_ptr<Executor> make_processes(WorkerSpec spec, Fallback fallback, Shortcut shortcut,
                                                       Limits limits);

// Whether a result can be one of this task: its own number, an outcome that a worker can know and that fits
// the task, chunks that tile the content, everything in order and inside it. What a worker says is believed
// after this. ErrorKind::corrupt.
[[nodiscard]] Status validate(const FileTask& task, const FileResult& result);
// The same of an answer about a document.
[[nodiscard]] Status validate(const DocumentTask& task, const DocumentResult& result);

// Makes the handler of a worker process, before it gives up its rights.
using WorkerHandlerFactory = std::function<Handler(const WorkerSpec&)>;
// The worker's end: reads tasks from the descriptor until it is closed, answers each. Returns the exit status
// of the process: 0 when the parent closed the conversation, else what went wrong is on standard error. The
// process dies with the thread that started it. It is put under the limits and into the sandbox that the
// specification asks for, and made nicer than its parent, which cannot be undone: call it on the main thread,
// and do nothing afterwards but leave. Protocol: docs/worker-protocol.md.
[[nodiscard]] int serve(int descriptor, const WorkerHandlerFactory& factory);
// The same with a descriptor for each direction, so that a worker can be driven through pipes.
[[nodiscard]] int serve(int input, int output, const WorkerHandlerFactory& factory);

struct OutputAllowance;

// One worker process that is asked one thing at a time about documents, and kept in between: a round trip
// costs tens of microseconds and the copying of the text. A process that dies or does not answer in time is
// replaced when the next question comes. Belongs to one thread, with which its process dies.
class Companion {
 public:
  // `spec`: of a program that calls `serve_documents`.
  explicit Companion(WorkerSpec spec);
  Companion(const Companion&) = delete;
  Companion& operator=(const Companion&) = delete;
  ~Companion();

  // Why there is no answer, as the ledger would say it; `outcome` is `killed` also if no process could be
  // started.
  struct Lost {
    Outcome outcome = Outcome::crashed;
    std::string detail;
  };
  // A process that dies of a question is asked the same once more, freshly started: what it kept may have
  // been at fault. One that does not answer in time is not.
  [[nodiscard]] tl::expected<DocumentResult, Lost> ask(DocumentTask task);
  // Of the process that there is, or 0.
  [[nodiscard]] int process() const;

 private:
  class Conversation;
  // Nothing: there is a process now.
  [[nodiscard]] std::optional<Lost> start();
  [[nodiscard]] Result<DocumentResult> take_answer(const DocumentTask& task, std::string_view question);

  WorkerSpec spec_;
  std::uint64_t questions_ = 0;
  std::unique_ptr<OutputAllowance> allowance_;
  std::unique_ptr<Conversation> conversation_;
};

// Answers one question. As a Handler.
using DocumentHandler = std::function<DocumentResult(const DocumentTask&)>;
using DocumentHandlerFactory = std::function<DocumentHandler(const WorkerSpec&)>;
// The other end of a Companion; otherwise as `serve`.
[[nodiscard]] int serve_documents(int descriptor, const DocumentHandlerFactory& factory);

}  // namespace froe::execute
