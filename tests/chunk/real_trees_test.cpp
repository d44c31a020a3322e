// What must hold for any file, held against the files that are at hand: the grammars' packages, this project
// and the system's headers. FROE_TEST_BYTES in the environment says how much of each to read.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "chunk/facts.hpp"
#include "chunk/files.hpp"
#include "chunk/outline.hpp"
#include "chunk/sound.hpp"
#include "froe/chunk.hpp"
#include "froe/digest.hpp"
#include "froe/language.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {
namespace {

namespace fs = std::filesystem;

static_assert(PortableRecord<FileResult>);

// Enough to see every language at hand in a few seconds.
constexpr std::size_t default_bytes = 512U << 10U;
constexpr std::size_t max_file = 256U << 10U;

std::size_t bytes_to_read() {
  const char* text = std::getenv("FROE_TEST_BYTES");
  return text == nullptr ? default_bytes : std::strtoull(text, nullptr, 10);
}

std::vector<ChunkOptions> all_options() {
  std::vector<ChunkOptions> all;
  for (auto unit : {SizeUnit::nonspace, SizeUnit::bytes, SizeUnit::lines}) {
    for (std::uint32_t max_size : {1500U, 200U, 40U, 1U}) {
      for (std::uint32_t min_size : {300U, 0U, 2000U}) all.push_back({max_size, min_size, unit});
    }
  }
  // Counted anew for each chunk by the test: slow.
  all.push_back(usual_options(SizeUnit::o200k_base));
  all.push_back({20, 5, SizeUnit::cl100k_base});
  return all;
}

// Files below a folder that are neither huge nor empty, in an order that mixes folders but is always the
// same.
std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  auto walk = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    if (!walk->is_regular_file(error) || walk->is_symlink(error)) continue;
    auto size = walk->file_size(error);
    if (!error && size > 0 && size <= max_file) files.push_back(walk->path());
    error.clear();
  }
  std::sort(files.begin(), files.end());
  std::shuffle(files.begin(), files.end(), std::mt19937(1));
  return files;
}

std::vector<FileTask> tasks_of(const fs::path& folder) {
  std::vector<FileTask> tasks;
  std::size_t bytes = 0;
  for (const auto& file : files_below(folder)) {
    if (bytes >= bytes_to_read()) break;
    FileTask task;
    task.path = file.string();
    task.content = read_file(file);
    const auto* language = language::detect(task.path, task.content);
    if (language) task.language = language->name;
    task.sequence = tasks.size();
    bytes += task.content.size();
    tasks.push_back(std::move(task));
  }
  return tasks;
}

class RealTree : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    tasks_ = tasks_of(fs::path(FROE_SOURCE_DIR) / GetParam());
    if (tasks_.empty()) GTEST_SKIP() << "no files here";
  }
  std::vector<FileTask> tasks_;
  Chunker chunker_;
};

TEST_P(RealTree, ResultsAreSound) {
  auto options = all_options();
  std::size_t next = 0;
  for (auto& task : tasks_) {
    SCOPED_TRACE(task.path);
    // The defaults, and each file some others, in turn.
    for (const auto& chosen :
         {ChunkOptions{}, options[next % options.size()], options[(next + 1) % options.size()]}) {
      task.options = chosen;
      task.options.references = true;
      task.options.metrics = true;
      auto result = chunker_.chunk(task);
      SCOPED_TRACE(testing::Message() << "max " << chosen.max_size << ", min " << chosen.min_size << ' '
                                      << to_string(chosen.unit));
      ASSERT_TRUE(is_sound(task, result));
      if (chosen.unit == SizeUnit::nonspace) {
        ASSERT_TRUE(keeps_definitions_whole(task, result));
      }
    }
    next += 2;
  }
}

TEST_P(RealTree, ResultsDependOnTheTaskAlone) {
  for (const auto& task : tasks_) {
    SCOPED_TRACE(task.path);
    auto result = without_timings(chunker_.chunk(task));
    ASSERT_EQ(result, without_timings(chunker_.chunk(task)));
    ASSERT_EQ(result, chunk_afresh(task));
  }
}

