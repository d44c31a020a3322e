// Which rules are in force at a place in the tree, and what they say together: the one judge that the walk
// and `explain_ignore` share. Does not list directories.
//
// Rank, first that has a matching rule decides: `.ignore` files, deepest first; `.gitignore` files, deepest
// first, up to the nearest repository's root; that repository's info/exclude; the user's git ignore file.
// Within a file the last matching rule decides.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "discovery/ignore_rules.hpp"
#include "discovery/repository.hpp"
#include "froe/discovery.hpp"

namespace froe::discovery {

enum class Verdict : std::uint8_t {
  included,
  tracked_below,  // a directory that git's rules leave out, but something in it is tracked
  ignored,
};

struct Judgement {
  Verdict verdict = Verdict::included;
  // The rule that decided and where it stands; null if none did, or if an untracked file lies in an ignored
  // directory.
  const IgnoreRule* rule = nullptr;
  const IgnoreRules* rules = nullptr;
};

// Names of a directory that matter to the rules, as its listing has them.
struct SpecialNames {
  bool git = false;
  bool git_ignore = false;
  bool ignore = false;

  void note(std::string_view name);
};

// Paths here are relative to the top: the root of the repository around the walk's root, or the walk's root
// itself. One thread at a time.
class IgnoreStack {
 public:
  // `root` must be absolute and free of symbolic links.
  IgnoreStack(std::string root, Options options);

  // The root's own path from the top: empty, or ends in '/'.
  [[nodiscard]] const std::string& prefix() const { return prefix_; }

  // Steps into the directory at `path` (empty, or ends in '/'), open as `directory`; reads its ignore files.
  void enter(int directory, std::string_view path, SpecialNames names, Verdict verdict);
  void leave();

  // Judges an entry of the directory entered last. Not for what `never_indexed` names.
  [[nodiscard]] Judgement judge(std::string_view path, std::size_t name_at, bool is_directory);

  // Sentences about ignore files and repositories that could not be read.
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
  // Why the rules are not to be trusted: the error number for what ran out, or 0.
  [[nodiscard]] int exhausted() const { return exhausted_; }

 private:
  struct Source {      // one ignore file in force
    std::size_t base;  // length of its directory's path
    IgnoreRules rules;
  };
  struct Domain {  // one repository, or the tree outside of any
    std::size_t base = 0;
    std::size_t first_source = 0;  // of git_sources_: the repository's rules begin there
    bool git = false;              // a repository, even if it could not be opened
    bool fold_case = false;
    std::unique_ptr<Repository> repository;
  };
  struct Frame {  // what leaving a directory undoes
    std::size_t git_sources;
    std::size_t ignore_sources;
    std::size_t domains;
    bool tracked_only;
  };

  void enter_domain(std::unique_ptr<Repository> repository, bool git, std::size_t base);
  void read_rules(int directory, const char* name, std::string_view path, std::vector<Source>& sources);
  void read_user_rules(const std::string& file, std::size_t base);
  void add_rules(std::string_view content, std::string shown, std::size_t base, std::vector<Source>& sources);
  void note_problem(std::string problem);
  Judgement last_match(const std::vector<Source>& sources, std::size_t first, std::string_view path,
                       std::size_t name_at, bool is_directory) const;
  Verdict tracked(std::string_view path, bool is_directory);

  std::string root_;
  std::string top_;  // absolute, ends in '/'
  std::string prefix_;
  Options options_;
  GitSession git_;  // before the repositories: they go first
  std::vector<Domain> domains_;
  std::vector<Source> git_sources_;  // weakest first
  std::vector<Source> ignore_sources_;
  std::vector<Frame> frames_;
  std::vector<std::string> problems_;
  int exhausted_ = 0;
};

// `.git` and `.froe`: never part of the tree, whatever the rules say.
[[nodiscard]] inline bool never_indexed(std::string_view name) {
  return name == ".git" || name == ".froe";
}

}  // namespace froe::discovery
