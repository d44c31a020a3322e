// Definitions by name: what a server asks for by the keystroke.
#include <algorithm>
#include <limits>
#include <tuple>

#include "froe/store.hpp"
#include "store/occurrences.hpp"
#include "store/reader_state.hpp"

namespace froe::store {
namespace {

// A query of one letter matches most of an index, and whoever asks wants to see some of it now.
constexpr std::size_t most_rows = 20'000;
// Each is looked up in its place, which on a cold disk is a place of its own.
constexpr std::size_t most_rows_while_typing = 2'000;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string lower(std::string_view text) {
  std::string folded(text);
  std::ranges::transform(folded, folded.begin(), [](char c) { return lower(c); });
  return folded;
}

struct Row {
  std::int64_t id = 0;
  std::int64_t blob = 0;
  SymbolRank rank;  // in a file without a mark
};

// The text as a pattern of LIKE that means itself.
std::string escaped(std::string_view text) {
  std::string pattern;
  for (char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

// What comes behind all texts that begin with this one, in the order of bytes.
std::string end_of_prefix(std::string prefix) {
  constexpr char last = '\xFF';  // no byte of UTF-8
  while (!prefix.empty() && prefix.back() == last) prefix.pop_back();
  if (prefix.empty()) return std::string(4, last);
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

// Where names are looked for.
enum class Source {
  range,     // from a row id to before another one
  names,     // what they know is held against what is there
  as_named,  // they are exact
};

// Rows of a symbol's id, its blob and its name. ?1: the name or its pattern, ?2: the kind, ?3 and ?4: between
// which names in either case, or row ids.
std::string select(const SymbolQuery& query, Source source) {
  auto such = [&](const std::string& kind, const std::string& name) {
    return " AND (?2 IS NULL OR " + kind + " = ?2) AND " + name +
           (query.match == SymbolQuery::Match::exact ? " = ?1" : " LIKE ?1 ESCAPE '\\'");
  };
  switch (source) {
    case Source::range: break;
    case Source::names:
      return "SELECT symbol.id, symbol.blob, symbol.name FROM names.name CROSS JOIN symbol"
             " ON symbol.id = names.name.id WHERE names.name.name >= ?3 AND names.name.name < ?4" +
             such("symbol.kind", "symbol.name");
    case Source::as_named:
      return "SELECT name.id, name.blob, name.name FROM names.name CROSS JOIN names.blob AS known"
             " ON known.id = name.blob AND known.pass = name.pass WHERE name.name >= ?3 AND name.name < ?4" +
             such("name.kind", "name.name COLLATE BINARY");
  }
  return "SELECT id, blob, name FROM symbol WHERE id >= ?3 AND id < ?4" + such("kind", "name");
}

// All but where the file is. Nothing: the row is damaged.
std::optional<FoundSymbol> to_found(const Statement& row) {
  auto count = [&](int column) { return static_cast<std::uint32_t>(row.integer(column)); };
  auto kind = static_cast<std::size_t>(row.integer(1));
  auto visibility = static_cast<std::size_t>(row.integer(2));
  if (kind >= all_kinds.size() || visibility >= all_visibilities.size()) return std::nullopt;
  FoundSymbol found;
  auto& symbol = found.symbol;
  if (!row.is_null(0)) symbol.parent = count(0);
  symbol.kind = all_kinds[kind];
  symbol.visibility = all_visibilities[visibility];
  symbol.name = row.bytes(3);
  symbol.range = {count(4), count(5)};
  symbol.name_range = {count(6), count(7)};
  symbol.begin = {count(8), count(9)};
  symbol.end = {count(10), count(11)};
  if (!row.is_null(12)) symbol.doc = ByteRange{count(12), count(13)};
  found.container = row.bytes(14);
  auto size = static_cast<std::uint64_t>(row.integer(15));
  if (!row.is_null(17)) found.name_begin = Position{count(17), count(18)};
  bool inside = symbol.range.begin <= symbol.name_range.begin &&
                symbol.name_range.begin <= symbol.name_range.end &&
                symbol.name_range.end <= symbol.range.end && symbol.range.end <= size;
  bool doc_inside = !symbol.doc || (symbol.doc->begin <= symbol.doc->end && symbol.doc->end <= size);
  return inside && doc_inside ? std::optional(std::move(found)) : std::nullopt;
}

// So many names take some 40 ms.
constexpr std::int64_t most_read_while_typing = 500'000;

std::string pattern_of(const SymbolQuery& query) {
  using Match = SymbolQuery::Match;
  switch (query.match) {
    case Match::exact: break;
    case Match::prefix: return escaped(query.name) + '%';
    case Match::typed:
    case Match::part: return '%' + escaped(query.name) + '%';
  }
  return query.name;
}

// What matches, no more than `most`; false: there is more. `names`: nullptr, or the file to look into.
bool find_rows(Connection& connection, const SymbolQuery& query, std::size_t most, const SymbolNames* names,
               std::vector<Row>& rows) {
  const auto pattern = pattern_of(query);
  const auto folded = lower(query.name);
  std::optional<int> kind;
  if (query.kind) kind = static_cast<int>(*query.kind);
  auto take = [&](Statement& found) {
    while (found.step()) {
      if (rows.size() == most) {
        found.reset();
        return false;
      }
      rows.push_back({found.integer(0), found.integer(1), symbol_rank(found.bytes(2), query.name, false)});
    }
    return true;
  };
  Statement in_range = connection.prepare(select(query, Source::range));
  auto in_index = [&](std::int64_t begin, std::int64_t end) {
    return !connection.ok() || take(in_range.with(pattern, kind, begin, end));
  };
  if (names == nullptr) return in_index(0, std::numeric_limits<std::int64_t>::max());
  const bool is_exact = query.match == SymbolQuery::Match::exact;
  const auto end = is_exact ? folded + '\0' : end_of_prefix(folded);
  Statement named = connection.prepare(select(query, names->are_exact() ? Source::as_named : Source::names));
  if (connection.ok() && !take(named.with(pattern, kind, folded, end))) return false;
  return std::ranges::all_of(names->unnamed(),
                             [&](const auto& range) { return in_index(range.begin, range.end); });
}

}  // namespace

SymbolRank symbol_rank(std::string_view name, std::string_view asked, bool is_marked) {
  using Name = SymbolRank::Name;
  auto fold = [](char c) { return lower(c); };
  auto how = Name::other;
  if (name == asked) {
    how = Name::same;
  } else if (std::ranges::mismatch(name, asked, {}, fold, fold).in2 == asked.end()) {
    how = name.size() == asked.size() ? Name::other_case : Name::begins;
  }
  return {how, is_marked, name.size()};
}

Result<FoundSymbols> Reader::find_symbols(const SymbolQuery& asked) {
  Connection& connection = state_->connection;
  auto& names = state_->symbol_names;
  names.attach(connection);
  State::Snapshot snapshot(connection);
  if (names.attached()) names.compare(connection);
  FoundSymbols found;
  auto query = asked;
  if (query.match == SymbolQuery::Match::typed) {
    bool is_small = connection.integer("SELECT max(id) FROM symbol") <= most_read_while_typing;
    query.match = is_small ? SymbolQuery::Match::part : SymbolQuery::Match::prefix;
  }
  const std::size_t most = asked.match == SymbolQuery::Match::typed ? most_rows_while_typing : most_rows;
  const bool by_names = names.attached() && query.match != SymbolQuery::Match::part;
  std::vector<Row> rows;
  found.is_complete = find_rows(connection, query, most, by_names ? &names : nullptr, rows);
  if (!connection.ok()) return tl::make_unexpected(connection.error());
  // An id that is used again may be in both halves.
  std::ranges::sort(rows, {}, &Row::id);
  auto same = [](const Row& a, const Row& b) { return a.id == b.id; };
  rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());

  const Filter filter{.language = {}, .path_prefix = query.path_prefix};
  Occurrences occurrences(connection, filter);
  struct Place {
    Row row;
    const Occurrences::File* file;
  };
  std::vector<Place> places;
  for (const Row& row : rows) {
    for (const auto& file : occurrences.files(row.blob)) places.push_back({row, &file});
  }
  if (!connection.ok()) return tl::make_unexpected(connection.error());
  found.total = places.size();
  auto order = [](const Place& place) {
    auto rank = place.row.rank;
    rank.is_marked = place.file->mark.has_value();
    return std::tuple(rank, std::string_view(place.file->path), place.row.id);
  };
  auto count = std::min<std::size_t>(query.limit, places.size());
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count), places.end(),
                    [&](const Place& a, const Place& b) { return order(a) < order(b); });
  places.resize(count);

