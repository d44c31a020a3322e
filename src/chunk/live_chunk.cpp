#include "chunk/live_chunk.hpp"

#include <algorithm>
#include <numeric>

#include "chunk/names.hpp"
#include "chunk/split_text.hpp"
#include "froe/digest.hpp"

namespace froe::chunk {
namespace {

LiveChunk describe(const CutFile& file, Span span) {
  auto is_module = [&](std::uint32_t index) { return file.outline.definitions[index].kind == Kind::module; };
  LiveChunk chunk;
  chunk.range = {file.atoms[span.first].range.begin, file.atoms[span.last - 1].range.end};
  chunk.enclosing = file.atoms[span.first].enclosing;
  chunk.language = file.atoms[span.first].language;
  std::uint32_t definition = no_definition;
  std::uint32_t alone = no_definition;
  std::uint32_t head = no_definition;  // the first, but for that of a module if a better one follows
  std::size_t definitions = 0;
  std::size_t imports = 0;
  std::size_t comments = 0;
  std::size_t texts = 0;
  for (auto i = span.first; i < span.last; ++i) {
    const auto& atom = file.atoms[i];
    chunk.enclosing = common_enclosing(file.outline, chunk.enclosing, atom.enclosing);
    if (chunk.head_of == no_definition) chunk.head_of = atom.head_of;
    if (chunk.language != atom.language) chunk.language = nullptr;
    if (head == no_definition || (atom.opens && is_module(head))) head = atom.head_of;
    if (atom.alone) alone = atom.definition;
    if (atom.role == AtomRole::definition && definition == no_definition) definition = atom.definition;
    definitions += atom.role == AtomRole::definition ? 1 : 0;
    imports += atom.role == AtomRole::import ? 1 : 0;
    comments += leads(atom) ? 1 : 0;
    texts += atom.role == AtomRole::text ? 1 : 0;
  }
  auto atoms = span.last - span.first;
  // What a definition that stands alone has taken in beside it is a scrap.
  auto rest = atoms - definitions - imports - comments;
  auto sorts = (definitions > 0 ? 1 : 0) + (imports > 0 ? 1 : 0) + (rest > 0 ? 1 : 0);
  chunk.composite = definitions > 1 || (sorts > 1 && alone == no_definition);
  auto take = [&](std::uint32_t index, bool partial) {
    chunk.definition = index;
    chunk.kind = file.outline.definitions[index].kind;
    chunk.partial = partial;
    chunk.enclosing = partial ? index : file.outline.definitions[index].parent;
  };
  if (alone != no_definition) {
    take(alone, false);
  } else if (head != no_definition) {
    take(head, true);
  } else if (definitions == 1 && definitions + comments == atoms) {
    take(definition, false);
  } else if (imports > 0 && imports + comments == atoms) {
    chunk.kind = Kind::import;
  } else if (comments == atoms) {
    chunk.kind = Kind::comment;
  } else if (chunk.enclosing != no_definition) {
    take(chunk.enclosing, true);
  } else {
    chunk.kind = texts == atoms ? Kind::text : Kind::code;
  }
  if (chunk.definition != no_definition) chunk.language = file.outline.definitions[chunk.definition].language;
  return chunk;
}

}  // namespace

Generator<LiveChunk> live_chunks(CutFile file) {
  for (auto span : cut(file.atoms, file.measure, file.options)) {
    auto whole = describe(file, span);
    if (file.measure.size(whole.range) <= file.options.max_size) {
      co_yield whole;
      continue;
    }
    // White space around a definition can count too, in bytes and lines; the budget holds all the same.
    auto budget = file.options.max_size;
    auto piece = whole;
    piece.partial = whole.definition != no_definition;
    piece.range.end = piece.range.begin;
    std::vector<ByteRange> lines;
    split_text(file.measure, whole.range, budget, [&](ByteRange line) { lines.push_back(line); });
    for (auto line : lines) {
      if (piece.range.size() > 0 && file.measure.size({piece.range.begin, line.end}) > budget) {
        co_yield piece;
        piece.head_of = no_definition;
        piece.range.begin = line.begin;
      }
      piece.range.end = line.end;
    }
    co_yield piece;
  }
}

Position Materialiser::advance(std::uint32_t offset) {
  ByteRange passed{offset_, offset};
  if (auto feeds = file_.measure.line_feeds(passed)) {
    position_.row += feeds;
    position_.column =
        offset - static_cast<std::uint32_t>(file_.measure.source().rfind('\n', offset - 1) + 1);
  } else {
    position_.column += passed.size();
  }
  offset_ = offset;
  return position_;
}

Chunk Materialiser::operator()(const LiveChunk& live) {
  auto source = file_.measure.source();
  Chunk chunk;
  chunk.ordinal = ordinal_++;
  chunk.range = live.range;
  chunk.begin = advance(live.range.begin);
  chunk.end = advance(live.range.end);
  chunk.kind = live.kind;
  chunk.partial = live.partial;
  chunk.composite = live.composite;
  auto outer = live.enclosing;
  if (live.definition != no_definition) {
    const auto& definition = file_.outline.definitions[live.definition];
    chunk.name = name_of(definition, source);
    chunk.signature = signature_of(definition, source);
    chunk.visibility = definition.visibility;
    chunk.nesting = definition.depth;
    chunk.doc = definition.doc;
    chunk.decorators = definition.decorators;
    chunk.scope = scope_of(file_.outline, live.definition, false, source);
  } else {
    chunk.scope = scope_of(file_.outline, outer, true, source);
    if (outer != no_definition) chunk.nesting = file_.outline.definitions[outer].depth + 1;
  }
  if (live.head_of != no_definition) {
    heads_[live.head_of] = chunk.ordinal;
    outer = file_.outline.definitions[live.head_of].parent;
  }
  while (outer != no_definition && heads_[outer] == none) outer = file_.outline.definitions[outer].parent;
  if (outer != no_definition) chunk.parent = heads_[outer];
  chunk.imports = uses_.in(chunk.range);
  auto language = live.language ? live.language->name : language_;
  if (language != language_) chunk.language = language;
  chunk.id = stable_id(language, chunk.scope, chunk.kind, chunk.name, file_.measure.text(chunk.range));
  return chunk;
}

namespace {

// Indices of the definitions by where they begin. That is their own order, but for definitions inside a
// decorator of another one; a parent still precedes its children.
std::vector<std::uint32_t> by_begin(const Outline& outline) {
  std::vector<std::uint32_t> order(outline.definitions.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return outline.definitions[a].range.begin < outline.definitions[b].range.begin;
  });
  return order;
}

}  // namespace

