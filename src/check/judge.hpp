// What each rule says of one file.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/lines.hpp"
#include "check/newness.hpp"
#include "check/suppressions.hpp"
#include "froe/check.hpp"

namespace froe::check {

// A finding that has no fingerprint yet.
struct Candidate {
  Finding finding;
  std::uint32_t file = 0;
  std::string key;  // tells it from others of its rule, path and symbol, wherever it stands
};

// All rules but those that need the other files. `number` is the file's.
void judge(const File& file, const Lines& lines, std::uint32_t number, const Settings& settings,
           const Newness& newness, std::vector<Candidate>& found);
// Whether there is something wrong with it; after all else was found.
void judge(const Suppression& suppression, const std::string& path, const Lines& lines, std::uint32_t number,
           const Settings& settings, const Newness& newness, std::vector<Candidate>& found);

// The innermost function or other definition around a piece; nullptr: none.
[[nodiscard]] const Symbol* symbol_around(std::span<const Symbol> symbols, ByteRange range);
// "Shelf.put": the names of the definitions around, and its own.
[[nodiscard]] std::string qualified_name(std::span<const Symbol> symbols, const Symbol& symbol);
// Of a piece, by its first line.
[[nodiscard]] Location locate(std::string_view path, const Lines& lines, ByteRange range);

}  // namespace froe::check
