#include "confine/watchdog.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace froe::confine {
namespace {

// A descriptor that the process itself closes stays open inside poll(), and its peer would not see the end:
// look again this often.
constexpr int recheck_milliseconds = 1000;

}  // namespace

Result<std::unique_ptr<Confinement::Watchdog>> Confinement::Watchdog::start(int socket) {
  int type = 0;
  socklen_t size = sizeof type;
  if (::getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return nullptr;
  auto watchdog = std::make_unique<Watchdog>(socket);
  try {
    watchdog->thread_ = std::thread([dog = watchdog.get()] { dog->watch(); });
  } catch (const std::system_error& error) {
    return tl::make_unexpected(
        system_error("cannot start the watch over the conversation", error.code().value()));
  }
  return watchdog;
}

Confinement::Watchdog::~Watchdog() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  ::shutdown(socket_, SHUT_RDWR);  // wakes it
  thread_.join();
}

void Confinement::Watchdog::watch() const {
  while (true) {
    // No events are asked for: a hang-up is always reported. The end of one direction alone is none.
    pollfd watched{socket_, 0, 0};
    int ready = ::poll(&watched, 1, recheck_milliseconds);
    if (stopping_) return;
    if (ready < 0 && errno != EINTR) return;
    // Closed from inside. The other end sees that too, and judges.
    if (ready > 0 && (watched.revents & POLLNVAL) != 0) return;
    if (ready > 0) ::_exit(exit_abandoned);
  }
}

}  // namespace froe::confine
