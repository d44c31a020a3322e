#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/composition.hpp"
#include "cli/difference.hpp"
#include "cli/doctor.hpp"
#include "froe/confine.hpp"
#include "froe/execute.hpp"
#include "froe/language.hpp"

namespace froe::cli {
namespace {

constexpr const char* rebuild = "fetch the grammars and build froe anew; report it if that does not help";

struct Sample {
  FileTask task;
  const language::Language* whole = nullptr;  // set for a language's own sample as it is
};

std::string with_crlf(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

// Each language's sample as it is, broken off, and with other line ends; and text without a language.
std::vector<Sample> samples() {
  std::vector<Sample> all;
  auto add = [&](std::string path, std::string_view name, std::string content) -> Sample& {
    Sample& sample = all.emplace_back();
    sample.task.path = std::move(path);
    sample.task.language = name;
    sample.task.content = std::move(content);
    sample.task.options = {
        .max_size = 60, .min_size = 20, .unit = SizeUnit::nonspace, .references = true, .metrics = true};
    return sample;
  };
  for (const auto& language : language::languages()) {
    std::string name(language.name);
    add(name, name, std::string(language.sample)).whole = &language;
    add(name + ", broken off", name, std::string(language.sample.substr(0, language.sample.size() / 2)));
    add(name + ", CRLF", name, with_crlf(language.sample));
  }
  const auto text = "Words on a line.\n\nMore words, caf\xe9, and a NUL: " + std::string(1, '\0') + "\n";
  add("text", "", text);
  add("nothing", "", "");
  // Of text, a process pool sends to its workers what takes long.
  add("short lines", "", "1\n2\n3\n");
  add("text in tokens", "", text).task.options.unit = SizeUnit::o200k_base;
  add("nothing in tokens", "", "").task.options.unit = SizeUnit::o200k_base;
  return all;
}

struct Outcomes {
  std::vector<FileResult> results;  // in order, without times
  std::optional<execute::WorkerReady> confinement;
};

// Gives the samples to an executor.
Result<Outcomes> run(ExecutorKind kind, const std::vector<Sample>& given) {
  CutArguments arguments;
  arguments.executor = kind;
  arguments.workers = 2;
  std::vector<FileResult> results;
  std::size_t next = 0;
  auto source = [&]() -> std::optional<execute::Job> {
    if (next == given.size()) return std::nullopt;
    execute::Job job{given[next].task, std::nullopt};
    job.task.sequence = next++;
    return job;
  };
  auto sink = [&](execute::Completed done) -> Status {
    done.result.parse_nanoseconds = done.result.chunk_nanoseconds = 0;
    results.push_back(std::move(done.result));
    return {};
  };
  std::atomic<bool> stop{false};
  auto usage = make_executor(arguments)->run(source, sink, nullptr, stop);
  if (!usage) return tl::make_unexpected(std::move(usage.error()));
  return Outcomes{std::move(results), std::move(usage->confinement)};
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

// What a worker process says of itself.
void check_confinement(const execute::WorkerReady& ready, Findings& findings) {
  bool best = ready.level == confine::Level::landlock_and_seccomp;
  bool fine = best || confine::is_sanitizer_build();
  findings.push_back(
      {"sandbox", std::string(confine::to_string(ready.level)), fine,
       best ? "no files, no network, no other processes, only the system calls of a worker" : ready.detail,
       fine ? ""
            : "froe works all the same; a kernel with Landlock and seccomp (5.13 or later, and not forbidden "
              "by a container) confines what a grammar can do"});
  // The three streams and the socket.
  bool lean = ready.descriptors.size() == 4;
  findings.push_back({"worker", "descriptors", lean, joined(ready.descriptors),
                      lean ? "" : "a worker has something open that it does not need: report it"});
  findings.push_back({"worker", "limits", !ready.limits.empty(), joined(ready.limits),
                      ready.limits.empty() ? "a worker runs without limits: report it" : ""});
}

void check_grammars(const std::vector<Sample>& all, const std::vector<FileResult>& results,
                    Findings& findings) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].whole == nullptr) continue;
    const auto& result = results[i];
    bool ok = result.outcome == Outcome::parsed;
    std::string detail(to_string(result.outcome));
    if (!result.detail.empty()) detail += ": " + result.detail;
    findings.push_back({"grammar", std::string(all[i].whole->name), ok,
                        std::string(all[i].whole->grammar) + ": its sample is " + detail, ok ? "" : rebuild});
  }
}

// Nothing: the same as inline.
std::optional<std::string> compare(const std::vector<Sample>& given, const std::vector<FileResult>& results,
                                   const std::vector<FileResult>& expected) {
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (i >= results.size()) return "the sample of " + given[i].task.path + " got no result";
    if (auto difference = first_difference(results[i], expected[i])) {
      return "the sample of " + given[i].task.path + " differs from inline in " + *difference;
    }
  }
  return std::nullopt;
}

}  // namespace

void check_executors(Findings& findings) {
  auto all = samples();
  const std::string same = "the same results as inline";
  // First in processes, which survive a grammar that does not: what kills a worker is not tried in here.
  auto in_processes = run(ExecutorKind::processes, all);
  std::vector<Sample> safe;
  std::vector<FileResult> safe_results;
  if (in_processes && in_processes->results.size() == all.size()) {
    check_grammars(all, in_processes->results, findings);
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto& result = in_processes->results[i];
      if (lost_tree(result.outcome)) continue;
      result.sequence = safe.size();
      safe.push_back(all[i]);
      safe_results.push_back(std::move(result));
    }
  } else {
    safe = all;
  }
  auto expected = run(ExecutorKind::inline_, safe);
  bool ran = expected && expected->results.size() == safe.size();
  findings.push_back(
      {"executor", "inline", ran,
       expected ? std::to_string(expected->results.size()) + " samples cut" : expected.error().message,
       ran ? "" : rebuild});
  if (!ran) return;
  if (!in_processes) check_grammars(safe, expected->results, findings);

  auto in_threads = run(ExecutorKind::threads, safe);
  auto fault =
      in_threads ? compare(safe, in_threads->results, expected->results) : in_threads.error().message;
  findings.push_back({"executor", "threads", !fault, fault.value_or(same),
                      fault ? "use --executor processes, and report it" : ""});
  fault = in_processes ? compare(safe, safe_results, expected->results) : in_processes.error().message;
  findings.push_back({"executor", "processes", !fault, fault.value_or(same),
                      fault ? "if workers cannot start, raise the limits of processes and memory (ulimit "
                              "-a), or use --executor inline; otherwise report it"
                            : ""});
  if (in_processes && in_processes->confinement) check_confinement(*in_processes->confinement, findings);
}

}  // namespace froe::cli
