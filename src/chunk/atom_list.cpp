#include "chunk/atom_list.hpp"

#include <algorithm>

namespace froe::chunk {
namespace {

bool is_punctuation(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    bool word = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                (byte >= 'A' && byte <= 'Z') || byte == '_' || byte >= 0x80;
    return !word;
  });
}

}  // namespace

void AtomList::add(Atom atom) {
  if (atoms_.empty()) {
    atoms_.push_back(atom);
    return;
  }
  Atom& last = atoms_.back();
  auto gap = measure_.text({last.range.end, std::max(last.range.end, atom.range.begin)});
  bool ends_line = measure_.source()[last.range.end - 1] == '\n';
  auto breaks = static_cast<std::size_t>(std::count(gap.begin(), gap.end(), '\n')) + (ends_line ? 1U : 0U);
  atom.starts_line = breaks > 0;
  atom.after_blank = breaks > 1;
  if (joins(last, atom)) {
    join(last, atom);
  } else {
    atoms_.push_back(atom);
  }
}

bool AtomList::breaks_line(ByteRange range) const {
  if (atoms_.empty()) return false;
  const auto& last = atoms_.back().range;
  bool same_line = measure_.source()[last.end - 1] != '\n' &&
                   measure_.line_feeds({last.end, std::max(last.end, range.begin)}) == 0;
  return same_line && measure_.size({last.begin, range.end}) > budget_;
}

bool AtomList::joins(const Atom& last, const Atom& next) const {
  return !next.alone && belongs(last, next) && measure_.size({last.range.begin, next.range.end}) <= budget_;
}

bool AtomList::belongs(const Atom& last, const Atom& next) const {
  // A brace, a semicolon or an `end` says nothing on its own, unless it begins a definition.
  if (next.closes) return true;
  if (next.head_of == no_definition && is_punctuation(measure_.text(next.range)) &&
      next.role != AtomRole::comment)
    return true;
  if (next.starts_line) return false;
  return !last.alone || next.role == AtomRole::comment;
}

void AtomList::join(Atom& last, const Atom& next) const {
  last.range.end = next.range.end;
  if (last.alone) return;
  if (last.definition == no_definition) last.definition = next.definition;
  if (last.head_of == no_definition) last.head_of = next.head_of;
  last.opens = last.opens || next.opens;
  if (last.role != next.role && next.role != AtomRole::comment) {
    last.role = last.definition == no_definition ? AtomRole::code : AtomRole::definition;
  }
  if (outline_) last.enclosing = common_enclosing(*outline_, last.enclosing, next.enclosing);
}

}  // namespace froe::chunk
