#include "froe/record.hpp"

namespace froe {
namespace {

struct KindName {
  Kind kind;
  std::string_view name;
};

constexpr std::array kind_names{
    KindName{Kind::text, "text"},
    KindName{Kind::code, "code"},
    KindName{Kind::comment, "comment"},
    KindName{Kind::import, "import"},
    KindName{Kind::module, "module"},
    KindName{Kind::class_, "class"},
    KindName{Kind::struct_, "struct"},
    KindName{Kind::union_, "union"},
    KindName{Kind::enum_, "enum"},
    KindName{Kind::interface, "interface"},
    KindName{Kind::trait, "trait"},
    KindName{Kind::impl, "impl"},
    KindName{Kind::function, "function"},
    KindName{Kind::method, "method"},
    KindName{Kind::constructor, "constructor"},
    KindName{Kind::macro, "macro"},
    KindName{Kind::type, "type"},
    KindName{Kind::constant, "constant"},
    KindName{Kind::variable, "variable"},
    KindName{Kind::field, "field"},
    KindName{Kind::enumerator, "enumerator"},
    KindName{Kind::property, "property"},
};
static_assert(kind_names.size() == all_kinds.size());

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::parsed: return "parsed";
    case Outcome::parsed_with_errors: return "parsed_with_errors";
    case Outcome::text: return "text";
    case Outcome::oversized: return "oversized";
    case Outcome::timed_out: return "timed_out";
    case Outcome::memory_limit: return "memory_limit";
    case Outcome::crashed: return "crashed";
    case Outcome::aborted: return "aborted";
    case Outcome::killed: return "killed";
    case Outcome::sandbox_violation: return "sandbox_violation";
    case Outcome::protocol_error: return "protocol_error";
    case Outcome::binary: return "binary";
    case Outcome::unsupported_encoding: return "unsupported_encoding";
    case Outcome::too_large: return "too_large";
    case Outcome::unreadable: return "unreadable";
    case Outcome::vanished: return "vanished";
    case Outcome::unstable: return "unstable";
    case Outcome::not_regular: return "not_regular";
  }
  return "unknown";
}

bool is_indexed(Outcome outcome) {
  return outcome <= Outcome::protocol_error;
}

bool lost_tree(Outcome outcome) {
  return outcome >= Outcome::timed_out && outcome <= Outcome::protocol_error;
}

std::string_view to_string(Mark mark) {
  switch (mark) {
    case Mark::minified: return "minified";
    case Mark::generated: return "generated";
    case Mark::vendored: return "vendored";
  }
  return "unknown";
}

std::optional<Mark> mark_from_string(std::string_view name) {
  for (auto mark : all_marks) {
    if (to_string(mark) == name) return mark;
  }
  return std::nullopt;
}

std::string_view to_string(Kind kind) {
  for (const auto& entry : kind_names) {
    if (entry.kind == kind) return entry.name;
  }
  return "unknown";
}

bool is_callable(Kind kind) {
  return kind == Kind::function || kind == Kind::method || kind == Kind::constructor;
}

bool has_members(Kind kind) {
  switch (kind) {
    case Kind::class_:
    case Kind::struct_:
    case Kind::union_:
    case Kind::enum_:
    case Kind::interface:
    case Kind::trait:
    case Kind::impl: return true;
    default: return false;
  }
}

std::optional<Kind> kind_from_string(std::string_view name) {
  for (const auto& entry : kind_names) {
    if (entry.name == name) return entry.kind;
  }
  return std::nullopt;
}

std::string_view to_string(Visibility visibility) {
  switch (visibility) {
    case Visibility::unknown: return "unknown";
    case Visibility::public_: return "public";
    case Visibility::protected_: return "protected";
    case Visibility::internal: return "internal";
    case Visibility::private_: return "private";
  }
  return "unknown";
}

std::optional<Visibility> visibility_from_string(std::string_view name) {
  for (auto visibility : all_visibilities) {
    if (to_string(visibility) == name) return visibility;
  }
  return std::nullopt;
}

std::string_view to_string(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::call: return "call";
    case ReferenceKind::type: return "type";
    case ReferenceKind::import: return "import";
    case ReferenceKind::other: return "other";
  }
  return "other";
}

std::optional<ReferenceKind> reference_kind_from_string(std::string_view name) {
  for (auto kind : all_reference_kinds) {
    if (to_string(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string_view to_string(SizeUnit unit) {
  switch (unit) {
    case SizeUnit::nonspace: return "nonspace";
    case SizeUnit::bytes: return "bytes";
    case SizeUnit::lines: return "lines";
    case SizeUnit::o200k_base: return "o200k_base";
    case SizeUnit::cl100k_base: return "cl100k_base";
  }
  return "unknown";
}

std::optional<SizeUnit> size_unit_from_string(std::string_view name) {
  for (auto unit : all_size_units) {
    if (to_string(unit) == name) return unit;
  }
  return std::nullopt;
}

}  // namespace froe
