// Puts the calling process under limits and into a sandbox, so that foreign C code running on foreign input
// in it can hurt nobody: neither the machine, nor other processes, nor files. This module does not know what
// the process does, nor who started it. What is allowed, what is refused and what is not defended against:
// docs/sandbox.md.
//
// Nothing here can be undone: it is for a process that will do nothing else. Linux; on other systems the
// level is `none`.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "froe/portable.hpp"
#include "froe/support.hpp"

namespace froe::confine {

// What the process may take of the machine. Core files and growing files are refused whatever is said here.
struct Limits {
  std::uint64_t memory_bytes = 0;  // private writable memory, stacks left out (RLIMIT_DATA); 0: no limit
  std::uint64_t descriptors = 0;   // descriptors have smaller numbers than this (RLIMIT_NOFILE); 0: as it was

  static constexpr auto fields() {
    return std::tuple{field("memory_bytes", &Limits::memory_bytes),
                      field("descriptors", &Limits::descriptors)};
  }
  friend bool operator==(const Limits&, const Limits&) = default;
};

// How much is asked for.
enum class Sandbox : std::uint8_t {
  off,        // limits only
  automatic,  // whatever can be had here
  require,    // everything or nothing: an error if a part cannot be had
};
inline constexpr std::array all_sandboxes{Sandbox::off, Sandbox::automatic, Sandbox::require};
// The name on the command line: "off", "auto", "require".
[[nodiscard]] std::string_view to_string(Sandbox sandbox);
[[nodiscard]] std::optional<Sandbox> sandbox_from_string(std::string_view name);

// How much was reached.
enum class Level : std::uint8_t {
  none,
  landlock,              // no files, no TCP, no signals to others
  seccomp,               // only the system calls that a worker needs
  landlock_and_seccomp,  // both: what `require` asks for
};
inline constexpr std::array all_levels{Level::none, Level::landlock, Level::seccomp,
                                       Level::landlock_and_seccomp};
// "none", "landlock", "seccomp", "landlock_and_seccomp".
[[nodiscard]] std::string_view to_string(Level level);
[[nodiscard]] std::optional<Level> level_from_string(std::string_view name);

// What the process is under. Lists are for people: see `enter` for when they were taken.
struct Report {
  Level level = Level::none;
  std::string detail;                    // why the level is not higher; empty at the highest
  std::vector<std::string> descriptors;  // that are open, with what each is: "0 /dev/null", "3 socket"
  std::vector<std::string> limits;       // soft limits in force: "data 1073741824", "core 0", "cpu unlimited"

  static constexpr auto fields() {
    return std::tuple{field("level", &Report::level), field("detail", &Report::detail),
                      field("descriptors", &Report::descriptors), field("limits", &Report::limits)};
  }
  friend bool operator==(const Report&, const Report&) = default;
};
static_assert(PortableRecord<Limits> && PortableRecord<Report>);

// Exit statuses that this module gives the process.
inline constexpr int exit_abandoned = 4;      // the other end of the conversation is gone
inline constexpr int exit_out_of_memory = 6;  // memory was refused

// Whether this is a build with a sanitizer that needs the memory and the system calls which limits and filter
// refuse. In such a build there is no limit on memory and the level is `none`.
[[nodiscard]] bool is_sanitizer_build();

// Ends the process with `exit_out_of_memory` and a line on standard error. Safe in a signal handler and
// without any memory left.
[[noreturn]] void die_of_memory() noexcept;

// The state of a confined process. One thread makes and destroys it; not to be shared.
class Confinement {
 public:
  Confinement(Confinement&&) noexcept;
  Confinement& operator=(Confinement&&) = delete;
  // Ends the watch over the conversation by shutting the socket down in both directions. All else stays.
  ~Confinement();

  [[nodiscard]] const Report& report() const { return report_; }

 private:
  class Watchdog;
  Confinement(Report report, std::unique_ptr<Watchdog> watchdog);
  friend Result<Confinement> enter(const Limits& limits, Sandbox sandbox, int conversation);

  Report report_;
  std::unique_ptr<Watchdog> watchdog_;
};

// Does everything at once, in the one order that works:
// 1. Limits: those given, RLIMIT_CORE 0, and RLIMIT_FSIZE 0 unless standard output or error is a regular
// file;
//    first victim when the machine runs out of memory (where the system lets us). With a limit on memory, a
//    failing `operator new` ends the process as `die_of_memory` does.
// 2. Takes the lists of descriptors and limits: later there is no /proc.
// 3. Not dumpable, not traceable by equals; no new privileges.
// 4. Landlock; then a thread that ends the process with `exit_abandoned` when the other end of `conversation`
//    is gone, however busy the process is (only if it is a socket: the processes of a shell pipeline end by
//    themselves); then the filter. Under it no thread can be started and no file opened.
// Call it on the main thread, while there is no other, after everything is loaded and before the first
// foreign code runs. ErrorKind::io if a limit cannot be set or, under `require`, a part of the sandbox cannot
// be had; the process is then in no defined state and must end.
[[nodiscard]] Result<Confinement> enter(const Limits& limits, Sandbox sandbox, int conversation);

// The clock of the process's current task, in wall time and in CPU time. The process dies by SIGALRM or
// SIGXCPU when one runs out; both must have their default disposition. One in a process, on one thread.
// Arming and disarming cost well under a microsecond each.
class TaskClock {
 public:
  TaskClock();
  // From now: SIGALRM after `deadline`; SIGXCPU when the process has used as much CPU, up to a second later
  // because the system counts whole seconds. Replaces what was armed.
  void arm(std::chrono::milliseconds deadline);
  // No SIGALRM any more. The limit on CPU stays: who does nothing does not reach it.
  void disarm();

 private:
  std::uint64_t cpu_seconds_ = 0;      // the soft limit in force, if we set it
  std::uint64_t cpu_seconds_max_ = 0;  // the hard limit
};

}  // namespace froe::confine

namespace froe {
template <>
struct Enumerators<confine::Sandbox> {
  static constexpr auto all = confine::all_sandboxes;
};
template <>
struct Enumerators<confine::Level> {
  static constexpr auto all = confine::all_levels;
};
}  // namespace froe
