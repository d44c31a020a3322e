// Writes the registry as C++.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "generate/description.hpp"

namespace froe::language::generate {

// What a grammar's package.json says of it.
struct PackageInfo {
  std::string version;
  std::string license;
};
[[nodiscard]] PackageInfo read_package(const std::filesystem::path& folder);

struct Entry {
  Description description;
  PackageInfo package;
};

// Entries in order of name.
void emit(std::ostream& out, const std::vector<Entry>& entries);

}  // namespace froe::language::generate
