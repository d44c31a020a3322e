#include "execute/deadline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace froe::execute {
namespace {

// A timer that is so late was not delayed by a busy machine: the process stood still.
constexpr std::chrono::milliseconds stood_still{1000};

}  // namespace

void Deadline::set(std::chrono::milliseconds term) {
  term_ = term;
  due_ = Clock::now() + term;
  if (due_ < timer_.expiry()) timer_.cancel();
}

void Deadline::close() {
  closed_ = true;
  timer_.cancel();
}

boost::asio::awaitable<bool> Deadline::passed() {
  while (!closed_) {
    auto expected = due_;
    timer_.expires_at(expected);
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    auto now = Clock::now();
    if (closed_ || now < due_) continue;
    if (now - expected > stood_still) {
      due_ = now + term_;
      continue;
    }
    clear();
    co_return true;
  }
  co_return false;
}

}  // namespace froe::execute
