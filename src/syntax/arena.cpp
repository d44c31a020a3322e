#include "syntax/arena.hpp"

#include <sys/mman.h>
#include <tree_sitter/api.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "froe/syntax.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FROE_USE_ARENA 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define FROE_USE_ARENA 0
#endif
#endif
#ifndef FROE_USE_ARENA
#define FROE_USE_ARENA 1
#endif

namespace froe::syntax {

#if FROE_USE_ARENA
namespace {

// What most files need; touched pages stay with the thread. Larger needs are met in steps of as much, which
// are given back with the outermost scope. (Steps that grow would count in full against a limit on a worker's
// memory.)
constexpr std::size_t retained_bytes = 16U << 20U;

// Before each block, its capacity.
constexpr std::size_t header_bytes = alignof(std::max_align_t);
// Blocks are multiples of the granule up to this size, powers of two above it. What is freed is used again
// for its size.
constexpr std::size_t granule = 16;
constexpr std::size_t small_bytes = 2048;

struct Free {
  Free* next;
};
static_assert(granule % alignof(std::max_align_t) == 0 && granule >= sizeof(Free));

struct Unmap {
  std::size_t bytes;
  void operator()(std::byte* at) const { ::munmap(at, bytes); }
};
using Mapped = std::unique_ptr<std::byte, Unmap>;

// From the system and not from the heap, which gives nothing back below what is still in use.
Mapped map(std::size_t bytes) {
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  return {static_cast<std::byte*>(at), Unmap{bytes}};
}

class Arena {
 public:
  // Memory for a block of this capacity. Throws std::bad_alloc.
  std::byte* carve(std::size_t bytes) {
    if (bytes > left_) {
      const auto step = std::max(retained_bytes, bytes);
      steps_.push_back(map(step));
      taken_ += step;
      if (step > retained_bytes) return steps_.back().get();
      at_ = steps_.back().get();
      left_ = step;
    }
    left_ -= bytes;
    return std::exchange(at_, at_ + bytes);
  }
  Free*& freed(std::size_t capacity) {
    return capacity <= small_bytes ? small_[capacity / granule]
                                   : large_[static_cast<std::size_t>(std::countr_zero(capacity))];
  }
  void rewind() {
    steps_.clear();
    taken_ = retained_bytes;
    at_ = retained_.get();
    left_ = retained_bytes;
    small_.fill(nullptr);
    large_.fill(nullptr);
  }
  [[nodiscard]] std::size_t taken() const { return taken_; }

 private:
  Mapped retained_ = map(retained_bytes);
  std::vector<Mapped> steps_;
  std::size_t taken_ = retained_bytes;
  std::byte* at_ = retained_.get();
  std::size_t left_ = retained_bytes;
  std::array<Free*, small_bytes / granule + 1> small_{};
  std::array<Free*, std::numeric_limits<std::size_t>::digits> large_{};
};

// tree-sitter's allocator hooks have no parameter for context, so the arena in force must be found by thread.
thread_local Arena* active = nullptr;

// There is no way to unwind through tree-sitter's C frames. Where the program has a way to end for want of
// memory, it is its handler for a failing `new`; else as tree-sitter itself does.
[[noreturn]] void give_up() noexcept {
  if (std::new_handler handler = std::get_new_handler()) handler();
  std::abort();
}

std::size_t capacity_for(std::size_t size) {
  if (size > small_bytes) return std::bit_ceil(size);
  return std::max(granule, (size + granule - 1) / granule * granule);
}

void* take(std::size_t size) noexcept {
  constexpr auto largest = std::numeric_limits<std::size_t>::max() / 4;
  if (size > largest) give_up();
  size = capacity_for(size);
  Free*& list = active->freed(size);
  if (list) return std::exchange(list, list->next);
  try {
    auto* block = active->carve(header_bytes + size);
    std::memcpy(block, &size, sizeof size);
    return block + header_bytes;
  } catch (const std::bad_alloc&) {
    give_up();
  }
}

void put_back(void* block, std::size_t capacity) {
  Free*& list = active->freed(capacity);
  list = new (block) Free{list};
}

void* or_give_up(void* block) noexcept {
  if (block == nullptr) give_up();
  return block;
}

void* arena_malloc(std::size_t size) {
  return active ? take(size) : or_give_up(std::malloc(size == 0 ? 1 : size));
}

void* arena_calloc(std::size_t count, std::size_t size) {
  if (!active) return or_give_up(std::calloc(count == 0 ? 1 : count, size == 0 ? 1 : size));
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) give_up();
  return std::memset(take(bytes), 0, bytes);
}

void* arena_realloc(void* old, std::size_t size) {
  if (!active) return or_give_up(std::realloc(old, size == 0 ? 1 : size));
  if (old == nullptr) return take(size);
  std::size_t old_size = 0;
  std::memcpy(&old_size, static_cast<std::byte*>(old) - header_bytes, sizeof old_size);
  if (size <= old_size) return old;
  void* block = std::memcpy(take(size), old, old_size);
  put_back(old, old_size);
  return block;
}

void arena_free(void* block) {
  if (!active) {
    std::free(block);
  } else if (block) {
    std::size_t size = 0;
    std::memcpy(&size, static_cast<std::byte*>(block) - header_bytes, sizeof size);
    put_back(block, size);
  }
}

}  // namespace

const bool ArenaScope::frees_everything = true;

std::size_t ArenaScope::taken() {
  return active ? active->taken() : 0;
}

ArenaScope::ArenaScope() {
  // Once for the program, before the first parser: an allocator must not change under live blocks.
  static const bool installed =
      (ts_set_allocator(arena_malloc, arena_calloc, arena_realloc, arena_free), true);
  static_cast<void>(installed);
  outermost_ = active == nullptr;
  if (!outermost_) return;
  thread_local Arena arena;
  active = &arena;
}

ArenaScope::~ArenaScope() {
  if (!outermost_) return;
  active->rewind();
  active = nullptr;
}

#else

const bool ArenaScope::frees_everything = false;

std::size_t ArenaScope::taken() {
  return 0;
}

ArenaScope::ArenaScope() = default;
ArenaScope::~ArenaScope() = default;

#endif

TreeMemory::TreeMemory() : scope_(std::make_unique<ArenaScope>()) {}
TreeMemory::~TreeMemory() = default;

std::size_t TreeMemory::taken() const {
  return ArenaScope::taken();
}

}  // namespace froe::syntax

#if !FROE_USE_ARENA
// The scanner of tree-sitter-sql forgets the memory of its state whenever it is given another. Where there is
// an arena that goes with it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:tree_sitter_sql_external_scanner\n";
}
// And is not told at the end of each worker.
extern "C" const char* __lsan_default_options();
extern "C" const char* __lsan_default_options() {
  return "print_suppressions=0";
}
#endif
