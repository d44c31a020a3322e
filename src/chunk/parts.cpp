#include "chunk/parts.hpp"

#include <algorithm>

#include "chunk/measure.hpp"

namespace froe::chunk {

std::vector<syntax::Extent> parts_of(syntax::Node content, std::string_view source) {
  auto text = content.text(source);
  auto first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  // The indentation of the first line may say something.
  if (auto line = text.rfind('\n', first); line != std::string_view::npos && line < first) first = line + 1;
  auto from = content.range().begin + static_cast<std::uint32_t>(first);
  std::vector<syntax::Extent> parts;
  Position position = behind(content.begin(), text.substr(0, first));
  auto add = [&](std::uint32_t end, Position end_position) {
    if (from < end) parts.push_back({{from, end}, position, end_position});
  };
  syntax::Cursor cursor(content);
  for (bool more = cursor.to_first_child(); more; more = cursor.to_next_sibling()) {
    auto hole = cursor.node();
    bool empty = hole.range().size() == 0 || hole.range().end <= from;
    if (empty || !hole.is_named()) continue;
    add(hole.range().begin, hole.begin());
    from = hole.range().end;
    position = hole.end();
  }
  add(content.range().end, content.end());
  bool is_blank = std::all_of(parts.begin(), parts.end(), [&](const syntax::Extent& part) {
    auto piece = source.substr(part.range.begin, part.range.size());
    return std::all_of(piece.begin(), piece.end(), is_space);
  });
  return is_blank ? std::vector<syntax::Extent>() : parts;
}

}  // namespace froe::chunk
