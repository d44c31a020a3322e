#include "cli/arguments.hpp"

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/version.hpp"
#include "froe/report.hpp"

namespace froe::cli {
namespace {

// Declares the subcommands and remembers which was chosen. Lives until the arguments have been parsed.
class Parser {
 public:
  Parser()
      : app_(
            "Splits source code along its grain: cuts trees of files into chunks that follow the syntax, in "
            "worker processes, and keeps them in an SQLite index.",
            "froe") {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_version_flag("-V,--version", std::string("froe ") + version);
    app_.add_option("--db", common_.database,
                    "The index; default: .froe/index.db here or in a directory above")
        ->type_name("FILE");
    app_.add_flag("--json", common_.json, "Print JSON Lines");
    add_when(app_, "--color", common_.color, "Colours: auto, always or never");
    app_.footer(
        "Exit status: 0 done; 1 done, but something was found wrong or nothing was found; 2 failed; 130 and "
        "143 stopped by SIGINT and SIGTERM.");
    declare();
  }

  std::variant<Arguments, int> parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::RequiredError& error) {
      auto unknown = app_.remaining();
      if (!app_.get_subcommands().empty() || unknown.empty()) {
        app_.exit(error);
      } else {
        complain("there is no command named " + report::printable(unknown.front()) +
                 "; `froe --help` lists them");
      }
      return exit_failure;
    } catch (const CLI::ParseError& error) {
      int code = app_.exit(error);
      return code == 0 ? 0 : exit_failure;
    }
    return Arguments{common_, chosen_()};
  }

 private:
  // The arguments of each command must stay where CLI11 was told to write them.
  template <class T>
  T& declare(const std::string& name, const std::string& help, CLI::App*& sub, CLI::App* above = nullptr) {
    auto arguments = std::make_shared<T>();
    sub = (above != nullptr ? above : &app_)->add_subcommand(name, help);
    sub->callback([this, arguments] { chosen_ = [arguments]() -> Command { return *arguments; }; });
    return *arguments;
  }

