// The sanitizers bring an operator new of their own, so that this runs without them.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// Memory that runs out in the middle of a change: the index is as before it.
#include <cstdlib>
#include <new>

#include "store/fixture.hpp"

namespace {

// How many allocations of this thread still succeed; negative: all.
thread_local long allowed = -1;
thread_local bool refused = false;

}  // namespace

// The test's own, so that any allocation can be the one that fails.
void* operator new(std::size_t size) {
  if (allowed == 0) {
    refused = true;
    throw std::bad_alloc();
  }
  if (allowed > 0) --allowed;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace froe::store {
namespace {

// Calls `change` on a new writer with ever more memory, until there is enough.
template <class Prepare, class Change>
void run_out_of_memory(const std::filesystem::path& database, Prepare&& prepare, Change&& change) {
  std::string before = dump(database, true);
  long failures = 0;
  for (long limit = 0;; ++limit) {
    SCOPED_TRACE(limit);
    ASSERT_LT(limit, 1000);
    {
      Writer writer = open_writer(database);
      prepare(writer);
      allowed = limit;
      refused = false;
      Status status = change(writer);
      allowed = -1;
      if (!refused) {
        ASSERT_TRUE(status) << status.error().message;
        break;
      }
      // What fails before the first change, or after the last, may have left the writer usable.
      if (!status) {
        ++failures;
        EXPECT_EQ(status.error().kind, ErrorKind::internal);
        EXPECT_FALSE(writer.suspend());
        EXPECT_FALSE(writer.finish());
        EXPECT_FALSE(put(writer, "zzz", "more\n"));
      }
    }
    ASSERT_EQ(dump(database, true), before);
    ASSERT_EQ(verify(database), "");
  }
  EXPECT_GT(failures, 3);
}

std::string some_lines(int seed) {
  std::string text;
  for (int line = 0; line < 12; ++line) text += "lineNumber" + std::to_string(line * seed) + " text\n";
  return text;
}

TEST(Memory, RunsOutInPut) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  index(database, {{"a", some_lines(1)}, {"b", some_lines(2)}});
  std::string content = some_lines(3);
  BlobKey key = key_of(content);
  FileResult result = cut(content);
  LedgerEntry entry = entry_of("b", content);
  run_out_of_memory(
      database, [](Writer&) {}, [&](Writer& writer) { return writer.put(entry, &key, content, &result); });
}

TEST(Memory, RunsOutInFinish) {
  ScratchDirectory scratch;
  auto database = scratch / "index.db";
  index(database, {{"a", some_lines(1)}, {"b", some_lines(2)}});
  run_out_of_memory(
      database, [](Writer& writer) { ASSERT_TRUE(put(writer, "b", "new\n")); },
      [](Writer& writer) { return writer.finish(); });
  EXPECT_EQ(verify(database), "");
}

}  // namespace
}  // namespace froe::store

#endif
