#include <algorithm>
#include <cstring>

#include "froe/wire.hpp"

namespace froe::wire {
namespace {

// Layout of a header. The header has a checksum of its own, because its length is acted on before the payload
// is there.
constexpr std::string_view magic = "FROE";
constexpr std::size_t version_at = 4;
constexpr std::size_t type_at = 6;
constexpr std::size_t job_at = 8;
constexpr std::size_t length_at = 16;
constexpr std::size_t checksum_at = 20;
constexpr std::size_t header_checksum_at = 24;
static_assert(header_checksum_at + sizeof(std::uint32_t) == header_size);

// Holds many small results, so that one read takes them all.
constexpr std::size_t usual_capacity = 256U << 10U;
// A read into less than this is not worth its system call; the unread bytes are moved to the front instead.
constexpr std::size_t least_space = 64U << 10U;

template <class T>
void put(std::span<char> header, std::size_t at, T value) {
  auto bytes = to_little_endian(value);
  std::copy(bytes.begin(), bytes.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
}

template <class T>
T get(std::string_view header, std::size_t at) {
  return from_little_endian<T>(header.substr(at));
}

tl::unexpected<Error> over_the_limit(std::uint32_t length, std::uint32_t limit) {
  return failure(ErrorKind::corrupt, "a frame of " + std::to_string(length) + " bytes is over the limit of " +
                                         std::to_string(limit));
}

}  // namespace

std::string_view to_string(FrameType type) {
  switch (type) {
    case FrameType::start: return "start";
    case FrameType::ready: return "ready";
    case FrameType::task: return "task";
    case FrameType::result: return "result";
    case FrameType::question: return "question";
    case FrameType::answer: return "answer";
  }
  return "unknown";
}

void FrameWriter::clear() {
  bytes_.clear();
  if (bytes_.capacity() > most_kept_bytes) bytes_.shrink_to_fit();
}

void wire_detail::finish_frame(std::string& frames, std::size_t begin, FrameType type, std::uint64_t job) {
  std::string_view payload = std::string_view(frames).substr(begin + header_size);
  std::span<char> header(frames.data() + begin, header_size);
  std::copy(magic.begin(), magic.end(), header.begin());
  put(header, version_at, protocol_version);
  put(header, type_at, static_cast<std::uint16_t>(type));
  put(header, job_at, job);
  put(header, length_at, static_cast<std::uint32_t>(payload.size()));
  put(header, checksum_at, crc32c(payload));
  put(header, header_checksum_at, crc32c({header.data(), header_checksum_at}));
}

std::string encode_empty_frame(FrameType type, std::uint64_t job) {
  std::string frame(header_size, '\0');
  wire_detail::finish_frame(frame, 0, type, job);
  return frame;
}

Result<FrameHeader> decode_header(std::span<const char, header_size> bytes) {
  std::string_view header(bytes.data(), bytes.size());
  if (!header.starts_with(magic)) return failure(ErrorKind::corrupt, "a frame does not begin with FROE");
  if (auto version = get<std::uint16_t>(header, version_at); version != protocol_version) {
    return failure(ErrorKind::corrupt, "a frame has protocol version " + std::to_string(version) + ", not " +
                                           std::to_string(protocol_version));
  }
  if (get<std::uint32_t>(header, header_checksum_at) != crc32c(header.substr(0, header_checksum_at))) {
    return failure(ErrorKind::corrupt, "the checksum of a frame's header is wrong");
  }
  auto type = get<std::uint16_t>(header, type_at);
  if (type < static_cast<std::uint16_t>(all_frame_types.front()) ||
      type > static_cast<std::uint16_t>(all_frame_types.back())) {
    return failure(ErrorKind::corrupt, "a frame has the unknown type " + std::to_string(type));
  }
  FrameHeader decoded{static_cast<FrameType>(type), get<std::uint64_t>(header, job_at),
                      get<std::uint32_t>(header, length_at), get<std::uint32_t>(header, checksum_at)};
  if (decoded.length > max_payload) return over_the_limit(decoded.length, max_payload);
  return decoded;
}

Status check_payload(const FrameHeader& header, std::string_view payload) {
  if (payload.size() != header.length)
    return failure(ErrorKind::corrupt, "a payload has not the length announced");
  if (crc32c(payload) != header.checksum)
    return failure(ErrorKind::corrupt, "the checksum of a payload is wrong");
  return {};
}

std::span<char> FrameReader::space() {
  std::size_t unread = end_ - begin_;
  std::size_t frame = header_ ? header_size + header_->length : 0;
  std::size_t wanted = std::max(usual_capacity, frame);
  bool too_small = capacity_ < frame;
  bool no_longer_needed = capacity_ > std::max(wanted, most_kept_bytes) && unread <= wanted;
  if (!buffer_ || too_small || no_longer_needed) {
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    if (unread > 0) std::memcpy(larger.get(), buffer_.get() + begin_, unread);
    buffer_ = std::move(larger);
    capacity_ = wanted;
    begin_ = 0;
    end_ = unread;
  } else if (begin_ > 0 && (begin_ == end_ || begin_ + frame > capacity_ || capacity_ - end_ < least_space)) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, unread);
    begin_ = 0;
    end_ = unread;
  }
  return {buffer_.get() + end_, capacity_ - end_};
}

Result<std::optional<Frame>> FrameReader::next() {
  std::string_view unread(buffer_.get() + begin_, end_ - begin_);
  if (!header_) {
    if (unread.size() < header_size) return std::nullopt;
    auto header = decode_header(std::span<const char, header_size>(unread.data(), header_size));
    if (!header) return tl::make_unexpected(header.error());
    if (header->length > limit_) return over_the_limit(header->length, limit_);
    header_ = *header;
  }
  if (unread.size() - header_size < header_->length) return std::nullopt;
  Frame frame{*header_, unread.substr(header_size, header_->length)};
  if (auto ok = check_payload(frame.header, frame.payload); !ok) return tl::make_unexpected(ok.error());
  begin_ += header_size + header_->length;
  header_.reset();
  return frame;
}

}  // namespace froe::wire
