// The limits of the operating system on the calling process, and what is seen of them.
#pragma once

#include <string>
#include <vector>

#include "froe/confine.hpp"

namespace froe::confine {

[[nodiscard]] Status set_limits(const Limits& limits);

// Needs /proc; empty without it.
[[nodiscard]] std::vector<std::string> list_descriptors();
[[nodiscard]] std::vector<std::string> list_limits();

// First victim when memory runs out, where the system allows that.
void volunteer_for_the_oom_killer();

// Neither dumpable nor traceable, and no way to more rights than the process has. After this, a process that
// is not root's has no /proc of its own.
[[nodiscard]] Status give_up_privileges();

}  // namespace froe::confine
