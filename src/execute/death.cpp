#include "execute/death.hpp"

#include <sys/wait.h>

#include <csignal>
#include <utility>

namespace froe::execute {
namespace {

// Whether it had used up much of its memory, so that what it died of was the want of it: parsers answer a
// refused allocation with abort() or a null pointer. Half of the limit, because buffers grow by doubling: the
// one that is refused may be as large as all the memory in use.
bool was_short_of_memory(const Death& death) {
  return death.memory_limit > 0 && death.exit.peak_memory.value > death.memory_limit / 2;
}

Outcome outcome_of_signal(int signal, const Death& death) {
  switch (signal) {
    case SIGALRM:  // its own timer
    case SIGXCPU: return Outcome::timed_out;
    case SIGSYS: return Outcome::sandbox_violation;
    case SIGABRT: return was_short_of_memory(death) ? Outcome::memory_limit : Outcome::aborted;
    case SIGSEGV: return was_short_of_memory(death) ? Outcome::memory_limit : Outcome::crashed;
    // No process sends itself these, but a system that is short of memory, an operator or a script does.
    case SIGKILL:
    case SIGTERM:
    case SIGINT:
    case SIGQUIT:
    case SIGHUP:
    case SIGUSR1:
    case SIGUSR2: return Outcome::killed;
    default: return signal >= SIGRTMIN ? Outcome::killed : Outcome::crashed;
  }
}

}  // namespace

Verdict judge(const Death& death) {
  int status = death.exit.status;
  bool signalled = status != -1 && WIFSIGNALED(status);
  if (death.sentence) {
    // A lie is told before the death, whatever that was. One that was late may yet have died by itself.
    bool executed = signalled && WTERMSIG(status) == SIGKILL;
    if (executed || death.sentence->outcome == Outcome::protocol_error) return *death.sentence;
  }
  Verdict verdict{Outcome::crashed,
                  describe_exit(status) + (death.in_frame ? " in the middle of a frame" : "")};
  if (signalled) {
    verdict.outcome = outcome_of_signal(WTERMSIG(status), death);
  } else if (status != -1 && WEXITSTATUS(status) == confine::exit_out_of_memory) {
    verdict = {Outcome::memory_limit, "out of memory"};
  } else if (death.in_frame) {
    verdict.outcome = Outcome::protocol_error;
  }
  return verdict;
}

std::optional<Verdict> Suspicion::blame(Verdict verdict) {
  ++deaths_;
  if (verdict.outcome == Outcome::killed) {
    kill_ = verdict.detail;
  } else if (++faults_ == proof) {
    return verdict;
  }
  if (deaths_ == most_deaths) return Verdict{Outcome::killed, kill_};
  return std::nullopt;
}

}  // namespace froe::execute
