#include "execute/supervisor.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "execute/guard.hpp"
#include "froe/wire.hpp"

namespace froe::execute {
namespace {

namespace asio = boost::asio;

// A worker that cannot start will not start the next time either; one that could before may be the victim of
// a moment. Few tries, so that a broken program is not started again and again.
constexpr unsigned tries_to_start = 3;
// Somebody else's kill says nothing of the program, unless it comes every time (a machine out of memory).
constexpr unsigned tries_when_killed = 8;
// If the system refuses even the only worker: with the waits between, this is given up after some two
// seconds.
constexpr unsigned tries_when_refused = 8;

}  // namespace

Supervisor::Supervisor(const WorkerSpec& spec, Limits limits, ProcessGroups& groups, Observer* observer,
                       Done done, std::function<void()> on_failure)
    : spec_(spec),
      max_workers_(limits.workers),
      recycling_(limits.recycling),
      groups_(groups),
      observer_(observer),
      done_(std::move(done)),
      on_failure_(std::move(on_failure)),
      more_input_(asio::make_work_guard(io_)) {}

void Supervisor::submit(std::uint64_t position, FileTask task) {
  asio::post(io_, [this, position, task = std::move(task)]() mutable { accept(position, std::move(task)); });
}

void Supervisor::end_of_input() {
  asio::post(io_, [this] {
    input_over_ = true;
    more_input_.reset();
    assign();
  });
}

void Supervisor::fail(Error error) {
  asio::post(io_, [this, error = std::move(error)]() mutable { give_up(std::move(error)); });
}

Result<Usage> Supervisor::run() {
  while (true) {
    Status status = guarded([&]() -> Status {
      io_.run();
      return {};
    });
    if (status) break;
    give_up(std::move(status.error()));  // and run on, until the workers have left
  }
  if (!status_) return tl::make_unexpected(status_.error());
  return usage_;
}

void Supervisor::accept(std::uint64_t position, FileTask task) {
  if (!status_) return;
  ++outstanding_;
  // Results are written in order, so while a large file is parsed nothing behind it is written, and what has
  // gathered at the end is written with no worker left to run beside. It begins so early that what the other
  // workers do meanwhile is what lies before it.
  const auto size = static_cast<std::int64_t>(task.content.size());
  const Assignment::Turn turn{submitted_bytes_ - size * (max_workers_ - 1), position};
  submitted_bytes_ += size;
  waiting_.emplace(turn, Assignment{turn, std::move(task)});
  assign();
}

void Supervisor::assign() {
  if (status_ && !all_done()) {
    start_workers();
    assign_suspects();
    while (!waiting_.empty()) {
      Worker* worker = least_loaded();
      if (worker == nullptr) break;
      give(*worker, std::move(waiting_.extract(waiting_.begin()).mapped()));
    }
  }
  // Whoever sends looks again whether everything is done.
  if (all_done()) {
    pause_.cancel();
    for (Worker& worker : workers_) worker.wake.cancel();
  }
}

void Supervisor::assign_suspects() {
  while (!suspects_.empty()) {
    Worker* chosen = nullptr;
    for (Worker& worker : workers_) {
      // A fresh worker has no past that could be to blame. If none is coming, an idle one must do.
      bool fits = takes_tasks(worker) && worker.tasks.empty() && (worker.fresh || starting_ == 0);
      if (fits && (chosen == nullptr || worker.fresh)) chosen = &worker;
    }
    if (chosen == nullptr) return;
    Assignment assignment = std::move(suspects_.front());
    suspects_.pop_front();
    give(*chosen, std::move(assignment));
  }
}

bool Supervisor::takes_tasks(const Worker& worker) const {
  if (!worker.usable()) return false;
  if (!worker.fresh) return true;
  // One that is to replace a worker which still works waits, so that a slot works on one file at a time.
  return std::ranges::none_of(workers_, [&](const Worker& other) {
    return other.leaving && other.slot == worker.slot && !other.tasks.empty();
  });
}

std::size_t Supervisor::staying() const {
  return static_cast<std::size_t>(std::ranges::count(workers_, false, &Worker::leaving));
}

Worker* Supervisor::least_loaded() {
  Worker* chosen = nullptr;
  for (Worker& worker : workers_) {
    if (!takes_tasks(worker) || !worker.has_room()) continue;
    auto load = [](const Worker& one) { return std::pair(one.tasks.size(), one.queued_bytes); };
    if (chosen == nullptr || load(worker) < load(*chosen)) chosen = &worker;
  }
  return chosen;
}

void Supervisor::give(Worker& worker, Assignment assignment) {
  assignment.begun = false;
  worker.queued_bytes += assignment.task.content.size();
  worker.tasks.push_back(std::move(assignment));
  worker.wake.cancel();
}

void Supervisor::begin_oldest(Worker& worker) {
  if (worker.sent == 0 || std::exchange(worker.tasks.front().begun, true)) return;
  const FileTask& task = worker.tasks.front().task;
  worker.deadline.set(std::chrono::milliseconds(spec_.deadlines.parent));
  if (observer_ != nullptr) {
    observer_->started(task.sequence, task.path, ByteCount(task.content.size()), worker.slot);
  }
}

void Supervisor::end_oldest(Worker& worker) {
  if (worker.tasks.empty() || !worker.tasks.front().begun) return;
  if (observer_ != nullptr) observer_->finished(worker.tasks.front().task.sequence, worker.slot);
}

unsigned Supervisor::free_slot() const {
  std::vector<bool> taken(workers_.size());
  for (const Worker& worker : workers_) {
    if (!worker.leaving && worker.slot < taken.size()) taken[worker.slot] = true;
  }
  return static_cast<unsigned>(std::find(taken.begin(), taken.end(), false) - taken.begin());
}

void Supervisor::finish(Assignment assignment, Finished finished) {
  --outstanding_;
  backoff_.progressed();
  finished.task = std::move(assignment.task);
  done_(assignment.turn.position, std::move(finished));
}

void Supervisor::start_workers() {
  // No more than there is work for: one changed file needs one worker.
  while (staying() < max_workers_ && starting_ < waiting_.size() + suspects_.size()) {
    if (Worker* idle = least_loaded(); idle != nullptr && idle->tasks.empty() && suspects_.empty()) return;
    if (backoff_.until() > Backoff::Clock::now()) return assign_at(backoff_.until());
    Status started = start_worker();
    if (started) {
      refused_starts_ = 0;
    } else if (started.error().kind != ErrorKind::busy) {
      return give_up(std::move(started.error()));
    } else if (!workers_.empty()) {
      // The system has no room for another: go on with those that run.
      max_workers_ = static_cast<unsigned>(std::max<std::size_t>(staying(), 1));
      return;
    } else if (!any_was_ready_ || ++refused_starts_ >= tries_when_refused) {
      return give_up(std::move(started.error()));
    } else {
      backoff_.failed();
    }
  }
}

void Supervisor::assign_at(Backoff::Clock::time_point when) {
  pause_.expires_at(when);
  pause_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) assign();
  });
}

