#include <git2.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "discovery/repository.hpp"
#include "froe/discovery.hpp"

namespace froe::discovery {
namespace {

template <class T, void (*free_resource)(T*)>
struct Free {
  void operator()(T* resource) const { free_resource(resource); }
};
using RepositoryHandle = std::unique_ptr<git_repository, Free<git_repository, git_repository_free>>;
using ObjectHandle = std::unique_ptr<git_object, Free<git_object, git_object_free>>;
using TreeHandle = std::unique_ptr<git_tree, Free<git_tree, git_tree_free>>;
using DiffHandle = std::unique_ptr<git_diff, Free<git_diff, git_diff_free>>;
using IndexHandle = std::unique_ptr<git_index, Free<git_index, git_index_free>>;
using EntryHandle = std::unique_ptr<git_tree_entry, Free<git_tree_entry, git_tree_entry_free>>;
using WalkHandle = std::unique_ptr<git_revwalk, Free<git_revwalk, git_revwalk_free>>;
using BlobHandle = std::unique_ptr<git_blob, Free<git_blob, git_blob_free>>;

std::string reason() {
  const git_error* error = git_error_last();
  return error != nullptr && error->message != nullptr ? error->message : "libgit2 gave no reason";
}

bool is_file(std::uint16_t mode) {
  return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

std::string hex(const git_oid& id) {
  std::string text(GIT_OID_HEXSZ, '0');
  git_oid_fmt(text.data(), &id);
  return text;
}

// Whether git itself left a tracked file out of the work tree: a sparse checkout.
bool is_left_out(git_index* index, const char* path) {
  const git_index_entry* entry = index != nullptr ? git_index_get_bypath(index, path, 0) : nullptr;
  return entry != nullptr && (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
}

EntryType type_of(std::uint16_t mode) {
  if (mode == GIT_FILEMODE_LINK) return EntryType::symbolic_link;
  return mode == GIT_FILEMODE_COMMIT ? EntryType::submodule : EntryType::regular;
}

}  // namespace

struct Revisions::State {
  GitSession session;  // outlives the repository
  std::string name;    // of the repository, for messages
  RepositoryHandle repository;

  Result<TreeHandle> tree(const std::string& commit, const std::string& below = {}) {
    git_object* object = nullptr;
    if (git_revparse_single(&object, repository.get(), (commit + "^{tree}").c_str()) != 0) {
      return failure(ErrorKind::corrupt,
                     "cannot read the tree of " + commit + " in " + name + ": " + reason());
    }
    TreeHandle top(reinterpret_cast<git_tree*>(object));
    if (below.empty()) return top;
    git_tree_entry* entry = nullptr;
    const int status = git_tree_entry_bypath(&entry, top.get(), below.c_str());
    const EntryHandle owner(entry);
    git_tree* inner = nullptr;
    if (status != 0 || git_tree_entry_type(entry) != GIT_OBJECT_TREE ||
        git_tree_lookup(&inner, repository.get(), git_tree_entry_id(entry)) != 0) {
      return failure(ErrorKind::not_found, "the commit " + commit + " has no directory " + below);
    }
    return TreeHandle(inner);
  }
};

Revisions::Revisions(std::unique_ptr<State> state) : state_(std::move(state)) {}
Revisions::Revisions(Revisions&&) noexcept = default;
Revisions& Revisions::operator=(Revisions&&) noexcept = default;
Revisions::~Revisions() = default;

Result<Revisions> Revisions::open(const std::filesystem::path& directory) {
  auto state = std::make_unique<State>();
  state->name = directory.string();
  git_repository* repository = nullptr;
  const int status = git_repository_open_ext(&repository, directory.c_str(), 0, nullptr);
  if (status == GIT_ENOTFOUND) {
    return failure(ErrorKind::not_found, directory.string() + " is in no git repository");
  }
  if (status != 0) {
    auto why = reason();
    if (why.find("extensions.objectformat") != std::string::npos)
      why = "libgit2 cannot read SHA-256 object ids";
    return failure(ErrorKind::io, "cannot open the git repository of " + directory.string() + ": " + why);
  }
  state->repository.reset(repository);
  return Revisions(std::move(state));
}

std::string Revisions::work_tree() const {
  const char* path = git_repository_workdir(state_->repository.get());
  return path != nullptr ? path : "";
}

Result<std::string> Revisions::commit(const std::string& name) {
  // First what is meant, then its commit: libgit2 does not know `@^{commit}`.
  git_object* object = nullptr;
  int status = git_revparse_single(&object, state_->repository.get(), name.c_str());
  const ObjectHandle owner(object);
  git_object* commit = nullptr;
  if (status == 0) status = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
  const ObjectHandle commit_owner(commit);
  if (status == 0) return hex(*git_object_id(commit));
  if (status == GIT_EAMBIGUOUS) {
    return failure(ErrorKind::invalid_argument, "'" + name + "' may mean several objects in " + state_->name);
  }
  std::string message = "there is no commit '" + name + "' in the git repository of " + state_->name;
  if (git_repository_is_shallow(state_->repository.get()) == 1) {
    message += ", which is a shallow clone; `git fetch --unshallow` gets the rest";
  }
  return failure(ErrorKind::not_found, std::move(message));
}

Result<std::vector<std::string>> Revisions::commits(const std::string& range) {
  const auto dots = range.find("..");
  if (dots == std::string::npos) {
    auto one = commit(range);
    if (!one) return tl::make_unexpected(std::move(one.error()));
    return std::vector{std::move(*one)};
  }
  // Each end by itself, so that it is named where it is not there. As with git, one left out is HEAD.
  const auto end_named = [&](const std::string& name) { return commit(name.empty() ? "HEAD" : name); };
  auto from = end_named(range.substr(0, dots));
  if (!from) return tl::make_unexpected(std::move(from.error()));
  auto to = end_named(range.substr(dots + 2));
  if (!to) return tl::make_unexpected(std::move(to.error()));
  git_oid hidden{};
  git_oid pushed{};
  git_oid_fromstr(&hidden, from->c_str());
  git_oid_fromstr(&pushed, to->c_str());
  git_revwalk* walk = nullptr;
  int status = git_revwalk_new(&walk, state_->repository.get());
  const WalkHandle owner(walk);
  if (status == 0) status = git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE);
  if (status == 0) status = git_revwalk_push(walk, &pushed);
  if (status == 0) status = git_revwalk_hide(walk, &hidden);
  std::vector<std::string> found;
  for (git_oid id{}; status == 0 && (status = git_revwalk_next(&id, walk)) == 0;) found.push_back(hex(id));
  if (status != GIT_ITEROVER) {
    return failure(ErrorKind::not_found,
                   "cannot follow the range '" + range + "' in " + state_->name + ": " + reason());
  }
  return found;
}

Result<std::vector<CommittedFile>> Revisions::files(const std::string& commit, const std::string& below) {
  auto tree = state_->tree(commit, below);
  if (!tree) return tl::make_unexpected(std::move(tree.error()));
  std::vector<CommittedFile> found;
  auto visit = [](const char* directory, const git_tree_entry* entry, void* list) {
    if (git_tree_entry_type(entry) != GIT_OBJECT_TREE) {
      auto mode = static_cast<std::uint16_t>(git_tree_entry_filemode(entry));
      static_cast<std::vector<CommittedFile>*>(list)->push_back(
          {std::string(directory) + git_tree_entry_name(entry), type_of(mode),
           hex(*git_tree_entry_id(entry))});
    }
    return 0;
  };
  if (git_tree_walk(tree->get(), GIT_TREEWALK_PRE, visit, &found) != 0) {
    return failure(ErrorKind::io,
                   "cannot read the tree of " + commit + " in " + state_->name + ": " + reason());
  }
  std::ranges::sort(found, {}, &CommittedFile::path);
  return found;
}

Result<std::vector<CommittedFile>> Revisions::changes(const std::string& before, const std::string& commit,
                                                      const std::string& below) {
  auto old_tree = state_->tree(before, below);
  if (!old_tree) return tl::make_unexpected(std::move(old_tree.error()));
  auto new_tree = state_->tree(commit, below);
  if (!new_tree) return tl::make_unexpected(std::move(new_tree.error()));
  git_diff_options options{};
  git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
  options.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_INCLUDE_TYPECHANGE;
  git_diff* diff = nullptr;
  const int status =
      git_diff_tree_to_tree(&diff, state_->repository.get(), old_tree->get(), new_tree->get(), &options);
  const DiffHandle owner(diff);
  if (status != 0) return failure(ErrorKind::io, "git cannot compare in " + state_->name + ": " + reason());
  std::vector<CommittedFile> found;
  for (std::size_t i = 0; i < git_diff_num_deltas(diff); ++i) {
    const git_diff_delta& delta = *git_diff_get_delta(diff, i);
    const bool gone = delta.status == GIT_DELTA_DELETED;
    const auto& file = gone ? delta.old_file : delta.new_file;
    found.push_back({file.path, type_of(file.mode), gone ? std::string() : hex(file.id)});
  }
  std::ranges::sort(found, {}, &CommittedFile::path);
  return found;
}

Result<std::string> Revisions::merge_base(const std::string& one, const std::string& other) {
  git_oid a{};
  git_oid b{};
  git_oid base{};
  const bool valid = git_oid_fromstr(&a, one.c_str()) == 0 && git_oid_fromstr(&b, other.c_str()) == 0;
  const int status = valid ? git_merge_base(&base, state_->repository.get(), &a, &b) : GIT_EINVALIDSPEC;
  if (status == 0) return hex(base);
  std::string message =
      "the histories of " + one + " and " + other + " have nothing in common in " + state_->name;
  if (git_repository_is_shallow(state_->repository.get()) == 1) {
    message += ", which is a shallow clone; `git fetch --unshallow` gets the rest";
  } else if (status != GIT_ENOTFOUND) {
    message = "cannot find where " + one + " and " + other + " part in " + state_->name + ": " + reason();
  }
  return failure(status == GIT_ENOTFOUND ? ErrorKind::not_found : ErrorKind::io, std::move(message));
}

Result<std::vector<Difference>> Revisions::differences(const std::string& before, const std::string& after) {
  auto old_tree = state_->tree(before);
  if (!old_tree) return tl::make_unexpected(std::move(old_tree.error()));
  git_diff_options options{};
  git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
  options.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS |
                  GIT_DIFF_IGNORE_SUBMODULES;
  git_diff* diff = nullptr;
  int status = 0;
  if (after.empty()) {
    if (work_tree().empty()) return failure(ErrorKind::invalid_argument, state_->name + " has no work tree");
    status = git_diff_tree_to_workdir_with_index(&diff, state_->repository.get(), old_tree->get(), &options);
  } else {
    auto new_tree = state_->tree(after);
    if (!new_tree) return tl::make_unexpected(std::move(new_tree.error()));
    status =
        git_diff_tree_to_tree(&diff, state_->repository.get(), old_tree->get(), new_tree->get(), &options);
  }
  const DiffHandle owner(diff);
  if (status != 0) return failure(ErrorKind::io, "git cannot compare in " + state_->name + ": " + reason());
  git_index* index = nullptr;
  if (after.empty()) git_repository_index(&index, state_->repository.get());
  const IndexHandle index_owner(index);
  std::vector<Difference> found;
  for (std::size_t i = 0; i < git_diff_num_deltas(diff); ++i) {
    const git_diff_delta& delta = *git_diff_get_delta(diff, i);
    if (delta.status == GIT_DELTA_DELETED && is_left_out(index, delta.old_file.path)) continue;
    Difference difference;
    difference.path = delta.new_file.path != nullptr ? delta.new_file.path : delta.old_file.path;
    if (is_file(delta.old_file.mode)) difference.before = hex(delta.old_file.id);
    if (is_file(delta.new_file.mode)) difference.after = after.empty() ? "-" : hex(delta.new_file.id);
    bool none = difference.before.empty() && difference.after.empty();
    if (!none && difference.before != difference.after) found.push_back(std::move(difference));
  }
  std::ranges::sort(found, {}, &Difference::path);
  return found;
}

Result<std::uint64_t> Revisions::size(const std::string& id) {
  git_oid oid{};
  git_odb* database = nullptr;
  std::size_t size = 0;
  git_object_t type{};
  const bool known = git_oid_fromstr(&oid, id.c_str()) == 0 &&
                     git_repository_odb(&database, state_->repository.get()) == 0 &&
                     git_odb_read_header(&size, &type, database, &oid) == 0;
  const std::unique_ptr<git_odb, Free<git_odb, git_odb_free>> owner(database);
  if (!known)
    return failure(ErrorKind::io, "cannot read the object " + id + " in " + state_->name + ": " + reason());
  return size;
}

Result<std::string> Revisions::content(const std::string& id) {
  git_oid oid{};
  git_blob* blob = nullptr;
  if (git_oid_fromstr(&oid, id.c_str()) != 0 || git_blob_lookup(&blob, state_->repository.get(), &oid) != 0) {
    return failure(ErrorKind::io, "cannot read the object " + id + " in " + state_->name + ": " + reason());
  }
  const BlobHandle owner(blob);
  return std::string(static_cast<const char*>(git_blob_rawcontent(blob)),
                     static_cast<std::size_t>(git_blob_rawsize(blob)));
}

}  // namespace froe::discovery
