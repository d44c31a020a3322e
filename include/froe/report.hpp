// Results for people and for programs: one line of JSON an item, or text for a terminal. This module does not
// know where results come from, nor where the lines go.
//
// JSON positions: bytes from 0, half open; lines from 1, both ends included; columns in bytes from 0.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "froe/record.hpp"
#include "froe/store.hpp"

namespace froe::report {

// Colours of the terminal, or nothing.
struct Style {
  bool color = false;

  [[nodiscard]] std::string path(std::string_view text) const { return paint("35", text); }
  [[nodiscard]] std::string name(std::string_view text) const { return paint("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return paint("2", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return paint("31", text); }

 private:
  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const;
};

// What is known of the file that a chunk is from, in order and all of it.
struct FileView {
  std::string_view content;
  std::span<const Chunk> chunks;
  std::span<const Symbol> symbols;
  std::span<const Import> imports;
  std::span<const ByteRange> errors;
  std::span<const std::uint32_t>
      overlaps;  // for each chunk where the text before it begins; empty: not asked for
};

struct ChunkJson {
  bool text = true;  // the chunk's own
};

// JSON Lines, with the line break.
[[nodiscard]] std::string chunk_json(const store::FoundChunk& found, const FileView& file,
                                     const ChunkJson& options);
[[nodiscard]] std::string symbol_json(std::string_view path, const Symbol& symbol);
[[nodiscard]] std::string ledger_json(const store::LedgerEntry& entry);
[[nodiscard]] std::string quarantine_json(const store::Quarantined& entry);
[[nodiscard]] std::string statistics_json(const store::Statistics& statistics);
[[nodiscard]] std::string last_run_json(const store::LastRun& run);

// First line of a chunk: where it is and what it is.
[[nodiscard]] std::string chunk_heading(const store::FoundChunk& found, const Style& style);
// The chunk's text indented, at most `lines` lines of it.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t lines, const Style& style);
[[nodiscard]] std::string outline_text(const std::vector<Symbol>& symbols, const Style& style);
[[nodiscard]] std::string ledger_text(const store::LedgerEntry& entry, const Style& style);
// A line for each file, or one with the blob's id if no file has it any more.
[[nodiscard]] std::string quarantine_text(const store::Quarantined& entry, const Style& style);
[[nodiscard]] std::string statistics_text(const store::Statistics& statistics, const Style& style);
[[nodiscard]] std::string last_run_text(const store::LastRun& run, const Style& style);

// The row that the last byte of a range is on, whose end is `end`.
[[nodiscard]] std::uint32_t last_row(Position begin, Position end);
// The text on one line: every run of white space is one space, none at the ends.
[[nodiscard]] std::string on_one_line(std::string_view text);
// "12.3 MB": powers of 1000.
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);
// A name of the file system made safe for a terminal: control characters and invalid UTF-8 escaped as \xHH.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace froe::report
