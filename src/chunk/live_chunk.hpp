// A chunk while the syntax tree that it was cut along is still alive, the lazy sequence of a file's chunks,
// and the step that makes one a plain record. Live chunks stay inside the function that parsed the file.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "chunk/atoms.hpp"
#include "chunk/cut.hpp"
#include "chunk/generator.hpp"
#include "chunk/imports.hpp"
#include "chunk/measure.hpp"
#include "chunk/outline.hpp"
#include "froe/record.hpp"

namespace froe::chunk {

struct LiveChunk {
  ByteRange range;
  Kind kind = Kind::text;
  bool partial = false;
  bool composite = false;
  std::uint32_t definition = no_definition;  // that the chunk is, or is a part of
  std::uint32_t enclosing = no_definition;   // whose members or statements it holds
  std::uint32_t head_of = no_definition;     // opened definition whose head it holds
  // The definition's or, without one, that of a part in which all of it lies; nullptr: the file's.
  const language::Language* language = nullptr;
};

struct CutFile {
  const Outline& outline;
  const std::vector<Atom>& atoms;
  const Measure& measure;
  const ChunkOptions& options;
};

// Yields the chunks of a file in order, each described as it is asked for. What `file` names must outlive it.
[[nodiscard]] Generator<LiveChunk> live_chunks(CutFile file);

// Makes live chunks plain, one after the other. Keeps count of what depends on the chunks before: ordinals,
// rows and which chunk holds whose head.
class Materialiser {
 public:
  // `language`: the file's.
  Materialiser(const CutFile& file, std::string_view language)
      : file_(file),
        language_(language),
        heads_(file.outline.definitions.size(), none),
        uses_(file.outline.imports, file.measure.source()) {}

  [[nodiscard]] Chunk operator()(const LiveChunk& live);

 private:
  static constexpr std::uint32_t none = no_definition;
  [[nodiscard]] Position advance(std::uint32_t offset);

  CutFile file_;
  std::string_view language_;
  std::vector<std::uint32_t> heads_;  // by definition: ordinal of the chunk with its head
  ImportUses uses_;
  std::uint32_t ordinal_ = 0;
  Position position_;
  std::uint32_t offset_ = 0;
};

[[nodiscard]] std::vector<Symbol> materialise(const Outline& outline, std::string_view source);
[[nodiscard]] std::vector<Import> materialise(const std::vector<Imported>& imports);

}  // namespace froe::chunk
