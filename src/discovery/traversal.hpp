// Goes through the directories of a tree in the order of a walk: what it enters, what the rules leave out,
// what it finds. Does not look at files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "discovery/ignore_stack.hpp"
#include "discovery/listing.hpp"
#include "froe/discovery.hpp"
#include "froe/support.hpp"

namespace froe::discovery {

// Some entries of a walk that follow each other.
struct Batch {
  struct Item {
    std::uint32_t path = 0;  // where it begins in `paths`
    std::uint32_t name = 0;  // where its last name does
    EntryType type = EntryType::unknown;
    int error = 0;
    std::optional<FileStamp> stamp;  // of a regular file that has been looked at
  };
  // Those of one directory, which is kept open until they have been looked at.
  struct Part {
    std::shared_ptr<const UniqueFd> directory;
    std::size_t end = 0;  // the first item that is not in it
  };

  std::string paths;  // relative to the root, each ended by NUL
  std::vector<Item> items;
  std::vector<Part> parts;
  std::uint64_t ignored = 0;          // what was left out among them
  std::vector<std::string> problems;  // that the rules met there
  int exhausted = 0;                  // the error number for what ran out; the walk ends behind these items
};

// Gives the regular files of a batch their stamps, and lets go of the directories. Any thread.
void look_at_files(Batch& batch);

// One thread at a time.
class Traversal {
 public:
  static Result<std::unique_ptr<Traversal>> open(const std::filesystem::path& root, const Options& options);

  // The root, with links resolved.
  [[nodiscard]] const std::string& root() const { return root_; }
  // No more than `most_items`. Nothing: that was the last, or something is exhausted.
  [[nodiscard]] std::optional<Batch> next(std::size_t most_items);

 private:
  struct Level {
    std::shared_ptr<const UniqueFd> fd;  // nothing while the walk is far below
    Listing listing;
    std::size_t next = 0;
    std::size_t path_size = 0;  // of the directory's path, with its '/'
  };

  Traversal(std::string root, const Options& options);
  void enter(UniqueFd fd, Verdict verdict);
  void leave();
  void take(Level& level);
  void enter_child(Verdict verdict);
  const std::shared_ptr<const UniqueFd>& open_level(std::size_t index);
  void add(EntryType type, int error = 0);

  std::string root_;
  Options options_;
  IgnoreStack rules_;
  std::string path_;  // from the rules' top; the walk's own paths leave their prefix out
  std::vector<Level> levels_;
  std::size_t told_problems_ = 0;
  Batch batch_;  // that is being filled
  bool ended_ = false;
};

}  // namespace froe::discovery
