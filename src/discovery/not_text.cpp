#include <algorithm>
#include <string_view>

#include "froe/discovery.hpp"
#include "froe/json.hpp"

namespace froe::discovery {
namespace {

constexpr std::size_t head_size = 8000;     // what git looks at, too
constexpr std::size_t binary_nul_run = 64;  // the padding of a tar header, a section table, a page
constexpr std::size_t signature_size =
    16;  // Python's .pyc may go on with thousands of bytes of documentation
constexpr std::ptrdiff_t signature_nuls = 3;
constexpr std::size_t percent_with_nul = 10;
constexpr std::size_t percent_without_nul = 30;
constexpr std::size_t percent_control = 3;  // random bytes have 10 %; the legacy encodings have none

using Byte = unsigned char;

constexpr bool is_control(char byte) {
  const auto value = static_cast<Byte>(byte);
  return (value < 0x20 && static_cast<Byte>(value - '\b') > '\r' - '\b' && value != 0x1b) || value == 0x7f;
}

constexpr bool is_plain(char byte) {
  return static_cast<Byte>(byte) < 0x7f && !is_control(byte);
}

// May say no to an escape character. Without branches and in blocks of a fixed size, so that the compiler
// uses vectors: nearly all text is without controls, and this is all that it costs.
constexpr std::size_t block_size = 64;
bool has_no_control(const char* block) {
  Byte odd = 0;
  for (std::size_t i = 0; i < block_size; ++i) {
    const auto value = static_cast<Byte>(block[i]);
    const auto from_backspace = static_cast<Byte>(value - '\b');
    odd |= static_cast<Byte>((from_backspace > '\r' - '\b') & ((value < ' ') | (value == 0x7f)));
  }
  return odd == 0;
}

struct Controls {
  std::size_t all = 0;  // NUL included
  std::size_t nul = 0;
  std::size_t nul_run = 0;  // longest
};

Controls count_controls(std::string_view bytes) {
  Controls counts;
  std::size_t run = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    if (i + block_size <= bytes.size() && has_no_control(bytes.data() + i)) {
      i += block_size;
      run = 0;
      continue;
    }
    for (const std::size_t end = std::min(i + block_size, bytes.size()); i < end; ++i) {
      run = bytes[i] == 0 ? run + 1 : 0;
      counts.nul_run = std::max(counts.nul_run, run);
      counts.nul += bytes[i] == 0 ? 1 : 0;
      counts.all += is_control(bytes[i]) ? 1 : 0;
    }
  }
  return counts;
}

// Bytes before `size` that begin no character of UTF-8, the last of which may end behind it.
std::size_t count_invalid(std::string_view bytes, std::size_t size) {
  std::size_t invalid = 0;
  for (std::size_t i = 0; i < size;) {
    const std::size_t length = utf8_sequence(bytes, i);
    invalid += length == 0 ? 1 : 0;
    i += std::max<std::size_t>(length, 1);
  }
  return invalid;
}

// Whether two thirds of the units of `width` bytes are ASCII with NULs around it.
bool is_wide_ascii(std::string_view head, std::size_t width, bool big_endian) {
  const std::size_t units = head.size() / width;
  std::size_t ascii = 0;
  for (std::size_t unit = 0; unit < units; ++unit) {
    const std::string_view bytes = head.substr(unit * width, width);
    const char value = big_endian ? bytes.back() : bytes.front();
    const std::string_view rest = big_endian ? bytes.substr(0, width - 1) : bytes.substr(1);
    const bool alone = rest.find_first_not_of('\0') == std::string_view::npos;
    ascii += alone && is_plain(value) ? 1 : 0;
  }
  return units >= 2 && ascii * 3 >= units * 2;
}

bool is_wide(std::string_view head, std::size_t nul) {
  // Two thirds of the units have one NUL at the least; the last one may be half there.
  if (3 * nul + 1 < head.size()) return false;
  for (const std::size_t width : {2U, 4U}) {
    if (is_wide_ascii(head, width, false) || is_wide_ascii(head, width, true)) return true;
  }
  return false;
}

bool has_binary_signature(std::string_view head) {
  // Both may go on in what looks like text for long: PDF in ASCII, a library in a table of symbol names.
  return head.starts_with("%PDF-") || head.starts_with("!<arch>\n") ||
         std::ranges::count(head.substr(0, signature_size), '\0') >= signature_nuls;
}

bool has_wide_mark(std::string_view bytes) {
  using namespace std::string_view_literals;
  return bytes.starts_with("\xFF\xFE"sv) ||
         bytes.starts_with("\xFE\xFF"sv) ||  // the first is UTF-32LE's, too
         bytes.starts_with("\0\0\xFE\xFF"sv);
}

}  // namespace

std::optional<Outcome> not_text(std::string_view bytes) {
  if (has_wide_mark(bytes)) return Outcome::unsupported_encoding;
  const std::string_view head = bytes.substr(0, head_size);
  const Controls controls = count_controls(head);
  if (controls.nul > 0 && is_wide(head, controls.nul)) return Outcome::unsupported_encoding;
  if (has_binary_signature(head)) return Outcome::binary;
  if (controls.nul_run >= binary_nul_run) return Outcome::binary;
  // Without many controls it is text, in whatever encoding.
  if (controls.nul == 0 && 100 * controls.all <= percent_control * head.size()) return std::nullopt;
  const std::size_t most = controls.nul > 0 ? percent_with_nul : percent_without_nul;
  const std::size_t odd = controls.all + count_invalid(bytes, head.size());
  if (100 * odd > most * head.size()) return Outcome::binary;
  return std::nullopt;
}

}  // namespace froe::discovery
