#include <boost/json.hpp>

#include "froe/check.hpp"
#include "froe/json.hpp"

namespace froe::check {
namespace {

constexpr std::string_view version_key = "froe_baseline";
constexpr std::int64_t version = 1;

}  // namespace

std::string Baseline::to_json() const {
  std::string text =
      "{\n  \"" + std::string(version_key) + "\": " + std::to_string(version) + ",\n  \"findings\": {";
  bool first = true;
  for (const auto& [fingerprint, about] : fingerprints) {
    text += first ? "\n    " : ",\n    ";
    first = false;
    append_json(text, fingerprint);
    text += ": ";
    append_json(text, about);
  }
  return text + (first ? "}\n}\n" : "\n  }\n}\n");
}

Result<Baseline> Baseline::parse(std::string_view json, const std::string& file) {
  auto wrong = [&](const std::string& why) {
    return failure(ErrorKind::corrupt,
                   file + " is not a baseline: " + why + "; --update-baseline writes it anew");
  };
  boost::json::error_code error;
  auto document = boost::json::parse(json, error);
  if (error) return wrong(error.message());
  const auto* object = document.if_object();
  const auto* number = object != nullptr ? object->if_contains(version_key) : nullptr;
  if (number == nullptr || !number->is_int64())
    return wrong("it does not say \"" + std::string(version_key) + '"');
  if (number->as_int64() != version) {
    return failure(ErrorKind::too_new, file + " is a baseline of version " +
                                           std::to_string(number->as_int64()) +
                                           ", and this froe reads version " + std::to_string(version) +
                                           "; --update-baseline writes it anew");
  }
  const auto* findings = object->if_contains("findings");
  if (findings == nullptr || !findings->is_object()) return wrong("it has no findings");
  Baseline baseline;
  for (const auto& [fingerprint, about] : findings->as_object()) {
    if (!about.is_string()) return wrong("a finding is no string");
    baseline.fingerprints.emplace(fingerprint, about.as_string());
  }
  return baseline;
}

}  // namespace froe::check