  // froe: allow(function-too-long) what each command takes, one behind the other
  void declare() {
    CLI::App* sub = nullptr;
    auto& index = declare<IndexArguments>("index", "Bring the index of a tree up to date", sub);
    sub->add_option("path", index.root, "The tree")->capture_default_str();
    add_executor_options(*sub, index.cut);
    add_cut_options(*sub, index.cut);
    add_gathering(*sub, index.cut);
    add_when(*sub, "--progress", index.progress, "Progress on standard error: auto, always or never");
    sub->add_flag_callback(
        "--no-wait", [&index] { index.wait = false; }, "Fail at once if another froe is writing the index");
    sub->add_flag("-q,--quiet", index.quiet, "No summary");
    auto* revisions = sub->add_option("--rev", index.revisions,
                                      "A commit, branch, tag, or range of commits (A..B) in the place of the "
                                      "work tree, out of git's objects; may be given several times");
    revisions->type_name("REV")->allow_extra_args(false);
    sub->add_flag(
           "-n,--dry-run", index.dry_run,
           "Say what would be done and why, and do nothing: one line for each file that is not `unchanged`")
        ->excludes(revisions);
    sub->add_option("--trace", index.trace,
                    "Write what each worker does when, in the Chrome trace-event format")
        ->type_name("FILE");

    auto& watch =
        declare<WatchArguments>("watch", "Keep the index of a tree up to date while it changes", sub);
    sub->add_option("path", watch.root, "The tree")->capture_default_str();
    add_executor_options(*sub, watch.cut);
    add_cut_options(*sub, watch.cut);
    add_gathering(*sub, watch.cut);
    sub->add_option("--poll", watch.poll_seconds,
                    "Look every so many seconds instead of waiting to be told, for file systems that tell "
                    "nothing (network, some virtual machines)")
        ->type_name("SECONDS");

    auto& diff = declare<DiffArguments>(
        "diff", "Say which definitions and chunks differ between two revisions, or one and the work tree",
        sub);
    sub->add_option("before", diff.before, "A commit, branch or tag")->required();
    sub->add_option("after", diff.after, "Another one; default: the work tree");
    sub->add_option("-C,--repository", diff.repository, "A directory in the git repository")
        ->type_name("DIR")
        ->capture_default_str();
    add_executor_options(*sub, diff.cut);
    add_cut_options(*sub, diff.cut);

    declare_check();
    declare_serve();

    auto& chunk =
        declare<ChunkArguments>("chunk", "Cut files and print their chunks as JSON Lines; no index", sub);
    add_executor_options(*sub, chunk.inputs.cut);
    add_inputs(*sub, chunk.inputs);
    sub->add_flag_callback(
        "--no-text", [&chunk] { chunk.text = false; }, "Leave out the text of the chunks");
    sub->add_option("--overlap", chunk.overlap,
                    "Beside each chunk, the lines before it that are together no larger than this, in the "
                    "size unit; the chunks themselves never overlap")
        ->check(CLI::Range(0U, 1U << 24U))
        ->type_name("N")
        ->capture_default_str();

    add_context(*sub, chunk.context);

    auto& dump =
        declare<DumpArguments>("dump", "Print the logical content of the index, in a fixed order", sub);
    sub->add_flag("--row-ids", dump.row_ids, "With SQLite's row ids and the full-text index");

    auto& search = declare<SearchArguments>("search", "Find chunks by words", sub);
    sub->add_option("query", search.query, "Words, identifiers, or \"phrases\"")->required();
    sub->add_option("-n,--limit", search.limit, "How many at most")
        ->check(CLI::Range(1U, 10000U))
        ->type_name("N")
        ->capture_default_str();
    sub->add_option("--language", search.language, "Only chunks in this language")->type_name("NAME");
    sub->add_option("--path", search.path_prefix, "Only files whose path begins so")->type_name("PREFIX");
    sub->add_option("--lines", search.lines, "How many lines of each chunk to show; 0: none")
        ->type_name("N")
        ->capture_default_str();
    add_context(*sub, search.context);
    add_revision(*sub, search.revision);

    auto& show = declare<ShowArguments>("show", "Print the text of chunks", sub);
    sub->add_option("what", show.what, "PATH, PATH:LINE or the id of a chunk")->required();
    add_context(*sub, show.context);
    add_revision(*sub, show.revision);

    auto& outline = declare<OutlineArguments>("outline", "Print the definitions in a file", sub);
    sub->add_option("path", outline.path, "A file of the index")->required();
    add_revision(*sub, outline.revision);

    auto& references = declare<ReferencesArguments>(
        "references", "Print where a name is used; of an index made with --references", sub);
    sub->add_option("name", references.name, "The name, as it stands there")->required();
    std::vector<std::string> kinds;
    for (auto kind : all_reference_kinds) kinds.emplace_back(to_string(kind));
    sub->add_option_function<std::string>(
           "--kind",
           [&references](const std::string& name) { references.kind = reference_kind_from_string(name); },
           "Only where it is used so")
        ->check(CLI::IsMember(kinds))
        ->type_name("KIND");
    sub->add_option("-n,--limit", references.limit, "How many at most; 0: all")
        ->type_name("N")
        ->capture_default_str();

    add_revision(*sub, references.revision);

    auto& stats = declare<StatsArguments>("stats", "Count what is in the index", sub);
    add_revision(*sub, stats.revision);
    sub->add_flag("--workers", stats.workers,
                  "How the last run that cut anything went: what each worker did, which files were slowest");
    auto& ledger = declare<LedgerArguments>("ledger", "Say of every file what became of it", sub);
    add_revision(*sub, ledger.revision);
    std::vector<std::string> outcomes;
    for (auto outcome : all_outcomes) outcomes.emplace_back(to_string(outcome));
    sub->add_option_function<std::string>(
           "--outcome",
           [&ledger](const std::string& name) {
             for (auto outcome : all_outcomes) {
               if (to_string(outcome) == name) ledger.outcome = outcome;
             }
           },
           "Only files with this outcome")
        ->check(CLI::IsMember(outcomes))
        ->type_name("OUTCOME");
    std::vector<std::string> marks;
    for (auto mark : all_marks) marks.emplace_back(to_string(mark));
    sub->add_option_function<std::string>(
           "--mark", [&ledger](const std::string& name) { ledger.mark = mark_from_string(name); },
           "Only files with this mark")
        ->check(CLI::IsMember(marks))
        ->type_name("MARK");
    declare<RevisionsArguments>("revisions", "List the commits that are in the index", sub);
    auto& gc = declare<GcArguments>(
        "gc", "Drop what neither the work tree nor a revision has any more, and give its space back", sub);
    sub->add_option("--forget", gc.forgotten,
                    "Take this revision, or this tree, out first; may be given several times")
        ->type_name("REV|DIR")
        ->allow_extra_args(false);
    declare<LanguagesArguments>("languages", "List the languages that are cut by syntax", sub);
    declare<VerifyArguments>("verify",
                             "Prove the index: rebuild every file from its chunks, check the database", sub);
    declare<DoctorArguments>(
        "doctor", "Look at everything that can be wrong with this froe, and say what to do about it", sub);
    auto& worker = declare<WorkerArguments>("worker", "Serve as a worker process", sub);
    sub->group("");  // not for users: froe starts it
    sub->add_flag("--stdio", worker.stdio, "Frames in on standard input, out on standard output");
    sub->add_flag("--documents", worker.documents, "For what is being edited, in place of files of a tree");
    declare_frame();
    declare_quarantine();
  }