std::vector<Symbol> materialise(const Outline& outline, std::string_view source) {
  // Definitions without a name hold others together but are nobody's entry in an outline.
  std::vector<std::uint32_t> symbol_of(outline.definitions.size(), no_definition);
  std::vector<Symbol> symbols;
  for (auto i : by_begin(outline)) {
    const auto& definition = outline.definitions[i];
    // Of the nearest definition around it that has a name.
    auto parent = definition.parent == no_definition ? no_definition : symbol_of[definition.parent];
    Symbol symbol;
    if (!definition.quoted) symbol.name = name_of(definition, source);
    if (symbol.name.empty()) {
      symbol_of[i] = parent;
      continue;
    }
    if (parent != no_definition) symbol.parent = parent;
    symbol.kind = definition.kind;
    symbol.visibility = definition.visibility;
    symbol.doc = definition.doc;
    symbol.range = definition.range;
    symbol.name_range = *definition.name;
    symbol.begin = definition.begin;
    symbol.end = definition.end;
    symbol_of[i] = static_cast<std::uint32_t>(symbols.size());
    symbols.push_back(std::move(symbol));
  }
  return symbols;
}

std::vector<Import> materialise(const std::vector<Imported>& imports) {
  std::vector<Import> plain;
  plain.reserve(imports.size());
  for (const auto& import : imports) plain.push_back({import.name, import.statement});
  return plain;
}

}  // namespace froe::chunk
