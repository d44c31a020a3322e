#include <algorithm>
#include <utility>

#include "froe/report.hpp"
#include "server/session.hpp"
#include "server/tools.hpp"

namespace froe::server {
namespace {

std::string name_of(const compare::Place& place) {
  return place.scope.empty() ? place.name : place.scope + '.' + place.name;
}

std::string line_of(const compare::Change& change) {
  auto where = [](const compare::Place& place) {
    return place_of(place.path, place.first_line, place.last_line);
  };
  const auto& place = change.after ? *change.after : *change.before;
  std::string line = std::string(compare::to_string(change.what)) + "  " +
                     std::string(to_string(change.kind)) + ' ' + name_of(place) + "  " + where(place);
  if (change.what == compare::What::moved) line += "  from " + where(*change.before);
  if (change.what == compare::What::renamed) line += "  was " + name_of(*change.before);
  return line + '\n';
}

Listing what_changed(const ToolContext& context, const ArgumentValues& values, std::uint64_t offset) {
  auto before = values.text("before");
  auto prefix = context.workspace.prefix(values.text("path"));
  auto differences = value_or_throw(context.services.differences(
      context.workspace.root(), before.empty() ? "HEAD" : before, values.text("after"), context.cancelled));
  std::vector<const compare::Change*> shown;
  for (const auto& change : differences.changes) {
    const auto& place = change.after ? *change.after : *change.before;
    // A chunk that is no definition says nothing that a line of a diff would not say better.
    if (!change.is_chunk && place.path.starts_with(prefix)) shown.push_back(&change);
  }
  Listing listing;
  listing.first = offset;
  listing.total = shown.size();
  listing.notes = std::move(differences.notes);
  auto end = std::min<std::uint64_t>(shown.size(), offset + values.number("limit"));
  for (const auto* change : shown) listing.state += line_of(*change);
  for (auto i = offset; i < end; ++i) listing.items.push_back(line_of(*shown[static_cast<std::size_t>(i)]));
  return listing;
}

Listing index_status(const ToolContext& context, const ArgumentValues&, std::uint64_t) {
  auto state = context.workspace.background().state();
  Listing listing;
  auto add = [&](const std::string& line) { listing.items.push_back(line + '\n'); };
  add("root: " + report::printable(context.workspace.root().string()));
  std::string freshness = "state: " + std::string(to_string(state.freshness));
  if (state.freshness == Freshness::working)
    freshness += ", " + std::to_string(state.files) + " files looked at in this pass";
  if (state.freshness == Freshness::not_kept) freshness += ": `froe index` brings it up to date";
  add(freshness + (state.message.empty() ? "" : " (" + state.message + ")"));
  if (auto* reader = context.workspace.reader_if_any(context.cancelled)) {
    auto statistics = value_or_throw(reader->statistics());
    auto options = value_or_throw(reader->chunk_options(context.workspace.root().string()));
    add("files: " + std::to_string(statistics.files) + ", " + report::human_bytes(statistics.source_bytes) +
        " of source, " + std::to_string(statistics.symbols) + " definitions" +
        (statistics.complete ? "" : "; the last pass was stopped"));
    add(std::string("references: ") + (options && options->references ? "gathered" : "not gathered"));
    for (const auto& each : statistics.languages) {
      add("language " + (each.language.empty() ? std::string("(text)") : each.language) + ": " +
          std::to_string(each.files) + " files");
    }
    for (const auto& each : statistics.outcomes) {
      if (each.outcome == Outcome::parsed || each.outcome == Outcome::text) continue;
      add(std::string(to_string(each.outcome)) + ": " + std::to_string(each.files) + " files");
    }
  } else {
    add("there is no index yet");
  }
  listing.total = listing.items.size();
  return listing;
}

}  // namespace

std::vector<Tool> state_tools() {
  std::vector<Tool> tools;
  tools.push_back(
      {"what_changed", "What changed",
       "The definitions that were added, removed, changed, moved or renamed between two git revisions, or "
       "since one in the work tree. For an overview of uncommitted work, give no revisions.",
       with_paging(
           {{.name = "before", .description = "A commit, branch or tag; default: HEAD."},
            {.name = "after", .description = "Another one; default: the files as they are now."},
            {.name = "path", .description = "Only files whose path, relative to the root, begins so."}},
           100, 4000),
       what_changed});
  tools.push_back({"index_status",
                   "State of the index",
                   "Whether the index is up to date, what is in it, and which files could not be read or "
                   "parsed. The other tools say so by themselves when their answers may be out of date.",
                   {},
                   index_status});
  return tools;
}

const std::vector<Tool>& tools() {
  static const std::vector<Tool> all = [] {
    std::vector<Tool> list;
    for (auto part : {chunk_tools(), symbol_tools(), state_tools()}) {
      std::move(part.begin(), part.end(), std::back_inserter(list));
    }
    return list;
  }();
  return all;
}

std::string place_of(std::string_view path, std::uint32_t first_line, std::uint32_t last_line) {
  std::string place = std::string(path) + ':' + std::to_string(first_line);
  return last_line > first_line ? place + '-' + std::to_string(last_line) : place;
}

std::string line_at(std::string_view content, std::size_t offset) {
  constexpr std::size_t longest = 160;
  offset = std::min(offset, content.size());
  auto before = offset == 0 ? std::string_view::npos : content.rfind('\n', offset - 1);
  auto begin = before == std::string_view::npos ? 0 : before + 1;
  auto line = content.substr(begin, std::min(content.find('\n', offset), content.size()) - begin);
  auto text = report::on_one_line(line);
  if (text.size() <= longest) return text;
  std::size_t end = 0;
  while (end < longest) end += std::max<std::size_t>(1, utf8_sequence(text, end));
  return text.substr(0, end) + "…";
}

std::vector<std::string_view> symbol_kinds() {
  std::vector<std::string_view> names;
  for (auto kind : all_kinds) {
    if (kind >= Kind::module) names.push_back(to_string(kind));
  }
  return names;
}

std::optional<Kind> kind_argument(const ArgumentValues& values) {
  auto name = values.text("kind");
  return name.empty() ? std::nullopt : kind_from_string(name);
}

}  // namespace froe::server
