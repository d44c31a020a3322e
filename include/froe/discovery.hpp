// Finds the files of a tree, in order, after git's ignore rules, and reads them safely. This module does not
// know languages, chunks or the index.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "froe/record.hpp"
#include "froe/support.hpp"

namespace froe::discovery {

// What is left out. The rules are git's, so that within one repository the walk sees what
// `git ls-files --cached --others --exclude-standard` lists. Where that does not say:
//   - Outside of a repository git's rules do not count: a tree unpacked from an archive may carry a
//   `.gitignore` that
//     means something else altogether (Debian's kernel source has one that leaves out everything but
//     `debian/`).
//   - The root is walked even if a rule outside leaves it out. For what is in it, the rules of the repository
//     around it count, and of the directories between.
//   - A repository inside the tree (a submodule, say) is walked after its own rules and its own list of
//     tracked files; those of the one around it end where it begins.
//   - A file that git tracks is not left out by git's rules, whatever they say of it or of its directory.
//   - A `.ignore` file outranks all of git's rules, leaves out tracked files too, and counts across
//     repositories.
struct Options {
  bool git_ignore = true;    // .gitignore files, .git/info/exclude and git's global excludes
  bool ignore_files = true;  // .ignore files, same syntax, which override .gitignore
  bool hidden = true;        // include names that begin with a dot (`.git` and `.froe` never are)
  // Told each directory of the tree before it is listed: relative to the root, empty for the root itself. May
  // be empty. For who wants to hear of what changes there from then on. Called within `open`
  // for the root, else perhaps on another thread; one call at a time.
  std::function<void(const std::string& path)> entering = nullptr;
};

enum class EntryType : std::uint8_t {
  regular,
  symbolic_link,
  directory,
  fifo,
  socket,
  device,
  submodule,  // of a commit: another repository's commit; in a work tree it is a directory
  unknown
};

// Something that discovery saw: a file, or a directory that could not be listed.
struct Entry {
  std::string path;  // relative to the root, '/' between names, bytes
  EntryType type = EntryType::regular;
  // Why a directory could not be listed (its path then ends in '/'), or an entry not be examined; empty
  // otherwise.
  std::string error;
  bool vanished = false;           // the error is that it is no longer there
  std::optional<FileStamp> stamp;  // of a regular file, when it was listed
};

// Walks a tree lazily. Entries come in the order of their paths compared as bytes, so that the order is the
// same on every machine and file system; a directory that cannot be listed stands where its content would, as
// `path/`. Symbolic links are reported and never followed. Trees may be deeper than a
// process may have open files and paths longer than PATH_MAX. Memory: the entries of the directories on the
// current path, and some hundred kilobytes of those that come next: two threads of its own go ahead of who
// asks, who is one thread at a time. A process with few descriptors walks without.
class Walk {
 public:
  // Fails if `root` is not a directory that can be listed.
  static Result<Walk> open(const std::filesystem::path& root, const Options& options);
  Walk(Walk&&) noexcept;
  Walk& operator=(Walk&&) noexcept;
  ~Walk();

  // The next entry; nothing when the tree is done or `status` has an error.
  [[nodiscard]] std::optional<Entry> next();
  // ErrorKind::busy if the process or the system ran out of descriptors or memory: what is left out then, or
  // let in for want of an ignore file, would say nothing of the tree.
  [[nodiscard]] Status status() const;
  // Files and directories that the rules left out so far (an ignored directory counts once).
  [[nodiscard]] std::uint64_t ignored() const;
  // Sentences about what weakened the rules so far: an ignore file, a repository or its list of tracked files
  // that could not be read. Grows with `next`, from nothing.
  [[nodiscard]] const std::vector<std::string>& problems() const;

