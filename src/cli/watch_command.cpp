#include <chrono>
#include <ctime>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "cli/commands.hpp"
#include "cli/composition.hpp"
#include "cli/open_index.hpp"
#include "cli/output.hpp"
#include "cli/signals.hpp"
#include "froe/chunk.hpp"
#include "froe/discovery.hpp"
#include "froe/index.hpp"
#include "froe/json.hpp"
#include "froe/report.hpp"
#include "froe/store_writer.hpp"

namespace froe::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::uint64_t files(const index::Summary& summary, index::Reason reason) {
  return summary.reasons[static_cast<std::size_t>(reason)];
}

std::string time_of_day() {
  std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  std::string text(8, '\0');
  std::strftime(text.data(), text.size() + 1, "%H:%M:%S", &local);
  return text;
}

// Of a run that did something: what, in one line. Empty: it did nothing.
std::string line_of(const index::Summary& summary, milliseconds took, bool json) {
  std::string text;
  std::uint64_t all = 0;
  for (auto reason : index::all_reasons) {
    auto count = files(summary, reason);
    if (reason == index::Reason::unchanged || count == 0) continue;
    all += count;
    text += (text.empty() ? "" : ", ") + std::to_string(count) + ' ' + std::string(to_string(reason));
  }
  if (all == 0) return {};
  if (!json) {
    return time_of_day() + "  " + text + ": " + std::to_string(summary.cut) + " cut in " +
           std::to_string(took.count()) + " ms\n";
  }
  std::string line;
  {
    JsonObject object(line);
    object.add("milliseconds", took.count()).add("files", summary.files).add("cut", summary.cut);
    JsonObject reasons(object.key("reasons"));
    for (auto reason : index::all_reasons) reasons.add(to_string(reason), files(summary, reason));
  }
  return line + '\n';
}

class Follower {
 public:
  Follower(const CommonArguments& common, const WatchArguments& arguments, fs::path root,
           StopSignals& signals)
      : common_(common),
        arguments_(arguments),
        root_(std::move(root)),
        database_(common.database.empty() ? default_database(root_) : fs::path(common.database)),
        signals_(signals),
        options_(arguments.cut.options),
        watch_(root_, database_, options_) {}

  int follow() {
    for (bool first = true;;) {
      auto start = std::chrono::steady_clock::now();
      auto done = update();
      auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
      if (!done) {
        if (signals_.received() != 0) return 128 + signals_.received();
        // What a tree in the middle of a change, or a full disk, refuses now it may grant at the next change.
        std::error_code gone;
        bool busy = done.error().kind == ErrorKind::busy;
        if ((first && !busy) || !fs::is_directory(root_, gone)) return fail(done.error());
        tell_once(done.error().message);
      } else if (!tell(*done, took, first)) {
        return fail({ErrorKind::io, "cannot write standard output"});
      }
      first = first && !done;
      auto patience = watch_.patience(done ? std::optional(took) : std::nullopt);
      if (done && arguments_.poll_seconds > 0) patience = std::chrono::seconds(arguments_.poll_seconds);
      if (watch_.wait(patience, signals_.descriptor()) == discovery::Watch::Woken::stopped)
        return 128 + signals_.received();
    }
  }

 private:
  Result<index::Summary> update() {
    watch_.look_begins();
    // Held for the time of a run only, so that others may write in between.
    store::Writer::Options writing;
    writing.root = root_.string();
    writing.alone = arguments_.cut.executor == ExecutorKind::inline_;
    writing.wait = false;  // a signal would not end it; the next look is soon
    auto writer = open_to_write(database_, writing, options_);
    if (!writer) return tl::make_unexpected(std::move(writer.error()));
    auto executor = make_executor(arguments_.cut);
    AtSecondSignal kill(signals_, [&] { executor->kill_workers(); });
    return index::update({root_, options_, *writer, *executor, nullptr, signals_.stop(), chunk::chunk_as_text,
                          [&](const std::string& problem) { tell_once(problem); }});
  }

  bool tell(const index::Summary& summary, milliseconds took, bool first) {
    auto blind = watch_.blind();
    if (!blind.empty() && arguments_.poll_seconds == 0) {
      tell_once(blind + "; the tree is looked at every few seconds instead");
    }
    if (first && !common_.json) {
      complain("watching " + report::printable(root_.string()) + ", " + std::to_string(summary.files) +
               " files");
    }
    output_.write(line_of(summary, took, common_.json));
    output_.flush();
    return output_.error() == 0 && !output_.closed();
  }

  void tell_once(const std::string& sentence) {
    if (told_.insert(sentence).second) complain(sentence);
  }

  const CommonArguments& common_;
  const WatchArguments& arguments_;
  fs::path root_;
  fs::path database_;
  StopSignals& signals_;
  index::Options options_;
  index::TreeWatch watch_;
  Output output_;
  std::set<std::string> told_;
};

}  // namespace

int run(const CommonArguments& common, const WatchArguments& arguments) {
  std::error_code error;
  fs::path root = fs::canonical(arguments.root, error);
  if (error) return fail({ErrorKind::not_found, "cannot watch " + arguments.root + ": " + error.message()});
  if (!fs::is_directory(root, error)) {
    return fail({ErrorKind::invalid_argument, arguments.root + " is not a directory"});
  }
  StopSignals signals;
  return Follower(common, arguments, std::move(root), signals).follow();
}

}  // namespace froe::cli
