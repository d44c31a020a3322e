#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/composition.hpp"
#include "cli/open_index.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/signals.hpp"
#include "cli/trace.hpp"
#include "froe/chunk.hpp"
#include "froe/index.hpp"
#include "froe/json.hpp"
#include "froe/report.hpp"
#include "froe/store_writer.hpp"

namespace froe::cli {
namespace {

namespace fs = std::filesystem;

bool shows_progress(const IndexArguments& arguments) {
  if (arguments.progress != When::automatic) return arguments.progress == When::always;
  return !arguments.quiet && is_terminal(STDERR_FILENO);
}

std::string summary_json(const index::Summary& summary, const fs::path& database) {
  std::string line;
  {
    JsonObject object(line);
    object.add("database", database.string())
        .add("files", summary.files)
        .add("bytes", summary.bytes.value)
        .add("cut", summary.cut)
        .add("reused", summary.reused)
        .add("unchanged", summary.unchanged)
        .add("revisions", summary.revisions)
        .add("removed", summary.reasons[static_cast<std::size_t>(index::Reason::removed)])
        .add("ignored", summary.ignored)
        .add("worker_cpu_seconds", static_cast<double>(summary.usage.cpu_nanoseconds) / 1e9)
        .add("worker_peak_bytes", summary.usage.peak_worker_memory.value)
        .add("workers_started", summary.usage.workers_started)
        .add("workers_lost", summary.usage.workers_lost);
    JsonObject outcomes(object.key("outcomes"));
    for (auto outcome : all_outcomes) {
      if (auto files = summary.outcomes[static_cast<std::size_t>(outcome)])
        outcomes.add(to_string(outcome), files);
    }
  }
  return line + '\n';
}

std::string counts_text(const index::Summary& summary) {
  std::string text;
  for (auto outcome : all_outcomes) {
    auto files = summary.outcomes[static_cast<std::size_t>(outcome)];
    if (files > 0) text += "  " + std::to_string(files) + ' ' + std::string(to_string(outcome)) + '\n';
  }
  return text;
}

std::string summary_text(const index::Summary& summary, const fs::path& database) {
  std::string text = std::to_string(summary.files) + " files, " + report::human_bytes(summary.bytes.value) +
                     " in " + report::printable(database.string()) + ": " + std::to_string(summary.cut) +
                     " cut, " + std::to_string(summary.reused) + " known already, " +
                     std::to_string(summary.unchanged) + " unchanged";
  auto removed = summary.reasons[static_cast<std::size_t>(index::Reason::removed)];
  if (removed > 0) text += ", " + std::to_string(removed) + " removed";
  return text + '\n' + counts_text(summary);
}

std::uint64_t troubled(const index::Summary& summary) {
  std::uint64_t files = 0;
  for (auto outcome : all_outcomes) {
    if (is_finding(outcome)) files += summary.outcomes[static_cast<std::size_t>(outcome)];
  }
  return files;
}

// What `index` would do, file by file and in sum.
int forecast(const CommonArguments& common, const fs::path& root, const fs::path& database,
             const index::Options& options) {
  auto inventory = store::Inventory::open(database, root.string());
  if (!inventory) return fail(inventory.error());
  StopSignals signals;
  Output output;
  auto visit = [&](index::Reason reason, const std::string& path) {
    if (common.json) {
      std::string line;
      JsonObject(line).add("path", path).add("reason", to_string(reason));
      output.write(line + '\n');
    } else {
      std::string word(to_string(reason));
      output.write(word + std::string(10 - word.size(), ' ') + report::printable(path) + '\n');
    }
  };
  auto told = index::forecast(root, options, *inventory, signals.stop(), visit);
  if (!told) return fail(told.error());
  if (common.json) {
    std::string line;
    {
      JsonObject object(line);
      object.add("to_cut", told->to_cut).add("bytes_to_cut", told->bytes_to_cut.value);
      JsonObject files(object.key("files"));
      for (auto reason : index::all_reasons) {
        files.add(to_string(reason), told->reasons[static_cast<std::size_t>(reason)]);
      }
    }
    output.write(line + '\n');
  } else {
    std::string sum;
    for (auto reason : index::all_reasons) {
      auto files = told->reasons[static_cast<std::size_t>(reason)];
      if (files > 0)
        sum += (sum.empty() ? "" : ", ") + std::to_string(files) + ' ' + std::string(to_string(reason));
    }
    output.write((sum.empty() ? "no files" : sum) + "; to cut: " + std::to_string(told->to_cut) +
                 " contents, " + report::human_bytes(told->bytes_to_cut.value) + '\n');
  }
  output.flush();
  if (int lost = output.error()) return fail(system_error("cannot write standard output", lost));
  return 0;
}

// Hands on to several observers. Made only when there is more than one.
class Observers final : public index::Observer {
 public:
  explicit Observers(std::vector<index::Observer*> all) : all_(std::move(all)) {}
  void started(std::uint64_t sequence, std::string_view path, ByteCount size, unsigned slot) override {
    for (auto* one : all_) one->started(sequence, path, size, slot);
  }
  void finished(std::uint64_t sequence, unsigned slot) override {
    for (auto* one : all_) one->finished(sequence, slot);
  }
  void recorded(const store::LedgerEntry& entry) override {
    for (auto* one : all_) one->recorded(entry);
  }
  void committed(std::chrono::steady_clock::time_point begin,
                 std::chrono::steady_clock::time_point end) override {
    for (auto* one : all_) one->committed(begin, end);
  }

