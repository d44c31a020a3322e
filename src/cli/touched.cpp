#include "cli/touched.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/composition.hpp"
#include "cli/sides.hpp"
#include "froe/compare.hpp"
#include "froe/discovery.hpp"

namespace froe::cli {
namespace {

namespace fs = std::filesystem;

std::uint64_t count_lines(std::string_view content) {
  auto breaks = static_cast<std::uint64_t>(std::ranges::count(content, '\n'));
  return breaks + (!content.empty() && !content.ends_with('\n') ? 1 : 0);
}

// Of a file that was not there before, the one that it was, if half of it came from there: git's own search
// for renamed files gives up where there are many, and at large ones.
class Renamed {
 public:
  explicit Renamed(const std::vector<compare::FilePair>& files) {
    for (const auto& file : files) files_.emplace(file.path, &file);
  }
  void add(const compare::Change& change) {
    if (!change.is_chunk || change.what != compare::What::moved) return;
    const auto* before = files_.at(change.before->path);
    if (!before->after && !files_.at(change.after->path)->before)
      bytes_[change.after->path][before] += change.after->range.size();
  }
  // nullptr: it was none.
  [[nodiscard]] const compare::FilePair* before(const compare::FilePair& file) const {
    auto found = bytes_.find(file.path);
    if (found == bytes_.end()) return nullptr;
    auto most = std::ranges::max_element(found->second, {}, [](const auto& each) { return each.second; });
    return most->second >= file.after_content.size() / 2 ? most->first : nullptr;
  }

 private:
  std::map<std::string_view, const compare::FilePair*> files_;
  std::map<std::string, std::map<const compare::FilePair*, std::size_t>> bytes_;
};

class Comparison {
 public:
  Comparison(const CutArguments& cut, const fs::path& root, execute::Executor& executor,
             const std::atomic<bool>& stop)
      : cut_(cut), root_(root), executor_(executor), stop_(stop) {
    cut_.options.chunk.metrics = cut_.options.chunk.references = false;
  }

  // The work tree of a repository, and of those in it, with a commit.
  Status add(discovery::Revisions& repository, const std::string& base) {
    if (auto added = add_files(repository, base); !added) return added;
    return add_submodules(repository, base);
  }
  [[nodiscard]] check::Touched take() { return std::move(touched_); }

 private:
  // As the index has it; nothing: it does not lie in the tree.
  [[nodiscard]] std::optional<std::string> in_tree(const fs::path& path) const {
    auto relative = path.lexically_relative(root_);
    if (relative.empty() || *relative.begin() == "..") return std::nullopt;
    return relative.string();
  }

  Status add_files(discovery::Revisions& repository, const std::string& base) {
    auto differences = repository.differences(base, "");
    if (!differences) return tl::make_unexpected(std::move(differences.error()));
    Sides sides(cut_, repository, std::move(*differences));
    if (auto done = sides.cut(executor_, stop_); !done) return done;
    const auto top = fs::weakly_canonical(repository.work_tree());
    auto& files = touched_.files;
    std::multiset<std::string_view> gone;  // what files that are no longer there held
    for (const auto& file : sides.files()) {
      if (file.before && !file.after) gone.insert(file.before_content);
    }
    for (std::size_t i = 0; i < sides.files().size(); ++i) {
      const auto& file = sides.files()[i];
      auto path = in_tree(top / file.path);
      // One file that is gone has moved to one place; what stands in others too is copied.
      auto from = file.after && !file.before ? gone.find(file.after_content) : gone.end();
      bool is_moved = from != gone.end();
      if (is_moved) gone.erase(from);
      if (!path || is_moved) continue;
      auto& in_file = files[*path];
      in_file.entire = sides.is_left_out(i);
      if (file.before) in_file.lines_before = count_lines(file.before_content);
    }
    auto find = [&](const std::string& name) {
      auto path = in_tree(top / name);
      auto found = path ? files.find(*path) : files.end();
      return found != files.end() ? &found->second : nullptr;
    };
    Renamed renamed(sides.files());
    for (const auto& change : compare::compare(sides.files())) {
      renamed.add(change);
      bool is_new = change.what == compare::What::added || change.what == compare::What::changed;
      auto* in_file = is_new && change.after ? find(change.after->path) : nullptr;
      if (in_file != nullptr)
        (change.is_chunk ? in_file->chunks : in_file->symbols).push_back(change.after->range);
    }
    for (const auto& file : sides.files()) {
      auto* in_file = find(file.path);
      const auto* before = in_file != nullptr ? renamed.before(file) : nullptr;
      if (before != nullptr) in_file->lines_before = count_lines(before->before_content);
    }
    return {};
  }

  // Those of the last commit that are checked out.
  Status add_submodules(discovery::Revisions& repository, const std::string& base) {
    const auto top = fs::weakly_canonical(repository.work_tree());
    std::error_code error;
    if (!fs::exists(top / ".gitmodules", error)) return {};
    auto then = repository.files(base, "");
    if (!then) return tl::make_unexpected(std::move(then.error()));
    auto now = repository.files("HEAD", "");
    if (!now) return tl::make_unexpected(std::move(now.error()));
    for (const auto& each : *now) {
      if (each.type != discovery::EntryType::submodule) continue;
      const auto directory = top / each.path;
      const auto path = in_tree(directory);
      // In a directory where nothing was checked out lies the repository around it.
      if (!path || !fs::exists(directory / ".git", error)) continue;
      auto inner = discovery::Revisions::open(directory);
      if (!inner) {
        inner.error().message +=
            "; it is a submodule: without its .git file, `git submodule update --init` in " + top.string() +
            " brings it anew";
        return tl::make_unexpected(std::move(inner.error()));
      }
      auto was = std::ranges::lower_bound(*then, each.path, {}, &discovery::CommittedFile::path);
      bool is_known =
          was != then->end() && was->path == each.path && was->type == discovery::EntryType::submodule;
      if (!is_known) {
        touched_.directories.insert(*path);
        continue;
      }
      if (!inner->commit(was->id)) {
        return failure(ErrorKind::not_found, "the submodule " + directory.string() + " has not the commit " +
                                                 was->id + " that it was at; `git fetch origin " + was->id +
                                                 "` in it may bring it");
      }
      if (auto added = add(*inner, was->id); !added) return added;
    }
    return {};
  }

  CutArguments cut_;
  const fs::path& root_;
  execute::Executor& executor_;
  const std::atomic<bool>& stop_;
  check::Touched touched_;
};

}  // namespace

Result<check::Touched> touched_since(const CutArguments& cut, const std::string& revision,
                                     const fs::path& root, StopSignals& signals) {
  auto repository = discovery::Revisions::open(root);
  if (!repository) return tl::make_unexpected(std::move(repository.error()));
  auto head = repository->commit("HEAD");
  if (!head) return tl::make_unexpected(std::move(head.error()));
  auto other = repository->commit(revision);
  if (!other) return tl::make_unexpected(std::move(other.error()));
  auto base = repository->merge_base(*head, *other);
  if (!base) return tl::make_unexpected(std::move(base.error()));
  auto executor = make_executor(cut);
  AtSecondSignal kill(signals, [&] { executor->kill_workers(); });
  Comparison comparison(cut, root, *executor, signals.stop());
  if (auto added = comparison.add(*repository, *base); !added)
    return tl::make_unexpected(std::move(added.error()));
  return comparison.take();
}

}  // namespace froe::cli
