#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/composition.hpp"
#include "cli/doctor.hpp"
#include "froe/chunk.hpp"
#include "froe/index.hpp"
#include "froe/report.hpp"
#include "froe/store.hpp"
#include "froe/store_writer.hpp"

namespace froe::cli {
namespace {

namespace fs = std::filesystem;

// Removed with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::error_code error;
    auto parent = fs::temp_directory_path(error);
    if (error) {
      fault_ = "there is no directory for temporary files: " + error.message();
      return;
    }
    std::string name = (parent / "froe-doctor-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      fault_ = system_error("cannot make " + name, errno).message;
    } else {
      path_ = name;
    }
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  fs::path path_;
  std::string fault_;
};

// Writes a small index, opens it and proves it. Returns what went wrong.
std::optional<std::string> try_an_index() {
  TemporaryDirectory directory;
  if (directory.path().empty()) return directory.fault();
  auto database = directory.path() / "index.db";
  {
    store::Writer::Options options;
    options.root = directory.path().string();
    auto writer = store::Writer::open(database, options);
    if (!writer) return writer.error().message;
    auto plan = index::plan_content("sample.txt", "One line,\nand another.\n", {});
    auto result = chunk::chunk_as_text(plan.task, Outcome::text, "");
    auto put = writer->put(plan.entry, &*plan.key, plan.task.content, &result);
    if (put) put = writer->finish();
    if (!put) return put.error().message;
  }
  auto reader = store::Reader::open(database);
  if (!reader) return reader.error().message;
  std::optional<std::string> fault;
  auto proved = reader->verify([&](const store::Fault& found) { fault = found.message; });
  if (!proved) return proved.error().message;
  if (*proved != 1 && !fault) fault = "a file that was put is not there";
  return fault;
}

std::string count(std::uint64_t number, const std::string& what) {
  return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

// The messages of the other kinds say it themselves.
std::string advice_on(const Error& error) {
  return error.kind == ErrorKind::corrupt
             ? "remove the index and run `froe index` again"
             : "see that it is there, that it may be read and that its disk is sound";
}

}  // namespace

void check_store(Findings& findings) {
  auto engine = store::engine();
  std::string options;
  for (const auto& option : engine.options) options += (options.empty() ? "" : " ") + option;
  findings.push_back({"sqlite", engine.version, true, options, ""});
  auto fault = try_an_index();
  findings.push_back(
      {"store", "temporary index", !fault, fault.value_or("written, read and proved"),
       fault ? "see that the directory for temporary files (TMPDIR) can be written and has room" : ""});
}

void check_index(const CommonArguments& common, Findings& findings) {
  auto database = find_database(common);
  if (!database) {
    findings.push_back({"index", "none", true, database.error().message, ""});
    return;
  }
  auto finding = [&](bool ok, std::string detail, std::string advice) {
    findings.push_back({"index", database->string(), ok, std::move(detail), std::move(advice)});
  };
  auto reader = store::Reader::open(*database);
  if (!reader) {
    finding(false, reader.error().message, advice_on(reader.error()));
    return;
  }
  auto statistics = reader->statistics();
  if (!statistics) {
    finding(false, statistics.error().message, advice_on(statistics.error()));
    return;
  }
  auto quarantine = reader->quarantine();
  std::uint64_t lost = 0;
  for (const auto& row : statistics->outcomes) {
    if (lost_tree(row.outcome)) lost += row.files;
  }
  std::string state = std::string(statistics->complete ? "complete" : "incomplete") + ": " +
                      count(statistics->files, "file") + ", " + count(lost, "lost syntax tree") + ", " +
                      count(quarantine ? quarantine->size() : 0, "content") + " in quarantine";
  if (!quarantine) {
    finding(false, quarantine.error().message, advice_on(quarantine.error()));
  } else {
    // Incomplete is no fault: a run may be under way.
    finding(true, state,
            statistics->complete ? "" : "unless a `froe index` is under way, run it: it goes on");
  }
}

}  // namespace froe::cli
