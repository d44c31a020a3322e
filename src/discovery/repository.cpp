#include "discovery/repository.hpp"

#include <fcntl.h>
#include <git2.h>

#include <array>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <utility>

#include "discovery/git_index.hpp"
#include "discovery/read_at.hpp"

// libgit2 reads the system's list of certificates whenever it is initialised, and Debian's build has Mbed TLS
// parse each of them: more than half of what a run costs that finds nothing to do. froe opens no connection,
// so the list is for nobody. The dynamic linker takes this function of the program before the library's;
// where libgit2 is built with another TLS, nobody calls it.
extern "C" {
int mbedtls_x509_crt_parse_file(void* chain, const char* path);
int mbedtls_x509_crt_parse_file(void*, const char*) {
  constexpr int no_file = -0x3E00;  // MBEDTLS_ERR_PK_FILE_IO_ERROR, with which libgit2 goes on without
  return no_file;
}
}

namespace froe::discovery {
namespace {

// libgit2 hands out resources by pointer to pointer and wants each freed by its own function.
template <auto free_resource>
struct Free {
  void operator()(auto* resource) const { free_resource(resource); }
};
using RepositoryHandle = std::unique_ptr<git_repository, Free<git_repository_free>>;
using IndexHandle = std::unique_ptr<git_index, Free<git_index_free>>;
using ConfigHandle = std::unique_ptr<git_config, Free<git_config_free>>;

// Some ten million files.
constexpr ByteCount max_index(1U << 30U);

std::string take(git_buf& buffer) {
  std::string text(buffer.ptr, buffer.size);
  git_buf_dispose(&buffer);
  return text;
}

std::string last_error() {
  const git_error* error = git_error_last();
  return error != nullptr && error->message != nullptr ? error->message : "libgit2 gave no reason";
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// Takes `config` over; null is allowed.
std::string user_ignore_file_of(git_config* config) {
  const ConfigHandle owner(config);
  if (config != nullptr) {
    git_buf path{};
    if (git_config_get_path(&path, config, "core.excludesfile") == 0) return take(path);
  }
  if (std::string base = environment("XDG_CONFIG_HOME"); !base.empty()) return base + "/git/ignore";
  if (std::string home = environment("HOME"); !home.empty()) return home + "/.config/git/ignore";
  return {};
}

}  // namespace

GitSession::GitSession() {
  // The options are libgit2's own globals, which others read as soon as they have a session.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  if (git_libgit2_init() != 1) return;
  // froe runs nothing that a repository names and reads its ignore rules and index only, so that the owner
  // does not matter; refusing would make the index depend on who runs froe.
  git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
  // Extensions that change neither ignore rules nor the index file; libgit2 1.5 would refuse the repository.
  std::array extensions = {"noop", "partialclone", "worktreeconfig", "preciousobjects"};
  git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size());
}

GitSession::~GitSession() {
  git_libgit2_shutdown();
}

std::string user_ignore_file() {
  git_config* config = nullptr;
  return user_ignore_file_of(git_config_open_default(&config) == 0 ? config : nullptr);
}

struct Repository::Handles {
  RepositoryHandle repository;
  bool index_read = false;
  // One of them, or none if the index could not be read.
  std::optional<GitIndex> names;
  IndexHandle index;
};

Repository::Repository(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
Repository::~Repository() = default;

std::unique_ptr<Repository> Repository::around(const std::string& directory, std::string& problem) {
  return open(directory, 0, problem);
}

std::unique_ptr<Repository> Repository::at(const std::string& directory, std::string& problem) {
  return open(directory, GIT_REPOSITORY_OPEN_NO_SEARCH, problem);
}

std::unique_ptr<Repository> Repository::open(const std::string& directory, unsigned flags,
                                             std::string& problem) {
  git_repository* repository = nullptr;
  const int status = git_repository_open_ext(&repository, directory.c_str(), flags, nullptr);
  if (status == 0) {
    auto handles = std::make_unique<Handles>();
    handles->repository.reset(repository);
    if (git_repository_workdir(repository) == nullptr) return nullptr;  // bare
    return std::unique_ptr<Repository>(new Repository(std::move(handles)));
  }
  if (status != GIT_ENOTFOUND) {
    problem = "cannot open the git repository at '" + directory +
              "', so its own rules and list of tracked files " + "do not count: " + last_error();
  }
  return nullptr;
}

std::string Repository::work_tree() const {
  return git_repository_workdir(handles_->repository.get());
}

std::string Repository::exclude_file() const {
  return std::string(git_repository_commondir(handles_->repository.get())) + "info/exclude";
}

std::string Repository::user_ignore_file() const {
  git_config* config = nullptr;
  return user_ignore_file_of(git_repository_config(&config, handles_->repository.get()) == 0 ? config
                                                                                             : nullptr);
}

bool Repository::ignore_case() const {
  git_config* config = nullptr;
  if (git_repository_config(&config, handles_->repository.get()) != 0) return false;
  const ConfigHandle owner(config);
  int value = 0;
  return git_config_get_bool(&value, config, "core.ignorecase") == 0 && value != 0;
}

void Repository::read_index() {
  if (std::exchange(handles_->index_read, true)) return;
  // Where case does not count, libgit2 knows which names are the same.
  if (!ignore_case()) {
    const std::string file = std::string(git_repository_path(handles_->repository.get())) + "index";
    const auto content = read_at(AT_FDCWD, file, max_index, Links::follow);
    if (content) handles_->names = GitIndex::parse(content->bytes);
  }
  if (handles_->names) return;
  git_index* index = nullptr;
  if (git_repository_index(&index, handles_->repository.get()) != 0) {
    problem_ = "cannot read the git index of '" + work_tree() +
               "', so files that are tracked although they are ignored are left out: " + last_error();
    return;
  }
  handles_->index.reset(index);
}

bool Repository::tracks(const std::string& path) {
  read_index();
  if (handles_->names) return handles_->names->holds(path);
  return handles_->index && git_index_find(nullptr, handles_->index.get(), path.c_str()) == 0;
}

bool Repository::tracks_below(const std::string& directory) {
  read_index();
  if (handles_->names) return handles_->names->holds_below(directory);
  return handles_->index && git_index_find_prefix(nullptr, handles_->index.get(), directory.c_str()) == 0;
}

std::string Repository::take_problem() {
  return std::exchange(problem_, {});
}

}  // namespace froe::discovery
