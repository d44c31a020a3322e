#include "cli/options.hpp"

#include <limits>
#include <map>

namespace froe::cli {
namespace {

constexpr const char* thread_warning =
    "Threads, and inline, run grammars in froe's own memory: one that crashes, hangs in its scanner or eats "
    "memory takes the whole run with it, and nothing keeps it from files or the network. No retry, no "
    "quarantine, no limit, no sandbox: only processes have these.";

// Positions in a file are numbers of 32 bits.
constexpr std::uint64_t largest_file = std::numeric_limits<std::uint32_t>::max();
// Below it not even an empty worker can start.
constexpr std::uint64_t least_worker_memory = 64U << 20U;

CLI::Option* add_bytes(CLI::App& app, const std::string& name, std::uint64_t& value, std::uint64_t most,
                       const std::string& help) {
  auto not_negative = [](const std::string& text) {
    return text.starts_with('-') ? "must not be negative: " + text : std::string();
  };
  return app.add_option(name, value, help)
      ->transform(CLI::AsSizeValue(false))
      ->transform(CLI::Validator(not_negative, ""))  // comes before the one above
      ->check(CLI::Range(std::uint64_t{0}, most))
      ->type_name("BYTES")
      ->capture_default_str();
}

constexpr const char* default_tokens = "tokens";

std::vector<std::string> unit_names() {
  std::vector<std::string> names;
  for (auto unit : all_size_units) names.emplace_back(to_string(unit));
  names.emplace_back(default_tokens);
  return names;
}
SizeUnit unit_named(const std::string& name) {
  return name == default_tokens ? SizeUnit::o200k_base : *size_unit_from_string(name);
}

constexpr const char* references_help = "Gather where names are used as well, for `froe references`";
constexpr const char* metrics_help =
    "Measure functions and keep the tokens of code as well, for `froe check`";

// An index goes on gathering what it gathers, so that to stop takes a word too.
void add_kept(CLI::App& app, const std::string& name, bool& value, bool& asked, const std::string& help) {
  auto* with = app.add_flag_callback(
      "--" + name, [&value, &asked] { value = asked = true; },
      help + "; an index that has them keeps them up to date unasked");
  app.add_flag_callback(
         "--no-" + name,
         [&value, &asked] {
           value = false;
           asked = true;
         },
         "Drop them from an index that has them")
      ->excludes(with);
}

}  // namespace

CLI::Option* add_when(CLI::App& app, const std::string& name, When& value, const std::string& help) {
  static const std::map<std::string, When> names{
      {"auto", When::automatic}, {"always", When::always}, {"never", When::never}};
  return app
      .add_option_function<std::string>(
          name, [&value](const std::string& text) { value = names.at(text); }, help)
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN")
      ->default_str("auto");
}

void add_executor_options(CLI::App& app, CutArguments& cut) {
  static const std::map<std::string, ExecutorKind> executors{{"processes", ExecutorKind::processes},
                                                             {"threads", ExecutorKind::threads},
                                                             {"inline", ExecutorKind::inline_}};
  app.add_option_function<std::string>(
         "--executor", [&cut](const std::string& name) { cut.executor = executors.at(name); },
         std::string("How to run: processes, threads or inline. ") + thread_warning)
      ->check(CLI::IsMember({"processes", "threads", "inline"}))
      ->type_name("NAME")
      ->default_str("processes");
  app.add_option("-j,--workers,--threads", cut.workers, "How many workers; 0: one per core")
      ->check(CLI::Range(0U, 1024U))
      ->type_name("N")
      ->capture_default_str();
}

// A value only behind "=": what follows "--context" may be a path or a query.
void add_context(CLI::App& app, std::optional<std::string>& context) {
  app.add_flag("--context{default}", context,
               "With a header that says where each chunk is and what it is. --context=TEMPLATE makes it from "
               "{path}, {name} and the like")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void add_cut_options(CLI::App& app, CutArguments& cut) {
  app.add_option("--deadline", cut.deadline,
                 "How long a file may hold a worker process, in wall time. The worker itself gives up after "
                 "six sevenths of it, the parser after five sevenths of processor time, with any executor")
      ->check(CLI::Range(0.01, 86'400.0))
      ->type_name("SECONDS")
      ->capture_default_str();
  auto enough_to_start = [](const std::string& bytes) {
    bool enough = bytes == "0" || std::stoull(bytes) >= least_worker_memory;
    return enough ? std::string() : "is too little for a worker to start; 64mb is the least, 0 sets no limit";
  };
  add_bytes(app, "--worker-memory", cut.worker_memory, std::uint64_t{1} << 50U,
            "Most memory of one worker process; 0: no limit. A file that needs more is cut as text")
      ->check(enough_to_start, "");
  app.add_option_function<std::string>(
         "--sandbox", [&cut](const std::string& name) { cut.sandbox = *confine::sandbox_from_string(name); },
         "What worker processes are kept from (files, network, processes): auto (whatever the system can "
         "do), require (fail if a part cannot be had) or off")
      ->check(CLI::IsMember({"auto", "require", "off"}))
      ->type_name("HOW")
      ->default_str("auto");

  auto& options = cut.options;
  auto* max_size =
      app.add_option("--max-size", options.chunk.max_size,
                     "Largest chunk, in the size unit; the default is of the default unit, others have their "
                     "own. An index keeps its sizes until one of the three is given");
  max_size->check(CLI::Range(20U, 1U << 24U))->type_name("N")->capture_default_str();
  auto* min_size =
      app.add_option("--min-size", options.chunk.min_size, "Size up to which small pieces are joined");
  min_size->check(CLI::Range(0U, 1U << 24U))->type_name("N")->capture_default_str();
  auto* unit = app.add_option_function<std::string>(
      "--size-unit", [&options](const std::string& name) { options.chunk.unit = unit_named(name); },
      "nonspace (characters that are not white space), bytes, lines, or tokens of a language model: "
      "o200k_base (tokens is another name for it) or cl100k_base");
  unit->check(CLI::IsMember(unit_names()))->type_name("UNIT")->default_str("nonspace");
  app.parse_complete_callback([&options, max_size, min_size, unit] {
    options.asked.sizes = !max_size->empty() || !min_size->empty() || !unit->empty();
    auto usual = usual_options(options.chunk.unit);
    if (max_size->empty()) options.chunk.max_size = usual.max_size;
    if (min_size->empty()) options.chunk.min_size = usual.min_size;
  });
  add_bytes(app, "--max-parse-size", options.max_parse.value, largest_file,
            "Larger files are cut as text, without a syntax tree");
  add_bytes(app, "--max-file-size", options.max_file.value, largest_file, "Larger files are left out");
  app.add_flag_callback(
      "--no-git-ignore", [&options] { options.discovery.git_ignore = false; },
      "Do not obey .gitignore and git's other exclude files");
  app.add_flag_callback(
      "--no-ignore-files", [&options] { options.discovery.ignore_files = false; },
      "Do not obey .ignore files");
  app.add_flag_callback(
      "--no-ignore", [&options] { options.discovery.git_ignore = options.discovery.ignore_files = false; },
      "Obey no ignore files at all");
  app.add_flag_callback(
      "--no-hidden", [&options] { options.discovery.hidden = false; },
      "Leave out names that begin with a dot");
}

void add_references(CLI::App& app, CutArguments& cut) {
  auto& options = cut.options;
  add_kept(app, "references", options.chunk.references, options.asked.references, references_help);
}

void add_gathering(CLI::App& app, CutArguments& cut) {
  add_references(app, cut);
  auto& options = cut.options;
  add_kept(app, "metrics", options.chunk.metrics, options.asked.metrics, metrics_help);
}

void add_gathering_once(CLI::App& app, CutArguments& cut) {
  app.add_flag("--references", cut.options.chunk.references, references_help);
  app.add_flag("--metrics", cut.options.chunk.metrics, metrics_help);
}

void add_inputs(CLI::App& app, InputArguments& inputs) {
  app.add_option("paths", inputs.paths, "Files and directories; - or nothing: standard input");
  add_cut_options(app, inputs.cut);
  app.add_option("--language", inputs.language, "Take files named on the command line for this language")
      ->type_name("NAME");
  app.add_option("--path", inputs.path, "Name of standard input, by which its language is detected")
      ->type_name("NAME");
}

void add_revision(CLI::App& app, std::string& revision) {
  app.add_option("--rev", revision,
                 "In a commit, branch or tag that `froe index --rev` indexed; default: in the work tree")
      ->type_name("REV");
}

}  // namespace froe::cli
