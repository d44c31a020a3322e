// Where the lines of a text begin.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace froe::check {

// Lines count from 1. The text must outlive it.
class Lines {
 public:
  explicit Lines(std::string_view content) : content_(content), begins_{0} {
    for (auto at = content.find('\n'); at != std::string_view::npos; at = content.find('\n', at + 1)) {
      begins_.push_back(static_cast<std::uint32_t>(at + 1));
    }
    if (begins_.size() > 1 && begins_.back() == content.size()) begins_.pop_back();
  }

  [[nodiscard]] std::string_view content() const { return content_; }
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(begins_.size()); }
  [[nodiscard]] std::uint32_t begin(std::uint32_t line) const { return begins_[line - 1]; }
  [[nodiscard]] std::uint32_t line_of(std::uint32_t offset) const {
    return static_cast<std::uint32_t>(std::ranges::upper_bound(begins_, offset) - begins_.begin());
  }
  // Without its line break.
  [[nodiscard]] std::string_view text(std::uint32_t line) const {
    auto end = line < begins_.size() ? begins_[line] : content_.size();
    auto text = content_.substr(begins_[line - 1], end - begins_[line - 1]);
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    return text;
  }

 private:
  std::string_view content_;
  std::vector<std::uint32_t> begins_;
};

}  // namespace froe::check
