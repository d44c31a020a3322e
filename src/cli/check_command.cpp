#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "cli/check_settings.hpp"
#include "cli/commands.hpp"
#include "cli/composition.hpp"
#include "cli/open_index.hpp"
#include "cli/output.hpp"
#include "cli/signals.hpp"
#include "cli/touched.hpp"
#include "cli/version.hpp"
#include "froe/check.hpp"
#include "froe/chunk.hpp"
#include "froe/discovery.hpp"
#include "froe/index.hpp"
#include "froe/report.hpp"
#include "froe/store.hpp"
#include "froe/store_writer.hpp"

namespace froe::cli {
namespace {

namespace fs = std::filesystem;

Status update_index(const CheckArguments& arguments, const fs::path& root, const fs::path& database,
                    StopSignals& signals) {
  auto options = arguments.cut.options;
  options.databases = index::names_below(root, database);
  store::Writer::Options writing;
  writing.root = root.string();
  writing.alone = arguments.cut.executor == ExecutorKind::inline_;
  writing.on_wait = [](const std::string& holder) { complain("waiting for the index: " + holder); };
  auto writer = [&] {
    const AtFirstSignal end(signals);
    return signals.stop() ? failure(ErrorKind::interrupted, "stopped")
                          : open_to_write(database, writing, options);
  }();
  if (!writer) return tl::make_unexpected(std::move(writer.error()));
  auto executor = make_executor(arguments.cut);
  AtSecondSignal kill(signals, [&] { executor->kill_workers(); });
  auto done = index::update({root, options, *writer, *executor, nullptr, signals.stop(), chunk::chunk_as_text,
                             [](const std::string& problem) { complain(problem); }});
  if (!done) return tl::make_unexpected(std::move(done.error()));
  return {};
}

check::File view_of(const store::MeasuredFile& file) {
  check::File view;
  view.path = file.entry.path;
  view.outcome = file.entry.outcome;
  view.detail = file.entry.detail;
  view.mark = file.entry.mark;
  view.content = file.content;
  view.symbols = file.symbols;
  view.errors = file.errors;
  view.metrics = file.metrics;
  view.tokens = file.tokens;
  return view;
}

Result<check::Report> judge(const check::Settings& settings, const fs::path& root, const fs::path& database,
                            const check::Touched* touched, const check::Baseline* baseline,
                            const std::atomic<bool>& stop) {
  auto reader = store::Reader::open(database);
  if (!reader) return tl::make_unexpected(std::move(reader.error()));
  // What is looked at again must be what was looked at.
  if (auto held = reader->hold(); !held) return tl::make_unexpected(std::move(held.error()));
  std::optional<Error> lost;
  auto revisit = [&](const std::string& path, const std::function<void(const check::File&)>& visit) {
    auto file = stop ? failure(ErrorKind::interrupted, "stopped") : reader->measured(root.string(), path);
    if (!file) {
      lost = std::move(file.error());
      return false;
    }
    visit(view_of(*file));
    return true;
  };
  check::Checker checker(settings, touched, revisit);
  auto seen = reader->measured(root.string(), [&](store::MeasuredFile&& file) {
    checker.add(view_of(file));
    return !stop;
  });
  if (!seen) return tl::make_unexpected(std::move(seen.error()));
  if (stop) return failure(ErrorKind::interrupted, "stopped");
  auto report = checker.finish(baseline);
  if (lost) return tl::make_unexpected(std::move(*lost));
  return report;
}

Status write_file(const std::string& path, const std::string& text) {
  errno = 0;
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream << text << std::flush;
  if (!stream) return tl::make_unexpected(system_error("cannot write " + path, errno));
  return {};
}

// Whole or not at all: a half baseline would be refused by the next run.
Status replace_file(const std::string& path, const std::string& text) {
  const auto beside = path + ".new";
  if (auto written = write_file(beside, text); !written) return written;
  std::error_code error;
  fs::rename(beside, path, error);
  if (error) return failure(ErrorKind::io, "cannot write " + path + ": " + error.message());
  return {};
}

check::Baseline baseline_of(const check::Report& report) {
  check::Baseline baseline;
  for (const auto& finding : report.findings) baseline.add(finding);
  return baseline;
}

int tell_rules(const CheckArguments& arguments, const check::Settings& settings, const report::Style& style) {
  Output output;
  auto setting = [&](check::Rule rule) { return settings.rules.at(static_cast<std::size_t>(rule)); };
  if (!arguments.explain.empty()) {
    auto rule = check::rule_called(arguments.explain);
    if (!rule) {
      return fail({ErrorKind::invalid_argument,
                   "there is no rule " + arguments.explain + "; `froe check --list-rules` prints them"});
    }
    output.write(report::rule_text(info(*rule), setting(*rule), true, style));
    return finish(output, 0);
  }
  for (const auto& rule : check::rules()) {
    output.write(report::rule_text(rule, setting(rule.rule), false, style));
  }
  return finish(output, 0);
}

Result<std::optional<check::Baseline>> read_baseline(const CheckArguments& arguments) {
  if (arguments.baseline.empty() || arguments.update_baseline) return std::nullopt;
  auto text = read_small_file(arguments.baseline);
  if (!text) {
    text.error().message += "; --update-baseline writes one";
    return tl::make_unexpected(std::move(text.error()));
  }
  auto baseline = check::Baseline::parse(*text, arguments.baseline);
  if (!baseline) return tl::make_unexpected(std::move(baseline.error()));
  return std::move(*baseline);
}

bool is_for_people_here(report::FindingsFormat format) {
  return format == report::FindingsFormat::text || format == report::FindingsFormat::jsonl;
}

// Platforms read paths from the top of the repository, also if a part of it was checked.
check::Report from_top(check::Report report, const fs::path& root) {
  auto repository = discovery::Revisions::open(root);
  if (!repository) return report;
  const auto top = fs::weakly_canonical(repository->work_tree() + ".");
  const auto part = root.lexically_relative(top);
  if (part.empty() || part == "." || *part.begin() == "..") return report;
  auto move = [&](check::Location& at) { at.path = (part / at.path).string(); };
  for (auto& finding : report.findings) {
    move(finding.at);
    for (auto& each : finding.related) move(each);
  }
  return report;
}

// Writes the report wherever it was asked for; the exit code.
int publish(const CheckArguments& arguments, const check::Settings& settings, const check::Report& report,
            const fs::path& root, report::FindingsFormat format, const report::Style& style) {
  std::vector<std::string> failures;
  if (arguments.update_baseline) {
    auto written = replace_file(arguments.baseline, baseline_of(report).to_json());
    if (!written) return fail(written.error());
    complain(arguments.baseline + " knows " + std::to_string(report.findings.size()) + " findings");
  } else {
    failures = check::gate(settings, report);
  }
  const check::Report for_platforms = from_top(report, root);
  auto text_of = [&](report::FindingsFormat of, const report::Style& with) {
    const auto& shown = is_for_people_here(of) ? report : for_platforms;
    return report::findings_report({shown, settings, failures, version}, of, with);
  };
  for (const auto& file : arguments.outputs) {
    auto written = write_file(file.path, text_of(file.format, {}));
    if (!written) return fail(written.error());
  }
  Output output;
  output.write(text_of(format, style));
  // A machine reads standard output; whoever looks at the log wants to know all the same.
  if (!is_for_people_here(format)) {
    for (const auto& reason : failures) complain("failed: " + reason);
  }
  return finish(output, failures.empty() ? 0 : exit_findings);
}

}  // namespace

int run(const CommonArguments& common, const CheckArguments& arguments) {
  std::error_code error;
  const fs::path root = fs::canonical(arguments.root, error);
  if (error) return fail({ErrorKind::not_found, "cannot check " + arguments.root + ": " + error.message()});
  if (!fs::is_directory(root, error)) {
    return fail({ErrorKind::invalid_argument, arguments.root + " is not a directory"});
  }
  auto settings = check_settings(arguments, root);
  if (!settings) return fail(settings.error());
  const auto style = style_for(common.color, STDOUT_FILENO);
  if (arguments.list_rules || !arguments.explain.empty()) return tell_rules(arguments, *settings, style);
  auto format =
      arguments.format.value_or(common.json ? report::FindingsFormat::jsonl : report::FindingsFormat::text);
  if (common.json && format != report::FindingsFormat::jsonl)
    return fail({ErrorKind::invalid_argument, "--json and this --format do not go together"});
  // What may fail at once does so before anything is parsed.
  auto baseline = read_baseline(arguments);
  if (!baseline) return fail(baseline.error());

  StopSignals signals;
  const fs::path database = common.database.empty() ? default_database(root) : fs::path(common.database);
  auto stopped = [&](const Error& why) {
    return signals.received() != 0 ? 128 + signals.received() : fail(why);
  };
  std::optional<check::Touched> touched;
  if (!arguments.since.empty()) {
    auto found = touched_since(arguments.cut, arguments.since, root, signals);
    if (!found) return stopped(found.error());
    touched = std::move(*found);
  }
  if (arguments.update) {
    if (auto updated = update_index(arguments, root, database, signals); !updated)
      return stopped(updated.error());
  }
  auto report = judge(*settings, root, database, touched ? &*touched : nullptr,
                      *baseline ? &**baseline : nullptr, signals.stop());
  if (!report) return stopped(report.error());
  // Of a part of the tree, patterns about the rest have nothing to match.
  if (settings->prefix.empty()) {
    for (const auto& each : report->unmatched) {
      complain(settings->file + ':' + std::to_string(each.line) + ": " + std::string(each.key) +
               ": no file matches \"" + each.text + '"');
    }
  }
  return publish(arguments, *settings, *report, root, format, style);
}

}  // namespace froe::cli
