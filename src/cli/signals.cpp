#include "cli/signals.hpp"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "cli/output.hpp"

namespace froe::cli {

StopSignals::StopSignals() : stopped_(::eventfd(0, EFD_CLOEXEC)) {
  if (!stopped_) throw std::system_error(errno, std::generic_category(), "cannot make an eventfd");
  sigemptyset(&signals_);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // Whoever started froe to ignore a signal (nohup) is obeyed.
    struct sigaction action {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&signals_, signal);
  }
  sigaddset(&signals_, SIGUSR2);  // wakes the watcher at the end
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  watcher_ = std::thread([this] { watch(); });
}

StopSignals::~StopSignals() {
  done_ = true;
  pthread_kill(watcher_.native_handle(), SIGUSR2);
  watcher_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignals::watch() {
  for (;;) {
    int signal = 0;
    if (sigwait(&signals_, &signal) != 0 || done_) return;
    if (signal == SIGUSR2) continue;
    if (ask_to_stop(signal)) continue;
    std::signal(signal, SIG_DFL);
    sigset_t only{};
    sigemptyset(&only);
    sigaddset(&only, signal);
    pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
    ::kill(::getpid(), signal);
  }
}

bool StopSignals::ask_to_stop(int signal) {
  const std::lock_guard lock(mutex_);
  if (stop_) {
    if (at_second_) at_second_();
    return false;
  }
  if (ends_at_first_) return false;
  // In this order: who sees the stop asks for its reason.
  received_ = signal;
  stop_ = true;
  ::eventfd_write(stopped_.get(), 1);
  complain("stopping; what is in flight is finished first (once more to stop at once)");
  return true;
}

}  // namespace froe::cli
