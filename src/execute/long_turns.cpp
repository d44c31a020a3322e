#include "execute/long_turns.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace froe::execute {
namespace {

// How nice the thread is stays, which somebody may change meanwhile.
bool set_turns(std::uint32_t policy, std::uint64_t turn_nanoseconds) {
  auto attributes = scheduling_of_this_thread();
  if (!attributes) return false;
  attributes->policy = policy;
  attributes->turn_nanoseconds = turn_nanoseconds;
  return ::syscall(SYS_sched_setattr, 0, &*attributes, 0) == 0;
}

}  // namespace

std::optional<SchedulingAttributes> scheduling_of_this_thread() {
  SchedulingAttributes attributes;
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return std::nullopt;
  return attributes;
}

LongTurns::LongTurns() : before_(scheduling_of_this_thread()) {
  const bool is_usual = before_ && before_->policy == SCHED_OTHER;
  if (!is_usual || !set_turns(SCHED_BATCH, long_turn)) before_.reset();
}

LongTurns::~LongTurns() {
  if (before_) set_turns(before_->policy, before_->turn_nanoseconds);
}

}  // namespace froe::execute
