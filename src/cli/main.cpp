#include <sys/resource.h>

#include <csignal>
#include <exception>
#include <string>
#include <system_error>
#include <variant>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"

int main(int argc, char** argv) {
  using namespace froe;
  // A reader that has gone shows as an error of the write, and ends the output in silence.
  std::signal(SIGPIPE, SIG_IGN);
  // Each worker takes a few descriptors, and files have to be read beside them.
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
  }
  try {
    auto parsed = cli::parse_arguments(argc, argv);
    if (const auto* code = std::get_if<int>(&parsed)) return *code;
    const auto& arguments = std::get<cli::Arguments>(parsed);
    return std::visit([&](const auto& command) { return cli::run(arguments.common, command); },
                      arguments.command);
  } catch (const std::exception& error) {
    // A thread or a descriptor that cannot be had before a run begins.
    if (const auto* refused = dynamic_cast<const std::system_error*>(&error)) {
      for (auto passing : {std::errc::resource_unavailable_try_again, std::errc::too_many_files_open,
                           std::errc::too_many_files_open_in_system}) {
        if (refused->code() != passing) continue;
        cli::complain(std::string("the system allows froe too few processes, threads or open files: ") +
                      error.what());
        return cli::exit_failure;
      }
    }
    cli::complain(std::string("internal error: ") + error.what() + "; please report this");
    return cli::exit_failure;
  }
}
