// What discovery asks of git about one repository: where it begins, what it tracks, where its own ignore
// rules lie. Does not know how ignore rules are matched.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace froe::discovery {

// Keeps libgit2 usable while it lives; counted by libgit2, so that there may be several. Any thread.
class GitSession {
 public:
  GitSession();
  GitSession(const GitSession&) = delete;
  GitSession& operator=(const GitSession&) = delete;
  ~GitSession();
};

// The user's ignore file (core.excludesFile, or its default place) outside of any repository; empty if there
// is none.
[[nodiscard]] std::string user_ignore_file();

// One repository with a work tree. Needs a GitSession. One thread at a time.
class Repository {
 public:
  // The repository whose work tree `directory` lies in; null if there is none. A repository that is there but
  // cannot be opened is null with `problem` set to a sentence.
  static std::unique_ptr<Repository> around(const std::string& directory, std::string& problem);
  // The one whose work tree begins at `directory`.
  static std::unique_ptr<Repository> at(const std::string& directory, std::string& problem);
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;
  ~Repository();

  [[nodiscard]] std::string work_tree() const;     // absolute, ends in '/'
  [[nodiscard]] std::string exclude_file() const;  // info/exclude, shared by all work trees of the repository
  [[nodiscard]] std::string user_ignore_file() const;
  [[nodiscard]] bool ignore_case() const;

  // Whether git's index holds `path`, relative to the work tree. The index is read on the first question.
  [[nodiscard]] bool tracks(const std::string& path);
  // Whether it holds anything below `directory`, which ends in '/'.
  [[nodiscard]] bool tracks_below(const std::string& directory);
  // Why the index could not be read, once; empty if it could.
  [[nodiscard]] std::string take_problem();

 private:
  struct Handles;
  explicit Repository(std::unique_ptr<Handles> handles);
  static std::unique_ptr<Repository> open(const std::string& directory, unsigned flags, std::string& problem);
  void read_index();

  std::unique_ptr<Handles> handles_;
  std::string problem_;
};

}  // namespace froe::discovery
