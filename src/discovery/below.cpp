#include "froe/discovery.hpp"

namespace froe::discovery {

std::string below(const std::filesystem::path& root, const std::filesystem::path& path, LastLink last) {
  const auto absolute = std::filesystem::absolute(path);
  const auto real = last == LastLink::resolve
                        ? std::filesystem::weakly_canonical(absolute)
                        : std::filesystem::weakly_canonical(absolute.parent_path()) / absolute.filename();
  auto relative = real.lexically_relative(root);
  bool is_below = !relative.empty() && relative != "." && *relative.begin() != "..";
  return is_below ? relative.string() : std::string();
}

}  // namespace froe::discovery
