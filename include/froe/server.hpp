// froe behind an editor (LSP) and behind an agent (MCP): one process that stays, speaks JSON-RPC on standard
// input and output, and answers from the index and from the text that is being edited. This module does not
// know how an index is made, how worker processes are composed, or what git is: it is handed these.
// Protocols: docs/editors.md, docs/agents.md.
//
// A server has three threads: one that reads messages, one that answers them in order (and alone touches
// documents and the readers of indexes), and one for each tree that keeps its index up to date.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "froe/compare.hpp"
#include "froe/execute.hpp"
#include "froe/index.hpp"
#include "froe/support.hpp"

namespace froe::server {

// Brings indexes up to date. One for each tree; `update` is called from one thread, `hurry` from any.
class Indexer {
 public:
  virtual ~Indexer() = default;
  // As index::update, into `database`, with these options, but cut as the index has it already, if there is
  // one (index::keep_cut without a wish). Ends early when `stop` becomes true. ErrorKind::busy if somebody
  // else is writing the index.
  [[nodiscard]] virtual Result<index::Summary> update(const std::filesystem::path& root,
                                                      const std::filesystem::path& database,
                                                      const index::Options& options,
                                                      index::Observer* observer,
                                                      const std::atomic<bool>& stop) = 0;
  // The process is about to end: what `update` does is not waited for any longer.
  virtual void hurry() = 0;
};

// What differs between two states of a tree, with sentences about files that could not be compared.
struct Differences {
  std::vector<compare::Change> changes;
  std::vector<std::string> notes;
};

struct Services {
  std::string version;  // of froe
  std::function<std::unique_ptr<Indexer>()> make_indexer;
  // `after` empty: the work tree. The tree is the one that the directory lies in. ErrorKind::interrupted once
  // `stop` is true.
  std::function<Result<Differences>(const std::filesystem::path& directory, const std::string& before,
                                    const std::string& after, const std::atomic<bool>& stop)>
      differences;
  execute::WorkerSpec documents;  // the process that parses what is being edited: execute::serve_documents
};

struct Options {
  // The tree; of a language server, if its client names none. Empty, for such: then it has none.
  std::filesystem::path root;
  std::filesystem::path database;  // empty: where `database_of` says
  bool index = true;               // make the index if there is none, and keep it up to date
  index::Options indexing;         // for trees that have no index yet; others are kept as they were cut
  std::function<std::filesystem::path(const std::filesystem::path& root)> database_of;
};

// Speak until the end of the input, or until the protocol says so. The result is the exit status of the
// process: of a language server 0 only after `shutdown`, as LSP wants it; 1 also if the stream cannot be
// followed any further. Standard error gets what goes wrong beside the answers.
[[nodiscard]] int serve_mcp(const Options& options, const Services& services, int input, int output);
[[nodiscard]] int serve_lsp(const Options& options, const Services& services, int input, int output);

}  // namespace froe::server
