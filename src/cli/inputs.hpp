// What a command that cuts files without an index was given to cut: files, directories, standard input.
#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <string>

#include "cli/arguments.hpp"
#include "froe/discovery.hpp"
#include "froe/index.hpp"
#include "froe/language.hpp"

namespace froe::cli {

// Yields the plans of everything that the command line names, in its order, and tells the user what cannot be
// read. Called by one thread at a time.
class Inputs {
 public:
  // Once `stop` is readable, waiting for standard input is over, as if there were no more inputs; -1: never.
  // ErrorKind::invalid_argument for a language that does not exist. The arguments must outlive it.
  static Result<Inputs> open(const InputArguments& arguments, int stop = -1);

  std::optional<index::Plan> next();

  // Whether something that the user named could not be read at all.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  Inputs(const InputArguments& arguments, const language::Language* language, int stop);
  std::optional<index::Plan> open_next(const std::string& path);
  std::nullopt_t give_up(const std::string& message);

  const InputArguments& arguments_;
  const language::Language* language_;
  int stop_;
  std::deque<std::string> paths_;
  std::filesystem::path root_;
  std::optional<discovery::Walk> walk_;
  bool failed_ = false;
};

}  // namespace froe::cli
