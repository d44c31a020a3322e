#include "discovery/ignore_stack.hpp"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "discovery/read_at.hpp"

namespace froe::discovery {
namespace {

// Far above any ignore file that a person wrote; git's own bound.
constexpr ByteCount max_ignore_file(100U << 20U);

}  // namespace

void SpecialNames::note(std::string_view name) {
  if (!name.starts_with('.')) return;
  git |= name == ".git";
  git_ignore |= name == ".gitignore";
  ignore |= name == ".ignore";
}

IgnoreStack::IgnoreStack(std::string root, Options options) : root_(std::move(root)), options_(options) {
  if (!root_.ends_with('/')) root_ += '/';
  top_ = root_;
  std::unique_ptr<Repository> repository;
  bool git = false;
  if (options_.git_ignore) {
    std::string problem;
    repository = Repository::around(root_, problem);
    git = repository || !problem.empty();
    note_problem(std::move(problem));
    // core.worktree may point anywhere; a work tree that the root is not in has nothing to say.
    if (repository && !root_.starts_with(repository->work_tree())) {
      repository.reset();
      git = false;
    }
    if (repository) top_ = repository->work_tree();
  }
  prefix_ = root_.substr(top_.size());
  enter_domain(std::move(repository), git, 0);

  // The rules between the top and the root. What they say of the root itself does not count: it was asked
  // for.
  for (std::size_t end = 0; end < prefix_.size(); end = prefix_.find('/', end) + 1) {
    const std::string path = prefix_.substr(0, end);
    const UniqueFd directory(::open((top_ + path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory) {
      note_problem(system_error("cannot read the ignore rules of '" + top_ + path + "'", errno).message);
      continue;
    }
    enter(directory.get(), path, {.git = false, .git_ignore = true, .ignore = true}, Verdict::included);
  }
}

void IgnoreStack::enter_domain(std::unique_ptr<Repository> repository, bool git, std::size_t base) {
  Domain domain{base, git_sources_.size(), git, repository && repository->ignore_case(),
                std::move(repository)};
  domains_.push_back(std::move(domain));
  if (!git) return;
  const auto& opened = domains_.back().repository;
  read_user_rules(opened ? opened->user_ignore_file() : user_ignore_file(), base);
  if (opened) read_user_rules(opened->exclude_file(), base);
}

void IgnoreStack::enter(int directory, std::string_view path, SpecialNames names, Verdict verdict) {
  const bool inherited = !frames_.empty() && frames_.back().tracked_only;
  frames_.push_back({git_sources_.size(), ignore_sources_.size(), domains_.size(),
                     inherited || verdict == Verdict::tracked_below});
  if (names.git && options_.git_ignore && path.size() > prefix_.size()) {
    std::string problem;
    auto repository = Repository::at(top_ + std::string(path), problem);
    // One that cannot be opened still ends the rules of the one around it.
    if (repository || !problem.empty()) {
      enter_domain(std::move(repository), true, path.size());
      frames_.back().tracked_only = false;
    }
    note_problem(std::move(problem));
  }
  if (names.git_ignore && domains_.back().git) read_rules(directory, ".gitignore", path, git_sources_);
  if (names.ignore && options_.ignore_files) read_rules(directory, ".ignore", path, ignore_sources_);
}

void IgnoreStack::leave() {
  const Frame frame = frames_.back();
  frames_.pop_back();
  git_sources_.erase(git_sources_.begin() + static_cast<std::ptrdiff_t>(frame.git_sources),
                     git_sources_.end());
  ignore_sources_.erase(ignore_sources_.begin() + static_cast<std::ptrdiff_t>(frame.ignore_sources),
                        ignore_sources_.end());
  domains_.erase(domains_.begin() + static_cast<std::ptrdiff_t>(frame.domains), domains_.end());
}

void IgnoreStack::read_rules(int directory, const char* name, std::string_view path,
                             std::vector<Source>& sources) {
  std::string shown = path.starts_with(prefix_) ? std::string(path.substr(prefix_.size())) + name
                                                : top_ + std::string(path) + name;
  // Like git, no symbolic links here: the rules of a tree are in the tree.
  const auto content = read_at(directory, name, max_ignore_file, Links::refuse);
  if (content) {
    add_rules(content->bytes, std::move(shown), path.size(), sources);
  } else if (content.error().outcome != Outcome::vanished) {
    note_problem("cannot read the ignore file '" + shown + "': " + content.error().detail);
  }
}

void IgnoreStack::read_user_rules(const std::string& file, std::size_t base) {
  if (file.empty()) return;
  const auto content = read_at(AT_FDCWD, file, max_ignore_file, Links::follow);
  if (content) {
    add_rules(content->bytes, file, base, git_sources_);
  } else if (content.error().outcome != Outcome::vanished &&
             content.error().outcome != Outcome::not_regular) {
    // Something that is not a regular file is usually /dev/null, put there on purpose.
    note_problem("cannot read the ignore file '" + file + "': " + content.error().detail);
  }
}

void IgnoreStack::add_rules(std::string_view content, std::string shown, std::size_t base,
                            std::vector<Source>& sources) {
  IgnoreRules rules(content, std::move(shown), domains_.back().fold_case);
  if (!rules.empty()) sources.push_back({base, std::move(rules)});
}

void IgnoreStack::note_problem(std::string problem) {
  if (problem.empty()) return;
  problems_.push_back(std::move(problem));
  // libgit2 does not say which error number it met, so that whether descriptors are at an end is tried out.
  const UniqueFd probe(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!probe && is_exhaustion(errno)) exhausted_ = errno;
}

Judgement IgnoreStack::last_match(const std::vector<Source>& sources, std::size_t first,
                                  std::string_view path, std::size_t name_at, bool is_directory) const {
  for (std::size_t i = sources.size(); i-- > first;) {
    const Source& source = sources[i];
    const IgnoreRule* rule =
        source.rules.match(path.substr(source.base), name_at - source.base, is_directory);
    if (rule != nullptr) {
      return {rule->negated ? Verdict::included : Verdict::ignored, rule, &source.rules};
    }
  }
  return {};
}

Judgement IgnoreStack::judge(std::string_view path, std::size_t name_at, bool is_directory) {
  const bool tracked_only = frames_.back().tracked_only;
  Judgement judgement = last_match(ignore_sources_, 0, path, name_at, is_directory);
  // Being tracked says nothing against a `.ignore` file, which is not git's.
  if (judgement.rule != nullptr && !(tracked_only && judgement.verdict == Verdict::included))
    return judgement;
  if (tracked_only) {
    judgement = {Verdict::ignored, nullptr, nullptr};
  } else {
    judgement = last_match(git_sources_, domains_.back().first_source, path, name_at, is_directory);
  }
  if (judgement.verdict == Verdict::ignored) judgement.verdict = tracked(path, is_directory);
  return judgement;
}

Verdict IgnoreStack::tracked(std::string_view path, bool is_directory) {
  const Domain& domain = domains_.back();
  if (!domain.repository) return Verdict::ignored;
  Repository& repository = *domain.repository;
  std::string relative(path.substr(domain.base));
  Verdict verdict = Verdict::ignored;
  if (repository.tracks(relative)) {  // a directory that is tracked itself is a submodule
    verdict = Verdict::included;
  } else if (is_directory && repository.tracks_below(relative += '/')) {
    verdict = Verdict::tracked_below;
  }
  note_problem(repository.take_problem());
  return verdict;
}

}  // namespace froe::discovery
