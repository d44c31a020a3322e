// Cuts a stream of bytes into messages, and writes them: with a Content-Length as LSP has it, or one a line
// as MCP has it. Knows nothing of what is in a message.
#pragma once

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
  // False at the end of the stream.
  [[nodiscard]] Result<bool> read_more();
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
  MessageWriter(int descriptor, Framing framing) : descriptor_(descriptor), framing_(framing) {}
  void write(std::string_view message);
  // The other end is gone: nothing is written any more.
  [[nodiscard]] bool closed() const;

 private:
  int descriptor_;
  Framing framing_;
  mutable std::mutex mutex_;
  bool closed_ = false;
};

}  // namespace froe::server
