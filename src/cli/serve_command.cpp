// `froe serve`: hands the server what it does not know: how indexes are made, how workers are started, git.
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "cli/commands.hpp"
#include "cli/composition.hpp"
#include "cli/differences.hpp"
#include "cli/open_index.hpp"
#include "cli/output.hpp"
#include "cli/version.hpp"
#include "froe/chunk.hpp"
#include "froe/report.hpp"
#include "froe/server.hpp"

namespace froe::cli {
namespace {

namespace fs = std::filesystem;

class TreeIndexer final : public server::Indexer {
 public:
  explicit TreeIndexer(const CutArguments& cut) : cut_(cut), executor_(make_executor(cut)) {}

  Result<index::Summary> update(const fs::path& root, const fs::path& database, const index::Options& given,
                                index::Observer* observer, const std::atomic<bool>& stop) override {
    store::Writer::Options writing;
    writing.root = root.string();
    writing.alone = cut_.executor == ExecutorKind::inline_;
    writing.wait = false;  // the next look is soon
    // An index is kept as whoever made it wanted it cut.
    auto options = given;
    options.asked = {};
    auto writer = open_to_write(database, writing, options);
    if (!writer) return tl::make_unexpected(std::move(writer.error()));
    return index::update({root, options, *writer, *executor_, observer, stop, chunk::chunk_as_text,
                          [](const std::string& problem) { complain(problem); }});
  }
  void hurry() override { executor_->kill_workers(); }

 private:
  CutArguments cut_;
  std::unique_ptr<execute::Executor> executor_;
};

// An editor waits for the answer: a parse that takes longer is given up, and the text has no syntax tree.
execute::WorkerSpec document_worker(const CutArguments& cut) {
  auto spec = worker_spec(cut);
  spec.arguments = {"worker", "--documents"};
  spec.deadlines.parse = 1500;
  spec.deadlines.worker = 2000;
  spec.deadlines.parent = 2500;
  return spec;
}

}  // namespace

int run(const CommonArguments& common, const ServeArguments& arguments) {
  keep_small_blocks();
  std::error_code error;
  server::Options options;
  const bool is_given = !arguments.root.empty();
  if (is_given || arguments.protocol == ServeArguments::Protocol::mcp) {
    options.root = fs::canonical(is_given ? arguments.root : ".", error);
  }
  if (error) return fail({ErrorKind::not_found, "cannot serve " + arguments.root + ": " + error.message()});
  if (!options.root.empty() && !fs::is_directory(options.root, error))
    return fail({ErrorKind::invalid_argument, arguments.root + " is not a directory"});
  options.database = common.database;
  options.database_of = default_database;
  options.index = arguments.index;
  options.indexing = arguments.cut.options;

  server::Services services;
  services.version = version;
  services.make_indexer = [&] { return std::make_unique<TreeIndexer>(arguments.cut); };
  services.documents = document_worker(arguments.cut);
  services.differences = [&](const fs::path& directory, const std::string& before, const std::string& after,
                             const std::atomic<bool>& stop) -> Result<server::Differences> {
    DiffArguments diff;
    diff.before = before;
    diff.after = after;
    diff.repository = directory.string();
    diff.cut = arguments.cut;
    auto found = differences(diff, *make_executor(diff.cut), stop, true);
    if (!found) return tl::make_unexpected(std::move(found.error()));
    return server::Differences{std::move(found->changes), std::move(found->notes)};
  };
  return arguments.protocol == ServeArguments::Protocol::mcp
             ? server::serve_mcp(options, services, STDIN_FILENO, STDOUT_FILENO)
             : server::serve_lsp(options, services, STDIN_FILENO, STDOUT_FILENO);
}

}  // namespace froe::cli
