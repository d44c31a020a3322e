#include "cli/open_index.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "cli/composition.hpp"
#include "froe/digest.hpp"
#include "froe/discovery.hpp"
#include "froe/report.hpp"

namespace froe::cli {

namespace fs = std::filesystem;

Result<store::Writer> open_to_write(const fs::path& database, store::Writer::Options writing,
                                    index::Options& options) {
  for (;;) {
    index::keep_cut(options, database, writing.root);
    writing.rules = index::rules(options);
    auto writer = store::Writer::open(database, writing);
    if (!writer) return writer;
    // Whoever was waited for may have made it another index.
    index::keep_cut(options, database, writing.root);
    if (index::rules(options) == writing.rules) return writer;
  }
}

Result<store::Revision> find_revision(OpenIndex& index, const std::string& name) {
  auto known = index.reader.revisions();
  if (!known) return tl::make_unexpected(std::move(known.error()));
  auto roots = index.reader.roots();
  if (!roots) return tl::make_unexpected(std::move(roots.error()));
  std::vector<std::string> meant;  // by the repositories of the trees
  for (const auto& root : *roots) {
    auto repository = discovery::Revisions::open(root);
    auto commit = repository ? repository->commit(name) : tl::make_unexpected(std::move(repository.error()));
    if (commit) meant.push_back(std::move(*commit));
  }
  std::vector<store::Revision> found;
  for (const auto& each : *known) {
    auto id = to_hex(each.commit);
    constexpr std::size_t least_digits = 4;  // as git has it
    bool is_meant = meant.empty() ? each.name == name || (name.size() >= least_digits && id.starts_with(name))
                                  : std::ranges::find(meant, id) != meant.end();
    if (is_meant) found.push_back(each);
  }
  if (found.size() == 1) return found.front();
  const auto shown = report::printable(name);
  if (found.size() > 1) {
    return failure(ErrorKind::invalid_argument, "'" + shown + "' may mean several revisions of the index");
  }
  auto now = meant.empty() ? std::string() : ", now " + meant.front().substr(0, 12) + ',';
  return failure(ErrorKind::not_found, "the revision " + shown + now + " is not in the index " +
                                           report::printable(index.database.string()) +
                                           "; `froe index --rev " + shown +
                                           "` puts it there, `froe revisions` lists what is");
}

Result<OpenIndex> open_index(const CommonArguments& common, const std::string& revision) {
  auto database = find_database(common);
  if (!database) return tl::make_unexpected(std::move(database.error()));
  auto reader = store::Reader::open(*database);
  if (!reader) return tl::make_unexpected(std::move(reader.error()));
  // What one command prints belongs together, whoever writes meanwhile.
  if (auto held = reader->hold(); !held) return tl::make_unexpected(std::move(held.error()));
  OpenIndex index{std::move(*reader), std::move(*database)};
  if (revision.empty()) return index;
  auto found = find_revision(index, revision);
  if (!found) return tl::make_unexpected(std::move(found.error()));
  if (auto looking = index.reader.look_at(found->id); !looking)
    return tl::make_unexpected(std::move(looking.error()));
  return index;
}

Result<store::LedgerEntry> find_file(OpenIndex& index, const std::string& given) {
  auto roots = index.reader.roots();
  if (!roots) return tl::make_unexpected(std::move(roots.error()));
  std::error_code error;
  // Paths of the first tree are relative, of others absolute.
  auto here = fs::weakly_canonical(given, error);
  auto in_first = roots->empty() ? fs::path() : here.lexically_relative(roots->front());
  for (const auto& path : {in_first, here, fs::path(given).lexically_normal()}) {
    auto entry = index.reader.file(path.string());
    if (!entry) return tl::make_unexpected(std::move(entry.error()));
    if (*entry) return std::move(**entry);
  }
  return failure(ErrorKind::not_found, report::printable(given) + " is not in the index " +
                                           report::printable(index.database.string()) +
                                           "; `froe ledger` lists what is");
}

}  // namespace froe::cli
