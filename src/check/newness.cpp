#include "check/newness.hpp"

#include <algorithm>
#include <vector>

namespace froe::check {
namespace {

bool meets(ByteRange a, ByteRange b) {
  return a.begin < b.end && b.begin < a.end;
}
bool holds(ByteRange around, ByteRange inside) {
  return around.begin <= inside.begin && inside.end <= around.end;
}

}  // namespace

Newness::Newness(const Touched* touched, std::string_view path, std::span<const Symbol> symbols)
    : all_(touched == nullptr), symbols_(symbols) {
  for (auto slash = path.find('/'); !all_ && slash != std::string_view::npos;
       slash = path.find('/', slash + 1))
    all_ = touched->directories.contains(path.substr(0, slash));
  if (all_) return;
  auto found = touched->files.find(path);
  if (found == touched->files.end()) return;
  touched_ = &found->second;
  all_ = touched_->entire;
}

bool Newness::definition(ByteRange range) const {
  if (all_) return true;
  return touched_ != nullptr &&
         std::ranges::any_of(touched_->symbols, [&](ByteRange each) { return holds(range, each); });
}

bool Newness::piece(ByteRange range) const {
  if (all_) return true;
  if (touched_ == nullptr) return false;
  auto meets_it = [&](ByteRange each) { return meets(each, range); };
  // A chunk may have changed because something beside it did; what stands in it still, in a definition that
  // did not change, is not new.
  if (std::ranges::none_of(touched_->chunks, meets_it)) return false;
  const Symbol* innermost = nullptr;
  for (const auto& symbol : symbols_) {
    bool closer = holds(symbol.range, range) &&
                  (innermost == nullptr || symbol.range.size() <= innermost->range.size());
    if (closer) innermost = &symbol;
  }
  if (innermost == nullptr) return true;
  return std::ranges::any_of(touched_->symbols, [&](ByteRange each) {
    return each == innermost->range || (holds(innermost->range, each) && meets(each, range));
  });
}

bool Newness::growth(std::uint64_t limit) const {
  if (all_) return true;
  return touched_ != nullptr && touched_->lines_before.value_or(0) <= limit;
}

}  // namespace froe::check
