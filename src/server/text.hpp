// A text that is being edited, and positions in it as LSP counts them: lines end at "\n", "\r\n" or "\r", and
// columns are bytes or units of UTF-16. Knows nothing of documents, languages or JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/record.hpp"

namespace froe::server {

enum class PositionEncoding : std::uint8_t { utf8, utf16 };
[[nodiscard]] std::string_view to_string(PositionEncoding encoding);

struct LspPosition {
  std::uint32_t line = 0;
  std::uint32_t character = 0;
  friend bool operator==(const LspPosition&, const LspPosition&) = default;
};
struct LspRange {
  LspPosition begin;
  LspPosition end;
};

// Where lines begin in a text that somebody else keeps.
class Lines {
 public:
  Lines() : starts_{0} {}
  explicit Lines(std::string_view text);

  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(starts_.size()); }
  // Of a text of which these are the lines. An offset behind the end means the end.
  [[nodiscard]] LspPosition position(std::string_view text, std::uint32_t offset,
                                     PositionEncoding encoding) const;
  [[nodiscard]] LspRange range(std::string_view text, ByteRange range, PositionEncoding encoding) const;
  // A column behind the end of its line means the end of the line, as LSP has it. Nothing: there is no such
  // line, or the column is in the middle of a character.
  [[nodiscard]] std::optional<std::uint32_t> offset(std::string_view text, LspPosition position,
                                                    PositionEncoding encoding) const;
  // [begin, end) of the old text became `inserted`; `after` is the new text.
  void replace(ByteRange range, std::string_view inserted, std::string_view after);

 private:
  // Where a line ends, without its break.
  [[nodiscard]] std::uint32_t end_of_line(std::string_view text, std::uint32_t line) const;
  std::vector<std::uint32_t> starts_;
};

}  // namespace froe::server
