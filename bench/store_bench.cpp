// What the writer costs: feeds the files of a tree to it, cut into pieces of about 600 bytes at line ends,
// and reports the processor time it took and the size of what it wrote.
//
//   store_bench TREE DATABASE [EXTENSION [MEGABYTES]]      for example: store_bench /usr/include x.db .h 100
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "froe/store_writer.hpp"

namespace {

using namespace froe;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * time.tv_usec; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct File {
  std::string path;
  std::string content;
  FileResult result;
};

// Pieces stand in for definitions: each has a name and a symbol, as about every chunk of a real tree does.
FileResult cut(const std::string& content) {
  constexpr std::uint32_t target = 600;
  FileResult result;
  Position at;
  for (std::uint32_t begin = 0; begin < content.size();) {
    auto end = std::min<std::size_t>(content.size(), begin + target);
    end = std::min(content.find('\n', end - 1), content.size() - 1) + 1;
    Chunk& chunk = result.chunks.emplace_back();
    chunk.ordinal = static_cast<std::uint32_t>(result.chunks.size() - 1);
    chunk.range = {begin, static_cast<std::uint32_t>(end)};
    chunk.begin = at;
    std::string_view text = std::string_view(content).substr(begin, end - begin);
    at.row += static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
    at.column = text.back() == '\n' ? 0 : static_cast<std::uint32_t>(text.size() - text.rfind('\n') - 1);
    chunk.end = at;
    chunk.kind = Kind::function;
    chunk.scope = "example::Scope";
    chunk.name = "doSomething" + std::to_string(chunk.ordinal);
    chunk.signature = std::string(text.substr(0, std::min<std::size_t>(60, text.find('\n'))));
    chunk.id = stable_id("", chunk.scope, chunk.kind, chunk.name, text);
    Symbol& symbol = result.symbols.emplace_back();
    symbol.name = chunk.name;
    symbol.range = chunk.range;
    symbol.begin = chunk.begin;
    symbol.end = chunk.end;
    begin = static_cast<std::uint32_t>(end);
  }
  return result;
}

std::vector<File> load(const std::filesystem::path& root, const std::string& extension, std::uint64_t limit) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.is_regular_file() && (extension.empty() || entry.path().extension() == extension)) {
      paths.push_back(entry.path().string());
    }
  }
  std::ranges::sort(paths);
  std::vector<File> files;
  std::uint64_t total = 0;
  for (const auto& path : paths) {
    if (total > limit) break;
    std::ifstream in(path, std::ios::binary);
    std::string content((std::istreambuf_iterator<char>(in)), {});
    total += content.size();
    FileResult result = cut(content);
    files.push_back({path, std::move(content), std::move(result)});
  }
  return files;
}

int fail(const Error& error) {
  std::cerr << error.message << '\n';
  return 1;
}

int run(const std::vector<File>& files, const std::filesystem::path& database) {
  std::uint64_t bytes = 0;
  std::uint64_t chunks = 0;
  for (const File& file : files) {
    bytes += file.content.size();
    chunks += file.result.chunks.size();
  }
  std::vector<BlobId> ids;
  ids.reserve(files.size());
  for (const File& file : files) ids.push_back(blob_id(file.content));
  auto megabytes = static_cast<double>(bytes) / 1e6;
  for (const char* pass : {"first", "unchanged"}) {
    double begin = cpu_seconds();
    auto wall_begin = std::chrono::steady_clock::now();
    {
      auto writer = store::Writer::open(database, {.root = "bench", .on_wait = nullptr, .alone = true});
      if (!writer) return fail(writer.error());
      for (std::size_t i = 0; i < files.size(); ++i) {
        store::BlobKey key{ids[i], "", "", {}};
        auto known = writer->find(key);
        if (!known) return fail(known.error());
        store::LedgerEntry entry{files[i].path, Outcome::text, "", "", files[i].content.size(), ids[i]};
        auto put = writer->put(entry, &key, files[i].content, &files[i].result);
        if (!put) return fail(put.error());
      }
      if (auto done = writer->finish(); !done) return fail(done.error());
    }
    double cpu = cpu_seconds() - begin;
    std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wall_begin;
    std::cout << pass << ": " << files.size() << " files, " << megabytes << " MB, " << chunks << " chunks, "
              << cpu << " s of processor (" << megabytes / cpu << " MB/s), " << wall.count()
              << " s, database/source "
              << static_cast<double>(std::filesystem::file_size(database)) / static_cast<double>(bytes)
              << '\n';
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: store_bench TREE DATABASE [EXTENSION [MEGABYTES]]\n";
    return 2;
  }
  std::uint64_t limit = argc > 4 ? std::stoull(argv[4]) * 1'000'000 : ~std::uint64_t{0};
  return run(load(argv[1], argc > 3 ? argv[3] : "", limit), argv[2]);
}
