#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "discovery/scratch.hpp"

namespace froe::discovery::test {
namespace {

constexpr ByteCount plenty(100 << 20);

ReadFailure failure_of(const Scratch& scratch, const std::string& path, ByteCount limit = plenty) {
  const auto content = read_file(scratch.root(), path, limit);
  EXPECT_FALSE(content) << path;
  return content ? ReadFailure{} : content.error();
}

TEST(ReadFile, GivesTheBytesAndTheirTime) {
  const Scratch scratch;
  using namespace std::string_literals;
  const std::string bytes = "\xEF\xBB\xBFint\r\n\0x\xFF"s;
  scratch.write("d/new\nline", bytes);
  scratch.write("empty");
  const timespec times[2] = {{1, 2}, {1'600'000'000, 123'456'789}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (scratch.root() / "d/new\nline").c_str(), times, 0), 0);
  const auto content = read_file(scratch.root(), "d/new\nline", ByteCount(bytes.size()));
  ASSERT_TRUE(content) << content.error().detail;
  EXPECT_EQ(content->bytes, bytes);
  EXPECT_EQ(content->stamp.mtime_ns, 1'600'000'000'123'456'789);
  const auto empty = read_file(scratch.root(), "empty", ByteCount(0));
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->bytes, "");
}

TEST(ReadFile, NamesWhatStandsInTheWay) {
  const Scratch scratch;
  scratch.write("big", "0123456789");
  std::filesystem::create_symlink("big", scratch.root() / "link");
  scratch.make_directory("dir");
  ASSERT_EQ(::mkfifo((scratch.root() / "pipe").c_str(), 0600), 0);

  const ReadFailure big = failure_of(scratch, "big", ByteCount(9));
  EXPECT_EQ(big.outcome, Outcome::too_large);
  EXPECT_EQ(big.size, 10U);
  EXPECT_EQ(big.detail, "10 bytes, more than the limit of 9");
  EXPECT_EQ(failure_of(scratch, "missing").outcome, Outcome::vanished);
  EXPECT_EQ(failure_of(scratch, "big/below").outcome, Outcome::vanished);
  EXPECT_EQ(failure_of(scratch, "link").outcome, Outcome::not_regular);
  EXPECT_EQ(failure_of(scratch, "link").detail, "is a symbolic link");
  EXPECT_EQ(failure_of(scratch, "pipe").detail, "is a FIFO");  // and does not wait for a writer
  EXPECT_EQ(failure_of(scratch, "dir").detail, "is a directory");
  EXPECT_EQ(failure_of(scratch, std::string(300, 'n')).outcome, Outcome::unreadable);
}

// Runs `change` over and over in a thread of its own while it lives.
class Meanwhile {
 public:
  template <class Change>
  explicit Meanwhile(Change change)
      : thread_([this, change] {
          for (; !stop_; ++rounds_) change(rounds_.load());
        }) {}
  ~Meanwhile() {
    stop_ = true;
    thread_.join();
  }
  [[nodiscard]] int rounds() const { return rounds_; }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<int> rounds_ = 0;
  std::thread thread_;  // last: it uses the others
};

TEST(ReadFile, AFileThatGrowsAllTheTimeIsUnstable) {
  const Scratch scratch;
  scratch.write("growing", std::string(3'000'000, 'a'));
  const UniqueFd file(::open((scratch.root() / "growing").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  bool unstable = false;
  {
    const Meanwhile writer([&](int) { EXPECT_EQ(::write(file.get(), "a", 1), 1); });
    // The writer must have its turn during each of three reads, which a busy machine may not give it at once.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!unstable && std::chrono::steady_clock::now() < end) {
      const auto content = read_file(scratch.root(), "growing", plenty);
      unstable = !content && content.error().outcome == Outcome::unstable;
    }
  }
  EXPECT_TRUE(unstable);
  EXPECT_TRUE(read_file(scratch.root(), "growing", plenty));
}

TEST(ReadFile, AFileThatShrinksIsNeverPaddedOrShort) {
  const Scratch scratch;
  scratch.write("moving", std::string(2'000'000, 'a'));
  const std::string tail(1'000'000, 'a');
  const UniqueFd file(::open((scratch.root() / "moving").c_str(), O_WRONLY | O_CLOEXEC));
  const Meanwhile writer([&](int) {
    EXPECT_EQ(::ftruncate(file.get(), 1'000'000), 0);
    EXPECT_EQ(::pwrite(file.get(), tail.data(), tail.size(), 1'000'000), static_cast<ssize_t>(tail.size()));
  });
  for (int i = 0; i < 50; ++i) {
    const auto content = read_file(scratch.root(), "moving", plenty);
    if (content) {
      EXPECT_EQ(content->bytes.find_first_not_of('a'), std::string::npos);
    } else {
      EXPECT_EQ(content.error().outcome, Outcome::unstable) << content.error().detail;
    }
  }
}

// Replaced by rename, as editors do: always the one or the other.
TEST(ReadFile, AFileThatIsReplacedIsWhole) {
  const Scratch scratch;
  const std::string other(100'000, 'x');
  scratch.write("replaced", "old");
  const Meanwhile writer([&](int round) {
    scratch.write("next", round % 2 == 0 ? other : "old");
    std::filesystem::rename(scratch.root() / "next", scratch.root() / "replaced");
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  });
  while (writer.rounds() < 100) {
    const auto content = read_file(scratch.root(), "replaced", plenty);
    if (content) {
      EXPECT_TRUE(content->bytes == "old" || content->bytes == other);
    } else {
      // Losing its name changes a file's state; three times in a row is possible.
      EXPECT_EQ(content.error().outcome, Outcome::unstable) << content.error().detail;
    }
  }
}

}  // namespace
}  // namespace froe::discovery::test
