// How the system schedules a thread, and what is asked of it for a run in processes. Linux only; see
// sched(7).
#pragma once

#include <cstdint>

namespace froe::execute {

// As sched_getattr(2) and sched_setattr(2) have it, which the C library does not know.
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

// The longest turn that Linux gives.
constexpr std::uint64_t longest_turn = 100'000'000;

// Of the thread that calls. All zero but the size if the system does not tell.
[[nodiscard]] SchedulingAttributes scheduling_of_this_thread();

// While it lives, neither this thread nor those and the processes that it starts interrupt each other to be
// woken, and each has long turns: there is work for all of them, and each switch costs the caches. Other
// programs interrupt them as ever. Where the system refuses, or somebody chose a policy, it is as before.
class LongTurns {
 public:
  LongTurns();
  LongTurns(const LongTurns&) = delete;
  LongTurns& operator=(const LongTurns&) = delete;
  ~LongTurns();

 private:
  SchedulingAttributes before_;
  bool is_changed_ = false;
};

}  // namespace froe::execute
