#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "discovery/ignore_stack.hpp"
#include "discovery/read_at.hpp"
#include "froe/discovery.hpp"

namespace froe::discovery {

Result<std::optional<std::string>> explain_ignore(const std::filesystem::path& root, const std::string& path,
                                                  Options options) {
  std::error_code failed;
  const std::filesystem::path absolute = std::filesystem::canonical(root, failed);
  if (failed) return tl::make_unexpected(system_error("cannot open '" + root.string() + "'", failed.value()));
  IgnoreStack rules(absolute.native(), options);
  UniqueFd directory = open_directory(absolute.native(), "");
  if (!directory) return tl::make_unexpected(system_error("cannot open '" + root.string() + "'", errno));

  const auto describe = [](const Judgement& judgement) {
    return judgement.rules->source() + ":" + std::to_string(judgement.rule->line) + ":" +
           judgement.rule->text;
  };
  std::string at = rules.prefix();
  std::string outer;  // the rule that left out a directory entered only for what is tracked in it
  Verdict verdict = Verdict::included;
  for (std::string_view rest = path; !rest.empty();) {
    SpecialNames special{.git = true, .git_ignore = true, .ignore = true};
    rules.enter(directory.get(), at, special, verdict);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string name(rest.substr(0, end));
    const bool says_directory = end < rest.size();
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (name.empty() || name == ".") continue;
    if (never_indexed(name)) return "'" + name + "' is never indexed";
    if (!options.hidden && name.starts_with('.')) return "'" + name + "' is hidden";

    struct stat status {};
    const bool is_directory = (::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
                                  ? S_ISDIR(status.st_mode)
                                  : says_directory;
    const std::size_t name_at = at.size();
    at += name;
    const Judgement judgement = rules.judge(at, name_at, is_directory);
    verdict = judgement.verdict;
    if (verdict == Verdict::ignored) return judgement.rule != nullptr ? describe(judgement) : outer;
    if (verdict == Verdict::tracked_below && judgement.rule != nullptr) outer = describe(judgement);
    if (rest.empty()) break;
    at += '/';
    // What is not there can still be asked about; only its own ignore files are missing.
    directory = UniqueFd(::openat(directory.get(), name.c_str(), directory_flags));
  }
  return std::nullopt;
}

}  // namespace froe::discovery
