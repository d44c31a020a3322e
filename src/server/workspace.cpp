#include "server/workspace.hpp"

#include <sys/stat.h>

#include <utility>

#include "froe/report.hpp"
#include "server/session.hpp"

namespace froe::server {

namespace fs = std::filesystem;

namespace {

// Why the place where a tree keeps its index is not used: what came with a checkout may point at what belongs
// to somebody else. Empty: it is.
std::string refuse(const fs::path& database, bool is_default) {
  std::error_code error;
  for (const auto& path : {database.parent_path(), database}) {
    if (is_default && fs::is_symlink(path, error)) {
      return report::printable(path.string()) +
             " is a symbolic link and is not followed; --db FILE names an index";
    }
  }
  return {};
}

}  // namespace

Result<bool> is_index_of(store::Reader& reader, const fs::path& root) {
  auto roots = reader.roots();
  if (!roots) return tl::make_unexpected(std::move(roots.error()));
  std::error_code error;
  // One that is no longer there was moved, and this is it.
  return roots->empty() || roots->front() == root || !fs::exists(roots->front(), error);
}

Workspace::Workspace(fs::path root, const Options& options, const Services& services,
                     std::function<void(const IndexState&)> changed)
    : root_(std::move(root)),
      database_(options.database.empty() ? options.database_of(root_) : fs::absolute(options.database)),
      refused_(refuse(database_, options.database.empty())),
      background_(std::make_unique<Background>(
          root_, database_, options.indexing,
          options.index && refused_.empty() ? services.make_indexer() : nullptr, std::move(changed))) {}

std::optional<Workspace::Identity> Workspace::identity() const {
  struct stat status {};
  if (::stat(database_.c_str(), &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino};
}

store::Reader* Workspace::reader_if_any(const std::atomic<bool>& cancelled) {
  if (!refused_.empty()) {
    why_not_ = refused_;
    return nullptr;
  }
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
    auto is_ours = is_index_of(*opened, root_);
    if (!is_ours || !*is_ours) {
      why_not_ = is_ours ? "the first tree of the index " + report::printable(database_.string()) +
                               " is another than " + report::printable(root_.string()) +
                               "; a server needs one of its own"
                         : is_ours.error().message;
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

Workspace::Held::Held(Workspace& workspace, const std::atomic<bool>& cancelled) : workspace_(workspace) {
  if (auto* reader = workspace_.reader_if_any(cancelled)) static_cast<void>(reader->hold());
}

Workspace::Held::~Held() {
  // Another one may have taken its place.
  if (workspace_.reader_) workspace_.reader_->let_go();
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
