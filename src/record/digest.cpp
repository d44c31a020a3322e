#include "froe/digest.hpp"

#include <openssl/evp.h>
#include <xxhash.h>

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>

namespace froe {
namespace {

// One digest in progress. Fetching an algorithm takes longer than hashing a small file, so each thread keeps
// its context; a context that has been initialised once is started again without a fetch.
class Digest {
 public:
  explicit Digest(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new()) {
    require(context_ && EVP_DigestInit_ex(context_.get(), algorithm, nullptr) == 1);
  }
  void start() { require(EVP_DigestInit_ex(context_.get(), nullptr, nullptr) == 1); }
  void add(std::string_view bytes) {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }
  template <std::size_t N>
  std::array<std::uint8_t, N> finish() {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> whole{};
    require(EVP_DigestFinal_ex(context_.get(), whole.data(), nullptr) == 1);
    std::array<std::uint8_t, N> head{};
    std::copy_n(whole.begin(), N, head.begin());
    return head;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  static void require(bool ok) {
    if (!ok) throw std::runtime_error("libcrypto refused to hash: is SHA-1 disabled on this system?");
  }
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

// A hash in progress; each thread keeps its state.
class FastHash {
 public:
  FastHash() : state_(XXH3_createState()) {
    if (!state_) throw std::bad_alloc();
  }
  void start() { XXH3_128bits_reset(state_.get()); }
  void add(std::string_view bytes) {
    // The length first, so that the same bytes divided otherwise are something else.
    std::array<char, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<char>(bytes.size() >> (8 * i));
    XXH3_128bits_update(state_.get(), length.data(), length.size());
    XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
  }
  StableId finish() {
    XXH128_canonical_t canonical{};
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
    StableId id{};
    std::copy_n(canonical.digest, id.size(), id.begin());
    return id;
  }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

}  // namespace

BlobId blob_id(std::string_view bytes) {
  thread_local Digest digest(EVP_sha1());
  digest.start();
  digest.add("blob " + std::to_string(bytes.size()) + '\0');
  digest.add(bytes);
  return digest.finish<20>();
}

StableId stable_id(std::string_view language, std::string_view scope, Kind kind, std::string_view name,
                   std::string_view content) {
  constexpr std::string_view white = " \t\n\v\f\r";
  content = content.substr(0, content.find_last_not_of(white) + 1);  // npos + 1 is 0
  auto line = content.rfind('\n', std::min(content.find_first_not_of(white), content.size()));
  if (line != std::string_view::npos) content.remove_prefix(line + 1);
  thread_local FastHash hash;
  hash.start();
  for (auto part : {language, scope, to_string(kind), name, content}) hash.add(part);
  return hash.finish();
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (auto byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string to_hex(std::string_view bytes) {
  return to_hex(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

bool from_hex(std::string_view text, std::span<std::uint8_t> bytes) {
  if (text.size() != bytes.size() * 2) return false;
  auto value = [](char digit) -> int {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    int high = value(text[2 * i]);
    int low = value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

}  // namespace froe
