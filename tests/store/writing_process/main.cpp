// Writes an index until it is killed, or holds the right to write. Run by the store's tests.
//
//   loop DATABASE SEED   indexes tree after tree, each made from the seed, and never ends
//   hold DATABASE        takes the lock, writes "held" and waits until its standard input ends
#include <unistd.h>

#include <iostream>
#include <random>
#include <string>

#include "froe/store_writer.hpp"

namespace {

using namespace froe;

std::string make_content(std::mt19937& random) {
  std::string content;
  auto lines = random() % 200;
  for (unsigned i = 0; i < lines; ++i) {
    content +=
        "void someFunction" + std::to_string(random() % 5000) + "(int arg_" + std::to_string(i) + ");\n";
  }
  return content;
}

FileResult cut(const std::string& content) {
  FileResult result;
  result.outcome = Outcome::parsed;
  Position at;
  for (std::uint32_t begin = 0; begin < content.size();) {
    auto end = static_cast<std::uint32_t>(content.find('\n', begin) + 1);
    Chunk& chunk = result.chunks.emplace_back();
    chunk.ordinal = static_cast<std::uint32_t>(result.chunks.size() - 1);
    chunk.range = {begin, end};
    chunk.begin = at;
    ++at.row;
    chunk.end = at;
    chunk.id =
        stable_id("toy", {}, chunk.kind, {}, std::string_view(content).substr(begin, chunk.range.size()));
    begin = end;
  }
  return result;
}

int loop(const char* database, unsigned seed) {
  std::mt19937 random(seed);
  auto writer = store::Writer::open(database, {.root = "/tree", .wait = false, .on_wait = nullptr});
  if (!writer) {
    std::cerr << writer.error().message << '\n';
    return 1;
  }
  for (;;) {
    for (int file = 100; file < 160; ++file) {
      if (random() % 4 == 0) continue;
      std::string content = make_content(random);
      store::BlobKey key{blob_id(content), "toy", "toy@1", {}};
      FileResult result = cut(content);
      store::LedgerEntry entry{
          "dir/file" + std::to_string(file), Outcome::parsed, "", "toy", content.size(), key.id};
      if (auto status = writer->put(entry, &key, content, &result); !status) {
        std::cerr << status.error().message << '\n';
        return 1;
      }
      if (random() % 8 == 0 && !writer->suspend()) return 1;
    }
    if (!writer->finish()) return 1;
  }
}

int hold(const char* database) {
  auto writer = store::Writer::open(database, {.root = "/tree", .wait = false, .on_wait = nullptr});
  if (!writer) return 1;
  std::cout << "held" << std::endl;
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "loop")
    return loop(argv[2], static_cast<unsigned>(std::stoul(argv[3])));
  if (argc == 3 && std::string(argv[1]) == "hold") return hold(argv[2]);
  return 2;
}
