// Definitions by name: what a server asks for by the keystroke.
#include <algorithm>
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

// ?1: the name or its pattern, ?2: the kind, ?3 and ?4: between which folded names.
std::string select(const SymbolQuery& query, bool by_names) {
  using Match = SymbolQuery::Match;
  const std::string condition = std::string("(?2 IS NULL OR kind = ?2) AND name ") +
                                (query.match == Match::exact ? "= ?1" : "LIKE ?1 ESCAPE '\\'");
  if (!by_names) return "SELECT id, blob, name FROM symbol WHERE " + condition;
  // What the names know is held against what is there, and what they do not know is read.
  return "SELECT symbol.id, blob, name FROM names.name CROSS JOIN symbol ON symbol.id = names.name.id"
         " WHERE folded >= ?3 AND folded < ?4 AND " +
         condition +
         " UNION ALL SELECT symbol.id, blob, name FROM temp.unnamed CROSS JOIN symbol"
         " ON symbol.id >= first_symbol AND symbol.id < first_symbol + symbol_count WHERE " +
         condition;
}

// Nothing: the row is damaged.
std::optional<Symbol> to_symbol(const Statement& row) {
  auto count = [&](int column) { return static_cast<std::uint32_t>(row.integer(column)); };
  auto kind = static_cast<std::size_t>(row.integer(1));
  auto visibility = static_cast<std::size_t>(row.integer(2));
  if (kind >= all_kinds.size() || visibility >= all_visibilities.size()) return std::nullopt;
  Symbol symbol;
  if (!row.is_null(0)) symbol.parent = count(0);
  symbol.kind = all_kinds[kind];
  symbol.visibility = all_visibilities[visibility];
  symbol.name = row.bytes(3);
  symbol.range = {count(4), count(5)};
  symbol.name_range = {count(6), count(7)};
  symbol.begin = {count(8), count(9)};
  symbol.end = {count(10), count(11)};
  if (!row.is_null(12)) symbol.doc = ByteRange{count(12), count(13)};
  auto size = static_cast<std::uint64_t>(row.integer(15));
  bool inside = symbol.range.begin <= symbol.name_range.begin &&
                symbol.name_range.begin <= symbol.name_range.end &&
                symbol.name_range.end <= symbol.range.end && symbol.range.end <= size;
  bool doc_inside = !symbol.doc || (symbol.doc->begin <= symbol.doc->end && symbol.doc->end <= size);
  return inside && doc_inside ? std::optional(std::move(symbol)) : std::nullopt;
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
  auto& symbol_names = state_->symbol_names;
  symbol_names.attach(connection);
  // Before the transaction of this call, whose end would take the table with it.
  if (symbol_names.attached()) symbol_names.find_unnamed(connection);
  State::Snapshot snapshot(connection);
  FoundSymbols found;
  auto query = asked;
  if (query.match == SymbolQuery::Match::typed) {
    bool is_small = connection.integer("SELECT max(id) FROM symbol") <= most_read_while_typing;
    query.match = is_small ? SymbolQuery::Match::part : SymbolQuery::Match::prefix;
  }
  auto folded = lower(query.name);
  auto pattern = pattern_of(query);
  std::optional<int> kind;
  if (query.kind) kind = static_cast<int>(*query.kind);

  const std::size_t most = asked.match == SymbolQuery::Match::typed ? most_rows_while_typing : most_rows;
  std::vector<Row> rows;
  const bool by_names = symbol_names.attached() && query.match != SymbolQuery::Match::part;
  const bool is_exact = query.match == SymbolQuery::Match::exact;
  const auto end = is_exact ? folded + '\0' : end_of_prefix(folded);
  Statement names = connection.prepare(select(query, by_names));
  if (!connection.ok()) return tl::make_unexpected(connection.error());
  if (by_names) {
    names.with(pattern, kind, folded, end);
  } else {
    names.with(pattern, kind);
  }
  while (names.step()) {
    if (rows.size() == most) {
      found.is_complete = false;
      break;
    }
    rows.push_back({names.integer(0), names.integer(1), symbol_rank(names.bytes(2), query.name, false)});
  }
  names.reset();
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
      " symbol.end_column, symbol.doc_begin_byte, symbol.doc_end_byte, around.name, size"
      " FROM symbol JOIN blob ON blob.id = symbol.blob"
      " LEFT JOIN symbol AS around ON around.id = first_symbol + symbol.parent AND around.blob = symbol.blob"
      " WHERE symbol.id = ?");
  for (const auto& [row, file] : places) {
    if (!connection.ok() || !one.with(row.id).step()) break;
    auto symbol = to_symbol(one);
    if (!symbol) {
      connection.fail_damaged("a definition in " + file->path + " is none");
      break;
    }
    found.symbols.push_back(
        {file->path, file->language, file->mark, std::move(*symbol), std::string(one.bytes(14))});
  }
  return result_of(connection, std::move(found));
}

}  // namespace froe::store
