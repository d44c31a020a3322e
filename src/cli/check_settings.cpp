#include "cli/check_settings.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace froe::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* file_name = "froe.toml";

std::optional<fs::path> find_above(fs::path directory) {
  for (std::error_code error;; directory = directory.parent_path()) {
    if (fs::is_regular_file(directory / file_name, error)) return directory / file_name;
    if (directory == directory.root_path()) return std::nullopt;
  }
}

}  // namespace

Result<std::string> read_small_file(const fs::path& path) {
  constexpr std::uintmax_t most = 64U << 20U;
  std::error_code error;
  auto size = fs::file_size(path, error);
  if (error) return failure(ErrorKind::not_found, "cannot read " + path.string() + ": " + error.message());
  if (size > most)
    return failure(ErrorKind::invalid_argument, path.string() + " is too large to be what it should be");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream) return tl::make_unexpected(system_error("cannot read " + path.string(), errno));
  return text;
}

Result<check::Settings> check_settings(const CheckArguments& arguments, const fs::path& root) {
  auto conflict = [](const std::string& message) { return failure(ErrorKind::invalid_argument, message); };
  if (arguments.no_config && !arguments.config.empty())
    return conflict("--no-config and --config do not go together");
  if (arguments.update_baseline && arguments.baseline.empty())
    return conflict("--update-baseline wants --baseline FILE: the file to write");
  if (arguments.update_baseline && !arguments.since.empty()) {
    return conflict(
        "--update-baseline and --since do not go together: a baseline knows all that is found, not what is "
        "new");
  }
  check::Settings settings;
  auto file = arguments.config.empty() ? find_above(root) : std::optional(fs::path(arguments.config));
  if (file && !arguments.no_config) {
    auto text = read_small_file(*file);
    if (!text) return tl::make_unexpected(std::move(text.error()));
    auto read = check::read_settings(*text, file->string());
    if (!read) return read;
    settings = std::move(*read);
    // Patterns are about paths from where the settings are; of those that lie elsewhere, from the tree. A
    // link is where it stands, not where it leads.
    auto from = fs::weakly_canonical(fs::absolute(*file).parent_path());
    auto inside = root.lexically_relative(from);
    bool below = !inside.empty() && *inside.begin() != ".." && inside != ".";
    if (below) settings.prefix = inside.string() + '/';
  }
  if (arguments.fail_on) settings.fail_on = *arguments.fail_on;
  if (arguments.max_duplication) settings.max_duplication = arguments.max_duplication;
  bool tells_new = !arguments.since.empty() || !arguments.baseline.empty();
  if (settings.fail_on == check::FailOn::fresh && !tells_new && !arguments.list_rules &&
      arguments.explain.empty()) {
    return conflict("to fail on what is new, say what that is: --since REV or --baseline FILE");
  }
  return settings;
}

}  // namespace froe::cli
