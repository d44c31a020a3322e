// The names that a file imports, and which of them a piece of it uses.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chunk/outline.hpp"
#include "chunk/words.hpp"
#include "froe/record.hpp"
#include "froe/syntax.hpp"

namespace froe::chunk {

// Adds the names that the statement brings in. What has a body (a function that is assigned beside a
// `require`) is not searched.
void add_imported(std::vector<Imported>& imports, const syntax::Grammar& grammar, syntax::Node statement,
                  ByteRange scope, std::string_view source);

// Finds words that are imported names in force where they stand; of several imports of one name, the
// innermost, or else the last. What import statements say themselves does not count.
class ImportUses {
 public:
  // Both must outlive this.
  ImportUses(const std::vector<Imported>& imports, std::string_view source);

  // Indices of the imports that the range uses, ascending. Ranges must ascend from call to call.
  [[nodiscard]] std::vector<std::uint32_t> in(ByteRange range);

 private:
  void search(ByteRange range, std::vector<std::uint32_t>& found);
  void use(std::string_view word, std::uint32_t at, std::vector<std::uint32_t>& found);

  const std::vector<Imported>& imports_;
  std::string_view source_;
  Words words_;                          // of the source, if there are imports
  std::vector<std::uint32_t> by_scope_;  // indices, in order of where their scopes begin
  std::size_t next_scope_ = 0;
  std::size_t next_statement_ = 0;
  // Imports in force, by name: those of inner scopes, which end first, behind those of outer ones.
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> in_force_;
  std::array<std::uint32_t, 256>
      lengths_{};  // by the first byte of a name: a bit for each length, the last for all above
  std::vector<std::uint32_t> used_in_;  // by import: number of the range that was last found to use it
  std::uint32_t range_ = 0;
};

}  // namespace froe::chunk
