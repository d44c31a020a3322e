// URIs as editors and agents write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace froe::server {

// Everything but letters, digits and "-._~/" as %XX; the bytes of a path need not be UTF-8.
[[nodiscard]] std::string percent_encoded(std::string_view text);
// Nothing: a % that two digits do not follow, or a NUL.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

[[nodiscard]] std::string file_uri(std::string_view absolute_path);
// The path of a file: URI on this machine; nothing if it is none.
[[nodiscard]] std::optional<std::string> path_of_uri(std::string_view uri);

}  // namespace froe::server
