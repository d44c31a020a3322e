#include <sys/resource.h>
#include <sys/time.h>

#include <algorithm>
#include <ctime>

#include "froe/confine.hpp"

namespace froe::confine {
namespace {

constexpr std::int64_t nanoseconds_in_second = 1'000'000'000;

void set_alarm(std::chrono::microseconds after) {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(after);
  itimerval timer{};
  timer.it_value.tv_sec = static_cast<decltype(timer.it_value.tv_sec)>(seconds.count());
  timer.it_value.tv_usec = static_cast<decltype(timer.it_value.tv_usec)>((after - seconds).count());
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

std::int64_t cpu_nanoseconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::int64_t{used.tv_sec} * nanoseconds_in_second + used.tv_nsec;
}

}  // namespace

TaskClock::TaskClock() {
  rlimit limit{};
  ::getrlimit(RLIMIT_CPU, &limit);
  cpu_seconds_max_ = limit.rlim_max;
}

void TaskClock::arm(std::chrono::milliseconds deadline) {
  // Rounded up: a limit of whole seconds must not end a task before its time.
  std::int64_t end = cpu_nanoseconds() + std::chrono::nanoseconds(deadline).count();
  auto seconds = static_cast<std::uint64_t>((end + nanoseconds_in_second - 1) / nanoseconds_in_second);
  // Set only when it changes: most tasks begin and end within the same second.
  if (seconds != cpu_seconds_) {
    rlimit limit{std::min<rlim_t>(seconds, cpu_seconds_max_), cpu_seconds_max_};
    ::setrlimit(RLIMIT_CPU, &limit);
    cpu_seconds_ = seconds;
  }
  // 0 would disarm.
  set_alarm(std::max<std::chrono::microseconds>(deadline, std::chrono::microseconds(1)));
}

void TaskClock::disarm() {
  set_alarm(std::chrono::microseconds(0));
}

}  // namespace froe::confine