 private:
  std::vector<index::Observer*> all_;
};

std::string revisions_text(const index::Summary& summary, const fs::path& database) {
  std::string text = std::to_string(summary.revisions) +
                     (summary.revisions == 1 ? " revision" : " revisions") + " in " +
                     report::printable(database.string());
  if (summary.revisions_known > 0) text += ", " + std::to_string(summary.revisions_known) + " known already";
  auto removed = summary.reasons[static_cast<std::size_t>(index::Reason::removed)];
  return text + ": " + std::to_string(summary.files) + " files from one to the next, " +
         std::to_string(summary.cut) + " cut, " + std::to_string(summary.reused) + " known already, " +
         std::to_string(removed) + " removed\n" + counts_text(summary);
}

// Commits to index, and the repository that has them.
struct Commits {
  discovery::Revisions repository;
  std::vector<index::Wanted> wanted;
  std::string below;  // where the tree is in the repository
};

Result<Commits> find_commits(const fs::path& root, const std::vector<std::string>& names) {
  auto repository = discovery::Revisions::open(root);
  if (!repository) return tl::make_unexpected(std::move(repository.error()));
  Commits commits{std::move(*repository), {}, {}};
  std::error_code error;
  if (auto top = fs::canonical(commits.repository.work_tree(), error); !error && top != root) {
    commits.below = discovery::below(top, root);
  }
  for (const auto& name : names) {
    auto found = commits.repository.commits(name);
    if (!found) return tl::make_unexpected(std::move(found.error()));
    for (auto& commit : *found) {
      bool is_range = name.find("..") != std::string::npos;
      auto called = is_range ? commit : name;
      commits.wanted.push_back({std::move(commit), std::move(called)});
    }
  }
  return commits;
}

store::LastRun last_run(const index::Summary& summary, ExecutorKind executor,
                        std::chrono::steady_clock::time_point start) {
  store::LastRun run;
  run.executor = to_string(executor);
  run.nanoseconds =
      static_cast<std::uint64_t>(std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count());
  if (const auto& confinement = summary.usage.confinement) {
    run.sandbox = confine::to_string(confinement->level);
    run.sandbox_detail = confinement->detail;
  }
  for (const auto& worker : summary.usage.workers) {
    run.workers.push_back({worker.jobs, worker.bytes.value, worker.cpu_nanoseconds, worker.peak_memory.value,
                           worker.processes, worker.deaths, worker.recycled});
  }
  run.slowest = summary.slowest;
  return run;
}

// What a run did, and what is left to do about it.
int tell(const CommonArguments& common, const IndexArguments& arguments, const index::Summary& summary,
         const fs::path& root, const fs::path& database) {
  if (summary.files == 0 && summary.ignored > 0) {
    complain("the ignore rules leave nothing of " + report::printable(root.string()) +
             "; --no-ignore indexes it all the same");
  }
  if (!arguments.quiet || common.json) {
    Output output;
    if (common.json) {
      output.write(summary_json(summary, database));
    } else {
      output.write(arguments.revisions.empty() ? summary_text(summary, database)
                                               : revisions_text(summary, database));
    }
    output.flush();
    if (int lost = output.error()) return fail(system_error("cannot write standard output", lost));
  }
  auto files = troubled(summary);
  if (files == 0) return 0;
  complain(std::to_string(files) +
           " files could not be read or lost their syntax tree; `froe ledger` names them, and `froe "
           "quarantine clear` has those tried again that cost workers their lives");
  return exit_findings;
}

}  // namespace

int run(const CommonArguments& common, const IndexArguments& arguments) {
  std::error_code error;
  fs::path root = fs::canonical(arguments.root, error);
  if (error) return fail({ErrorKind::not_found, "cannot index " + arguments.root + ": " + error.message()});
  if (!fs::is_directory(root, error)) {
    return fail({ErrorKind::invalid_argument,
                 arguments.root + " is not a directory; to cut one file, use `froe chunk`"});
  }
  fs::path database = common.database.empty() ? default_database(root) : fs::path(common.database);

  auto options = arguments.cut.options;
  options.databases = index::names_below(root, database);
  if (arguments.dry_run) {
    index::keep_cut(options, database, root.string());
    return forecast(common, root, database, options);
  }
  std::optional<Commits> commits;
  if (!arguments.revisions.empty()) {
    auto found = find_commits(root, arguments.revisions);
    if (!found) return fail(found.error());
    commits = std::move(*found);
  }

  store::Writer::Options writing;
  writing.root = root.string();
  writing.alone = arguments.cut.executor == ExecutorKind::inline_;
  writing.may_have_moved = !commits;
  writing.wait = arguments.wait;
  writing.on_wait = [](const std::string& holder) { complain("waiting for the index: " + holder); };
  auto writer = open_to_write(database, writing, options);
  if (!writer) return fail(writer.error());
  // After the wait for another writer, which a signal may end as it always would; before any thread.
  StopSignals signals;

  std::unique_ptr<Trace> trace;
  if (!arguments.trace.empty()) {
    auto opened = Trace::open(arguments.trace);
    if (!opened) return fail(opened.error());
    trace = std::move(*opened);
  }
  auto executor = make_executor(arguments.cut);
  // They would die with their parent, but not what they started.
  AtSecondSignal kill(signals, [&] { executor->kill_workers(); });
  std::optional<Progress> progress;
  if (shows_progress(arguments)) progress.emplace(root, options.discovery);
  std::optional<Observers> both;
  if (progress && trace) both.emplace(std::vector<index::Observer*>{&*progress, trace.get()});
  index::Observer* observer = trace.get();
  if (both) {
    observer = &*both;
  } else if (progress) {
    observer = &*progress;
  }
  auto start = std::chrono::steady_clock::now();
  std::vector<std::string> problems;  // told when the progress line is gone
  const index::Run run{root,
                       options,
                       *writer,
                       *executor,
                       observer,
                       signals.stop(),
                       chunk::chunk_as_text,
                       [&](const std::string& problem) { problems.push_back(problem); }};
  auto summary =
      commits ? index::update(run, commits->repository, commits->wanted, commits->below) : index::update(run);
  progress.reset();
  for (const auto& problem : problems) complain(problem);
  auto traced = trace ? trace->finish() : Status();
  if (!traced) complain(traced.error().message);
  if (!summary) {
    if (summary.error().kind == ErrorKind::interrupted && signals.received() != 0) {
      complain("stopped; what was done is kept, and the next `froe index` goes on from there");
      return 128 + signals.received();
    }
    return fail(summary.error());
  }
  if (summary->cut > 0) {
    auto noted = writer->note_run(last_run(*summary, arguments.cut.executor, start));
    if (!noted) return fail(noted.error());
  }
  int code = tell(common, arguments, *summary, root, database);
  return traced ? code : exit_failure;
}

}  // namespace froe::cli
