#include "confine/limits.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

namespace froe::confine {
namespace {

struct Resource {
  decltype(RLIMIT_DATA) number;
  const char* name;
};
constexpr Resource memory{RLIMIT_DATA, "data"};
constexpr Resource descriptors{RLIMIT_NOFILE, "descriptors"};
constexpr Resource core{RLIMIT_CORE, "core"};
constexpr Resource file_size{RLIMIT_FSIZE, "file size"};
constexpr Resource cpu{RLIMIT_CPU, "cpu"};
constexpr Resource stack{RLIMIT_STACK, "stack"};

rlimit get(const Resource& resource) {
  rlimit limit{};
  ::getrlimit(resource.number, &limit);
  return limit;
}

// Hard and soft: without privileges it cannot be raised again. Never raises a limit that is lower already.
Status set(const Resource& resource, std::uint64_t value) {
  rlimit now = get(resource);
  rlim_t wanted = std::min({static_cast<rlim_t>(value), now.rlim_cur, now.rlim_max});
  rlimit limit{wanted, wanted};
  if (::setrlimit(resource.number, &limit) == 0) return {};
  return tl::make_unexpected(
      system_error("cannot limit " + std::string(resource.name) + " to " + std::to_string(value), errno));
}

// Who runs a worker by hand may well have sent its output to a file.
bool prints_to_a_file() {
  for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat status {};
    if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) return true;
  }
  return false;
}

// "socket:[123]" is "socket", "anon_inode:[eventfd]" is "eventfd", a path is itself.
std::string kind_of(const std::string& target) {
  if (target.starts_with('/')) return target;
  const std::string anonymous = "anon_inode:";
  if (target.starts_with(anonymous)) {
    std::string kind = target.substr(anonymous.size());
    std::erase_if(kind, [](char c) { return c == '[' || c == ']'; });
    return kind;
  }
  return target.substr(0, target.find(':'));
}

}  // namespace

Status set_limits(const Limits& limits) {
  if (limits.memory_bytes > 0 && !is_sanitizer_build()) {
    if (auto ok = set(memory, limits.memory_bytes); !ok) return ok;
  }
  if (limits.descriptors > 0) {
    if (auto ok = set(descriptors, limits.descriptors); !ok) return ok;
  }
  if (auto ok = set(core, 0); !ok) return ok;
  return prints_to_a_file() ? Status{} : set(file_size, 0);
}

std::vector<std::string> list_descriptors() {
  namespace fs = std::filesystem;
  std::error_code none;
  std::vector<std::pair<int, std::string>> open;
  for (fs::directory_iterator entry("/proc/self/fd", none), end; entry != end; entry.increment(none)) {
    if (none) break;
    std::string target = fs::read_symlink(entry->path(), none).string();
    // The listing itself is open while it is made.
    if (none || (target.starts_with("/proc/") && target.ends_with("/fd"))) continue;
    open.emplace_back(std::stoi(entry->path().filename().string()), kind_of(target));
  }
  std::sort(open.begin(), open.end());
  std::vector<std::string> lines;
  lines.reserve(open.size());
  for (const auto& [number, kind] : open) lines.push_back(std::to_string(number) + " " + kind);
  return lines;
}

std::vector<std::string> list_limits() {
  std::vector<std::string> lines;
  const std::array resources{memory, descriptors, core, file_size, cpu, stack};
  lines.reserve(resources.size());
  for (const Resource& resource : resources) {
    rlim_t soft = get(resource).rlim_cur;
    lines.push_back(std::string(resource.name) + " " +
                    (soft == RLIM_INFINITY ? "unlimited" : std::to_string(soft)));
  }
  return lines;
}

#ifdef __linux__

void volunteer_for_the_oom_killer() {
  UniqueFd score(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  // Containers may forbid it; then the system chooses by size alone.
  if (score) (void)!::write(score.get(), "1000", 4);
}

Status give_up_privileges() {
  // The leak checker of the address sanitizer traces its own process.
  if (!is_sanitizer_build() && ::prctl(PR_SET_DUMPABLE, 0) != 0) {
    return tl::make_unexpected(system_error("cannot make the process undumpable", errno));
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return tl::make_unexpected(system_error("cannot give up new privileges", errno));
  }
  return {};
}

#else

void volunteer_for_the_oom_killer() {}
Status give_up_privileges() {
  return {};
}

#endif

}  // namespace froe::confine
