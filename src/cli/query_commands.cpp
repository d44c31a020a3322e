#include <unistd.h>

#include <functional>
#include <optional>
#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/open_index.hpp"
#include "cli/output.hpp"
#include "froe/digest.hpp"
#include "froe/json.hpp"
#include "froe/language.hpp"
#include "froe/report.hpp"
#include "froe/search.hpp"
#include "froe/store.hpp"

namespace froe::cli {
namespace {

// Lets the store write its dump to an Output.
class OutputBuffer final : public std::streambuf {
 public:
  explicit OutputBuffer(Output& output) : output_(output) {}

 protected:
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    output_.write({text, static_cast<std::size_t>(count)});
    return output_.closed() ? 0 : count;
  }
  int_type overflow(int_type c) override {
    char one = traits_type::to_char_type(c);
    return xsputn(&one, 1) == 1 ? c : traits_type::eof();
  }

 private:
  Output& output_;
};

// "path:12" as path and line; the line is absent if what follows the last colon is no number.
std::pair<std::string, std::optional<std::uint32_t>> split_line(const std::string& what) {
  auto colon = what.rfind(':');
  if (colon == std::string::npos || colon + 1 == what.size() || what.size() - colon > 10)
    return {what, std::nullopt};
  if (what.find_first_not_of("0123456789", colon + 1) != std::string::npos) return {what, std::nullopt};
  return {what.substr(0, colon), static_cast<std::uint32_t>(std::stoul(what.substr(colon + 1)))};
}

Result<std::vector<store::FoundChunk>> find_chunks(OpenIndex& index, const std::string& what) {
  StableId id{};
  if (from_hex(what, id)) {
    auto chunks = index.reader.chunks(id);
    if (!chunks || !chunks->empty()) return chunks;
  }
  auto [path, line] = split_line(what);
  auto entry = find_file(index, what);
  if (entry) {
    line.reset();
  } else if (line) {
    entry = find_file(index, path);
  }
  if (!entry) return tl::make_unexpected(std::move(entry.error()));
  auto chunks = index.reader.chunks(entry->path);
  if (!chunks) return chunks;
  if (chunks->empty()) {
    return failure(ErrorKind::not_found, report::printable(entry->path) + " has no chunks: " +
                                             std::string(to_string(entry->outcome)) + ' ' + entry->detail);
  }
  if (line) {
    std::erase_if(*chunks, [row = *line - 1](const store::FoundChunk& found) {
      return found.chunk.begin.row > row || report::last_row(found.chunk.begin, found.chunk.end) < row;
    });
    if (chunks->empty()) {
      return failure(ErrorKind::not_found,
                     report::printable(entry->path) + " has no line " + std::to_string(*line));
    }
  }
  return chunks;
}

// The file that chunks are from, kept while consecutive chunks come from the same one.
class Files {
 public:
  explicit Files(store::Reader& reader) : reader_(reader) {}

  Result<const report::File*> of(const std::string& path) {
    if (!view_ || path_ != path) {
      auto file = reader_.indexed(path);
      if (!file) return tl::make_unexpected(std::move(file.error()));
      file_ = std::move(*file);
      path_ = path;
      view_.emplace(report::FileView{.outcome = file_.outcome,
                                     .content = file_.content,
                                     .chunks = file_.chunks,
                                     .symbols = file_.symbols,
                                     .imports = file_.imports,
                                     .errors = file_.errors,
                                     .overlaps = {}});
    }
    return &*view_;
  }

