// Comments and strings that document, without their marks.
#pragma once

#include <string>
#include <string_view>

namespace froe::report {

// What a documenting comment, a run of them or a string says: no marks of comments, no quotes, no indentation
// that all lines share, no empty lines around. Lines end with LF.
[[nodiscard]] std::string plain_documentation(std::string_view text);

// The first sentence of what `plain_documentation` gave, on one line; no more than its first paragraph.
[[nodiscard]] std::string summary(std::string_view documentation);

}  // namespace froe::report
