#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "cli/commands.hpp"
#include "cli/composition.hpp"
#include "cli/output.hpp"
#include "cli/signals.hpp"
#include "froe/discovery.hpp"
#include "froe/index.hpp"
#include "froe/language.hpp"
#include "froe/report.hpp"

namespace froe::cli {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_standard_input(ByteCount limit) {
  std::string bytes;
  std::array<char, 64U << 10U> buffer{};
  for (;;) {
    auto count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::make_unexpected(system_error("cannot read standard input", errno));
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    if (ByteCount(bytes.size()) > limit) {
      return failure(ErrorKind::invalid_argument, "standard input is larger than --max-file-size, " +
                                                      std::to_string(limit.value) + " bytes");
    }
  }
}

// Yields the plans of everything that the command line names, in its order. Called by one thread at a time.
class Inputs {
 public:
  Inputs(const ChunkArguments& arguments, const language::Language* language)
      : arguments_(arguments), language_(language), paths_(arguments.paths.begin(), arguments.paths.end()) {
    if (paths_.empty()) paths_.emplace_back("-");
  }

  std::optional<index::Plan> next() {
    for (;;) {
      if (walk_) {
        if (auto entry = walk_->next()) {
          auto plan = index::plan(root_, *entry, arguments_.cut.options);
          auto label = (root_ / entry->path).lexically_normal().string();
          plan.entry.path = label;
          plan.task.path = std::move(label);
          return plan;
        }
        for (const auto& problem : walk_->problems()) complain(problem);
        walk_.reset();
      }
      if (paths_.empty()) return std::nullopt;
      auto path = std::move(paths_.front());
      paths_.pop_front();
      if (auto plan = open(path)) return plan;
    }
  }

  // Whether something that the user named could not be read at all.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::optional<index::Plan> open(const std::string& path) {
    if (path == "-") {
      auto bytes = read_standard_input(arguments_.cut.options.max_file);
      if (!bytes) return give_up(bytes.error().message);
      auto name = arguments_.path.empty() ? std::string("-") : arguments_.path;
      return index::plan_content(std::move(name), std::move(*bytes), arguments_.cut.options, language_);
    }
    std::error_code error;
    if (fs::is_directory(path, error)) {
      auto walk = discovery::Walk::open(path, arguments_.cut.options.discovery);
      if (!walk) return give_up(walk.error().message);
      walk_.emplace(std::move(*walk));
      root_ = path;
      return std::nullopt;
    }
    auto directory = fs::path(path).parent_path();
    auto content = discovery::read_file(directory.empty() ? fs::path(".") : directory,
                                        fs::path(path).filename().string(), arguments_.cut.options.max_file);
    if (!content) {
      return give_up("cannot cut " + report::printable(path) + ": " +
                     std::string(to_string(content.error().outcome)) + ": " + content.error().detail);
    }
    return index::plan_content(path, std::move(content->bytes), arguments_.cut.options, language_);
  }

  std::nullopt_t give_up(const std::string& message) {
    complain(message);
    failed_ = true;
    return std::nullopt;
  }

  const ChunkArguments& arguments_;
  const language::Language* language_;
  std::deque<std::string> paths_;
  fs::path root_;
  std::optional<discovery::Walk> walk_;
  bool failed_ = false;
};

// Prints what comes out of the executor.
class Printer {
 public:
  explicit Printer(bool text) : text_(text) {}

  Status print(const index::Plan& plan, const execute::Completed& done) {
    const auto& entry = plan.entry;
    auto outcome = plan.key && entry.outcome != Outcome::oversized ? done.result.outcome : entry.outcome;
    if (!plan.key || outcome == Outcome::crashed || outcome == Outcome::oversized) {
      auto detail = done.result.detail.empty() ? entry.detail : done.result.detail;
      complain(report::printable(entry.path) + ": " + std::string(to_string(outcome)) +
               (detail.empty() ? std::string() : ": " + detail) +
               (plan.key ? "; cut as text" : "; left out"));
      degraded_ = degraded_ || outcome == Outcome::crashed || outcome == Outcome::unreadable ||
                  outcome == Outcome::unstable;
    }
    if (!plan.key) return {};
    store::FoundChunk found;
    found.path = entry.path;
    found.language = entry.language;
    for (const auto& chunk : done.result.chunks) {
      found.chunk = chunk;
      std::optional<std::string_view> text;
      if (text_) text = std::string_view(done.task.content).substr(chunk.range.begin, chunk.range.size());
      output_.write(report::chunk_json(found, text));
    }
    if (output_.closed()) return failure(ErrorKind::interrupted, "the reader of standard output has gone");
    return {};
  }

  Output& output() { return output_; }
  [[nodiscard]] bool degraded() const { return degraded_; }

 private:
  bool text_;
  Output output_;
  bool degraded_ = false;
};

}  // namespace

int run(const CommonArguments&, const ChunkArguments& arguments) {
  const language::Language* language = nullptr;
  if (!arguments.language.empty()) {
    language = language::find(arguments.language);
    if (language == nullptr) {
      return fail({ErrorKind::invalid_argument, "there is no language named " +
                                                    report::printable(arguments.language) +
                                                    "; `froe languages` lists them"});
    }
  }
  StopSignals signals;  // before any thread
  Inputs inputs(arguments, language);
  Printer printer(arguments.text);
  std::mutex mutex;
  std::deque<index::Plan> plans;  // without their content, in the order of their sequence numbers
  std::uint64_t sequence = 0;

  auto source = [&]() -> std::optional<execute::Job> {
    auto plan = inputs.next();
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
  auto usage = make_executor(arguments.cut)->run(source, sink, nullptr, signals.stop());
  printer.output().flush();
  if (signals.received() != 0) return 128 + signals.received();
  if (int error = printer.output().error()) return fail(system_error("cannot write standard output", error));
  if (!usage && !printer.output().closed()) return fail(usage.error());
  if (inputs.failed()) return exit_failure;
  return printer.degraded() ? exit_findings : 0;
}

}  // namespace froe::cli