TEST_P(RealTree, IdsAreOfWhatAChunkIs) {
  for (const auto& task : tasks_) {
    SCOPED_TRACE(task.path);
    for (const auto& chunk : chunker_.chunk(task).chunks) {
      auto text = std::string_view(task.content).substr(chunk.range.begin, chunk.range.size());
      const auto& language = chunk.language.empty() ? task.language : chunk.language;
      ASSERT_EQ(chunk.id, stable_id(language, chunk.scope, chunk.kind, chunk.name, text));
    }
  }
}

TEST_P(RealTree, FactsAreSound) {
  for (auto& task : tasks_) {
    SCOPED_TRACE(task.path);
    ASSERT_TRUE(facts_are_sound(task, chunker_.chunk(task)));
    task.options = {200, 50, SizeUnit::nonspace};
    ASSERT_TRUE(facts_are_sound(task, chunker_.chunk(task)));
  }
}

// The lines where an outline has something, one for each.
std::string outlined(const language::Language& language, std::string_view source) {
  syntax::Grammar grammar(language);
  syntax::Tree tree(grammar, source);
  if (tree.given_up() != syntax::GivenUp::no) return {};
  auto found = outline(grammar, tree, source);
  std::vector<std::pair<ByteRange, std::string_view>> all;
  for (const auto& definition : found.definitions)
    all.emplace_back(definition.range, to_string(definition.kind));
  for (const auto& import : found.imports) all.emplace_back(import.statement, import.name);
  for (const auto& error : found.errors) all.emplace_back(error, "error");
  std::string lines;
  for (const auto& [range, what] : all) {
    auto row = std::count(source.begin(), source.begin() + range.begin, '\n') + 1;
    lines += std::to_string(row) + ' ' + std::string(what) + '\n';
  }
  return lines;
}

// The files that are the same on every machine.
class PinnedTree : public RealTree {};

// What a language says of its local definitions and imports (`body_openers`) is true. Not so of what a
// grammar misreads altogether, such as a class for a function, of which a system's headers have some.
TEST_P(PinnedTree, NothingIsPassedOverForWantOfAnOpener) {
  for (const auto& task : tasks_) {
    const auto* language = language::find(task.language);
    if (language == nullptr || language->body_openers.empty()) continue;
    SCOPED_TRACE(task.path);
    auto searched = *language;
    searched.body_openers = {};
    ASSERT_EQ(outlined(*language, task.content), outlined(searched, task.content));
  }
}

// A chunk as it was before `size` bytes in `rows` rows and `chunks` chunks came in at `place`.
Chunk moved_back(Chunk chunk, std::uint32_t place, std::uint32_t size, std::uint32_t rows,
                 std::uint32_t chunks) {
  auto back = [&](ByteRange& range) {
    if (range.begin >= place + size) range = {range.begin - size, range.end - size};
  };
  back(chunk.range);
  if (chunk.doc) back(*chunk.doc);
  for (auto& decorator : chunk.decorators) back(decorator);
  chunk.begin.row -= rows;
  chunk.end.row -= rows;
  chunk.ordinal -= chunks;
  return chunk;
}

// A chunk that begins with an empty line: more of them there change nothing else.
std::optional<std::size_t> with_empty_line(const FileTask& task, const FileResult& result) {
  for (std::size_t i = 1; i < result.chunks.size(); ++i) {
    auto begin = result.chunks[i].range.begin;
    if (task.content.compare(begin - 1, 2, "\n\n") == 0) return i;
  }
  return std::nullopt;
}

TEST_P(RealTree, AllButPositionsStaysWhenLinesComeAbove) {
  std::size_t edited = 0;
  for (const auto& task : tasks_) {
    SCOPED_TRACE(task.path);
    auto before = chunker_.chunk(task);
    auto place = with_empty_line(task, before);
    // What a grammar makes of an error depends on how far it is from the next line that makes sense.
    if (!place || !before.errors.empty()) continue;
    auto changed = task;
    auto begin = before.chunks[*place].range.begin;
    changed.content.insert(begin, "\n\n\n");
    auto after = chunker_.chunk(changed);
    ASSERT_EQ(after.chunks.size(), before.chunks.size());
    for (std::size_t i = 0; i < after.chunks.size(); ++i) {
      if (i == *place) continue;
      auto chunk = i < *place ? after.chunks[i] : moved_back(after.chunks[i], begin, 3, 3, 0);
      ASSERT_EQ(chunk, before.chunks[i]) << "chunk " << i;
    }
    ++edited;
  }
  EXPECT_GT(edited, 0U);
}

