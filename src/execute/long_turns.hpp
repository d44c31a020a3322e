// How the system schedules a thread, and what is asked of it for a run in processes. Linux only; see
// sched(7).
#pragma once

#include <cstdint>
#include <optional>

namespace froe::execute {

// As sched_getattr(2) and sched_setattr(2) have it, which C libraries have come to know only lately.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  // How long a thread runs before another gets its processor, if both want it. Below Linux 6.12 there is no
  // such thing, and this is 0 and is not minded.
  std::uint64_t turn_nanoseconds = 0;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};
static_assert(sizeof(SchedulingAttributes) == 48);  // the first version, which every kernel takes

// In nanoseconds, some twenty times as long as usual. Linux gives up to 100 ms; at 30 there are hardly more
// switches than at 100, and who waits for a processor, with a deadline to keep, waits less.
constexpr std::uint64_t long_turn = 30'000'000;

// Of the thread that calls. Nothing if the system does not tell.
[[nodiscard]] std::optional<SchedulingAttributes> scheduling_of_this_thread();

// While it lives, neither this thread nor those and the processes that it starts interrupt each other to be
// woken, and each has long turns: there is work for all of them, and each switch costs the caches. What
// another program has to do when it is woken it does at once, as ever. Where the system refuses, or somebody
// chose a policy, it is as before.
class LongTurns {
 public:
  LongTurns();
  LongTurns(const LongTurns&) = delete;
  LongTurns& operator=(const LongTurns&) = delete;
  ~LongTurns();

 private:
  std::optional<SchedulingAttributes> before_;  // if anything was changed
};

}  // namespace froe::execute
