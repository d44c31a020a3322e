#include "server/workspace.hpp"

#include <sys/stat.h>

#include <utility>

#include "froe/report.hpp"
#include "server/session.hpp"

namespace froe::server {

namespace fs = std::filesystem;

Workspace::Workspace(fs::path root, const Options& options, const Services& services,
                     std::function<void(const IndexState&)> changed)
    : root_(std::move(root)),
      database_(options.database.empty() ? options.database_of(root_) : fs::absolute(options.database)),
      background_(std::make_unique<Background>(root_, database_, options.indexing,
                                               options.index ? services.make_indexer() : nullptr,
                                               std::move(changed))) {}

std::optional<Workspace::Identity> Workspace::identity() const {
  struct stat status {};
  if (::stat(database_.c_str(), &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino};
}

store::Reader* Workspace::reader_if_any(const std::atomic<bool>& cancelled) {
  auto now = identity();
  if (!now || now != opened_) {
    reader_.reset();
    opened_.reset();
  }
  if (!reader_) {
    auto opened = store::Reader::open(database_);
    if (!opened) {
      why_not_ = opened.error().message;
      // Somebody may have taken it away: it is made again.
      if (!now) background_->look();
      return nullptr;
    }
    reader_ = std::move(*opened);
    opened_ = now;
  }
  reader_->stop_when([&cancelled] { return cancelled.load(); });
  return &*reader_;
}

store::Reader& Workspace::reader(const std::atomic<bool>& cancelled) {
  if (auto* reader = reader_if_any(cancelled)) return *reader;
  auto state = background_->state();
  std::string message = why_not_;
  if (state.freshness == Freshness::working) {
    message = "the index of " + report::printable(root_.string()) + " is being made; ask again soon";
  } else if (!state.message.empty()) {
    message += "; " + state.message;
  }
  throw RequestError(request_failed, message);
}

std::string Workspace::relative(std::string_view path) const {
  auto leaves = [&] {
    return RequestError(invalid_params,
                        report::printable(path) + " does not lie below " + report::printable(root_.string()));
  };
  if (path.find('\0') != std::string_view::npos) throw RequestError(invalid_params, "a path has a NUL in it");
  fs::path given(path);
  auto normal = (given.is_absolute() ? given.lexically_relative(root_) : given).lexically_normal();
  if (given.is_absolute() && normal.empty()) throw leaves();
  auto text = normal.generic_string();
  if (text == "..") throw leaves();
  if (text.starts_with("../")) throw leaves();
  while (text.ends_with('/')) text.pop_back();
  return text == "." ? std::string() : text;
}

std::string Workspace::prefix(std::string_view path) const {
  auto text = relative(path);
  if (!text.empty() && path.ends_with('/')) text += '/';
  return text;
}

}  // namespace froe::server
