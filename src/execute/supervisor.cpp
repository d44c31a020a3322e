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

}  // namespace

Supervisor::Supervisor(const WorkerSpec& spec, unsigned workers, Observer* observer, Done done,
                       std::function<void()> on_failure)
    : spec_(spec),
      max_workers_(workers),
      observer_(observer),
      done_(std::move(done)),
      on_failure_(std::move(on_failure)),
      more_input_(asio::make_work_guard(io_)) {}

void Supervisor::submit(std::uint64_t position, Job job) {
  asio::post(io_, [this, position, job = std::move(job)]() mutable { accept(position, std::move(job)); });
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

void Supervisor::accept(std::uint64_t position, Job job) {
  if (!status_) return;
  if (job.answer) {
    done_(position, {std::move(job.task), std::move(job.answer), {}, {}});
    return;
  }
  ++outstanding_;
  waiting_.push_back({position, std::move(job.task)});
  assign();
}

void Supervisor::assign() {
  if (status_ && !all_done()) {
    start_workers();
    assign_suspects();
    while (!waiting_.empty()) {
      Worker* worker = least_loaded();
      if (worker == nullptr) break;
      Assignment assignment = std::move(waiting_.front());
      waiting_.pop_front();
      give(*worker, std::move(assignment));
    }
  }
  // Whoever sends looks again whether everything is done.
  if (all_done()) {
    for (Worker& worker : workers_) worker.wake.cancel();
  }
}

void Supervisor::assign_suspects() {
  while (!suspects_.empty()) {
    Worker* chosen = nullptr;
    for (Worker& worker : workers_) {
      // A fresh worker has no past that could be to blame. If none is coming, an idle one must do.
      bool fits = worker.usable() && worker.tasks.empty() && (worker.fresh || starting_ == 0);
      if (fits && (chosen == nullptr || worker.fresh)) chosen = &worker;
    }
    if (chosen == nullptr) return;
    Assignment assignment = std::move(suspects_.front());
    suspects_.pop_front();
    give(*chosen, std::move(assignment));
  }
}

Worker* Supervisor::least_loaded() {
  Worker* chosen = nullptr;
  for (Worker& worker : workers_) {
    if (!worker.usable() || !worker.has_room()) continue;
    auto load = [](const Worker& one) { return std::pair(one.tasks.size(), one.queued_bytes); };
    if (chosen == nullptr || load(worker) < load(*chosen)) chosen = &worker;
  }
  return chosen;
}

void Supervisor::give(Worker& worker, Assignment assignment) {
  auto frame = wire::encode_frame(wire::FrameType::task, assignment.task.sequence, assignment.task);
  if (!frame) {
    Finished finished{{}, {}, Outcome::oversized, frame.error().message};
    finish(std::move(assignment), std::move(finished));
    return;
  }
  assignment.frame = std::move(*frame);
  assignment.begun = false;
  worker.queued_bytes += assignment.task.content.size();
  worker.tasks.push_back(std::move(assignment));
  worker.wake.cancel();
}

void Supervisor::begin_oldest(Worker& worker) {
  if (worker.sent == 0 || std::exchange(worker.tasks.front().begun, true)) return;
  const FileTask& task = worker.tasks.front().task;
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
    if (worker.slot < taken.size()) taken[worker.slot] = true;
  }
  return static_cast<unsigned>(std::find(taken.begin(), taken.end(), false) - taken.begin());
}

void Supervisor::finish(Assignment assignment, Finished finished) {
  --outstanding_;
  finished.task = std::move(assignment.task);
  done_(assignment.position, std::move(finished));
}

void Supervisor::start_workers() {
  // No more than there is work for: one changed file needs one worker.
  while (workers_.size() < max_workers_ && starting_ < waiting_.size() + suspects_.size()) {
    if (Worker* idle = least_loaded(); idle != nullptr && idle->tasks.empty() && suspects_.empty()) return;
    Status started = start_worker();
    if (started) continue;
    if (started.error().kind != ErrorKind::busy || workers_.empty()) {
      give_up(std::move(started.error()));
      return;
    }
    // The system has no room for another: go on with those that run.
    max_workers_ = static_cast<unsigned>(workers_.size());
  }
}

void Supervisor::give_up(Error error) {
  if (!status_) return;
  status_ = tl::make_unexpected(std::move(error));
  waiting_.clear();
  suspects_.clear();
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
  if (status_ && !all_done()) mourn(worker);
  workers_.remove_if([&](const Worker& one) { return &one == &worker; });
  assign();
}

// A worker is gone before the end of the run: sees to what it held.
void Supervisor::mourn(Worker& worker) {
  ++usage_.workers[worker.slot].deaths;
  std::string reason = worker.protocol_error.empty() ? describe_exit(worker.exit.status)
                                                     : "protocol error: " + worker.protocol_error;
  if (worker.protocol_error.empty() && worker.frames.in_frame()) reason += " in the middle of a frame";
  if (!worker.ready) {
    ++failed_starts_;
    if (!any_was_ready_ || failed_starts_ >= tries_to_start) {
      give_up({ErrorKind::internal,
               "the worker process " + spec_.program + " ended before it was ready (" + reason + ")"});
    }
    return;
  }
  if (worker.tasks.empty()) return;
  ++usage_.workers_lost;
  Assignment culprit = std::move(worker.tasks.front());
  worker.tasks.pop_front();
  while (!worker.tasks.empty()) {
    waiting_.push_front(std::move(worker.tasks.back()));
    worker.tasks.pop_back();
  }
  if (culprit.suspect) {
    finish(std::move(culprit), {{}, {}, Outcome::crashed, std::move(reason)});
  } else {
    culprit.suspect = true;
    suspects_.push_back(std::move(culprit));
  }
}

}  // namespace froe::execute
