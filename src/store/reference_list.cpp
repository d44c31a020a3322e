#include "store/reference_list.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "froe/digest.hpp"
#include "froe/varint.hpp"

namespace froe::store {
namespace {

constexpr unsigned length_shift = 3;
constexpr unsigned kind_shift = 1;
constexpr std::uint64_t kind_mask = 3;
constexpr std::uint64_t other_symbol = 1;
static_assert(all_reference_kinds.size() == kind_mask + 1);

std::size_t column_of(ReferenceKind kind) {
  return static_cast<std::size_t>(kind);
}

}  // namespace

std::string to_list(const std::vector<Reference>& references) {
  std::string list;
  std::uint32_t end = 0;
  std::optional<std::uint32_t> symbol;
  for (const Reference& reference : references) {
    const bool is_other = reference.symbol != symbol;
    append_varint(list, reference.range.begin - end);
    append_varint(list, std::uint64_t{reference.range.size()} << length_shift |
                            static_cast<std::uint64_t>(reference.kind) << kind_shift |
                            (is_other ? other_symbol : 0));
    if (is_other) append_varint(list, reference.symbol ? std::uint64_t{*reference.symbol} + 1 : 0);
    end = reference.range.end;
    symbol = reference.symbol;
  }
  return list;
}

bool ReferenceListReader::next(ListedReference& reference) {
  if (broken_ || list_.empty()) return false;
  broken_ = !read(reference);
  return !broken_;
}

bool ReferenceListReader::read(ListedReference& reference) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  const auto gap = take_varint(list_);
  const auto rest = take_varint(list_);
  if (!gap || !rest) return false;
  const auto begin = end_ + *gap;
  const auto length = *rest >> length_shift;
  end_ = begin + length;
  if (length == 0 || length > longest_reference || end_ > most) return false;
  if ((*rest & other_symbol) != 0) {
    const auto symbol = take_varint(list_);
    if (!symbol || *symbol > most) return false;
    symbol_.reset();
    if (*symbol > 0) symbol_ = static_cast<std::uint32_t>(*symbol - 1);
  }
  reference = {all_reference_kinds.at((*rest >> kind_shift) & kind_mask),
               {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end_)},
               symbol_};
  return true;
}

void derive_terms(const std::vector<Reference>& references, std::string_view text, ReferenceTerms& terms) {
  for (auto& each : terms) each.clear();
  std::vector<std::pair<ReferenceKind, std::string_view>> names;
  names.reserve(references.size());
  for (const auto& [kind, name, range, begin, symbol] : references)
    names.emplace_back(kind, text.substr(range.begin, range.size()));
  std::ranges::sort(names);
  const auto again = std::ranges::unique(names);
  names.erase(again.begin(), again.end());
  for (const auto& [kind, name] : names) terms.at(column_of(kind)).append(to_hex(name)).push_back(' ');
}

std::string match_expression(std::string_view name, std::optional<ReferenceKind> kind) {
  return (kind ? std::string(to_string(*kind)) + ':' : std::string()) + to_hex(name);
}

}  // namespace froe::store
