// The worker processes of one run, on one thread. It knows frames, processes and who holds which task; not
// where tasks come from, nor what becomes of results.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <vector>

#include "execute/backoff.hpp"
#include "execute/groups.hpp"
#include "execute/ordered_writer.hpp"
#include "execute/output_lines.hpp"
#include "execute/worker.hpp"
#include "froe/execute.hpp"

namespace froe::execute {

class Supervisor {
 public:
  // Where a task goes when the pool is done with it.
  using Done = std::function<void(std::uint64_t position, Finished)>;

  // `on_failure` is called once, on the supervising thread, if the pool gives up: nothing comes back any
  // more.
  Supervisor(const WorkerSpec& spec, Limits limits, ProcessGroups& groups, Observer* observer, Done done,
             std::function<void()> on_failure);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  ~Supervisor() { groups_.clear(); }

  // Any thread: what the pool is to do next. Each returns at once.
  void submit(std::uint64_t position, FileTask task);
  void end_of_input();     // nothing will be submitted after this
  void fail(Error error);  // gives up; workers are asked to leave, tasks are dropped

  // Works until the end of the input and of all tasks, or until it failed, and until no worker is left. The
  // calling thread starts the workers: they die with it.
  [[nodiscard]] Result<Usage> run();

 private:
  void accept(std::uint64_t position, FileTask task);
  [[nodiscard]] bool all_done() const { return input_over_ && outstanding_ == 0; }
  // Gives waiting tasks to workers, and starts workers if there are too few.
  void assign();
  void assign_suspects();
  void start_workers();
  [[nodiscard]] Status start_worker();
  // Calls assign() at that time, unless the run is over before.
  void assign_at(Backoff::Clock::time_point when);
  [[nodiscard]] std::size_t staying() const;
  [[nodiscard]] bool takes_tasks(const Worker& worker) const;
  [[nodiscard]] Worker* least_loaded();
  void give(Worker& worker, Assignment assignment);
  // The oldest task of a worker has changed: it begins with that one. And: it is done with that one.
  void begin_oldest(Worker& worker);
  void end_oldest(Worker& worker);
  // The lowest that is free, or whose worker is leaving.
  [[nodiscard]] unsigned free_slot() const;
  void finish(Assignment assignment, Finished finished);
  void give_up(Error error);

  // The life of one worker: five conversations with it at once, which all end with its process.
  boost::asio::awaitable<void> live(Worker& worker);
  boost::asio::awaitable<void> send(Worker& worker);
  boost::asio::awaitable<void> receive(Worker& worker);
  boost::asio::awaitable<void> keep_deadlines(Worker& worker);
  boost::asio::awaitable<void> await_exit(Worker& worker);
  boost::asio::awaitable<void> pass_output_on(Worker& worker);
  // Puts the tasks that are still to be sent behind its outgoing frames; where the frame of each begins.
  std::vector<std::size_t> add_tasks(Worker& worker);
  [[nodiscard]] Status take_frames(Worker& worker);
  [[nodiscard]] Status take_frame(Worker& worker, const wire::Frame& frame);
  // Asks the worker to leave.
  void dismiss(Worker& worker);
  // Says and hears nothing more.
  void hang_up(Worker& worker);
  [[nodiscard]] Verdict lateness_of(const Worker& worker) const;
  void retire(Worker& worker);
  void mourn(Worker& worker);

  const WorkerSpec& spec_;
  unsigned max_workers_;
  Recycling recycling_;
  ProcessGroups& groups_;
  Observer* observer_;
  Done done_;
  std::function<void()> on_failure_;

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> more_input_;
  std::list<Worker> workers_;
  unsigned starting_ = 0;        // of these, not ready yet
  unsigned failed_starts_ = 0;   // since the last one that became ready
  unsigned refused_starts_ = 0;  // by the system for now, with no worker left, since the last that was not
  Backoff backoff_;
  boost::asio::steady_timer pause_{io_};
  bool any_was_ready_ = false;
  std::map<Assignment::Turn, Assignment> waiting_;
  std::int64_t submitted_bytes_ = 0;
  std::deque<Assignment> suspects_;
  std::uint64_t outstanding_ = 0;  // accepted and not finished
  bool input_over_ = false;
  Status status_;
  Usage usage_;
  OutputAllowance allowance_;
};

}  // namespace froe::execute
