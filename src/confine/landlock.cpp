// Landlock, by raw system calls: the C library has no functions for it, and the system's header may be older
// than the kernel that froe runs on.
#include "confine/sandbox.hpp"

#ifdef __linux__

#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace froe::confine {
namespace {

// The kernel's landlock_ruleset_attr as of version 6. An older kernel accepts it as long as what it does not
// know is 0.
struct Ruleset {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scoped = 0;
};

// By version of Landlock, everything it can deny: with no rule beside it, all of that is denied. Rights are
// bits without a gap, in the order in which versions added them.
constexpr std::uint64_t first(unsigned rights) {
  return (std::uint64_t{1} << rights) - 1;
}

Ruleset everything(long version) {
  Ruleset all;
  all.files = first(13);                     // to execute, read, write, list, remove and make
  if (version >= 2) all.files = first(14);   // and to link or move elsewhere
  if (version >= 3) all.files = first(15);   // and to truncate
  if (version >= 5) all.files = first(16);   // and ioctl on devices
  if (version >= 4) all.network = first(2);  // to bind and connect TCP sockets
  if (version >= 6) all.scoped = first(2);   // abstract Unix sockets and signals of others
  return all;
}

}  // namespace

Status deny_with_landlock() {
  long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return tl::make_unexpected(system_error("the kernel offers no Landlock", errno));
  Ruleset ruleset = everything(version);
  UniqueFd fd(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0)));
  if (!fd) return tl::make_unexpected(system_error("Landlock refuses a set of rules", errno));
  if (::syscall(SYS_landlock_restrict_self, fd.get(), 0) != 0) {
    return tl::make_unexpected(system_error("Landlock cannot be put on the process", errno));
  }
  return {};
}

}  // namespace froe::confine

#else

namespace froe::confine {

Status deny_with_landlock() {
  return failure(ErrorKind::io, "Landlock is a part of Linux");
}

}  // namespace froe::confine

#endif
