// A tree in memory, cut by a stand-in for the chunker, and the ways the tests index it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "froe/store.hpp"
#include "froe/store_writer.hpp"

namespace froe::store {

// A new directory, removed with all it holds.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Path to content.
using Tree = std::map<std::string, std::string>;

// Chunks of `lines` lines, each with a name, and a symbol for each.
FileResult cut(std::string_view content, std::size_t lines = 3);
BlobKey key_of(std::string_view content);
LedgerEntry entry_of(const std::string& path, std::string_view content);
Status put(Writer& writer, const std::string& path, std::string_view content);

Writer open_writer(const std::filesystem::path& database);
Reader open_reader(const std::filesystem::path& database);
// Puts the whole tree and finishes.
void index(const std::filesystem::path& database, const Tree& tree);
std::string dump(const std::filesystem::path& database, bool row_ids = false);
// All faults, one a line.
std::string verify(const std::filesystem::path& database);

// The plainest: the share of a chunk's terms that are hits, and something for a path that has the word.
class Density : public Ranker {
 public:
  explicit Density(std::string path_word = {}, double most_bonus = 0)
      : path_word_(std::move(path_word)), most_bonus_(most_bonus) {}
  [[nodiscard]] std::vector<double> bounds(const Matches& matches, const TermsOf& terms_of) override;
  [[nodiscard]] double score(const Matches& matches, std::size_t chunk, std::uint32_t terms) override;
  [[nodiscard]] double score_at(double score, const Place& place) override;
  [[nodiscard]] double most_bonus() const override { return most_bonus_; }

 private:
  std::string path_word_;
  double most_bonus_;
};
// What matches, best by Density first.
Result<std::vector<FoundChunk>> match(Reader& reader, const std::string& expression, std::uint32_t limit = 10,
                                      const Filter& filter = {});

// Runs a program and waits for it; its standard output and standard error.
struct Finished {
  int status = 0;
  std::string output;
};
Finished run(const std::vector<std::string>& command);

}  // namespace froe::store
