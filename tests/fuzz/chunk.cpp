// The chunker over every grammar that froe ships; the first byte chooses one.
#include "froe/chunk.hpp"

#include <chrono>

#include "chunk/sound.hpp"
#include "froe/execute.hpp"
#include "froe/language.hpp"
#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace froe;
  // Loading a grammar takes longer than a parse; a parse may take longer than is of use.
  static chunk::Chunker chunker(std::chrono::milliseconds(200));
  std::string_view input = fuzz::as_text(data, size);
  FileTask task;
  auto languages = language::languages();
  task.language = languages[fuzz::take_byte(input) % languages.size()].name;
  task.options = fuzz::take_options(input);
  task.content = input;
  FileResult result = chunker.chunk(task);
  auto valid = execute::validate(task, result);
  fuzz::require(valid.has_value(), valid ? std::string() : valid.error().message);
  auto sound = chunk::is_sound(task, result);
  fuzz::require(sound, sound.message());
  return 0;
}