 private:
  store::Reader& reader_;
  std::string path_;
  store::IndexedFile file_;
  std::optional<report::File> view_;
};

// A line of JSON for each chunk; or, for people, its heading and what `body` makes of its text.
int print_chunks(const CommonArguments& common, OpenIndex& index,
                 const std::vector<store::FoundChunk>& chunks, const std::optional<std::string>& context,
                 const std::function<std::string(std::string_view)>& body) {
  auto header = context_template(context);
  if (!header) return fail(header.error());
  const auto* head = *header ? &**header : nullptr;
  Output output;
  auto style = style_for(common.color, STDOUT_FILENO);
  Files files(index.reader);
  for (const auto& found : chunks) {
    auto file = files.of(found.path);
    if (!file) return fail(file.error());
    if (common.json) {
      output.write(report::chunk_json(found, **file, {.context = head}));
      continue;
    }
    output.write(report::chunk_heading(found, style));
    if (head != nullptr) output.write(report::context_text(head->render(found, **file), style));
    output.write(body((*file)->text(found.chunk.range)));
  }
  return finish(output, 0);
}

int print_last_run(const CommonArguments& common, OpenIndex& index) {
  auto last = index.reader.last_run();
  if (!last) return fail(last.error());
  if (last->executor.empty()) {
    complain("no run has cut anything for this index yet");
    return exit_findings;
  }
  Output output;
  output.write(common.json ? report::last_run_json(*last)
                           : report::last_run_text(*last, style_for(common.color, STDOUT_FILENO)));
  return finish(output, 0);
}

}  // namespace

int run(const CommonArguments& common, const DumpArguments& arguments) {
  auto index = open_index(common);
  if (!index) return fail(index.error());
  Output output;
  OutputBuffer buffer(output);
  std::ostream stream(&buffer);
  auto dumped = index->reader.dump(stream, arguments.row_ids);
  if (!dumped && !output.closed()) return fail(dumped.error());
  return finish(output, 0);
}

int run(const CommonArguments& common, const SearchArguments& arguments) {
  auto index = open_index(common, arguments.revision);
  if (!index) return fail(index.error());
  if (!arguments.language.empty() && language::find(arguments.language) == nullptr) {
    return fail({ErrorKind::invalid_argument, "there is no language named " +
                                                  report::printable(arguments.language) +
                                                  "; `froe languages` lists them"});
  }
  search::Query query;
  query.text = arguments.query;
  query.limit = arguments.limit;
  if (!arguments.language.empty()) query.language = arguments.language;
  query.path_prefix = arguments.path_prefix;
  auto found = search::search(index->reader, query);
  if (!found) return fail(found.error());
  for (const auto& note : found->notes) complain(note);
  auto style = style_for(common.color, STDOUT_FILENO);
  int code = print_chunks(common, *index, found->chunks, arguments.context, [&](std::string_view text) {
    return arguments.lines > 0 ? report::excerpt(text, arguments.lines, style) + '\n' : std::string();
  });
  if (found->chunks.empty() && !common.json) complain("nothing matches");
  return code == 0 && found->chunks.empty() ? exit_findings : code;
}

int run(const CommonArguments& common, const ShowArguments& arguments) {
  auto index = open_index(common, arguments.revision);
  if (!index) return fail(index.error());
  auto chunks = find_chunks(*index, arguments.what);
  if (!chunks) return fail(chunks.error());
  return print_chunks(common, *index, *chunks, arguments.context, [](std::string_view text) {
    return std::string(text) + (text.ends_with('\n') ? "" : "\n");
  });
}

int run(const CommonArguments& common, const OutlineArguments& arguments) {
  auto index = open_index(common, arguments.revision);
  if (!index) return fail(index.error());
  auto entry = find_file(*index, arguments.path);
  if (!entry) return fail(entry.error());
  Files files(index->reader);
  auto file = files.of(entry->path);
  if (!file) return fail(file.error());
  const auto symbols = (*file)->view().symbols;
  Output output;
  if (common.json) {
    for (const auto& symbol : symbols) output.write(report::symbol_json(entry->path, symbol, **file));
  } else {
    output.write(report::outline_text(symbols, style_for(common.color, STDOUT_FILENO)));
  }
  if (symbols.empty() && !common.json) {
    complain(report::printable(entry->path) + " defines nothing that froe knows of (" +
             std::string(to_string(entry->outcome)) + ')');
  }
  return finish(output, symbols.empty() ? exit_findings : 0);
}

