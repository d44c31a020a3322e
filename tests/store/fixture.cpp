#include "store/fixture.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "froe/token_stream.hpp"

namespace froe::store {

ScratchDirectory::ScratchDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "froe-store-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
  path_ = name;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

FileResult cut(std::string_view content, std::size_t lines) {
  FileResult result;
  Position at;
  for (std::size_t begin = 0; begin < content.size();) {
    std::size_t end = begin;
    for (std::size_t i = 0; i < lines && end < content.size(); ++i) {
      end = std::min(content.find('\n', end), content.size() - 1) + 1;
    }
    std::string_view text = content.substr(begin, end - begin);
    Chunk& chunk = result.chunks.emplace_back();
    chunk.ordinal = static_cast<std::uint32_t>(result.chunks.size() - 1);
    if (chunk.ordinal > 0) chunk.parent = 0;
    chunk.range = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    chunk.begin = at;
    at.row += static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
    std::size_t last = text.rfind('\n');
    at.column = static_cast<std::uint32_t>(last == std::string_view::npos ? at.column + text.size()
                                                                          : text.size() - last - 1);
    chunk.end = at;
    chunk.kind = chunk.ordinal % 2 == 0 ? Kind::function : Kind::class_;
    chunk.visibility = chunk.ordinal % 2 == 0 ? Visibility::public_ : Visibility::unknown;
    chunk.composite = chunk.ordinal % 3 == 1;
    chunk.nesting = chunk.ordinal % 2;
    if (chunk.ordinal % 2 == 0) {
      chunk.doc = chunk.range;
      chunk.decorators = {{chunk.range.begin, chunk.range.begin + 1}};
    }
    chunk.name = "namedThing" + std::to_string(chunk.ordinal);
    chunk.scope = "outer::Scope";
    chunk.signature = std::string(text.substr(0, text.find('\n')));
    chunk.id = stable_id("toy", chunk.scope, chunk.kind, chunk.name, text);
    Symbol& symbol = result.symbols.emplace_back();
    symbol.kind = chunk.kind;
    symbol.visibility = chunk.visibility;
    symbol.doc = chunk.doc;
    symbol.name = chunk.name;
    symbol.range = chunk.range;
    symbol.name_range = {chunk.range.begin, chunk.range.begin};
    symbol.begin = chunk.begin;
    symbol.end = chunk.end;
    begin = end;
  }
  if (!content.empty()) {
    result.imports = {{"first", {0, 1}}, {"second", {0, 1}}};
    result.chunks.back().imports = {0, 1};
  }
  // The first word of the file.
  auto word = std::min({content.find_first_of(" \n"), content.size(), longest_reference});
  if (word > 0) {
    result.references = {{ReferenceKind::type,
                          std::string(content.substr(0, word)),
                          {0, static_cast<std::uint32_t>(word)},
                          {0, 0},
                          0}};
    // And the next, which nothing is around.
    const auto next = content.find_first_not_of(" \n", word);
    if (next != std::string_view::npos) {
      const auto end = std::min(content.find_first_of(" \n", next), content.size());
      const auto line = content.rfind('\n', next);
      const auto row = static_cast<std::uint32_t>(std::ranges::count(content.substr(0, next), '\n'));
      const auto column = static_cast<std::uint32_t>(line == std::string_view::npos ? next : next - line - 1);
      if (end - next <= longest_reference) {
        result.references.push_back({ReferenceKind::call,
                                     std::string(content.substr(next, end - next)),
                                     {static_cast<std::uint32_t>(next), static_cast<std::uint32_t>(end)},
                                     {row, column},
                                     std::nullopt});
      }
    }
  }
  for (std::uint32_t i = 0; i < result.symbols.size(); i += 2) result.metrics.push_back({i, 2, 1, 4, 3});
  TokenWriter tokens;
  if (word > 0) tokens.add({{0, static_cast<std::uint32_t>(word)}, TokenClass::identifier});
  result.tokens = std::move(tokens).take();
  result.outcome =
      content.find("<error>") == std::string_view::npos ? Outcome::parsed : Outcome::parsed_with_errors;
  if (result.outcome == Outcome::parsed_with_errors) result.errors.push_back({0, 1});
  return result;
}

BlobKey key_of(std::string_view content) {
  BlobKey key{blob_id(content), "toy", "toy@1.0", {}};
  key.options.references = true;
  key.options.metrics = true;
  return key;
}

LedgerEntry entry_of(const std::string& path, std::string_view content) {
  return {path, cut(content).outcome, "", "toy", content.size(), blob_id(content)};
}

Status put(Writer& writer, const std::string& path, std::string_view content) {
  BlobKey key = key_of(content);
  FileResult result = cut(content);
  return writer.put(entry_of(path, content), &key, content, &result);
}

Writer open_writer(const std::filesystem::path& database) {
  auto writer = Writer::open(database, {.root = "/tree", .wait = true, .on_wait = nullptr});
  if (!writer) throw std::runtime_error(writer.error().message);
  return std::move(*writer);
}

Reader open_reader(const std::filesystem::path& database) {
  auto reader = Reader::open(database);
  if (!reader) throw std::runtime_error(reader.error().message);
  return std::move(*reader);
}

void index(const std::filesystem::path& database, const Tree& tree) {
  Writer writer = open_writer(database);
  auto known = writer.inventory().files("", 1'000'000);
  ASSERT_TRUE(known) << known.error().message;
  for (const auto& file : *known) {
    if (!tree.contains(file.entry.path)) {
      ASSERT_TRUE(writer.remove(file.entry.path));
    }
  }
  for (const auto& [path, content] : tree) {
    auto status = put(writer, path, content);
    ASSERT_TRUE(status) << status.error().message;
  }
  auto status = writer.finish();
  ASSERT_TRUE(status) << status.error().message;
}

std::string dump(const std::filesystem::path& database, bool row_ids) {
  Reader reader = open_reader(database);
  std::ostringstream out;
  auto status = reader.dump(out, row_ids);
  return status ? out.str() : "error: " + status.error().message;
}

std::string verify(const std::filesystem::path& database) {
  auto reader = Reader::open(database);
  if (!reader) return "open: " + reader.error().message + "\n";
  std::string faults;
  auto proved =
      reader->verify([&](const Fault& fault) { faults += fault.path + ": " + fault.message + "\n"; });
  if (!proved) faults += "error: " + proved.error().message + "\n";
  return faults;
}

std::vector<double> Density::bounds(const Matches& matches, const TermsOf& /*terms_of*/) {
  std::vector<double> bounds;
  for (std::size_t i = 0; i < matches.chunks.size(); ++i) {
    bounds.push_back(score(matches, i, matches.chunks[i].least_terms));
  }
  return bounds;
}

double Density::score(const Matches& matches, std::size_t chunk, std::uint32_t terms) {
  double times = 0;
  for (const auto& hit : matches.hits_of(chunk)) {
    for (auto each : hit.times) times += each;
  }
  return times / terms;
}

double Density::score_at(double score, const Place& place) {
  bool is_there = std::ranges::find(place.path_terms, path_word_) != place.path_terms.end();
  return score + (is_there ? most_bonus_ : 0);
}

Result<std::vector<FoundChunk>> match(Reader& reader, const std::string& expression, std::uint32_t limit,
                                      const Filter& filter) {
  Density ranker;
  return reader.match(expression, ranker, limit, filter);
}

Finished run(const std::vector<std::string>& command) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  int error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  Finished finished;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; error == 0 && (size = ::read(pipe[0], buffer.data(), buffer.size())) > 0;) {
    finished.output.append(buffer.data(), static_cast<std::size_t>(size));
  }
  ::close(pipe[0]);
  if (error != 0) return {127, "cannot run " + command[0]};
  ::waitpid(pid, &finished.status, 0);
  return finished;
}

}  // namespace froe::store
