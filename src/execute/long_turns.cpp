#include "execute/long_turns.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace froe::execute {
namespace {

bool schedule_this_thread(const SchedulingAttributes& attributes) {
  return ::syscall(SYS_sched_setattr, 0, &attributes, 0) == 0;
}

}  // namespace

SchedulingAttributes scheduling_of_this_thread() {
  SchedulingAttributes attributes;
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return {};
  return attributes;
}

LongTurns::LongTurns() : before_(scheduling_of_this_thread()) {
  if (before_.policy != SCHED_OTHER) return;
  SchedulingAttributes wanted = before_;
  wanted.policy = SCHED_BATCH;
  wanted.turn_nanoseconds = longest_turn;
  is_changed_ = schedule_this_thread(wanted);
}

LongTurns::~LongTurns() {
  if (is_changed_) schedule_this_thread(before_);
}

}  // namespace froe::execute
