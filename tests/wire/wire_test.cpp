#include "froe/wire.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <variant>

#include "froe/record.hpp"

namespace froe::wire {
namespace {

struct Everything {
  bool flag = false;
  std::int8_t small = 0;
  std::uint64_t large = 0;
  double real = 0;
  Kind kind = Kind::text;
  std::string text;
  std::optional<std::string> maybe;
  std::array<std::uint16_t, 3> three{};
  std::vector<ByteRange> ranges;
  std::vector<std::vector<std::string>> nested;
  std::variant<std::uint32_t, std::string> either;

  static constexpr auto fields() {
    return std::tuple{field("flag", &Everything::flag),     field("small", &Everything::small),
                      field("large", &Everything::large),   field("real", &Everything::real),
                      field("kind", &Everything::kind),     field("text", &Everything::text),
                      field("maybe", &Everything::maybe),   field("three", &Everything::three),
                      field("ranges", &Everything::ranges), field("nested", &Everything::nested),
                      field("either", &Everything::either)};
  }
  friend bool operator==(const Everything&, const Everything&) = default;
};

Everything sample() {
  Everything sample;
  sample.flag = true;
  sample.small = -7;
  sample.large = std::numeric_limits<std::uint64_t>::max() - 1;
  sample.real = -0.5;
  sample.kind = Kind::property;
  sample.text = std::string("a\0\xff", 3);
  sample.maybe = "";
  sample.three = {1, 2, 65535};
  sample.ranges = {{1, 2}, {3, 4}};
  sample.nested = {{}, {"x", ""}};
  sample.either = "other";
  return sample;
}

template <class Record>
std::string payload_of(const Record& record) {
  return encode_frame(FrameType::result, 0, record).value().substr(header_size);
}

// A record whose encoding is one value at the front of the payload.
template <class T>
struct Only {
  T value{};
  static constexpr auto fields() { return std::tuple{field("value", &Only::value)}; }
};

template <class T>
Result<Only<T>> decode_only(std::string_view payload) {
  return decode<Only<T>>(payload);
}

// Amplification: what one byte of payload can cost in memory. `decode` holds to a limit whatever these are;
// they keep honest payloads far from it.
static_assert(sizeof(Chunk) <= 3 * smallest_encoding<Chunk> + 24);
static_assert(sizeof(Symbol) <= 3 * smallest_encoding<Symbol>);
static_assert(sizeof(Import) <= 3 * smallest_encoding<Import> + 8);
static_assert(sizeof(Reference) <= 3 * smallest_encoding<Reference>);
static_assert(sizeof(ByteRange) == smallest_encoding<ByteRange>);

FileResult large_result() {
  FileResult result;
  result.sequence = 9;
  result.outcome = Outcome::parsed_with_errors;
  result.errors = {{1, 2}};
  for (std::uint32_t i = 0; i < 200; ++i) {
    Chunk chunk;
    chunk.ordinal = i;
    if (i > 0) chunk.parent = i - 1;
    chunk.range = {i * 10, i * 10 + 10};
    chunk.kind = Kind::method;
    chunk.visibility = Visibility::internal;
    chunk.composite = i % 2 == 0;
    chunk.nesting = i;
    if (i % 3 == 0) chunk.doc = ByteRange{i, i + 2};
    chunk.decorators.resize(i % 4, {i, i + 1});
    chunk.imports.resize(i % 5, i);
    chunk.name = "name" + std::to_string(i);
    chunk.signature = std::string(i, 's');
    chunk.id[3] = static_cast<std::uint8_t>(i);
    result.chunks.push_back(chunk);
  }
  result.symbols.resize(20);
  result.symbols[3].parent = 2;
  result.references = {{ReferenceKind::import, "name", {1, 5}, {0, 1}, 3}, {}};
  result.imports = {{"name", {1, 2}}, {"", {}}};
  result.metrics = {{1, 2, 3, 4, 5}, {}};
  result.tokens = std::string("\0\4", 2);
  result.symbols[4].doc = ByteRange{1, 2};
  return result;
}

TEST(Wire, RecordsComeBackAsTheyWere) {
  EXPECT_EQ(decode<Everything>(payload_of(sample())).value(), sample());
  EXPECT_EQ(decode<Everything>(payload_of(Everything{})).value(), Everything{});
  EXPECT_EQ(decode<FileResult>(payload_of(large_result())).value(), large_result());
  FileTask task{7, "a/\xff", "c", std::string(3'000'000, 'x'), {1, 2, SizeUnit::lines}};
  EXPECT_EQ(decode<FileTask>(payload_of(task)).value(), task);
}

TEST(Wire, NumbersAreLittleEndianAndLengthsFourBytes) {
  EXPECT_EQ(payload_of(Only<std::uint32_t>{0x01020304}), "\x04\x03\x02\x01");
  EXPECT_EQ(payload_of(Only<std::string>{"hi"}), std::string("\2\0\0\0hi", 6));
  EXPECT_EQ(payload_of(Only<std::optional<bool>>{true}), "\1\1");
}

// The example at the end of docs/worker-protocol.md: a change of these bytes is a change of the protocol's
// version.
TEST(Wire, AFrameIsWhatTheProtocolSaysByteForByte) {
  constexpr std::array<std::uint8_t, 66> expected{
      0x46, 0x52, 0x4f, 0x45, 0x05, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x26,
      0x00, 0x00, 0x00, 0xe7, 0x81, 0xe9, 0x58, 0x29, 0xb8, 0x82, 0x8d, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
      0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x61, 0x2e, 0x74, 0x78, 0x74, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00,
      0x00, 0x00, 0x68, 0x69, 0xdc, 0x05, 0x00, 0x00, 0x2c, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00};
  FileTask task{0, "a.txt", "", "hi", {}};
  EXPECT_EQ(encode_frame(FrameType::task, 0, task).value(), std::string(expected.begin(), expected.end()));
}

TEST(Wire, EveryTruncationIsRefused) {
  std::string payload = payload_of(sample());
  for (std::size_t length = 0; length < payload.size(); ++length) {
    auto decoded = decode<Everything>(std::string_view(payload).substr(0, length));
    ASSERT_FALSE(decoded) << length;
    EXPECT_EQ(decoded.error().kind, ErrorKind::corrupt);
  }
}

TEST(Wire, BytesAfterTheRecordAreRefused) {
  EXPECT_FALSE(decode<Everything>(payload_of(sample()) + '\0'));
}

TEST(Wire, ValuesOutsideTheirRangeAreRefused) {
  EXPECT_TRUE(decode_only<bool>("\1"));
  EXPECT_FALSE(decode_only<bool>("\2"));
  EXPECT_FALSE(decode_only<std::optional<std::uint8_t>>("\2\1"));
  EXPECT_FALSE((decode_only<std::variant<std::uint8_t, bool>>("\2\1")));
  auto first_unknown = [](auto last) {
    return std::string(1, static_cast<char>(static_cast<int>(last) + 1));
  };
  EXPECT_TRUE(decode_only<Kind>(std::string(1, static_cast<char>(all_kinds.back()))));
  EXPECT_FALSE(decode_only<Kind>(first_unknown(all_kinds.back())));
  EXPECT_FALSE(decode_only<Visibility>(first_unknown(all_visibilities.back())));
  EXPECT_FALSE(decode_only<Outcome>(first_unknown(all_outcomes.back())));
  EXPECT_FALSE(decode_only<SizeUnit>(first_unknown(all_size_units.back())));
}

TEST(Wire, ACountIsHeldAgainstTheBytesThatFollow) {
  std::string huge("\xff\xff\xff\xff", 4);
  EXPECT_FALSE(decode_only<std::string>(huge));
  EXPECT_FALSE(decode_only<std::vector<Chunk>>(huge + std::string(100, '\0')));
  EXPECT_FALSE(decode_only<std::vector<std::vector<std::uint8_t>>>(huge + std::string(8, '\0')));
  // One element fits, two are claimed.
  std::string two("\2\0\0\0", 4);
  EXPECT_FALSE(decode_only<std::vector<Chunk>>(two + std::string(2 * smallest_encoding<Chunk> - 1, '\0')));
  EXPECT_TRUE(decode_only<std::vector<Chunk>>(two + std::string(2 * smallest_encoding<Chunk>, '\0')));
}

TEST(Wire, DecodingIsBoundInMemoryWhateverTheAmplification) {
  // Four bytes each here, the size of a vector in memory: refused before anything is allocated.
  constexpr std::uint32_t count = max_payload / sizeof(std::vector<std::uint8_t>) + 1;
  std::string payload(4 + std::size_t{4} * count, '\0');
  auto prefix = to_little_endian(count);
  std::copy(prefix.begin(), prefix.end(), payload.begin());
  auto decoded = decode_only<std::vector<std::vector<std::uint8_t>>>(payload);
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().message.find("memory"), std::string::npos) << decoded.error().message;
}

TEST(Wire, ARecordLargerThanAFrameIsNotSent) {
  FileTask task;
  task.content.resize(max_payload);
  auto frame = encode_frame(FrameType::task, 0, task);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().kind, ErrorKind::invalid_argument);
}

