#include "cli/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace froe::cli {
namespace {

constexpr std::size_t buffer_bytes = 64U << 10U;

// Writes all of it; 0 or the error number.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

void Output::write(std::string_view text) {
  if (closed_) return;
  buffer_ += text;
  if (buffer_.size() >= buffer_bytes) flush();
}

void Output::flush() {
  if (!closed_) {
    if (int error = write_all(STDOUT_FILENO, buffer_)) {
      closed_ = true;
      if (error != EPIPE) error_ = error;
    }
  }
  buffer_.clear();
}

int finish(Output& output, int code) {
  output.flush();
  if (int error = output.error()) return fail(system_error("cannot write standard output", error));
  return code;
}

bool is_terminal(int descriptor) {
  return ::isatty(descriptor) == 1;
}

report::Style style_for(When color, int descriptor) {
  if (color != When::automatic) return {color == When::always};
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  bool refused = (no_color != nullptr && *no_color != '\0') || terminal == nullptr ||
                 std::string_view(terminal) == "dumb";
  return {!refused && is_terminal(descriptor)};
}

bool is_finding(Outcome outcome) {
  return lost_tree(outcome) || outcome == Outcome::unreadable || outcome == Outcome::unstable;
}

Result<std::optional<report::Template>> context_template(const std::optional<std::string>& given) {
  if (!given) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < given->size(); ++i) {
    char c = (*given)[i];
    char next = i + 1 < given->size() ? (*given)[i + 1] : '\0';
    bool escaped = c == '\\' && (next == 'n' || next == 't' || next == '\\');
    if (escaped) ++i;
    if (escaped && next != '\\') c = next == 'n' ? '\n' : '\t';
    text += c;
  }
  auto parsed =
      report::Template::parse(text == "default" ? report::default_template : std::string_view(text));
  if (!parsed) return tl::make_unexpected(std::move(parsed.error()));
  return std::move(*parsed);
}

void complain(std::string_view message) {
  // One write, so that lines of several processes do not mix.
  write_all(STDERR_FILENO, "froe: " + report::printable(message) + '\n');
}

int fail(const Error& error) {
  complain(error.message);
  return exit_failure;
}

}  // namespace froe::cli
