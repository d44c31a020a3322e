#include "froe/support.hpp"

#include <unistd.h>

#include <system_error>

namespace froe {

Error system_error(std::string what, int error_number) {
  return Error{ErrorKind::io, std::move(what) + ": " + std::generic_category().message(error_number)};
}

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void UniqueFd::reset() {
  // EINTR is not retried: on Linux the descriptor is gone either way, and may be somebody else's by now.
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

bool ByteBudget::acquire(ByteCount amount) {
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [&] { return cancelled_ || in_use_ == ByteCount(0) || in_use_ + amount <= limit_; });
  if (cancelled_) return false;
  in_use_ += amount;
  return true;
}

void ByteBudget::release(ByteCount amount) {
  {
    std::lock_guard lock(mutex_);
    in_use_ -= amount;
  }
  freed_.notify_all();
}

void ByteBudget::cancel() {
  {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  freed_.notify_all();
}

ByteCount ByteBudget::in_use() const {
  std::lock_guard lock(mutex_);
  return in_use_;
}

}  // namespace froe