TEST(FrameWriter, PutsOneFrameBehindTheOther) {
  FrameWriter writer;
  std::string expected;
  FileTask task;
  for (std::uint64_t job = 0; job < 4; ++job) {
    task.sequence = job;
    task.content.assign(job * 100'000, 'x');
    ASSERT_TRUE(writer.add(FrameType::task, job, task));
    expected += encode_frame(FrameType::task, job, task).value();
  }
  EXPECT_EQ(writer.bytes(), expected);
  task.content.resize(max_payload);
  ASSERT_FALSE(writer.add(FrameType::task, 4, task));
  EXPECT_EQ(writer.bytes(), expected) << "of what cannot be sent nothing is left";
  writer.clear();
  EXPECT_EQ(writer.bytes(), "");
  ASSERT_TRUE(writer.add(FrameType::task, 0, FileTask{}));
  EXPECT_EQ(writer.bytes(), encode_frame(FrameType::task, 0, FileTask{}).value());
}

TEST(Wire, RandomDamageNeverEscapes) {
  std::mt19937 random(1);
  const std::string payload = payload_of(large_result());
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = payload;
    for (int i = 0; i < 4; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    damaged.resize(random() % 4 == 0 ? random() % damaged.size() : damaged.size());
    auto decoded = decode<FileResult>(damaged);
    if (!decoded) {
      EXPECT_EQ(decoded.error().kind, ErrorKind::corrupt);
    }
  }
}

TEST(Crc32c, KnownValues) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
}

