// Words that every module needs and that say nothing about source code: results, counts, owned descriptors
// and the budget that bounds what is in flight. This module does not know what froe does.
#pragma once

#include <compare>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace froe {

// Why an operation failed, as far as a caller may want to act on it.
enum class ErrorKind : std::uint8_t {
  invalid_argument,  // the request itself is wrong; the message says what is allowed
  not_found,         // a path or an indexed thing that is not there
  io,                // the operating system refused; the message carries its reason
  busy,              // someone else holds it; the message says who
  corrupt,           // stored or received bytes are not what they claim to be
  too_new,           // written by a later froe
  interrupted,       // stopped on request
  internal,          // a broken promise of froe's own
};

// `message` is a full sentence for the user: it names the file and, where there is one, the way out.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return tl::make_unexpected(Error{kind, std::move(message)});
}

// `what` followed by the text for the error number, as in "cannot open x: Permission denied".
[[nodiscard]] Error system_error(std::string what, int error_number);

// A count that cannot be mistaken for a count of something else.
template <class Unit>
struct Count {
  std::uint64_t value = 0;

  constexpr Count() = default;
  constexpr explicit Count(std::uint64_t number) : value(number) {}
  friend constexpr auto operator<=>(Count, Count) = default;
  friend constexpr Count operator+(Count a, Count b) { return Count(a.value + b.value); }
  friend constexpr Count operator-(Count a, Count b) { return Count(a.value - b.value); }
  constexpr Count& operator+=(Count other) { return *this = *this + other; }
  constexpr Count& operator-=(Count other) { return *this = *this - other; }
};
using ByteCount = Count<struct ByteUnit>;
using LineCount = Count<struct LineUnit>;

// An open file descriptor, closed when its owner goes. Not to be shared between threads while it is moved.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

// Bounds the bytes in flight between a producer and a consumer on different threads. Any thread may call
// anything.
class ByteBudget {
 public:
  explicit ByteBudget(ByteCount limit) : limit_(limit) {}

  // Waits until `amount` fits. Something larger than the whole budget is let through when nothing else is in
  // flight. Returns false once the budget is cancelled.
  [[nodiscard]] bool acquire(ByteCount amount);
  void release(ByteCount amount);
  // Wakes every waiter; from now on nothing is let through.
  void cancel();
  [[nodiscard]] ByteCount in_use() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  ByteCount limit_;
  ByteCount in_use_;
  bool cancelled_ = false;
};

}  // namespace froe
