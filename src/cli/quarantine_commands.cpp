// Content that cost workers their lives: what there is, and another try for it.
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/open_index.hpp"
#include "cli/output.hpp"
#include "froe/digest.hpp"
#include "froe/report.hpp"

namespace froe::cli {
namespace {

struct Selection {
  std::vector<store::Quarantined> entries;
  bool missed = false;  // something that was named is not in quarantine
};

// What the user means: everything, or the content of these files, or these blob ids. Tells what is not there.
Result<Selection> select(OpenIndex& index, const std::vector<std::string>& named) {
  auto all = index.reader.quarantine();
  if (!all) return tl::make_unexpected(std::move(all.error()));
  Selection selection;
  if (named.empty()) {
    selection.entries = std::move(*all);
    return selection;
  }
  std::vector<bool> chosen(all->size());
  for (const auto& one : named) {
    BlobId id{};
    bool is_id = from_hex(one, id);
    std::string path;
    if (!is_id) {
      auto entry = find_file(index, one);
      if (!entry) return tl::make_unexpected(std::move(entry.error()));
      path = std::move(entry->path);
    }
    bool found = false;
    for (std::size_t i = 0; i < all->size(); ++i) {
      const auto& entry = (*all)[i];
      bool matches = is_id ? entry.blob == id : std::ranges::find(entry.paths, path) != entry.paths.end();
      if (matches) chosen[i] = found = true;
    }
    if (!found) complain(report::printable(one) + " is not in quarantine");
    selection.missed = selection.missed || !found;
  }
  for (std::size_t i = 0; i < all->size(); ++i) {
    if (chosen[i]) selection.entries.push_back(std::move((*all)[i]));
  }
  return selection;
}

int print(const CommonArguments& common, const Selection& selection) {
  Output output;
  auto style = style_for(common.color, STDOUT_FILENO);
  for (const auto& entry : selection.entries) {
    output.write(common.json ? report::quarantine_json(entry) : report::quarantine_text(entry, style));
  }
  return finish(output, selection.missed ? exit_findings : 0);
}

}  // namespace

int run(const CommonArguments& common, const QuarantineListArguments& arguments) {
  auto index = open_index(common);
  if (!index) return fail(index.error());
  auto selection = select(*index, arguments.named);
  if (!selection) return fail(selection.error());
  return print(common, *selection);
}

int run(const CommonArguments& common, const QuarantineClearArguments& arguments) {
  auto index = open_index(common);
  if (!index) return fail(index.error());
  auto selection = select(*index, arguments.named);
  if (!selection) return fail(selection.error());
  auto roots = index->reader.roots();
  if (!roots) return fail(roots.error());
  if (!selection->entries.empty()) {
    store::Writer::Options writing;
    if (!roots->empty()) writing.root = roots->front();
    writing.may_have_moved = false;
    writing.on_wait = [](const std::string& holder) { complain("waiting for the index: " + holder); };
    auto writer = store::Writer::open(index->database, writing);
    if (!writer) return fail(writer.error());
    if (auto released = writer->release(selection->entries); !released) return fail(released.error());
  }
  int code = print(common, *selection);
  if (!selection->entries.empty()) complain("the next `froe index` tries these again");
  return code;
}

}  // namespace froe::cli
