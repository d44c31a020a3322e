#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "froe/report.hpp"
#include "server/session.hpp"
#include "server/tools.hpp"

namespace froe::server {
namespace {

using Type = Argument::Type;

std::string line_of(const Symbol& symbol, std::string_view content, std::uint32_t depth) {
  auto first = symbol.begin.row + 1;
  auto last = report::last_row(symbol.begin, symbol.end) + 1;
  std::string line(2 * std::size_t{depth}, ' ');
  line += std::to_string(first);
  if (last > first) line += '-' + std::to_string(last);
  return line + "  " + std::string(to_string(symbol.kind)) + ' ' + symbol.name + "  " +
         line_at(content, symbol.name_range.begin) + '\n';
}

// What lies directly below a directory of the ledger.
class Directory {
 public:
  explicit Directory(std::string path) : prefix_(path.empty() ? std::move(path) : path + '/') {}

  void add(const store::LedgerEntry& entry) {
    if (!entry.path.starts_with(prefix_)) return;
    auto rest = std::string_view(entry.path).substr(prefix_.size());
    auto slash = rest.find('/');
    auto& below = below_[std::string(rest.substr(0, slash == std::string_view::npos ? slash : slash + 1))];
    ++below.files;
    below.bytes += entry.size;
    below.entry = entry;
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const auto& [name, below] : below_) {
      std::string line = prefix_ + name + "  ";
      if (name.ends_with('/')) {
        line += std::to_string(below.files) + (below.files == 1 ? " file, " : " files, ");
      } else {
        line += (below.entry.language.empty() ? std::string(to_string(below.entry.outcome))
                                              : below.entry.language) +
                ", ";
      }
      lines.push_back(line + report::human_bytes(below.bytes) + '\n');
    }
    return lines;
  }

 private:
  struct Below {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    store::LedgerEntry entry;  // the last one
  };
  std::string prefix_;
  std::map<std::string, Below> below_;
};

// A list that is known whole, from an offset on.
Listing part_of(std::vector<std::string> all, std::uint64_t offset, std::uint64_t limit) {
  Listing listing;
  listing.first = offset;
  listing.total = all.size();
  for (auto i = offset; i < all.size() && i - offset < limit; ++i) {
    listing.items.push_back(std::move(all[static_cast<std::size_t>(i)]));
  }
  return listing;
}

Listing outline(const ToolContext& context, const ArgumentValues& values, std::uint64_t offset) {
  auto& reader = context.workspace.reader(context.cancelled);
  auto path = context.workspace.relative(values.text("path"));
  auto limit = values.number("limit");
  auto entry = path.empty() ? std::nullopt : value_or_throw(reader.file(path));
  if (entry) {
    if (!entry->blob || !is_indexed(entry->outcome)) {
      throw RequestError(request_failed,
                         path + " is not in the index: " + std::string(to_string(entry->outcome)) +
                             (entry->detail.empty() ? "" : ", " + entry->detail));
    }
    auto listing = part_of(outline_lines(reader, path, values.number("depth")), offset, limit);
    if (listing.total == 0) {
      listing.notes.push_back("no definitions in it: " + std::string(to_string(entry->outcome)));
    }
    return listing;
  }
  Directory directory(path);
  if (auto read = reader.ledger(std::nullopt,
                                [&](const store::LedgerEntry& each) {
                                  directory.add(each);
                                  return !context.cancelled;
                                });
      !read)
    throw as_request_error(read.error());
  auto lines = directory.lines();
  if (lines.empty() && !path.empty())
    throw RequestError(request_failed, "the index has neither a file nor a directory named " + path);
  return part_of(std::move(lines), offset, limit);
}

Listing find_symbol(const ToolContext& context, const ArgumentValues& values, std::uint64_t offset) {
  auto& reader = context.workspace.reader(context.cancelled);
  store::SymbolQuery query;
  query.name = values.text("name");
  if (query.name.empty()) throw ArgumentError{"name must not be empty"};
  auto match = values.text("match");
  query.match = match == "prefix"      ? store::SymbolQuery::Match::prefix
                : match == "substring" ? store::SymbolQuery::Match::part
                                       : store::SymbolQuery::Match::exact;
  query.kind = kind_argument(values);
  query.path_prefix = context.workspace.prefix(values.text("path"));
  const auto limit = values.number("limit");
  query.limit = static_cast<std::uint32_t>(offset + limit);
  auto found = value_or_throw(reader.find_symbols(query));
  Listing listing;
  listing.first = offset;
  listing.total = found.total;
  listing.total_is_exact = found.is_complete;
  const bool with_body = values.truth("include_body");
  for (std::size_t i = offset; i < found.symbols.size(); ++i) {
    const auto& each = found.symbols[i];
    const auto& [path, symbol, container] = std::tie(each.path, each.symbol, each.container);
    auto content = value_or_throw(reader.content(path));
    std::string item = place_of(path, symbol.begin.row + 1, report::last_row(symbol.begin, symbol.end) + 1) +
                       "  " + std::string(to_string(symbol.kind)) + ' ' + symbol.name +
                       (container.empty() ? "" : " in " + container) +
                       (each.mark ? " (" + std::string(to_string(*each.mark)) + ")" : "") + '\n';
    if (with_body) {
      auto begin = symbol.doc ? std::min(symbol.doc->begin, symbol.range.begin) : symbol.range.begin;
      item += content.substr(begin, symbol.range.end - begin);
      item += item.ends_with('\n') ? "\n" : "\n\n";
    } else {
      item += "    " + line_at(content, symbol.name_range.begin) + '\n';
    }
    listing.items.push_back(std::move(item));
  }
  if (found.total == 0 && query.match == store::SymbolQuery::Match::exact)
    listing.notes.emplace_back("match: substring finds names that only contain it");
  return listing;
}

Listing find_references(const ToolContext& context, const ArgumentValues& values, std::uint64_t offset) {
  auto& reader = context.workspace.reader(context.cancelled);
  auto name = values.text("name");
  if (name.empty()) throw ArgumentError{"name must not be empty"};
  auto kind = reference_kind_from_string(values.text("kind"));
  auto prefix = context.workspace.prefix(values.text("path"));
  const auto limit = values.number("limit");
  Listing listing;
  listing.first = offset;
  std::uint64_t seen = 0;
  auto read = reader.references(name, kind, [&](const store::FoundReference& found) {
    if (!found.path.starts_with(prefix)) return true;
    if (seen++ < offset) return true;
    if (listing.items.size() == limit) {
      listing.total_is_exact = false;
      return false;
    }
    const auto& reference = found.reference;
    std::string item = std::string(found.path) + ':' + std::to_string(reference.begin.row + 1) + "  " +
                       std::string(to_string(reference.kind));
    if (reference.symbol) {
      const auto& around = found.symbols[*reference.symbol];
      item += " in " + std::string(to_string(around.kind)) + ' ' + around.name;
    }
    listing.items.push_back(item + "  " + line_at(found.content, reference.range.begin) + '\n');
    return !context.cancelled;
  });
  if (!read && read.error().kind == ErrorKind::not_found) {
    throw RequestError(request_failed,
                       "this index was made without references; `froe index --references` in the root makes "
                       "one that has them, and search_code finds the name meanwhile");
  }
  if (!read) throw as_request_error(read.error());
  listing.total = seen;
  return listing;
}

}  // namespace