Result<FrameHeader> header_of(std::string_view frame) {
  return decode_header(std::span<const char, header_size>(frame.data(), header_size));
}

TEST(Header, ComesBackAsItWas) {
  auto header = header_of(encode_empty_frame(FrameType::ready, 0x0102030405060708)).value();
  EXPECT_EQ(header, (FrameHeader{FrameType::ready, 0x0102030405060708, 0, 0}));
}

TEST(Header, AnyChangedByteIsRefused) {
  const std::string frame = encode_frame(FrameType::task, 5, FileTask{}).value();
  for (std::size_t at = 0; at < header_size; ++at) {
    std::string damaged = frame;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    auto header = header_of(damaged);
    ASSERT_FALSE(header) << at;
    EXPECT_EQ(header.error().kind, ErrorKind::corrupt);
  }
}

// A header that is whole but says something it may not.
std::string header_saying(std::uint16_t type, std::uint32_t length) {
  std::string frame = encode_empty_frame(FrameType::result, 1);
  auto put = [&](std::size_t at, auto value) {
    auto bytes = to_little_endian(value);
    std::copy(bytes.begin(), bytes.end(), frame.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(6, type);
  put(16, length);
  put(24, crc32c(std::string_view(frame).substr(0, 24)));
  return frame;
}

TEST(Header, UnknownTypesAndLengthsOverTheCapAreRefused) {
  EXPECT_TRUE(header_of(header_saying(6, max_payload)));
  EXPECT_FALSE(header_of(header_saying(6, max_payload + 1)));
  EXPECT_FALSE(header_of(header_saying(0, 0)));
  EXPECT_FALSE(header_of(header_saying(7, 0)));
}

// Feeds bytes in pieces of a size and returns the payloads' jobs.
Result<std::vector<std::uint64_t>> jobs_in(FrameReader& reader, std::string_view bytes, std::size_t piece) {
  std::vector<std::uint64_t> jobs;
  while (!bytes.empty()) {
    auto space = reader.space();
    std::size_t count = std::min({piece, bytes.size(), space.size()});
    std::copy_n(bytes.begin(), count, space.begin());
    reader.added(count);
    bytes.remove_prefix(count);
    while (true) {
      auto frame = reader.next();
      if (!frame) return tl::make_unexpected(frame.error());
      if (!*frame) break;
      auto result = decode<FileResult>((*frame)->payload);
      if (!result) return tl::make_unexpected(result.error());
      EXPECT_EQ(result->sequence, (*frame)->header.job);
      jobs.push_back((*frame)->header.job);
    }
  }
  return jobs;
}

std::string stream_of(std::size_t frames) {
  std::string stream;
  for (std::uint64_t job = 0; job < frames; ++job) {
    FileResult result;
    result.sequence = job;
    // Some frames are larger than the reader's usual buffer.
    result.detail.resize(job % 5 == 4 ? 1'500'000 : job * 1000);
    stream += encode_frame(FrameType::result, job, result).value();
  }
  return stream;
}

TEST(FrameReader, CutsTheStreamHoweverItArrives) {
  const std::string stream = stream_of(12);
  for (std::size_t piece : {7U, 100U, 65536U, 1U << 30U}) {
    FrameReader reader;
    auto jobs = jobs_in(reader, stream, piece);
    ASSERT_TRUE(jobs) << jobs.error().message;
    ASSERT_EQ(jobs->size(), 12U);
    for (std::uint64_t i = 0; i < jobs->size(); ++i) EXPECT_EQ((*jobs)[i], i);
    EXPECT_FALSE(reader.in_frame());
  }
}

TEST(FrameReader, KnowsThatAFrameIsUnfinished) {
  FrameReader reader;
  EXPECT_FALSE(reader.in_frame());
  auto jobs = jobs_in(reader, std::string_view(stream_of(3)).substr(0, 40), 40);
  ASSERT_TRUE(jobs);
  EXPECT_TRUE(reader.in_frame());
}

TEST(FrameReader, ADamagedPayloadIsRefusedAndStaysSo) {
  std::string stream = stream_of(2);
  stream.back() ^= 1;
  FrameReader reader;
  EXPECT_FALSE(jobs_in(reader, stream, stream.size()));
  EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace froe::wire
