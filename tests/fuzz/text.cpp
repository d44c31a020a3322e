// The text chunker, under all options: what comes out tiles what went in.
#include "chunk/sound.hpp"
#include "froe/chunk.hpp"
#include "froe/execute.hpp"
#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace froe;
  std::string_view input = fuzz::as_text(data, size);
  FileTask task;
  task.options = fuzz::take_options(input);
  task.content = input;
  FileResult result = chunk::chunk_as_text(task, Outcome::text, "");
  auto valid = execute::validate(task, result);
  fuzz::require(valid.has_value(), valid ? std::string() : valid.error().message);
  auto sound = chunk::is_sound(task, result);
  fuzz::require(sound, sound.message());
  return 0;
}
