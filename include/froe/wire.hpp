// Length-prefixed, versioned, bounded frames of records. The only way into a frame is through the Portable
// proof. What comes out of one is not trusted: every length is checked against the bytes that are there
// before anything is allocated. This module does not know sockets or processes. Format:
// docs/worker-protocol.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "froe/portable.hpp"
#include "froe/support.hpp"
#include "froe/wire_archive.hpp"

namespace froe::wire {

// The version of both the frame layout and the records; a worker and its parent are the same executable, so
// any difference is an error.
inline constexpr std::uint16_t protocol_version = 5;

enum class FrameType : std::uint16_t {
  start = 1,     // parent to worker: a WorkerSpec
  ready = 2,     // worker to parent: empty
  task = 3,      // parent to worker: a FileTask
  result = 4,    // worker to parent: a FileResult
  question = 5,  // parent to worker: a DocumentTask
  answer = 6,    // worker to parent: a DocumentResult
};

inline constexpr std::array all_frame_types{FrameType::start,  FrameType::ready,    FrameType::task,
                                            FrameType::result, FrameType::question, FrameType::answer};
[[nodiscard]] std::string_view to_string(FrameType type);

inline constexpr std::size_t header_size = 28;

struct FrameHeader {
  FrameType type = FrameType::task;
  std::uint64_t job = 0;  // echoes the task's sequence number in its result
  std::uint32_t length = 0;
  std::uint32_t checksum = 0;  // CRC-32C of the payload

  friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

// Refuses a wrong magic, version, checksum of the header, type or length. ErrorKind::corrupt.
[[nodiscard]] Result<FrameHeader> decode_header(std::span<const char, header_size> bytes);
// Compares the payload with the header's length and checksum. ErrorKind::corrupt.
[[nodiscard]] Status check_payload(const FrameHeader& header, std::string_view payload);

// CRC-32C (Castagnoli) of the bytes.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);

// A frame without a payload.
[[nodiscard]] std::string encode_empty_frame(FrameType type, std::uint64_t job);
// Encodes a record as the payload of a frame, header included, ready to be written.
// ErrorKind::invalid_argument if the payload would be larger than `max_payload`.
template <PortableRecord Record>
[[nodiscard]] Result<std::string> encode_frame(FrameType type, std::uint64_t job, const Record& record);
// Decodes a payload; all of it must be used. Needs at most `max_payload` bytes of memory. ErrorKind::corrupt.
template <PortableRecord Record>
[[nodiscard]] Result<Record> decode(std::string_view payload);

// Readers and writers keep a buffer of up to this size, so that files of common sizes need no memory of their
// own, which the system would clear each time.
inline constexpr std::size_t most_kept_bytes = 4U << 20U;

// Frames that are to be written, one behind the other. Belongs to one thread.
class FrameWriter {
 public:
  // ErrorKind::invalid_argument if the payload would be larger than `max_payload`; nothing is added then.
  template <PortableRecord Record>
  [[nodiscard]] Status add(FrameType type, std::uint64_t job, const Record& record);
  // Valid until the next call of anything else.
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  // They have been written.
  void clear();

 private:
  std::string bytes_;
};

struct Frame {
  FrameHeader header;
  std::string_view payload;  // valid until the next call of FrameReader::space()
};

// Cuts a stream of bytes into frames. The caller reads into `space()`, says with `added` how much it got, and
// takes frames with `next` until there is none. Belongs to one thread.
class FrameReader {
 public:
  // Where to put what comes next; never empty. A large frame gets a buffer of its size, whose pages are
  // touched only as its bytes arrive: announcing a length costs the reader nothing. It is kept for the next
  // one, up to `most_kept_bytes`.
  [[nodiscard]] std::span<char> space();
  void added(std::size_t count) { end_ += count; }
  // Payloads that are longer break the stream, from the next frame whose header is read. At first
  // `max_payload`.
  void set_limit(std::uint32_t longest_payload) { limit_ = longest_payload; }
  // The next whole frame, nothing if more bytes are needed, or why the stream is broken; it stays so.
  [[nodiscard]] Result<std::optional<Frame>> next();
  // Whether a part of a frame has been read.
  [[nodiscard]] bool in_frame() const { return begin_ != end_; }

 private:
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  // unread bytes are [begin_, end_)
  std::size_t end_ = 0;
  std::uint32_t limit_ = max_payload;
  std::optional<FrameHeader> header_;  // of the frame at begin_, once it is there
};

namespace wire_detail {

// Writes the header of the last frame, which begins there with `header_size` bytes for it.
void finish_frame(std::string& frames, std::size_t begin, FrameType type, std::uint64_t job);

template <PortableRecord Record>
Status append_frame(std::string& frames, FrameType type, std::uint64_t job, const Record& record) {
  const auto begin = frames.size();
  try {
    frames.append(header_size, '\0');
    OutputArchive archive(frames);
    archive(record);
    archive.finish();
    finish_frame(frames, begin, type, job);
    return {};
  } catch (const std::exception& error) {
    frames.resize(begin);
    return failure(ErrorKind::invalid_argument, std::string("cannot send a record: ") + error.what());
  }
}

}  // namespace wire_detail

template <PortableRecord Record>
Status FrameWriter::add(FrameType type, std::uint64_t job, const Record& record) {
  return wire_detail::append_frame(bytes_, type, job, record);
}

template <PortableRecord Record>
Result<std::string> encode_frame(FrameType type, std::uint64_t job, const Record& record) {
  std::string frame;
  if (auto ok = wire_detail::append_frame(frame, type, job, record); !ok)
    return tl::make_unexpected(std::move(ok.error()));
  return frame;
}

template <PortableRecord Record>
Result<Record> decode(std::string_view payload) {
  try {
    Record record;
    InputArchive archive(payload);
    archive(record);
    if (archive.left() != 0) return failure(ErrorKind::corrupt, "bytes follow the end of the record");
    return record;
  } catch (const std::exception& error) {
    return failure(ErrorKind::corrupt, error.what());
  }
}

}  // namespace froe::wire
