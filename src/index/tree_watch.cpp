#include <algorithm>

#include "froe/index.hpp"

namespace froe::index {
namespace {

using std::chrono::milliseconds;

// An editor that saves, and a checkout of many files, are one change each; but whoever writes without a pause
// does not keep the index from following.
constexpr milliseconds quiet{150};
constexpr milliseconds longest{2000};

// A tree of which the system does not tell everything is looked at so often, but not so that it takes more
// than a tenth of the time. What is refused now, because somebody else is writing or the disk is full, may be
// granted after as long.
constexpr milliseconds poll_interval{2000};
constexpr int poll_share = 10;

}  // namespace

TreeWatch::TreeWatch(const std::filesystem::path& root, const std::filesystem::path& database,
                     Options& options)
    : watch_(root, [&options](const std::string& path) { return is_own(options, path); }) {
  options.databases = names_below(root, database);
  options.discovery.entering = [this](const std::string& path) { watch_.watch(path); };
}

std::optional<milliseconds> TreeWatch::patience(std::optional<milliseconds> took) const {
  if (!took) return poll_interval;
  if (blind().empty()) return std::nullopt;
  return std::max(poll_interval, poll_share * *took);
}

discovery::Watch::Woken TreeWatch::wait(std::optional<milliseconds> patience, int stop) {
  return watch_.wait(quiet, longest, patience, stop);
}

}  // namespace froe::index
