// Cuts a stream of bytes into messages, and writes them: with a Content-Length as LSP has it, or one a line
// as MCP has it. Knows nothing of what is in a message.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "froe/support.hpp"

namespace froe::server {

enum class Framing { content_length, lines };

// No message is longer: an editor may open a large file, and a stranger may announce a larger one.
inline constexpr std::size_t longest_message = 64U << 20U;

// Belongs to the thread that reads.
class MessageReader {
 public:
  // Ends as the stream does when `stop` is readable.
  MessageReader(int descriptor, int stop, Framing framing)
      : descriptor_(descriptor), stop_(stop), framing_(framing) {}

  // The next message; nothing at the end of the stream. ErrorKind::corrupt: the stream cannot be followed any
  // further. ErrorKind::invalid_argument: one message is lost, and the next can be read.
  [[nodiscard]] Result<std::optional<std::string>> next();

 private:
  [[nodiscard]] Result<std::optional<std::string>> next_line();
  [[nodiscard]] Result<std::optional<std::string>> next_framed();
  // False at the end of the stream. Reads no more than `most` bytes: a long message is not mixed with what
  // follows it, and need not be copied.
  [[nodiscard]] Result<bool> read_more(std::size_t most);
  // The bytes [begin, begin + length) of the buffer; what is before `end` has been taken.
  [[nodiscard]] std::string take(std::size_t begin, std::size_t length, std::size_t end);
  // The length that a block of headers gives.
  [[nodiscard]] static Result<std::size_t> content_length(std::string_view headers);

  int descriptor_;
  int stop_;
  Framing framing_;
  std::string buffer_;
  std::size_t at_ = 0;  // what is before it has been taken
  bool skipping_ = false;
};

// Any thread; whole messages never mix.
class MessageWriter {
 public:
  // `input`: where the other end's messages come from.
  MessageWriter(int descriptor, int input, Framing framing)
      : descriptor_(descriptor), input_(input), framing_(framing) {}
  // Waits for whoever does not read, as long as that may still say something: for some seconds otherwise.
  void write(std::string_view message);
  // Nothing comes from the other end any more.
  void input_ended() { input_ended_ = true; }
  // The other end is gone, or does not read: nothing is written any more.
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  // False: nobody reads.
  [[nodiscard]] bool wait_for_room() const;

  int descriptor_;
  int input_;
  Framing framing_;
  std::mutex mutex_;
  std::atomic<bool> input_ended_ = false;
  std::atomic<bool> closed_ = false;
};

}  // namespace froe::server