  void declare_check() {
    CLI::App* sub = nullptr;
    auto& check = declare<CheckArguments>(
        "check", "Judge a tree by rules, as a step of a pipeline; brings its index up to date first", sub);
    sub->add_option("path", check.root, "The tree")->capture_default_str();
    check.cut.options.chunk.metrics = check.cut.options.asked.metrics = true;
    sub->add_option("--since", check.since,
                    "Only what is new since the work tree and this commit, branch or tag parted")
        ->type_name("REV");
    sub->add_option("--baseline", check.baseline, "Only what this file does not know yet")->type_name("FILE");
    sub->add_flag("--update-baseline", check.update_baseline,
                  "Make the baseline know all that is found, and pass");
    sub->add_option_function<std::string>(
           "--fail-on",
           [&check](const std::string& name) { check.fail_on = check::fail_on_from_string(name); },
           "Fail if there is a finding of this level or a higher one; new: any, of those since --since or "
           "not in --baseline")
        ->check(CLI::IsMember({"error", "warning", "note", "new", "never"}))
        ->type_name("WHAT");
    sub->add_option("--max-duplication", check.max_duplication,
                    "Fail if more than this share of the lines of code is duplicated, in percent")
        ->check(CLI::Range(0.0, 100.0))
        ->check(CLI::Validator(
            [](const std::string& text) {
              return text.find_first_of("nN") == std::string::npos ? std::string()
                                                                   : "must be a number: " + text;
            },
            ""))
        ->type_name("PERCENT");
    const std::vector<std::string> formats(report::findings_formats.begin(), report::findings_formats.end());
    sub->add_option_function<std::string>(
           "--format",
           [&check](const std::string& name) { check.format = report::findings_format_from_string(name); },
           "How to print what is found: text, jsonl (the same as --json), sarif, gitlab, github, rdjsonl or "
           "junit")
        ->check(CLI::IsMember(formats))
        ->type_name("FORMAT");
    sub->add_option_function<std::vector<std::string>>(
           "-o,--output",
           [&check](const std::vector<std::string>& all) {
             for (const auto& each : all) {
               auto equals = each.find('=');
               auto format = report::findings_format_from_string(each.substr(0, equals));
               if (!format || equals == std::string::npos || equals + 1 == each.size())
                 throw CLI::ValidationError("--output",
                                            "must be FORMAT=FILE, as in sarif=froe.sarif: " + each);
               check.outputs.push_back({each.substr(equals + 1), *format});
             }
           },
           "Write what is found to a file as well; several times for several formats")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("FORMAT=FILE");
    sub->add_option("--config", check.config, "Settings; default: froe.toml in the tree or above it")
        ->type_name("FILE");
    sub->add_flag("--no-config", check.no_config, "The settings that the rules come with");
    sub->add_flag("--list-rules", check.list_rules, "Print the rules and what they allow here");
    sub->add_option("--explain", check.explain, "Say what a rule means")->type_name("RULE");
    sub->add_flag_callback(
        "--no-update", [&check] { check.update = false; }, "Judge the index as it is");
    add_executor_options(*sub, check.cut);
    add_cut_options(*sub, check.cut);
    add_references(*sub, check.cut);
  }

