// The two halves of the sandbox. Each puts a restriction on the calling process that cannot be lifted again,
// or says why it cannot be had. Both need "no new privileges" to be set already.
#pragma once

#include "froe/support.hpp"

namespace froe::confine {

// Denies every right that this kernel's Landlock knows, to the calling thread and those that it starts later.
[[nodiscard]] Status deny_with_landlock();

// Puts the filter of system calls on every thread of the process.
[[nodiscard]] Status filter_system_calls();

}  // namespace froe::confine