  // One row each: the file of a definition may hold a hundred thousand others.
  Statement one = connection.prepare(
      "SELECT symbol.parent, symbol.kind, symbol.visibility, symbol.name, symbol.begin_byte, symbol.end_byte,"
      " symbol.name_begin_byte, symbol.name_end_byte, symbol.begin_row, symbol.begin_column, symbol.end_row,"
      " symbol.end_column, symbol.doc_begin_byte, symbol.doc_end_byte, around.name, size, symbol.blob,"
      " symbol.name_row, symbol.name_column"
      " FROM symbol JOIN blob ON blob.id = symbol.blob"
      " LEFT JOIN symbol AS around ON around.id = first_symbol + symbol.parent AND around.blob = symbol.blob"
      " WHERE symbol.id = ?");
  const bool is_as_named = by_names && names.are_exact();
  for (const auto& [row, file] : places) {
    if (!connection.ok()) break;
    const bool is_there = one.with(row.id).step();
    const bool is_it = is_there && one.integer(15) == row.blob &&
                       symbol_rank(one.bytes(3), query.name, false) == row.rank &&
                       (!query.kind || one.integer(1) == static_cast<int>(*query.kind));
    if (connection.ok() && is_as_named && !is_it) {
      one.reset();
      names.doubt();
      return find_symbols(asked);
    }
    if (!is_there) break;
    auto symbol = to_found(one);
    if (!symbol) {
      connection.fail_damaged("a definition in " + file->path + " is none");
      break;
    }
    symbol->path = file->path;
    symbol->language = file->language;
    symbol->mark = file->mark;
    found.symbols.push_back(std::move(*symbol));
  }
  return result_of(connection, std::move(found));
}

}  // namespace froe::store
