// Whether what a finding is about is new.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "froe/check.hpp"

namespace froe::check {

class Newness {
 public:
  // `touched` null: everything is new. It must outlive this, and so must the symbols of the file.
  Newness(const Touched* touched, std::string_view path, std::span<const Symbol> symbols);

  // A definition, with all that is defined inside of it.
  [[nodiscard]] bool definition(ByteRange range) const;
  // A piece of the file.
  [[nodiscard]] bool piece(ByteRange range) const;
  // The file as a whole: it differs, and there was none of the name.
  [[nodiscard]] bool file() const { return all_ || touched_ != nullptr; }
  // Larger than a limit which it was not larger than.
  [[nodiscard]] bool growth(std::uint64_t limit) const;

 private:
  bool all_ = false;
  const Touched::InFile* touched_ = nullptr;
  std::span<const Symbol> symbols_;
};

}  // namespace froe::check
