#include "cli/open_index.hpp"

#include <optional>
#include <utility>

#include "cli/composition.hpp"
#include "froe/report.hpp"

namespace froe::cli {

namespace fs = std::filesystem;

Result<OpenIndex> open_index(const CommonArguments& common) {
  auto database = find_database(common);
  if (!database) return tl::make_unexpected(std::move(database.error()));
  auto reader = store::Reader::open(*database);
  if (!reader) return tl::make_unexpected(std::move(reader.error()));
  // What one command prints belongs together, whoever writes meanwhile.
  if (auto held = reader->hold(); !held) return tl::make_unexpected(std::move(held.error()));
  return OpenIndex{std::move(*reader), std::move(*database)};
}

Result<store::LedgerEntry> find_file(OpenIndex& index, const std::string& given) {
  auto root = index.reader.root();
  if (!root) return tl::make_unexpected(std::move(root.error()));
  std::error_code error;
  auto from_here = fs::weakly_canonical(given, error).lexically_relative(*root);
  for (const auto& path : {from_here, fs::path(given).lexically_normal()}) {
    auto entry = index.reader.file(path.string());
    if (!entry) return tl::make_unexpected(std::move(entry.error()));
    if (*entry) return std::move(**entry);
  }
  return failure(ErrorKind::not_found, report::printable(given) + " is not in the index " +
                                           report::printable(index.database.string()) +
                                           "; `froe ledger` lists what is");
}

}  // namespace froe::cli
