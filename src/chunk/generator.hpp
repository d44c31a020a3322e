// A lazy sequence: a coroutine that yields values one at a time, as far as its reader asks. It may hold live
// syntax nodes, so it never leaves the function that reads it; Portable (froe/portable.hpp) refuses it.
#pragma once

#include <coroutine>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

namespace froe::chunk {

template <class T>
class Generator {
 public:
  struct promise_type {
    Generator get_return_object() { return Generator(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T& value) noexcept {
      current = std::addressof(value);
      return {};
    }
    std::suspend_always yield_value(T&& value) noexcept { return yield_value(value); }
    void return_void() noexcept {}
    void unhandled_exception() { throw; }
    void await_transform() = delete;

    T* current = nullptr;  // lives in the suspended coroutine
  };
  using Handle = std::coroutine_handle<promise_type>;

  class Iterator {
   public:
    explicit Iterator(Handle handle) : handle_(handle) {}
    T& operator*() const { return *handle_.promise().current; }
    Iterator& operator++() {
      handle_.resume();
      return *this;
    }
    bool operator==(std::default_sentinel_t) const { return handle_.done(); }

   private:
    Handle handle_;
  };

  Generator(Generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Generator(const Generator&) = delete;
  Generator& operator=(Generator) = delete;
  ~Generator() {
    if (handle_) handle_.destroy();
  }

  // May be called once.
  Iterator begin() {
    handle_.resume();
    return Iterator(handle_);
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  explicit Generator(Handle handle) : handle_(handle) {}
  Handle handle_;
};

}  // namespace froe::chunk
