#include <boost/crc.hpp>
#include <cstring>

#include "froe/wire.hpp"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace froe::wire {
namespace {

std::uint32_t portable_crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

#if defined(__x86_64__)
// Several gigabytes per second, where the table of boost::crc reaches a few hundred megabytes.
__attribute__((target("sse4.2"))) std::uint32_t hardware_crc32c(std::string_view bytes) {
  std::uint64_t crc = 0xFFFFFFFF;
  for (; bytes.size() >= sizeof(std::uint64_t); bytes.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    crc = _mm_crc32_u64(crc, word);
  }
  auto narrow = static_cast<std::uint32_t>(crc);
  for (char byte : bytes) narrow = _mm_crc32_u8(narrow, static_cast<unsigned char>(byte));
  return ~narrow;
}
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return hardware_crc32c(bytes);
#endif
  return portable_crc32c(bytes);
}

}  // namespace froe::wire