 private:
  class State;
  explicit Walk(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

enum class LastLink : std::uint8_t { resolve, keep };  // where a path leads to, or where its last name stands

// A path as a walk over the tree names it, links resolved; empty if it does not lie below the root, which has
// none. The path need not exist.
[[nodiscard]] std::string below(const std::filesystem::path& root, const std::filesystem::path& path,
                                LastLink last = LastLink::resolve);

// Waits for a tree to change. The system tells of directories only, and only of those that it was asked to
// watch: let each walk over the tree, the first and those after changes, name them to `watch`. One thread at
// a time, but for `watch`, which a walk may call from another, and `has_news`, which any may.
class Watch {
 public:
  // `is_own`: whether a path, relative to the root, is none of the tree's, so that its changes do not count.
  Watch(const std::filesystem::path& root, std::function<bool(const std::string& path)> is_own);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();

  // The directory, relative to the root, is watched from now on.
  void watch(const std::string& directory);
  // Why some of the tree is not watched, for people; empty: all of it is. From then on the tree has to be
  // looked at now and then.
  [[nodiscard]] std::string blind() const;

  // Whoever watches looks at the tree from here on: what has changed so far is no news any more.
  void look_begins();
  // Whether something has changed since the last `look_begins`, as far as the system tells. A change that was
  // over before the call is known.
  [[nodiscard]] bool has_news();

  enum class Woken : std::uint8_t { changed, timed_out, stopped };
  // Until there is news, and nothing has changed for `quiet` since, or for `longest` at most; or until
  // `patience` has passed without a change; or `stop` is readable.
  [[nodiscard]] Woken wait(std::chrono::milliseconds quiet, std::chrono::milliseconds longest,
                           std::optional<std::chrono::milliseconds> patience, int stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Why a path, relative to the root, would be left out, for people: the rule as `file:line:pattern`, the file
// relative to the root if it lies below it. Nothing: it would be included. The path need not exist; ended in
// '/', it means a directory.
[[nodiscard]] Result<std::optional<std::string>> explain_ignore(const std::filesystem::path& root,
                                                                const std::string& path, Options options);

// One file as it was read.
struct FileContent {
  std::string bytes;
  // Of the state that was read. File systems stamp in ticks of some milliseconds: a file written within a
  // tick of the reading may change again and keep its times.
  FileStamp stamp;
};

// Why a file could not be read; `outcome` is too_large, unreadable, vanished, unstable or not_regular.
struct ReadFailure {
  Outcome outcome = Outcome::unreadable;
  std::string detail;
  std::uint64_t size = 0;          // as far as it is known
  std::optional<FileStamp> stamp;  // of a file that is too large
  // The process or the system ran out of descriptors or memory: this says nothing of the file, and another
  // try may succeed.
  bool exhausted = false;
};

// The detail of a file that is too large.
[[nodiscard]] std::string larger_than(std::uint64_t size, ByteCount limit);

// Reads a regular file below `root` whole: never follows a symbolic link at the last step, never blocks on a
// FIFO, never maps. A file that changes while it is read is read again, a few times. Any thread.
[[nodiscard]] tl::expected<FileContent, ReadFailure> read_file(const std::filesystem::path& root,
                                                               const std::string& path, ByteCount limit);

// A path at which two states of a tree differ. Files only: what is a symbolic link or a submodule in one
// state counts as absent there.
struct Difference {
  std::string path;  // relative to the top of the repository
  // Ids of the contents, in hexadecimal; empty: there is no such file.
  std::string before;
  std::string after;  // not known of the work tree, where it is "-"
};

// A name in the tree of a commit.
struct CommittedFile {
  std::string path;                     // relative to the directory that was asked for
  EntryType type = EntryType::regular;  // or symbolic_link, or submodule
  std::string id;                       // of its content, in hexadecimal; empty: it is not there (any more)
};

// The states of a tree that git keeps. A repository without a work tree will do. One thread at a time.
class Revisions {
 public:
  // The repository that `directory` lies in, or is.
  static Result<Revisions> open(const std::filesystem::path& directory);
  Revisions(Revisions&&) noexcept;
  Revisions& operator=(Revisions&&) noexcept;
  ~Revisions();

  // Absolute, ends in '/'; empty if there is none.
  [[nodiscard]] std::string work_tree() const;
  // The commit that a name means (a branch, a tag, `HEAD~2`, the beginning of an id), in hexadecimal.
  [[nodiscard]] Result<std::string> commit(const std::string& name);
  // The commits that a range means (`A..B`), those that come first first; or the one that a name means.
  [[nodiscard]] Result<std::vector<std::string>> commits(const std::string& range);
  // All files of a commit below a directory (relative to the top of the repository; empty: all of it), in
  // order of path. ErrorKind::not_found if the commit has no such directory.
  [[nodiscard]] Result<std::vector<CommittedFile>> files(const std::string& commit, const std::string& below);
  // Those at which a commit differs from the one before, as it has them, other modes included. `before` may
  // have been thrown away: ErrorKind::corrupt.
  [[nodiscard]] Result<std::vector<CommittedFile>> changes(const std::string& before,
                                                           const std::string& commit,
                                                           const std::string& below);
  // The commit at which the histories of two part. ErrorKind::not_found: nowhere that this clone knows of.
  [[nodiscard]] Result<std::string> merge_base(const std::string& one, const std::string& other);
  // The paths at which two commits differ, or a commit and the work tree (`after` empty) with what is not
  // tracked yet and not ignored. In order of path. Files that have only another mode are left out.
  [[nodiscard]] Result<std::vector<Difference>> differences(const std::string& before,
                                                            const std::string& after);
  // Of a content, in bytes.
  [[nodiscard]] Result<std::uint64_t> size(const std::string& id);
  [[nodiscard]] Result<std::string> content(const std::string& id);

 private:
  struct State;
  explicit Revisions(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Whether bytes are text that froe can cut; anything else names the outcome. By the first 8,000 bytes:
//   - unsupported_encoding: a UTF-16 or UTF-32 byte order mark, or the NUL bytes that ASCII has in these.
//   - binary: the signature of PDF or of a static library; or three NULs in the first 16 bytes; or
//     64 in a row; or a NUL, and more than 10 % odd bytes; or no NUL, but more than 3 % control characters
//     and more than 30 % odd bytes.
// Odd bytes are control characters (other than \b \t \n \v \f \r and escape), NUL included, and bytes that
// are not valid UTF-8. So a source file with a stray NUL is text, and so is any in Latin-1, Shift-JIS, GBK or
// EUC: these are not UTF-8, but have no control characters.
[[nodiscard]] std::optional<Outcome> not_text(std::string_view bytes);

// Whether a file of text is minified, generated or vendored, by its path relative to the root and its first
// 64 KiB; docs/discovery.md has the rules. What the text is says more than where it lies: of several marks,
// the first in the order of the enumeration.
// `mark_version` changes with them.
inline constexpr std::string_view mark_version = "mark1";
[[nodiscard]] std::optional<Mark> mark_of(std::string_view path, std::string_view text);

}  // namespace froe::discovery