void Supervisor::give_up(Error error) {
  if (!status_) return;
  status_ = tl::make_unexpected(std::move(error));
  waiting_.clear();
  suspects_.clear();
  pause_.cancel();
  for (Worker& worker : workers_) hang_up(worker);
  on_failure_();
}

void Supervisor::retire(Worker& worker) {
  usage_.cpu_nanoseconds += worker.exit.cpu_nanoseconds;
  usage_.peak_worker_memory = std::max(usage_.peak_worker_memory, worker.exit.peak_memory);
  WorkerUsage& usage = usage_.workers[worker.slot];
  usage.cpu_nanoseconds += worker.exit.cpu_nanoseconds;
  usage.peak_memory = std::max(usage.peak_memory, worker.exit.peak_memory);
  end_oldest(worker);
  if (!worker.ready) --starting_;
  if (worker.leaving && worker.dismissed) {
    ++usage.recycled;
  } else if (status_ && !all_done()) {
    mourn(worker);
  }
  workers_.remove_if([&](const Worker& one) { return &one == &worker; });
  assign();
}

// A worker is gone before its time: sees to what it held.
void Supervisor::mourn(Worker& worker) {
  ++usage_.workers[worker.slot].deaths;
  backoff_.failed();
  Verdict verdict =
      judge({worker.exit, std::move(worker.sentence), worker.frames.in_frame(), spec_.limits.memory_bytes});
  if (!worker.ready) {
    ++failed_starts_;
    unsigned tries = any_was_ready_ ? tries_to_start : 1;
    if (verdict.outcome == Outcome::killed) tries = tries_when_killed;
    if (failed_starts_ >= tries) {
      give_up({ErrorKind::internal, "the worker process " + spec_.program + " ended before it was ready (" +
                                        verdict.detail + ")"});
    }
    return;
  }
  if (worker.tasks.empty()) return;
  ++usage_.workers_lost;
  std::optional<Assignment> culprit;
  if (worker.sent > 0 || !worker.tasks.front().suspicion.excuse()) {
    culprit = std::move(worker.tasks.front());
    worker.tasks.pop_front();
  }
  while (!worker.tasks.empty()) {
    Assignment& innocent = worker.tasks.back();
    // One that was suspect before is still to be tried alone.
    if (innocent.suspicion.any()) {
      suspects_.push_front(std::move(innocent));
    } else {
      waiting_.emplace(innocent.turn, std::move(innocent));
    }
    worker.tasks.pop_back();
  }
  if (!culprit) return;
  if (auto proven = culprit->suspicion.blame(std::move(verdict))) {
    finish(std::move(*culprit), {{}, {}, proven->outcome, std::move(proven->detail)});
  } else {
    suspects_.push_back(std::move(*culprit));
  }
}

}  // namespace froe::execute
