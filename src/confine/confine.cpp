#include "froe/confine.hpp"

#include <unistd.h>

#include <new>
#include <utility>

#include "confine/limits.hpp"
#include "confine/sandbox.hpp"
#include "confine/watchdog.hpp"

namespace froe::confine {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitizer_build = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
constexpr bool sanitizer_build = true;
#else
constexpr bool sanitizer_build = false;
#endif
#else
constexpr bool sanitizer_build = false;
#endif

// What was reached so far. A part that cannot be had is an error or a note, as was asked.
class Sandboxing {
 public:
  explicit Sandboxing(Sandbox wanted) : wanted_(wanted) {
    if (wanted == Sandbox::off) note("switched off");
    if (wanted != Sandbox::off && sanitizer_build) missed_ = "sanitizer build";
  }

  Status landlock() { return part(deny_with_landlock, has_landlock_); }
  Status filter() { return part(filter_system_calls, has_filter_); }

  [[nodiscard]] Level level() const {
    if (has_filter_) return has_landlock_ ? Level::landlock_and_seccomp : Level::seccomp;
    return has_landlock_ ? Level::landlock : Level::none;
  }
  [[nodiscard]] const std::string& detail() const { return missed_; }

 private:
  template <class Part>
  Status part(Part&& restrict_process, bool& reached) {
    if (wanted_ == Sandbox::off) return {};
    if (sanitizer_build) {
      if (wanted_ == Sandbox::require) return refused();
      return {};
    }
    Status status = restrict_process();
    reached = status.has_value();
    if (!reached) note(status.error().message);
    return reached || wanted_ == Sandbox::automatic ? Status{} : refused();
  }
  [[nodiscard]] Status refused() const {
    return failure(ErrorKind::io, "the sandbox that was required cannot be had: " + missed_);
  }
  void note(const std::string& reason) { missed_ += (missed_.empty() ? "" : "; ") + reason; }

  Sandbox wanted_;
  bool has_landlock_ = false;
  bool has_filter_ = false;
  std::string missed_;
};

}  // namespace

std::string_view to_string(Sandbox sandbox) {
  switch (sandbox) {
    case Sandbox::off: return "off";
    case Sandbox::automatic: return "auto";
    case Sandbox::require: return "require";
  }
  return "unknown";
}

std::optional<Sandbox> sandbox_from_string(std::string_view name) {
  for (Sandbox sandbox : all_sandboxes) {
    if (to_string(sandbox) == name) return sandbox;
  }
  return std::nullopt;
}

std::string_view to_string(Level level) {
  switch (level) {
    case Level::none: return "none";
    case Level::landlock: return "landlock";
    case Level::seccomp: return "seccomp";
    case Level::landlock_and_seccomp: return "landlock_and_seccomp";
  }
  return "unknown";
}

std::optional<Level> level_from_string(std::string_view name) {
  for (Level level : all_levels) {
    if (to_string(level) == name) return level;
  }
  return std::nullopt;
}

bool is_sanitizer_build() {
  return sanitizer_build;
}

void die_of_memory() noexcept {
  constexpr std::string_view message = "out of memory\n";
  (void)!::write(STDERR_FILENO, message.data(), message.size());
  ::_exit(exit_out_of_memory);
}

Confinement::Confinement(Report report, std::unique_ptr<Watchdog> watchdog)
    : report_(std::move(report)), watchdog_(std::move(watchdog)) {}
Confinement::Confinement(Confinement&&) noexcept = default;
Confinement::~Confinement() = default;

Result<Confinement> enter(const Limits& limits, Sandbox sandbox, int conversation) {
  if (auto ok = set_limits(limits); !ok) return tl::make_unexpected(ok.error());
  if (limits.memory_bytes > 0) std::set_new_handler([] { die_of_memory(); });
  volunteer_for_the_oom_killer();
  Report report;
  report.descriptors = list_descriptors();
  report.limits = list_limits();
  if (auto ok = give_up_privileges(); !ok) return tl::make_unexpected(ok.error());

  Sandboxing sandboxing(sandbox);
  // Landlock holds for threads that begin after it, the filter for all that there are.
  if (auto ok = sandboxing.landlock(); !ok) return tl::make_unexpected(ok.error());
  auto watchdog = Confinement::Watchdog::start(conversation);
  if (!watchdog) return tl::make_unexpected(watchdog.error());
  if (auto ok = sandboxing.filter(); !ok) return tl::make_unexpected(ok.error());
  report.level = sandboxing.level();
  report.detail = sandboxing.detail();
  return Confinement(std::move(report), std::move(*watchdog));
}

}  // namespace froe::confine
