#include "froe/tokens.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>

#include "froe/json.hpp"

namespace froe::tokens {
namespace {

namespace fs = std::filesystem;
using Tokens = std::vector<std::uint32_t>;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A file of its own for each test program that runs at the same time.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "froe-tokens-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Scratch() { fs::remove_all(path_); }
  [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

struct Closer {
  void operator()(std::FILE* pipe) const { ::pclose(pipe); }
};

// What the published implementation says of each file.
std::vector<std::pair<std::size_t, std::uint32_t>> ask_reference(const std::string& encoding,
                                                                 const fs::path& list) {
  std::string command = "node " FROE_REFERENCE " " + encoding + " < " + list.string();
  std::unique_ptr<std::FILE, Closer> pipe(::popen(command.c_str(), "r"));
  std::vector<std::pair<std::size_t, std::uint32_t>> answers;
  std::size_t count = 0;
  std::uint32_t folded = 0;
  while (std::fscanf(pipe.get(), "%zu %u", &count, &folded) == 2) answers.emplace_back(count, folded);
  return answers;
}

// JavaScript's strings cannot hold anything else.
bool is_utf8(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    auto length = utf8_sequence(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

void append_utf8(std::string& text, std::uint32_t point) {
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xc0U | point >> 6U);
    text += static_cast<char>(0x80U | (point & 0x3fU));
  } else if (point >= 0x10000) {
    text += static_cast<char>(0xf0U | point >> 18U);
    text += static_cast<char>(0x80U | (point >> 12U & 0x3fU));
    text += static_cast<char>(0x80U | (point >> 6U & 0x3fU));
    text += static_cast<char>(0x80U | (point & 0x3fU));
  } else {
    text += static_cast<char>(0xe0U | point >> 12U);
    text += static_cast<char>(0x80U | (point >> 6U & 0x3fU));
    text += static_cast<char>(0x80U | (point & 0x3fU));
  }
}

// Letters of many scripts, digits, signs, and much white space of every kind.
std::string random_text(std::mt19937& random) {
  static constexpr std::array ranges{
      std::pair{0x20U, 0x7eU},       std::pair{0x20U, 0x20U},       std::pair{0x9U, 0xdU},
      std::pair{0xa0U, 0x24fU},      std::pair{0x300U, 0x36fU},     std::pair{0x391U, 0x3c9U},
      std::pair{0x410U, 0x44fU},     std::pair{0x5d0U, 0x5eaU},     std::pair{0x660U, 0x669U},
      std::pair{0x905U, 0x939U},     std::pair{0x1c5U, 0x1c6U},     std::pair{0x2000U, 0x206fU},
      std::pair{0x2150U, 0x218bU},   std::pair{0x3000U, 0x30ffU},   std::pair{0x4e00U, 0x4fffU},
      std::pair{0xac00U, 0xacffU},   std::pair{0x27U, 0x27U},       std::pair{0x61U, 0x7aU},
      std::pair{0x41U, 0x5aU},       std::pair{0xaU, 0xaU},         std::pair{0x180eU, 0x180eU},
      std::pair{0x1f300U, 0x1f5ffU}, std::pair{0x20000U, 0x20100U}, std::pair{0xfeffU, 0xfeffU},
  };
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    auto [first, last] = ranges[random() % ranges.size()];
    append_utf8(text, first + static_cast<std::uint32_t>(random() % (last - first + 1)));
    if (random() % 20 == 0) text += "'ll";
  }
  return text;
}

class Encodings : public testing::TestWithParam<std::pair<Encoding, const char*>> {};
INSTANTIATE_TEST_SUITE_P(, Encodings,
                         testing::Values(std::pair{Encoding::o200k_base, "o200k_base"},
                                         std::pair{Encoding::cl100k_base, "cl100k_base"}),
                         [](const auto& test) { return std::string(test.param.second); });

TEST_P(Encodings, AgreeWithThePublishedImplementation) {
  Scratch scratch;
  std::vector<std::string> texts;
  std::ofstream list(scratch / "list");
  auto add = [&](const fs::path& path, std::string text) {
    list << path.string() << '\n';
    texts.push_back(std::move(text));
  };
  for (const auto* part : {"src", "include", "tests/cases", "docs", "grammars/node_modules/tree-sitter-go"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(FROE_SOURCE_DIR) / part)) {
      if (!entry.is_regular_file() || entry.file_size() > 500'000) continue;
      auto text = read(entry.path());
      if (is_utf8(text)) add(entry.path(), std::move(text));
    }
  }
  std::mt19937 random(4);
  for (int i = 0; i < 100; ++i) {
    auto path = scratch / ("random" + std::to_string(i));
    auto text = random_text(random);
    std::ofstream(path, std::ios::binary) << text;
    add(path, std::move(text));
  }
  list.close();
  auto [encoding, name] = GetParam();
  auto expected = ask_reference(name, scratch / "list");
  ASSERT_GT(texts.size(), 400U);
  ASSERT_EQ(expected.size(), texts.size()) << "does `node` run " << FROE_REFERENCE << "?";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto tokens = tokenizer(encoding).encode(texts[i]);
    std::uint32_t folded = 0;
    for (auto token : tokens) folded = folded * 31 + token;
    EXPECT_EQ(std::pair(tokens.size(), folded), expected[i]) << texts[i].substr(0, 100);
  }
}

TEST_P(Encodings, PiecesAreTheTextAndTheirTokensTheCount) {
  const auto& counter = tokenizer(GetParam().first);
  std::mt19937 random(7);
  for (int i = 0; i < 50; ++i) {
    auto text = random_text(random);
    for (int j = 0; j < 30; ++j)
      text[random() % text.size()] = static_cast<char>(random());  // no UTF-8 any more
    std::uint32_t at = 0;
    std::uint32_t sum = 0;
    for (auto piece : counter.split(text)) {
      ASSERT_LT(at, piece.end);
      ASSERT_GT(piece.tokens, 0U);
      at = piece.end;
      sum += piece.tokens;
    }
    EXPECT_EQ(at, text.size());
    EXPECT_EQ(sum, counter.count(text));
    EXPECT_EQ(sum, counter.encode(text).size());
  }
}

TEST_P(Encodings, CountHardInput) {
  const auto& counter = tokenizer(GetParam().first);
  EXPECT_EQ(counter.count(""), 0U);
  EXPECT_EQ(counter.count(std::string(1, '\0')), 1U);
  EXPECT_EQ(counter.count(std::string(300'000, ' ')), 300'000U);  // no text: as its bytes
  EXPECT_LT(counter.encode(std::string(300'000, ' ')).size(), 10'000U);
  EXPECT_EQ(counter.count("\xff\xfe"), 2U);
  // Special only to a model.
  EXPECT_GT(counter.count("<|endoftext|>"), 1U);
}

TEST(Tokens, OfAKnownSentence) {
  EXPECT_EQ(tokenizer(Encoding::cl100k_base).encode("hello world"), (Tokens{15339, 1917}));
  EXPECT_EQ(tokenizer(Encoding::o200k_base).encode("hello world"), (Tokens{24912, 2375}));
}

}  // namespace
}  // namespace froe::tokens
