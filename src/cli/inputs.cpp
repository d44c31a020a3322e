#include "cli/inputs.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "cli/output.hpp"
#include "froe/report.hpp"

namespace froe::cli {
namespace {

namespace fs = std::filesystem;

// All of it, or nothing if `stop` became readable first.
Result<std::optional<std::string>> read_standard_input(ByteCount limit, int stop) {
  std::string bytes;
  std::array<char, 64U << 10U> buffer{};
  for (;;) {
    std::array<pollfd, 2> waiting{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
    int ready = ::poll(waiting.data(), waiting.size(), -1);
    if (ready < 0 && errno != EINTR)
      return tl::make_unexpected(system_error("cannot wait for standard input", errno));
    if (ready < 0) continue;
    if (waiting[1].revents != 0) return std::nullopt;
    auto count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return tl::make_unexpected(system_error("cannot read standard input", errno));
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    if (ByteCount(bytes.size()) > limit) {
      return failure(ErrorKind::invalid_argument, "standard input is larger than --max-file-size, " +
                                                      std::to_string(limit.value) + " bytes");
    }
  }
}

}  // namespace

Result<Inputs> Inputs::open(const InputArguments& arguments, int stop) {
  const language::Language* language = nullptr;
  if (!arguments.language.empty()) {
    language = language::find(arguments.language);
    if (language == nullptr) {
      return failure(ErrorKind::invalid_argument, "there is no language named " +
                                                      report::printable(arguments.language) +
                                                      "; `froe languages` lists them");
    }
  }
  return Inputs(arguments, language, stop);
}

Inputs::Inputs(const InputArguments& arguments, const language::Language* language, int stop)
    : arguments_(arguments),
      language_(language),
      stop_(stop),
      paths_(arguments.paths.begin(), arguments.paths.end()) {
  if (paths_.empty()) paths_.emplace_back("-");
}

std::optional<index::Plan> Inputs::next() {
  for (;;) {
    if (walk_) {
      if (auto entry = walk_->next()) {
        auto plan = index::plan(root_, *entry, arguments_.cut.options);
        if (!plan) {
          give_up(plan.error().message);
          continue;
        }
        auto label = (root_ / entry->path).lexically_normal().string();
        plan->entry.path = label;
        plan->task.path = std::move(label);
        return std::move(*plan);
      }
      if (auto walked = walk_->status(); !walked) give_up(walked.error().message);
      for (const auto& problem : walk_->problems()) complain(problem);
      walk_.reset();
    }
    if (paths_.empty()) return std::nullopt;
    auto path = std::move(paths_.front());
    paths_.pop_front();
    if (auto plan = open_next(path)) return plan;
  }
}

std::optional<index::Plan> Inputs::open_next(const std::string& path) {
  if (path == "-") {
    auto bytes = read_standard_input(arguments_.cut.options.max_file, stop_);
    if (!bytes) return give_up(bytes.error().message);
    if (!*bytes) {
      paths_.clear();
      return std::nullopt;
    }
    auto name = arguments_.path.empty() ? std::string("-") : arguments_.path;
    return index::plan_content(std::move(name), std::move(**bytes), arguments_.cut.options, language_);
  }
  std::error_code error;
  if (fs::is_directory(path, error)) {
    auto walk = discovery::Walk::open(path, arguments_.cut.options.discovery);
    if (!walk) return give_up(walk.error().message);
    walk_.emplace(std::move(*walk));
    root_ = path;
    return std::nullopt;
  }
  auto directory = fs::path(path).parent_path();
  auto content = discovery::read_file(directory.empty() ? fs::path(".") : directory,
                                      fs::path(path).filename().string(), arguments_.cut.options.max_file);
  if (!content) {
    return give_up("cannot cut " + report::printable(path) + ": " +
                   std::string(to_string(content.error().outcome)) + ": " + content.error().detail);
  }
  return index::plan_content(path, std::move(content->bytes), arguments_.cut.options, language_);
}

std::nullopt_t Inputs::give_up(const std::string& message) {
  complain(message);
  failed_ = true;
  return std::nullopt;
}

}  // namespace froe::cli
