#include <array>

#include "froe/language.hpp"

namespace froe::language {
namespace {

constexpr std::array all_file_kinds{FileKind::code, FileKind::config, FileKind::data, FileKind::docs,
                                    FileKind::other};

}  // namespace

std::string_view to_string(FileKind kind) {
  switch (kind) {
    case FileKind::code: return "code";
    case FileKind::config: return "config";
    case FileKind::data: return "data";
    case FileKind::docs: return "docs";
    case FileKind::other: return "other";
  }
  return {};
}

std::optional<FileKind> file_kind_from_string(std::string_view name) {
  for (auto kind : all_file_kinds) {
    if (to_string(kind) == name) return kind;
  }
  return std::nullopt;
}

}  // namespace froe::language
