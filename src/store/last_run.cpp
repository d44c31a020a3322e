#include "store/last_run.hpp"

namespace froe::store {

void write_last_run(Connection& connection, const LastRun& run) {
  connection.execute("DELETE FROM last_run; DELETE FROM last_run_worker; DELETE FROM last_run_file");
  connection.prepare("INSERT INTO last_run VALUES (?, ?, ?, ?)")
      .with(run.executor, run.nanoseconds, run.sandbox, run.sandbox_detail)
      .run();
  Statement worker = connection.prepare("INSERT INTO last_run_worker VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  for (std::size_t slot = 0; slot < run.workers.size(); ++slot) {
    const WorkerRun& one = run.workers[slot];
    worker
        .with(slot, one.jobs, one.bytes, one.cpu_nanoseconds, one.peak_memory, one.processes, one.deaths,
              one.recycled)
        .run();
  }
  Statement file = connection.prepare("INSERT INTO last_run_file VALUES (?, ?, ?, ?, ?)");
  for (std::size_t rank = 0; rank < run.slowest.size(); ++rank) {
    const SlowFile& one = run.slowest[rank];
    file.with(rank, one.path, one.bytes, one.parse_nanoseconds, one.chunk_nanoseconds).run();
  }
}

LastRun read_last_run(Connection& connection) {
  LastRun run;
  auto number = [](const Statement& row, int column) {
    return static_cast<std::uint64_t>(row.integer(column));
  };
  Statement head = connection.prepare("SELECT executor, nanoseconds, sandbox, sandbox_detail FROM last_run");
  if (head.step()) {
    run.executor = head.bytes(0);
    run.nanoseconds = number(head, 1);
    run.sandbox = head.bytes(2);
    run.sandbox_detail = head.bytes(3);
  }
  Statement worker = connection.prepare(
      "SELECT jobs, bytes, cpu_nanoseconds, peak_memory, processes, deaths, recycled FROM last_run_worker"
      " ORDER BY slot");
  while (worker.step()) {
    run.workers.push_back({number(worker, 0), number(worker, 1), number(worker, 2), number(worker, 3),
                           number(worker, 4), number(worker, 5), number(worker, 6)});
  }
  Statement file = connection.prepare(
      "SELECT path, bytes, parse_nanoseconds, chunk_nanoseconds FROM last_run_file ORDER BY rank");
  while (file.step()) {
    run.slowest.push_back({std::string(file.bytes(0)), number(file, 1), number(file, 2), number(file, 3)});
  }
  return run;
}

}  // namespace froe::store
