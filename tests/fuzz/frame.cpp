// The frame decoder, in the place of a parent whose worker says anything at all. The first byte says how the
// rest is to be taken.
#include <algorithm>
#include <limits>

#include "froe/execute.hpp"
#include "froe/wire.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using namespace froe;
using fuzz::require;

// What can be decoded is encoded to the same bytes: there is one way to say a thing.
template <class Record>
void decode(std::string_view payload) {
  auto record = wire::decode<Record>(payload);
  if (!record) return;
  auto frame = wire::encode_frame(wire::FrameType::task, 1, *record);
  require(frame.has_value(), "what was decoded can be encoded");
  require(std::string_view(*frame).substr(wire::header_size) == payload,
          "encoding is the inverse of decoding");
}

void decode_all(std::string_view payload) {
  decode<FileResult>(payload);
  decode<FileTask>(payload);
  decode<execute::WorkerSpec>(payload);
  auto result = wire::decode<FileResult>(payload);
  if (!result) return;
  FileTask task;
  task.sequence = result->sequence;
  // Any content will do: its size is all that counts. A claim of more than this is refused all the same.
  std::uint32_t end = result->chunks.empty() ? 0 : result->chunks.back().range.end;
  task.content.resize(std::min(end, 1U << 20U));
  if (!execute::validate(task, *result)) return;
  std::uint32_t covered = 0;
  for (const Chunk& chunk : result->chunks) {
    require(chunk.range.begin == covered && chunk.range.end > covered, "a valid result tiles its file");
    covered = chunk.range.end;
  }
}

// As the bytes of a stream arrive: in pieces.
void read_stream(std::string_view stream, std::size_t piece) {
  wire::FrameReader reader;
  while (!stream.empty()) {
    auto space = reader.space();
    require(!space.empty(), "there is always room to read into");
    std::size_t count = std::min({piece, space.size(), stream.size()});
    std::copy_n(stream.begin(), count, space.begin());
    stream.remove_prefix(count);
    reader.added(count);
    while (true) {
      auto frame = reader.next();
      if (!frame) {
        require(!reader.next(), "a broken stream stays so");
        return;
      }
      if (!*frame) break;
      require((*frame)->payload.size() == (*frame)->header.length, "a frame has its length");
      decode_all((*frame)->payload);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = fuzz::as_text(data, size);
  std::uint8_t mode = fuzz::take_byte(input);
  if (mode % 2 == 0) {
    // A fuzzer finds no checksum by itself: the payload alone.
    decode_all(input);
  } else {
    read_stream(input, mode);
  }
  return 0;
}