std::vector<std::string> outline_lines(store::Reader& reader, const std::string& path, std::uint64_t depth) {
  auto file = value_or_throw(reader.indexed(path));
  std::vector<std::string> lines;
  std::vector<std::uint32_t> depths;
  for (const auto& symbol : file.symbols) {
    depths.push_back(symbol.parent ? depths[*symbol.parent] + 1 : 0);
    if (depths.back() < depth) lines.push_back(line_of(symbol, file.content, depths.back()));
  }
  return lines;
}

std::vector<Tool> symbol_tools() {
  std::vector<Tool> tools;
  tools.push_back(
      {"outline", "Outline of a file or directory",
       "Of a file: its definitions with their lines, kinds and first lines, indented by nesting. Of a "
       "directory: what is in it. Start here to learn how a repository is built (no path: the root).",
       with_paging(
           {{.name = "path", .description = "File or directory, relative to the root; none: the root."},
            {.name = "depth",
             .type = Type::number,
             .description = "How many levels of nested definitions of a file.",
             .least = 1,
             .most = 100,
             .usual = 3}},
           200, 4000),
       outline});
  tools.push_back(
      {"find_symbol", "Find a definition",
       "Where a function, type, variable or other name is defined. Each result has its place as PATH:LINES "
       "(an id for get_chunk), its kind and its first line.",
       with_paging(
           {{.name = "name", .description = "The name alone, without its scope.", .required = true},
            {.name = "match",
             .description = "exact (the default), or in any case: prefix, substring.",
             .values = {"exact", "prefix", "substring"}},
            {.name = "kind", .description = "Only definitions of this kind.", .values = symbol_kinds()},
            {.name = "path", .description = "Only files whose path, relative to the root, begins so."},
            {.name = "include_body",
             .type = Type::truth,
             .description = "With the whole definition instead of its first line."}},
           20, 4000),
       find_symbol});
  std::vector<std::string_view> kinds;
  for (auto kind : all_reference_kinds) kinds.push_back(to_string(kind));
  tools.push_back(
      {"find_references", "Find where a name is used",
       "Where a name is called, mentioned as a type or imported, with the definition around it and the line. "
       "By name only: two things of one name are not told apart.",
       with_paging(
           {{.name = "name", .description = "The name as it stands there.", .required = true},
            {.name = "kind", .description = "Only where it is used so.", .values = kinds},
            {.name = "path", .description = "Only files whose path, relative to the root, begins so."}},
           50, 4000),
       find_references});
  return tools;
}

}  // namespace froe::server
