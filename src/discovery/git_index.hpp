// The names in git's index, which is all that discovery asks of it. libgit2 makes an object of every entry: a
// microsecond each, a quarter of what a run costs that finds nothing to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace froe::discovery {

// One thread at a time.
class GitIndex {
 public:
  // `bytes` as gitformat-index(5) describes them, versions 2 to 4 with SHA-1. Nothing: they are none of
  // these, visibly damaged, or need more than they hold (a split or a sparse index), so that libgit2 has to
  // say what is to be said. Like git, this does not check the checksum.
  static std::optional<GitIndex> parse(std::string_view bytes);

  // Whether `path` is tracked: relative to the work tree, '/' between names. Fastest in the order of a walk.
  [[nodiscard]] bool holds(std::string_view path);
  // Whether anything below `directory`, which ends in '/', is.
  [[nodiscard]] bool holds_below(std::string_view directory);

 private:
  [[nodiscard]] std::string_view name(std::size_t index) const { return text_.data() + names_[index]; }
  // The first name that does not come before `path`; nothing if there is none.
  std::string_view first_from(std::string_view path);
  bool add(std::string_view path);

  std::string text_;                  // the names, each ended by NUL
  std::vector<std::uint32_t> names_;  // where they begin; ascending as bytes
  std::size_t found_ = 0;             // what was asked for last, or would be
};

}  // namespace froe::discovery
