// pack_ranks ENCODER.json OUTPUT
// Packs the published ranks of an encoding: for each token, in order of rank and without a gap, its length in
// one byte and its bytes. Runs while froe is built.
#include <boost/json.hpp>
#include <charconv>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

std::uint32_t digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  throw std::runtime_error(std::string("no digit of base 64: ") + c);
}

std::string from_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    if (c == '=') break;
    bits = bits << 6U | digit_of(c);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xffU);
  }
  return bytes;
}

// Lines of "! FIRST_RANK TOKEN TOKEN …", tokens in base 64.
std::string pack(const std::string& lines) {
  std::string packed;
  std::uint64_t rank = 0;
  std::istringstream words(lines);
  for (std::string word; words >> word;) {
    if (word == "!") {
      std::uint64_t first = 0;
      if (!(words >> first) || first != rank)
        throw std::runtime_error("ranks are missing before " + std::to_string(first));
      continue;
    }
    auto token = from_base64(word);
    if (token.empty() || token.size() > 0xff)
      throw std::runtime_error("a token of " + std::to_string(token.size()) + " bytes");
    packed += static_cast<char>(token.size());
    packed += token;
    ++rank;
  }
  if (rank < 256) throw std::runtime_error("there are only " + std::to_string(rank) + " ranks");
  return packed;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: pack_ranks ENCODER.json OUTPUT\n";
    return 2;
  }
  try {
    std::ifstream in(argv[1], std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) throw std::runtime_error("cannot be read");
    auto packed = pack(std::string(boost::json::parse(text).at("bpe_ranks").as_string()));
    std::ofstream out(argv[2], std::ios::binary);
    out << packed;
    out.close();
    if (!out) throw std::runtime_error(std::string("cannot write ") + argv[2]);
  } catch (const std::exception& error) {
    std::cerr << argv[1] << ": " << error.what() << '\n';
    return 1;
  }
  return 0;
}
