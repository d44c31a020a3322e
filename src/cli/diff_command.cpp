#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/composition.hpp"
#include "cli/differences.hpp"
#include "cli/output.hpp"
#include "cli/sides.hpp"
#include "cli/signals.hpp"
#include "froe/compare.hpp"
#include "froe/discovery.hpp"
#include "froe/json.hpp"
#include "froe/report.hpp"

namespace froe::cli {
namespace {

void add_place(JsonObject& object, std::string_view key, const std::optional<compare::Place>& place) {
  if (!place) return;
  JsonObject inner(object.key(key));
  inner.add("path", place->path)
      .add("scope", place->scope)
      .add("name", place->name)
      .add("start_byte", place->range.begin)
      .add("end_byte", place->range.end)
      .add("start_line", place->first_line)
      .add("end_line", place->last_line);
}

std::string json_of(const compare::Change& change) {
  std::string line;
  {
    JsonObject object(line);
    object.add("type", change.is_chunk ? "chunk" : "symbol")
        .add("change", compare::to_string(change.what))
        .add("kind", change.kind);
    add_place(object, "before", change.before);
    add_place(object, "after", change.after);
  }
  return line + '\n';
}

std::string where(const compare::Place& place) {
  return report::printable(place.path) + ':' + std::to_string(place.first_line) +
         (place.last_line > place.first_line ? '-' + std::to_string(place.last_line) : "");
}

std::string name_of(const compare::Place& place) {
  if (place.name.empty()) return {};
  return ' ' + report::printable(place.scope.empty() ? place.name : place.scope + '.' + place.name);
}

std::string text_of(const compare::Change& change) {
  const auto& place = change.after ? *change.after : *change.before;
  std::string word(compare::to_string(change.what));
  std::string line = word + std::string(9 - word.size(), ' ') + std::string(to_string(change.kind)) +
                     name_of(place) + "  " + where(place);
  if (change.what == compare::What::moved) line += "  from " + where(*change.before);
  if (change.what == compare::What::renamed) line += "  was" + name_of(*change.before);
  return line + '\n';
}

// Where changed symbols are, by path: a chunk that one of them reaches into has been told.
class Told {
 public:
  explicit Told(const std::vector<compare::Change>& changes) {
    for (const auto& change : changes) {
      if (change.is_chunk) continue;
      if (change.before) before_[change.before->path].push_back(change.before->range);
      if (change.after) after_[change.after->path].push_back(change.after->range);
    }
  }
  [[nodiscard]] bool has(const compare::Change& chunk) const {
    return (chunk.before && has(before_, *chunk.before)) || (chunk.after && has(after_, *chunk.after));
  }

 private:
  using Ranges = std::map<std::string, std::vector<ByteRange>>;
  static bool has(const Ranges& ranges, const compare::Place& place) {
    auto found = ranges.find(place.path);
    return found != ranges.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](ByteRange range) {
             return range.begin < place.range.end && range.end > place.range.begin;
           });
  }
  Ranges before_;
  Ranges after_;
};

// Where in its repository a directory is, ended in '/'; empty: at its top.
std::string directory_in(const discovery::Revisions& revisions, const std::string& directory) {
  std::error_code error;
  const auto top = std::filesystem::canonical(revisions.work_tree(), error);
  const auto inner =
      error ? std::string() : discovery::below(top, std::filesystem::canonical(directory, error));
  return inner.empty() || inner == "." ? std::string() : inner + '/';
}

}  // namespace

Result<Differences> differences(const DiffArguments& arguments, execute::Executor& executor,
                                const std::atomic<bool>& stop, bool below) {
  auto revisions = discovery::Revisions::open(arguments.repository);
  if (!revisions) return tl::make_unexpected(std::move(revisions.error()));
  auto before = revisions->commit(arguments.before);
  if (!before) return tl::make_unexpected(std::move(before.error()));
  std::string after;
  if (!arguments.after.empty()) {
    auto commit = revisions->commit(arguments.after);
    if (!commit) return tl::make_unexpected(std::move(commit.error()));
    after = std::move(*commit);
  }
  auto paths = revisions->differences(*before, after);
  if (!paths) return tl::make_unexpected(std::move(paths.error()));
  const auto inside = below ? directory_in(*revisions, arguments.repository) : std::string();
  std::erase_if(*paths, [&](const discovery::Difference& each) { return !each.path.starts_with(inside); });
  Sides sides(arguments.cut, *revisions, std::move(*paths));
  if (auto cut = sides.cut(executor, stop); !cut) return tl::make_unexpected(std::move(cut.error()));
  Differences found{compare::compare(sides.files()), sides.notes()};
  for (auto& change : found.changes) {
    for (auto* place : {&change.before, &change.after}) {
      if (*place) (*place)->path.erase(0, inside.size());
    }
  }
  return found;
}

int run(const CommonArguments& common, const DiffArguments& arguments) {
  StopSignals signals;  // before any thread
  auto executor = make_executor(arguments.cut);
  AtSecondSignal kill(signals, [&] { executor->kill_workers(); });
  auto found = differences(arguments, *executor, signals.stop());
  if (!found) {
    if (signals.received() != 0) return 128 + signals.received();
    return fail(found.error());
  }
  Output output;
  const Told told(found->changes);
  for (const auto& change : found->changes) {
    if (common.json) {
      output.write(json_of(change));
    } else if (!change.is_chunk || !told.has(change)) {
      output.write(text_of(change));
    }
  }
  for (const auto& note : found->notes) complain(note);
  return finish(output, 0);
}

}  // namespace froe::cli
