#include <algorithm>
#include <array>
#include <cstdio>

#include "froe/digest.hpp"
#include "froe/json.hpp"
#include "froe/report.hpp"

namespace froe::report {
namespace {

std::string pad_left(std::string text, std::size_t width) {
  if (text.size() < width) text.insert(0, width - text.size(), ' ');
  return text;
}

std::string pad_right(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

// "1.234 s"
std::string seconds(std::uint64_t nanoseconds) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.3f s", static_cast<double>(nanoseconds) / 1e9);
  return buffer.data();
}

void append_hex(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  auto byte = static_cast<unsigned char>(c);
  out += "\\x";
  out += digits[byte >> 4U];
  out += digits[byte & 15U];
}

}  // namespace

std::string Style::paint(std::string_view code, std::string_view text) const {
  if (!color) return std::string(text);
  return "\x1b[" + std::string(code) + 'm' + std::string(text) + "\x1b[0m";
}

std::uint32_t last_row(Position begin, Position end) {
  bool ends_with_break = end.column == 0 && end.row > begin.row;
  return ends_with_break ? end.row - 1 : end.row;
}

std::string on_one_line(std::string_view text) {
  constexpr std::string_view white = " \t\n\r\v\f";
  std::string line;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(white), text.size()));
    if (text.empty()) return line;
    auto word = text.substr(0, text.find_first_of(white));
    if (!line.empty()) line += ' ';
    line += word;
    text.remove_prefix(word.size());
  }
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> units{"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return buffer.data();
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto length = utf8_sequence(text, at);
    bool control = length == 1 && (static_cast<unsigned char>(text[at]) < 0x20 || text[at] == 0x7f);
    // U+0080 to U+009F are control characters too: some terminals obey them.
    bool control_2 = length == 2 && text[at] == '\xc2' && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    if (length == 0 || control || control_2) {
      length = std::max<std::size_t>(1, length);
      for (auto c : text.substr(at, length)) append_hex(out, c);
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  return out;
}

std::string chunk_heading(const store::FoundChunk& found, const Style& style) {
  const auto& chunk = found.chunk;
  std::string line = style.path(printable(found.path)) + ':' + std::to_string(chunk.begin.row + 1) + '-' +
                     std::to_string(last_row(chunk.begin, chunk.end) + 1) + "  " +
                     std::string(to_string(chunk.kind));
  if (!chunk.name.empty()) line += ' ' + style.name(printable(chunk.name));
  if (chunk.partial) line += " (part)";
  if (!chunk.scope.empty()) line += "  " + style.dim("in " + printable(chunk.scope));
  return line + '\n';
}

std::string context_text(std::string_view context, const Style& style) {
  std::string out;
  while (!context.empty()) {
    auto line = context.substr(0, context.find('\n'));
    out += "    " + style.dim(printable(line)) + '\n';
    context.remove_prefix(std::min(line.size() + 1, context.size()));
  }
  return out;
}

std::string excerpt(std::string_view text, std::size_t lines, const Style& style) {
  std::string out;
  std::size_t shown = 0;
  while (!text.empty()) {
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (shown == 0 && line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (shown++ == lines) {
      // `text` is what follows this line; what follows its last line break is a line if there is any of it.
      auto more =
          1 + std::count(text.begin(), text.end(), '\n') + (text.empty() || text.ends_with('\n') ? 0 : 1);
      return out + style.dim("    … " + std::to_string(more) + (more == 1 ? " more line" : " more lines")) +
             '\n';
    }
    // A tab is the one control character that a terminal may have as it is.
    out += "    ";
    for (std::size_t at = 0; at <= line.size();) {
      auto tab = std::min(line.find('\t', at), line.size());
      out += printable(line.substr(at, tab - at));
      if (tab < line.size()) out += '\t';
      at = tab + 1;
    }
    out += '\n';
  }
  return out;
}

std::string outline_text(std::span<const Symbol> symbols, const Style& style) {
  std::string out;
  std::vector<std::size_t> depth(symbols.size(), 0);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const auto& symbol = symbols[i];
    if (symbol.parent) depth[i] = depth[*symbol.parent] + 1;
    out += style.dim(pad_left(std::to_string(symbol.begin.row + 1), 6)) + "  " +
           std::string(2 * depth[i], ' ') + std::string(to_string(symbol.kind)) + ' ' +
           style.name(printable(symbol.name)) + '\n';
  }
  return out;
}

std::string ledger_text(const store::LedgerEntry& entry, const Style& style) {
  std::string outcome(to_string(entry.outcome));
  std::string line = pad_right(outcome, 20) + ' ' +
                     pad_right(entry.language.empty() ? "-" : entry.language, 10) + ' ' +
                     pad_left(std::to_string(entry.size), 10) + "  " + style.path(printable(entry.path));
  if (entry.mark) line += "  " + style.dim(to_string(*entry.mark));
  if (!entry.detail.empty()) line += "  " + style.dim(printable(entry.detail));
  return line + '\n';
}

std::string quarantine_text(const store::Quarantined& entry, const Style& style) {
  std::string head =
      pad_right(std::string(to_string(entry.outcome)), 20) + ' ' + pad_right(entry.language, 10) + "  ";
  std::string tail = (entry.detail.empty() ? "" : "  " + style.dim(printable(entry.detail))) + '\n';
  std::string out;
  for (const auto& path : entry.paths) out += head + style.path(printable(path)) + tail;
  return out.empty() ? head + style.dim(to_hex(entry.blob)) + tail : out;
}

std::string statistics_text(const store::Statistics& statistics, const Style& style) {
  auto count = [](std::uint64_t number) { return pad_left(std::to_string(number), 10); };
  std::string out;
  for (const auto& root : statistics.roots) out += "root       " + style.path(printable(root)) + '\n';
  if (!statistics.complete)
    out +=
        style.bad(
            "incomplete: a `froe index` is under way, or the last one was stopped and is to be run again") +
        '\n';
  out += "files   " + count(statistics.files) + '\n';
  out += "blobs   " + count(statistics.blobs) + '\n';
  out += "chunks  " + count(statistics.chunks) + '\n';
  out += "symbols " + count(statistics.symbols) + '\n';
  out += "source  " + pad_left(human_bytes(statistics.source_bytes), 10) + '\n';
  out += "index   " + pad_left(human_bytes(statistics.database_bytes), 10) + '\n';
  out += '\n' + style.dim("outcome                   files        bytes") + '\n';
  for (const auto& row : statistics.outcomes) {
    out += pad_right(std::string(to_string(row.outcome)), 20) + ' ' + count(row.files) + "   " +
           pad_left(human_bytes(row.bytes), 10) + '\n';
  }
  if (!statistics.marks.empty()) {
    out += '\n' + style.dim("mark                      files        bytes") + '\n';
    for (const auto& row : statistics.marks) {
      out += pad_right(std::string(to_string(row.mark)), 20) + ' ' + count(row.files) + "   " +
             pad_left(human_bytes(row.bytes), 10) + '\n';
    }
  }
  out += '\n' + style.dim("language                  files        bytes     chunks") + '\n';
  for (const auto& row : statistics.languages) {
    out += pad_right(row.language.empty() ? "text" : row.language, 20) + ' ' + count(row.files) + "   " +
           pad_left(human_bytes(row.bytes), 10) + ' ' + count(row.chunks) + '\n';
  }
  return out;
}

std::string last_run_text(const store::LastRun& run, const Style& style) {
  auto count = [](std::uint64_t number, std::size_t width) {
    return pad_left(std::to_string(number), width);
  };
  std::string out = "executor  " + run.executor + ", " + seconds(run.nanoseconds) + '\n';
  if (!run.sandbox.empty()) {
    out += "sandbox   " + run.sandbox +
           (run.sandbox_detail.empty() ? "" : "  " + style.dim(printable(run.sandbox_detail))) + '\n';
  }
  if (!run.workers.empty()) {
    out += '\n' +
           style.dim("slot      jobs       bytes        cpu    peak memory  processes  deaths  recycled") +
           '\n';
  }
  for (std::size_t slot = 0; slot < run.workers.size(); ++slot) {
    const auto& worker = run.workers[slot];
    out += count(slot, 4) + ' ' + count(worker.jobs, 9) + "  " + pad_left(human_bytes(worker.bytes), 10) +
           ' ' + pad_left(seconds(worker.cpu_nanoseconds), 10) + "  " +
           pad_left(worker.peak_memory == 0 ? "-" : human_bytes(worker.peak_memory), 13) + "  " +
           count(worker.processes, 9) + "  " + count(worker.deaths, 6) + "  " + count(worker.recycled, 8) +
           '\n';
  }
  out += '\n' + style.dim("   parse       cut       bytes  slowest files") + '\n';
  for (const auto& file : run.slowest) {
    out += pad_left(seconds(file.parse_nanoseconds), 8) + "  " +
           pad_left(seconds(file.chunk_nanoseconds), 8) + "  " + pad_left(human_bytes(file.bytes), 10) +
           "  " + style.path(printable(file.path)) + '\n';
  }
  return out;
}

}  // namespace froe::report
