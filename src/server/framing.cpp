#include "server/framing.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <optional>
#include <utility>

namespace froe::server {
namespace {

// A block of headers is two short lines.
constexpr std::size_t longest_headers = 4096;

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::string MessageReader::take(std::size_t begin, std::size_t length, std::size_t end) {
  at_ = end;
  if (end < buffer_.size()) return buffer_.substr(begin, length);
  buffer_.resize(begin + length);
  buffer_.erase(0, begin);
  at_ = 0;
  return std::exchange(buffer_, {});
}

Result<bool> MessageReader::read_more(std::size_t most) {
  if (at_ > 0) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  std::array<char, 64U << 10U> bytes{};
  most = std::min(most, bytes.size());
  for (;;) {
    std::array<pollfd, 2> waiting{pollfd{descriptor_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    if (waiting[1].revents != 0) {
      buffer_.clear();
      return false;
    }
    auto count = ::read(descriptor_, bytes.data(), most);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) {
      auto error = system_error("cannot read standard input", errno);
      error.kind = ErrorKind::corrupt;
      return tl::make_unexpected(std::move(error));
    }
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    return count > 0;
  }
}

Result<std::optional<std::string>> MessageReader::next() {
  return framing_ == Framing::lines ? next_line() : next_framed();
}

Result<std::optional<std::string>> MessageReader::next_line() {
  std::size_t looked = at_;
  for (;;) {
    auto end = buffer_.find('\n', looked);
    if (end != std::string::npos) {
      auto line = trimmed(std::string_view(buffer_).substr(at_, end - at_));
      auto begin = static_cast<std::size_t>(line.data() - buffer_.data());
      auto message = take(begin, line.size(), end + 1);
      looked = at_;
      if (std::exchange(skipping_, false) || message.empty()) continue;
      return message;
    }
    if (buffer_.size() - at_ > longest_message) {
      // Told once; the rest of the line is thrown away as it comes.
      bool again = std::exchange(skipping_, true);
      buffer_.clear();
      at_ = 0;
      if (!again) {
        return failure(ErrorKind::invalid_argument,
                       "a line is longer than " + std::to_string(longest_message) + " bytes");
      }
    }
    auto left = buffer_.size() - at_;
    auto more = read_more(std::string::npos);
    if (!more) return tl::make_unexpected(std::move(more.error()));
    looked = left;
    if (!*more) {
      auto rest = std::exchange(skipping_, false) ? std::string_view() : trimmed(buffer_);
      std::string message(rest);
      buffer_.clear();
      if (message.empty()) return std::nullopt;
      return message;
    }
  }
}

Result<std::size_t> MessageReader::content_length(std::string_view headers) {
  std::optional<std::size_t> length;
  while (!headers.empty()) {
    auto end = std::min(headers.find("\r\n"), headers.size());
    auto line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 2, headers.size()));
    auto colon = line.find(':');
    if (colon == std::string_view::npos) return failure(ErrorKind::corrupt, "a header has no colon");
    auto value = trimmed(line.substr(colon + 1));
    if (!same_name(trimmed(line.substr(0, colon)), "content-length")) continue;
    std::size_t number = 0;
    auto [rest, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || rest != value.data() + value.size())
      return failure(ErrorKind::corrupt, "a Content-Length is not a number");
    length = number;
  }
  if (!length) return failure(ErrorKind::corrupt, "a message has no Content-Length");
  if (*length > longest_message) {
    return failure(ErrorKind::corrupt,
                   "a message is longer than " + std::to_string(longest_message) + " bytes");
  }
  return *length;
}

Result<std::optional<std::string>> MessageReader::next_framed() {
  constexpr std::string_view end_of_headers = "\r\n\r\n";
  for (;;) {
    std::size_t missing = std::string::npos;
    auto end = buffer_.find(end_of_headers, at_);
    if (end == std::string::npos && buffer_.size() - at_ > longest_headers)
      return failure(ErrorKind::corrupt, "the headers of a message do not end");
    if (end != std::string::npos) {
      auto length = content_length(std::string_view(buffer_).substr(at_, end - at_));
      if (!length) return tl::make_unexpected(std::move(length.error()));
      auto begin = end + end_of_headers.size();
      if (buffer_.size() - begin >= *length) return take(begin, *length, begin + *length);
      missing = *length - (buffer_.size() - begin);
      buffer_.reserve(buffer_.size() + missing);  // costs nothing until it comes
    }
    auto more = read_more(missing);
    if (!more) return tl::make_unexpected(std::move(more.error()));
    if (*more) continue;
    if (buffer_.empty()) return std::nullopt;
    return failure(ErrorKind::corrupt, "the input ends in the middle of a message");
  }
}

bool MessageWriter::wait_for_room() const {
  constexpr int look_again = 1000;  // milliseconds
  constexpr int patience = 5;       // times that
  for (int waited = 0; waited < patience;) {
    pollfd output{descriptor_, POLLOUT, 0};
    auto ready = ::poll(&output, 1, look_again);
    if (ready > 0) return true;  // what is wrong with the pipe is for the write to find
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return false;
    pollfd input{input_, 0, 0};
    bool has_hung_up = ::poll(&input, 1, 0) > 0 && input.revents != 0;
    if (input_ended_ || has_hung_up) ++waited;
  }
  return false;
}

void MessageWriter::write(std::string_view message) {
  std::string frame;
  if (framing_ == Framing::content_length) {
    frame = "Content-Length: " + std::to_string(message.size()) + "\r\n\r\n";
    frame += message;
  } else {
    frame.reserve(message.size() + 1);
    frame += message;
    frame += '\n';
  }
  const std::lock_guard lock(mutex_);
  std::string_view rest = frame;
  // A pipe that takes anything takes so much at once, and the write does not wait.
  constexpr std::size_t piece = PIPE_BUF;
  while (!rest.empty() && !closed_) {
    if (!wait_for_room()) {
      closed_ = true;
      break;
    }
    auto written = ::write(descriptor_, rest.data(), std::min(rest.size(), piece));
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written < 0) {
      closed_ = true;
    } else {
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
}

}  // namespace froe::server
