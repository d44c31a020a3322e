// The commits in the index, and what to do when they are no longer wanted.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/open_index.hpp"
#include "cli/output.hpp"
#include "froe/digest.hpp"
#include "froe/json.hpp"
#include "froe/report.hpp"

namespace froe::cli {
namespace {

// As the index knows a tree, which may be gone by now.
std::string root_named(const std::string& name) {
  std::error_code error;
  return std::filesystem::weakly_canonical(name, error).string();
}

}  // namespace

int run(const CommonArguments& common, const RevisionsArguments&) {
  auto index = open_index(common);
  if (!index) return fail(index.error());
  auto revisions = index->reader.revisions();
  if (!revisions) return fail(revisions.error());
  Output output;
  auto style = style_for(common.color, STDOUT_FILENO);
  for (const auto& revision : *revisions) {
    std::string line;
    if (common.json) {
      JsonObject(line).add("commit", revision.commit).add("name", revision.name).add("part", revision.part);
    } else {
      line = style.name(to_hex(revision.commit)) + "  " + report::printable(revision.name) +
             (revision.part.empty() ? "" : "  " + report::printable(revision.part));
    }
    output.write(line + '\n');
  }
  if (revisions->empty() && !common.json)
    complain("no revision is in the index; `froe index --rev` puts them there");
  return finish(output, revisions->empty() ? exit_findings : 0);
}

int run(const CommonArguments& common, const GcArguments& arguments) {
  std::vector<std::int64_t> revisions;
  std::vector<std::string> trees;
  std::filesystem::path database;
  store::Statistics before;
  {
    auto index = open_index(common);
    if (!index) return fail(index.error());
    database = index->database;
    auto statistics = index->reader.statistics();
    if (!statistics) return fail(statistics.error());
    before = std::move(*statistics);
    for (const auto& name : arguments.forgotten) {
      if (auto root = std::ranges::find(before.roots, root_named(name)); root != before.roots.end()) {
        trees.push_back(*root);
        continue;
      }
      auto revision = find_revision(*index, name);
      if (!revision) return fail(revision.error());
      revisions.push_back(revision->id);
    }
  }
  store::Writer::Options writing;
  if (!before.roots.empty()) writing.root = before.roots.front();
  writing.may_have_moved = false;
  writing.on_wait = [](const std::string& holder) { complain("waiting for the index: " + holder); };
  auto writer = store::Writer::open(database, writing);
  if (!writer) return fail(writer.error());
  if (auto collected = writer->collect(revisions, trees); !collected) return fail(collected.error());
  auto index = open_index(common);
  if (!index) return fail(index.error());
  auto after = index->reader.statistics();
  if (!after) return fail(after.error());
  Output output;
  std::string line;
  if (common.json) {
    JsonObject(line)
        .add("database", database.string())
        .add("bytes_before", before.database_bytes)
        .add("bytes_after", after->database_bytes)
        .add("blobs", after->blobs)
        .add("revisions", after->revisions);
  } else {
    line = report::printable(database.string()) + ": " + report::human_bytes(before.database_bytes) +
           " before, " + report::human_bytes(after->database_bytes) + " now";
  }
  output.write(line + '\n');
  return finish(output, 0);
}

}  // namespace froe::cli