  void declare_serve() {
    CLI::App* sub = nullptr;
    auto& serve = declare<ServeArguments>(
        "serve", "Answer an editor (--lsp) or an agent (--mcp) on standard input and output", sub);
    sub->add_option("path", serve.root, "The tree; with --lsp, unless the editor names others")
        ->capture_default_str();
    auto* protocol = sub->add_option_group("protocol");
    protocol->add_flag_callback(
        "--lsp", [&serve] { serve.protocol = ServeArguments::Protocol::lsp; },
        "The Language Server Protocol, for editors: docs/editors.md");
    protocol->add_flag_callback(
        "--mcp", [&serve] { serve.protocol = ServeArguments::Protocol::mcp; },
        "The Model Context Protocol, for agents: docs/agents.md");
    protocol->require_option(1);
    sub->add_flag_callback(
        "--no-index", [&serve] { serve.index = false; },
        "Answer from the index that there is; neither make one nor keep it up to date");
    add_executor_options(*sub, serve.cut);
    add_cut_options(*sub, serve.cut);
    // Whoever asks a server asks where names are used, too; an index that there is already stays as it is.
    serve.cut.options.chunk.references = true;
  }

  // The worker protocol by hand; docs/worker-protocol.md.
  void declare_frame() {
    CLI::App* frame = app_.add_subcommand("frame", "Write and read what froe and its workers say");
    frame->require_subcommand(1);
    CLI::App* sub = nullptr;
    auto& encode = declare<FrameEncodeArguments>(
        "encode",
        "Write the frames that give these files to a worker: froe frame encode F | froe worker --stdio", sub,
        frame);
    add_inputs(*sub, encode.inputs);
    add_gathering_once(*sub, encode.inputs.cut);
    declare<FrameDecodeArguments>("decode", "Print the frames on standard input as JSON Lines", sub, frame);
  }

  void declare_quarantine() {
    CLI::App* quarantine = app_.add_subcommand(
        "quarantine", "Content that cost workers their lives and is cut as text, without another try");
    quarantine->require_subcommand(1);
    CLI::App* sub = nullptr;
    auto& list = declare<QuarantineListArguments>("list", "Print what is in quarantine", sub, quarantine);
    sub->add_option("what", list.named, "Only the content of these files, or with these blob ids");
    auto& clear = declare<QuarantineClearArguments>(
        "clear", "Forget it: the next `froe index` tries the files again", sub, quarantine);
    sub->add_option("what", clear.named, "Only the content of these files, or with these blob ids");
  }

  CLI::App app_;
  CommonArguments common_;
  std::function<Command()> chosen_;
};

}  // namespace

std::variant<Arguments, int> parse_arguments(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace froe::cli
