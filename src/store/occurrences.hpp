// Chunks where they occur: what searching and finding by id share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "froe/store.hpp"
#include "store/sqlite.hpp"

namespace froe::store {

// The files that hold a blob and lie below the filter's path, remembered for the length of a call.
class Occurrences {
 public:
  // `filter` must outlive this.
  Occurrences(Connection& connection, const Filter& filter);
  struct File {
    std::string path;
    std::string language;
    std::optional<Mark> mark;
  };
  using Files = std::vector<File>;  // in order of path
  [[nodiscard]] const Files& files(std::int64_t blob);

 private:
  Statement statement_;
  const Filter& filter_;
  std::map<std::int64_t, Files> known_;
};

// Whether the filter's language is the chunk's.
[[nodiscard]] bool passes(const Filter& filter, const Chunk& chunk, const std::string& file_language);

// Best first, then by path and ordinal; no more than `limit`.
void sort_and_cut(std::vector<FoundChunk>& found, std::size_t limit);

}  // namespace froe::store