// A definition at the top of a file that is a chunk alone: the same once more, above it, is one chunk more.
std::optional<std::size_t> to_repeat(const FileTask& task, const FileResult& result) {
  for (std::size_t i = 1; i < result.chunks.size(); ++i) {
    const auto& chunk = result.chunks[i];
    auto text = std::string_view(task.content).substr(chunk.range.begin, chunk.range.size());
    bool whole = !chunk.partial && chunk.language.empty() &&
                 (chunk.kind == Kind::function || chunk.kind == Kind::class_ || chunk.kind == Kind::struct_);
    // With nothing behind it in its chunk, which could be cut elsewhere.
    bool ends_there = std::any_of(result.symbols.begin(), result.symbols.end(), [&](const Symbol& symbol) {
      return symbol.name == chunk.name && symbol.range.end + 1 == chunk.range.end;
    });
    if (whole && ends_there && chunk.nesting == 0 && text.starts_with("\n") && text.ends_with('\n')) return i;
  }
  return std::nullopt;
}

TEST_P(RealTree, AllButPositionsStaysWhenADefinitionComesAbove) {
  std::size_t edited = 0;
  for (const auto& task : tasks_) {
    SCOPED_TRACE(task.path);
    auto before = chunker_.chunk(task);
    // There the same once more is a part of what it stands above.
    const auto* language = language::find(task.language);
    bool joins =
        language && std::any_of(language->rules.begin(), language->rules.end(),
                                [](const auto& rule) { return rule.joins != language::Joins::none; });
    if (joins) continue;
    auto place = to_repeat(task, before);
    if (!place || !before.errors.empty()) continue;
    const auto& repeated = before.chunks[*place];
    auto text = task.content.substr(repeated.range.begin, repeated.range.size());
    auto changed = task;
    changed.content.insert(repeated.range.begin, text);
    auto after = chunker_.chunk(changed);
    if (!after.errors.empty() || after.imports.size() != before.imports.size()) continue;
    // One that reads otherwise there is not the same (OCaml's `and`).
    if (after.chunks.size() <= *place || after.chunks[*place].signature != repeated.signature) continue;
    // What is left between definitions may be cut elsewhere.
    if (after.chunks.size() != before.chunks.size() + 1) continue;
    for (std::size_t i = 0; i <= *place; ++i) ASSERT_EQ(after.chunks[i], before.chunks[i]) << "chunk " << i;
    for (std::size_t i = *place; i < before.chunks.size(); ++i) {
      auto rows = repeated.end.row - repeated.begin.row;
      auto chunk = moved_back(after.chunks[i + 1], repeated.range.begin, repeated.range.size(), rows, 1);
      if (chunk.parent && *chunk.parent > *place) --*chunk.parent;
      ASSERT_EQ(chunk, before.chunks[i]) << "chunk " << i;
    }
    ++edited;
  }
  // In headers and in our own files, which are in a namespace, hardly a definition stands at the top of a
  // file.
  const std::string folder = GetParam();
  EXPECT_TRUE(edited > 0 || folder.ends_with("include") || folder == "src");
}

std::string name_of(const testing::TestParamInfo<const char*>& folder) {
  std::string name = folder.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Folders, PinnedTree,
                         testing::Values("grammars/node_modules", "src", "include", "tests/cases"), name_of);
INSTANTIATE_TEST_SUITE_P(Folders, RealTree,
                         testing::Values("grammars/node_modules", "src", "include", "tests/cases",
                                         "/usr/include"),
                         name_of);

}  // namespace
}  // namespace froe::chunk
