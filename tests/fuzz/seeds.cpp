// fuzz_seeds CASES CORPORA
// Writes the corpora that the fuzzers begin with, CORPORA/TARGET/NAME, from the golden cases of the chunker,
// CASES, and from the inputs that are known to trouble grammars.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "faults/grammar_failures.hpp"
#include "froe/language.hpp"
#include "froe/wire.hpp"

namespace {

namespace fs = std::filesystem;
using namespace froe;

// Longer ones only make each round slow; where errors are recovered from, with the square of the size.
constexpr std::size_t longest = 4096;
constexpr std::size_t longest_to_parse = 512;

void write(const fs::path& file, std::string bytes) {
  fs::create_directories(file.parent_path());
  if (bytes.size() > longest) bytes.resize(longest);
  std::ofstream stream(file, std::ios::binary);
  stream << bytes;
  if (!stream.flush()) throw std::runtime_error("cannot write " + file.string());
}

// The sizes and unit of the fuzzers' options: usual ones, and small ones.
constexpr std::string_view usual_options("\x8a\x00", 2);
constexpr std::string_view small_options("\x35\x01", 2);

void write_texts(const fs::path& cases, const fs::path& corpora) {
  std::map<std::string, std::string> texts = faults::grammar_failures(false);
  for (const auto& folder : fs::directory_iterator(cases)) {
    if (!folder.is_directory()) continue;
    for (const auto& file : fs::directory_iterator(folder.path())) {
      auto name = file.path().filename().string();
      if (!name.starts_with("input.")) continue;
      std::ifstream stream(file.path(), std::ios::binary);
      std::string content{std::istreambuf_iterator<char>(stream), {}};
      texts[folder.path().filename().string() + name.substr(5)] = content;
    }
  }
  auto languages = language::languages();
  for (const auto& [name, content] : texts) {
    write(corpora / "text" / name, std::string(small_options) + content);
    const auto* detected = language::detect(name, content);
    for (std::size_t i = 0; i < languages.size(); ++i) {
      if (detected != nullptr && detected != &languages[i]) continue;
      std::string start(1, static_cast<char>(i));
      auto file = name + "-" + std::string(languages[i].name);
      write(corpora / "chunk" / file,
            start + std::string(usual_options) + content.substr(0, longest_to_parse));
    }
  }
}

void write_frames(const fs::path& corpora) {
  FileTask task{7, "src/a.cpp", "cpp", "int x;\n", {}};
  FileResult result;
  result.sequence = 7;
  result.outcome = Outcome::parsed_with_errors;
  result.detail = "detail";
  result.errors = {{1, 2}};
  Chunk chunk;
  chunk.range = {0, 7};
  chunk.end = {1, 0};
  chunk.name = "x";
  chunk.signature = "int x";
  chunk.doc = ByteRange{0, 2};
  chunk.decorators = {{1, 3}};
  chunk.imports = {0};
  Chunk second = chunk;
  second.ordinal = 1;
  second.parent = 0;
  second.range = {7, 9};
  second.begin = chunk.end;
  second.end = {1, 2};
  result.chunks = {chunk, second};
  Symbol symbol;
  symbol.name = "x";
  symbol.range = {0, 7};
  symbol.name_range = {4, 5};
  result.symbols = {symbol};
  result.imports = {{"y", {0, 3}}};
  auto task_frame = wire::encode_frame(wire::FrameType::task, 7, task).value();
  auto result_frame = wire::encode_frame(wire::FrameType::result, 7, result).value();
  auto ready_frame = wire::encode_empty_frame(wire::FrameType::ready, 0);
  write(corpora / "frame" / "stream", '\xff' + ready_frame + task_frame + result_frame);
  write(corpora / "frame" / "pieces", '\x05' + ready_frame + result_frame);
  write(corpora / "frame" / "result", '\0' + result_frame.substr(wire::header_size));
  write(corpora / "frame" / "task", '\0' + task_frame.substr(wire::header_size));
}

void write_rules(const fs::path& corpora) {
  write(corpora / "ignore" / "name", std::string("\0", 1) + "a/b.o\n*.o\n!b.o\n/a/\n");
  write(corpora / "ignore" / "globs",
        std::string("\1", 1) + "a/b/c\n**/b/**\na/**/c\n[a-z]*\\ \n[[:alpha:]]?\n");
  write(corpora / "ignore" / "directory",
        std::string("\2", 1) + "doc/build\nbuild/\n# no\n\\#yes\n\\!x\ndoc/*\n");
}

std::string big_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = bytes; i-- > 0;) text += static_cast<char>(value >> (8 * i));
  return text;
}

// git's index, with what no reader of names looks at left zero.
void write_indexes(const fs::path& corpora) {
  const std::string fixed = std::string(24, '\0') + big_endian(0100644, 4) + std::string(32, '\0');
  const std::string end = "TREE" + big_endian(2, 4) + "xx" + std::string(20, '\0');
  const std::string question = "a/b\n";
  std::string two = question + "DIRC" + big_endian(2, 4) + big_endian(2, 4);
  for (const std::string name : {"a/b", "a/bc.d"}) {
    std::string entry = fixed + big_endian(static_cast<std::uint32_t>(name.size()), 2) + name;
    two += entry + std::string(8 - entry.size() % 8, '\0');
  }
  write(corpora / "git_index" / "two", two + end);
  std::string four = question + "DIRC" + big_endian(4, 4) + big_endian(2, 4);
  four += fixed + big_endian(3, 2) + '\0' + "a/b" + '\0' + fixed + big_endian(6, 2) + '\1' + "c.d" + '\0';
  write(corpora / "git_index" / "four", four + end);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: fuzz_seeds CASES CORPORA\n";
    return 2;
  }
  try {
    write_texts(argv[1], argv[2]);
    write_frames(argv[2]);
    write_rules(argv[2]);
    write_indexes(argv[2]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
