#include <boost/json.hpp>

#include "froe/check.hpp"
#include "froe/json.hpp"

namespace froe::check {
namespace {

constexpr std::string_view version_key = "froe_baseline";
constexpr std::int64_t version = 1;

}  // namespace

bool Baseline::knows(const Finding& finding) const {
  auto found = findings.find(finding.fingerprint);
  return found != findings.end() && finding.related.size() < found->second.places;
}

void Baseline::add(const Finding& finding) {
  // A path in JSON has to be UTF-8; what identifies is the fingerprint.
  std::string about(info(finding.rule).id);
  if (is_utf8(finding.at.path)) about += ' ' + finding.at.path;
  if (!finding.symbol.empty() && is_utf8(finding.symbol)) about += ' ' + finding.symbol;
  findings.insert_or_assign(finding.fingerprint, Known{std::move(about), finding.related.size() + 1});
}

std::string Baseline::to_json() const {
  std::string text =
      "{\n  \"" + std::string(version_key) + "\": " + std::to_string(version) + ",\n  \"findings\": {";
  bool first = true;
  for (const auto& [fingerprint, known] : findings) {
    text += first ? "\n    " : ",\n    ";
    first = false;
    append_json(text, fingerprint);
    text += ": ";
    JsonObject(text).add("about", known.about).add("places", known.places);
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
  for (const auto& [fingerprint, value] : findings->as_object()) {
    const auto* known = value.if_object();
    const auto* about = known != nullptr ? known->if_contains("about") : nullptr;
    const auto* places = known != nullptr ? known->if_contains("places") : nullptr;
    bool is_known = about != nullptr && about->is_string() && places != nullptr && places->is_int64() &&
                    places->as_int64() > 0;
    if (!is_known) return wrong("the finding " + std::string(fingerprint) + " is none");
    baseline.findings.emplace(
        fingerprint, Known{std::string(about->as_string()), static_cast<std::uint64_t>(places->as_int64())});
  }
  return baseline;
}

}  // namespace froe::check