int run(const CommonArguments& common, const ReferencesArguments& arguments) {
  auto index = open_index(common, arguments.revision);
  if (!index) return fail(index.error());
  Output output;
  auto style = style_for(common.color, STDOUT_FILENO);
  std::uint32_t shown = 0;
  auto read =
      index->reader.references(arguments.name, arguments.kind, [&](const store::FoundReference& found) {
        output.write(common.json ? report::reference_json(found) : report::reference_text(found, style));
        return ++shown != arguments.limit && !output.closed();
      });
  if (!read) return fail(read.error());
  if (shown == 0 && !common.json)
    complain("nothing that froe knows of uses " + report::printable(arguments.name));
  return finish(output, shown == 0 ? exit_findings : 0);
}

int run(const CommonArguments& common, const StatsArguments& arguments) {
  auto index = open_index(common, arguments.revision);
  if (!index) return fail(index.error());
  if (arguments.workers) return print_last_run(common, *index);
  auto statistics = index->reader.statistics();
  if (!statistics) return fail(statistics.error());
  Output output;
  output.write(common.json ? report::statistics_json(*statistics)
                           : report::statistics_text(*statistics, style_for(common.color, STDOUT_FILENO)));
  return finish(output, 0);
}

int run(const CommonArguments& common, const LedgerArguments& arguments) {
  auto index = open_index(common, arguments.revision);
  if (!index) return fail(index.error());
  Output output;
  auto style = style_for(common.color, STDOUT_FILENO);
  auto read = index->reader.ledger(arguments.outcome, [&](const store::LedgerEntry& entry) {
    if (arguments.mark && entry.mark != arguments.mark) return true;
    output.write(common.json ? report::ledger_json(entry) : report::ledger_text(entry, style));
    return !output.closed();
  });
  if (!read) return fail(read.error());
  return finish(output, 0);
}

int run(const CommonArguments& common, const LanguagesArguments&) {
  Output output;
  auto style = style_for(common.color, STDOUT_FILENO);
  for (const auto& language : language::languages()) {
    std::string line;
    if (common.json) {
      JsonObject(line)
          .add("name", language.name)
          .add("title", language.title)
          .add("grammar", language.grammar)
          .add("license", language.license)
          .add("extensions", std::vector<std::string>(language.extensions.begin(), language.extensions.end()))
          .add("file_names", std::vector<std::string>(language.file_names.begin(), language.file_names.end()))
          .add("interpreters",
               std::vector<std::string>(language.interpreters.begin(), language.interpreters.end()));
    } else {
      line = style.name(language.name) +
             std::string(language.name.size() < 12 ? 12 - language.name.size() : 1, ' ') +
             std::string(language.title) + "  " + style.dim(language.grammar);
      for (auto extension : language.extensions) line += " ." + std::string(extension);
      for (auto name : language.file_names) line += ' ' + std::string(name);
    }
    output.write(line + '\n');
  }
  return finish(output, 0);
}

int run(const CommonArguments& common, const VerifyArguments&) {
  auto index = open_index(common);
  if (!index) return fail(index.error());
  Output output;
  std::uint64_t faults = 0;
  auto proved = index->reader.verify([&](const store::Fault& fault) {
    ++faults;
    std::string line;
    if (common.json) {
      JsonObject(line).add("path", fault.path).add("fault", fault.message);
    } else {
      line = fault.path.empty() ? fault.message : report::printable(fault.path) + ": " + fault.message;
    }
    output.write(line + '\n');
  });
  if (!proved) return fail(proved.error());
  if (common.json) {
    std::string line;
    JsonObject(line).add("files", *proved).add("faults", faults);
    output.write(line + '\n');
  } else {
    output.write(std::to_string(*proved) + " files rebuilt from their chunks, " + std::to_string(faults) +
                 " faults\n");
  }
  return finish(output, faults == 0 ? 0 : exit_findings);
}

}  // namespace froe::cli
