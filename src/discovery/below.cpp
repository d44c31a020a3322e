#include "froe/discovery.hpp"

namespace froe::discovery {

std::string below(const std::filesystem::path& root, const std::filesystem::path& path) {
  auto relative = std::filesystem::weakly_canonical(std::filesystem::absolute(path)).lexically_relative(root);
  bool is_below = !relative.empty() && relative != "." && *relative.begin() != "..";
  return is_below ? relative.string() : std::string();
}

}  // namespace froe::discovery
